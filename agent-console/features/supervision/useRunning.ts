import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ConsultationView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

interface Page {
  items: ConsultationView[]
  nextCursor: string | null
}
const settleMs = 700
/** Behind the events: what was missed is there after this time. */
const pollMs = 30_000

/** What goes on now, live: a consultation that begins, ends or changes hands brings the list anew. */
export function useRunning(siteId: () => string | undefined) {
  const live = useLiveStore()
  const rows = shallowRef<ConsultationView[]>([])
  const nextCursor = ref<string | null>(null)
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
      const page = await api.get<Page>('/consultations/running', {
        query: { siteId: siteId(), limit: 100, cursor },
        signal,
      })
      rows.value = cursor ? [...rows.value, ...page.items] : page.items
      nextCursor.value = page.nextCursor
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
  watch(siteId, () => void load(), { immediate: true })
  useIntervalFn(() => {
    if (!document.hidden) void load()
  }, pollMs)
  onScopeDispose(
    live.onEvent((event) => {
      if (event.data.consultation) loadSoon()
    }),
  )
  onScopeDispose(live.onResync(() => load()))
  onScopeDispose(() => {
    abort.abort()
    clearTimeout(timer)
  })
  return { rows, nextCursor, error, isLoading, load }
}
