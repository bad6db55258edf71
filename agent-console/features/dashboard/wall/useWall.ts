import { useEventListener, useFullscreen, useIntervalFn, useWakeLock } from '@vueuse/core'
import { onBeforeUnmount, onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import type { DashboardView } from '../../../../contract/dashboard.schema'
import type { EscalationView } from '../../../../contract/escalations.schema'
import { api } from '../../../lib/api'
import { useLiveStore } from '../../live/live.store'

export const panels = ['now', 'figures', 'departments', 'ages'] as const
export type Panel = (typeof panels)[number]
const refreshMs = 10_000
const turnMs = 15_000
/** What has just happened is on the wall within this time. */
const settleMs = 2000

/**
 * What a screen on the wall needs: fresh figures, the next panel in its time, never to fall asleep, and to come
 * back by itself: a failed request is repeated with the next beat, and at once when the line is there again.
 */
export function useWall(query: Record<string, string | undefined>) {
  const view = shallowRef<DashboardView>()
  const redMatters = shallowRef<EscalationView[]>()
  const error = shallowRef<unknown>(null)
  const panel = ref<Panel>('now')
  const wakeLock = useWakeLock()
  const fullscreen = useFullscreen()
  const live = useLiveStore()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      view.value = await api.get<DashboardView>('/dashboard', { query })
      error.value = null
    } catch (reason) {
      error.value = reason
    }
    try {
      const found = await api.get<{ items: EscalationView[] }>('/escalations', {
        query: { red: 'true', limit: 100, departmentId: query.departmentId },
      })
      redMatters.value = found.items
    } catch {
      // Who may not see escalations sees the rest of the wall.
      redMatters.value = undefined
    }
  }
  function loadSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, settleMs)
  }
  useIntervalFn(load, refreshMs, { immediateCallback: true })
  useEventListener(window, 'online', load)
  onScopeDispose(live.onEvent(loadSoon))
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => clearTimeout(timer))
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
  return { view, redMatters, error, panel, fullscreen, isKeptAwake: wakeLock.isActive }
}
