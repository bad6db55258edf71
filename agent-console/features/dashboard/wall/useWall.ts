import { useIntervalFn, useWakeLock } from '@vueuse/core'
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import type { DashboardView } from '../../../../contract/dashboard.schema'
import { api } from '../../../lib/api'

export const panels = ['now', 'figures', 'departments', 'ages'] as const
export type Panel = (typeof panels)[number]
const refreshMs = 10_000
const turnMs = 15_000

/** What a screen on the wall needs: fresh figures, the next panel in its time, and never to fall asleep. */
export function useWall(query: Record<string, string | undefined>) {
  const view = shallowRef<DashboardView>()
  const redLights = ref<number>()
  const error = shallowRef<unknown>(null)
  const panel = ref<Panel>('now')
  const wakeLock = useWakeLock()

  async function load(): Promise<void> {
    try {
      view.value = await api.get<DashboardView>('/dashboard', { query })
      error.value = null
    } catch (reason) {
      error.value = reason
    }
    try {
      const found = await api.get<{ items: unknown[] }>('/escalations', {
        query: { red: 'true', limit: 100 },
      })
      redLights.value = found.items.length
    } catch {
      // Who may not see escalations sees the rest of the wall.
      redLights.value = undefined
    }
  }
  useIntervalFn(load, refreshMs, { immediateCallback: true })
  useIntervalFn(() => {
    panel.value = panels[(panels.indexOf(panel.value) + 1) % panels.length] ?? 'now'
  }, turnMs)

  const root = document.documentElement
  const before = root.dataset.theme
  onMounted(() => {
    root.dataset.theme = 'dark'
    if (wakeLock.isSupported.value) wakeLock.request('screen').catch(() => undefined)
  })
  onBeforeUnmount(() => {
    if (before === undefined) delete root.dataset.theme
    else root.dataset.theme = before
    void wakeLock.release()
    if (document.fullscreenElement) void document.exitFullscreen()
  })
  return { view, redLights, error, panel }
}
