import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import type { DashboardPeriod, DashboardView } from '../../../contract/dashboard.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

export interface DashboardFilters {
  period: DashboardPeriod
  departmentId: string | undefined
  siteId: string | undefined
}

/** Asked again at most so often while things happen, and so often when nothing does. */
const quietMs = 3000
const pollMs = 30_000

/** The dashboard as filtered, fresh: something happens, it is asked for again, though not for every event. */
export function useDashboard(initial: DashboardFilters) {
  const filters = reactive<DashboardFilters>(initial)
  const view = shallowRef<DashboardView>()
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const live = useLiveStore()
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      view.value = await api.get<DashboardView>('/dashboard', { query: { ...filters }, signal })
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }

  function loadSoon(): void {
    if (timer !== undefined || document.hidden) return
    timer = setTimeout(() => {
      timer = undefined
      void load()
    }, quietMs)
  }

  watch(filters, load, { immediate: true })
  useIntervalFn(() => {
    if (!document.hidden) void load()
  }, pollMs)
  onScopeDispose(live.onEvent(loadSoon))
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => {
    abort.abort()
    clearTimeout(timer)
  })
  return { filters, view, error, isLoading, load }
}
