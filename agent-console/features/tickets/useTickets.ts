import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { applyToTicketRows } from '../../../contract/ticket-feed.rules'
import type { TicketListPage, TicketMatch } from '../../../contract/ticket-list.schema'
import type { TicketView } from '../../../contract/tickets.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

/** A list's question as the address and saved views hold it; empty texts ask for nothing. */
export const filterKeys = [
  'status',
  'assignee',
  'department',
  'serviceItem',
  'priority',
  'tag',
  'source',
  'sla',
  'escalated',
  'complaint',
  'application',
  'createdFrom',
  'createdTo',
  'sort',
  'q',
] as const
export type TicketFilters = Partial<Record<(typeof filterKeys)[number], string>>

const pageSize = 50
const quietMs = 250
/** A page may come short while a rare thing is looked for: so many are asked for in a row. */
const pagesInARow = 8

export const asked = (filters: TicketFilters): Record<string, string> =>
  Object.fromEntries(
    filterKeys.flatMap((key) => {
      const value = filters[key]?.trim()
      return value ? [[key, value]] : []
    }),
  )

/** The list as filtered, a page at a time; a newer question silences the answer to an older one. */
export function useTickets(initial: TicketFilters) {
  const live = useLiveStore()
  const filters = reactive<TicketFilters>({ ...initial })
  const rows = shallowRef<readonly TicketView[]>([])
  const matches = shallowRef(new Map<string, TicketMatch>())
  const nextCursor = ref<string | null>(null)
  const isLoading = ref(false)
  const isLoadingMore = ref(false)
  const error = shallowRef<unknown>(null)
  /** Tickets that changed or came and are not shown where they belong now. */
  const news = reactive(new Set<string>())
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function fetchPages(from: string | null, signal: AbortSignal): Promise<TicketListPage> {
    const all: TicketListPage = { items: [], matches: [], nextCursor: from }
    for (let count = 0; count < pagesInARow; count += 1) {
      const page: TicketListPage = await api.get<TicketListPage>('/tickets', {
        signal,
        query: { ...asked(filters), limit: pageSize, cursor: all.nextCursor },
      })
      all.items.push(...page.items)
      all.matches.push(...page.matches)
      all.nextCursor = page.nextCursor
      if (!page.nextCursor || all.items.length >= pageSize / 2) break
    }
    return all
  }
  const mark = (found: TicketListPage) => {
    matches.value = new Map([...matches.value, ...found.matches.map((each) => [each.id, each] as const)])
  }

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      const page = await fetchPages(null, signal)
      rows.value = page.items
      matches.value = new Map()
      mark(page)
      nextCursor.value = page.nextCursor
      news.clear()
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
      const page = await fetchPages(nextCursor.value, signal)
      const known = new Set(rows.value.map((row) => row.id))
      // A ticket that changed meanwhile has moved to the front and may come again.
      rows.value = [...rows.value, ...page.items.filter((item) => !known.has(item.id))]
      mark(page)
      nextCursor.value = page.nextCursor
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      isLoadingMore.value = false
    }
  }

  // Rows shown follow in place; what would move or appear is only counted, so that nothing jumps.
  onScopeDispose(
    live.onEvent((event) => {
      const id = event.data.ticket?.id ?? (event.type === 'ticket.created' ? event.subject : undefined)
      rows.value = applyToTicketRows(rows.value, event)
      if (id && !rows.value.some((row) => row.id === id)) news.add(id)
    }),
  )
  onScopeDispose(live.onResync(load))
  watch(() => JSON.stringify({ ...asked(filters), q: '' }), load, { immediate: true })
  watch(
    () => filters.q,
    () => {
      clearTimeout(timer)
      timer = setTimeout(load, quietMs)
    },
  )
  return {
    filters,
    rows,
    matches,
    news,
    hasMore: computed(() => nextCursor.value !== null),
    isLoading,
    isLoadingMore,
    error,
    isFiltered: computed(() => Object.keys(asked(filters)).length > 0),
    load,
    loadMore,
  }
}
