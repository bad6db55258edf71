import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { TicketStatus } from '../../../contract/tickets.rules'
import type { TicketView } from '../../../contract/tickets.schema'
import { api } from '../../lib/api'

interface Page {
  items: TicketView[]
  nextCursor: string | null
}

export interface TicketFilters {
  status: TicketStatus | 'all'
  mine: boolean
  q: string
}

const pageSize = 50
const quietMs = 250

/** The list as filtered, a page at a time; a newer question silences the answer to an older one. */
export function useTickets(initial: TicketFilters) {
  const filters = reactive<TicketFilters>(initial)
  const rows = shallowRef<TicketView[]>([])
  const nextCursor = ref<string | null>(null)
  const isLoading = ref(false)
  const isLoadingMore = ref(false)
  const error = shallowRef<unknown>(null)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const fetchPage = (cursor: string | null) =>
    api.get<Page>('/tickets', {
      signal: abort.signal,
      query: {
        limit: pageSize,
        cursor,
        status: filters.status === 'all' ? undefined : filters.status,
        mine: filters.mine ? 'true' : undefined,
        q: filters.q.trim() || undefined,
      },
    })

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      const page = await fetchPage(null)
      rows.value = page.items
      nextCursor.value = page.nextCursor
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!nextCursor.value || isLoadingMore.value) return
    isLoadingMore.value = true
    const { signal } = abort
    try {
      const page = await fetchPage(nextCursor.value)
      const known = new Set(rows.value.map((row) => row.id))
      // A ticket that changed meanwhile has moved to the front and may come again.
      rows.value = [...rows.value, ...page.items.filter((item) => !known.has(item.id))]
      nextCursor.value = page.nextCursor
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      isLoadingMore.value = false
    }
  }

  watch(() => [filters.status, filters.mine], load, { immediate: true })
  watch(
    () => filters.q,
    () => {
      clearTimeout(timer)
      timer = setTimeout(load, quietMs)
    },
  )
  const isFiltered = computed(() => filters.status !== 'all' || filters.mine || filters.q.trim() !== '')
  return {
    filters,
    rows,
    hasMore: computed(() => nextCursor.value !== null),
    isLoading,
    isLoadingMore,
    error,
    isFiltered,
    load,
    loadMore,
  }
}
