import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { DashboardAgent, DashboardAgents } from '../../../contract/dashboard.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

/** A change of somebody's state is shown after this time, and all is asked for again after `pollMs`. */
const settleMs = 700
const pollMs = 30_000
export interface AgentsWanted {
  availability: string | undefined
  departmentId: string | undefined
}

/** The people behind the numbers of agents by state, live. */
export function useAgentsByState(wanted: () => AgentsWanted) {
  const live = useLiveStore()
  const rows = shallowRef<DashboardAgent[]>([])
  const nextCursor = ref<string | null>(null)
  const count = ref<number>()
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(cursor: string | null = null): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      const page = await api.get<DashboardAgents>('/dashboard/agents', {
        query: { ...wanted(), cursor },
        signal,
      })
      rows.value = cursor ? [...rows.value, ...page.items] : page.items
      nextCursor.value = page.nextCursor
      count.value = page.count
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }
  function loadSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, settleMs)
  }
  watch(
    wanted,
    (now, before) => {
      if (now.availability !== before?.availability || now.departmentId !== before?.departmentId) {
        rows.value = []
        count.value = undefined
      }
      void load()
    },
    { immediate: true },
  )
  useIntervalFn(() => {
    if (!document.hidden) void load()
  }, pollMs)
  onScopeDispose(
    live.onEvent((event) => {
      if (event.data.presence || event.data.consultation) loadSoon()
    }),
  )
  onScopeDispose(live.onResync(() => load()))
  onScopeDispose(() => {
    abort.abort()
    clearTimeout(timer)
  })
  return { rows, nextCursor, count, error, isLoading, load }
}
