import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { applyToTicketRows } from '../../../../contract/ticket-feed.rules'
import type { BoardState, TicketListPage } from '../../../../contract/ticket-list.schema'
import type { TicketStatus } from '../../../../contract/tickets.rules'
import type { TicketView } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import { useLiveStore } from '../../live/live.store'
import { asked, type TicketFilters } from '../useTickets'
import { refreshed, withMore, withTicket } from './board-columns'

/** News are gathered so long: a busy desk does not make everybody ask for the board all the time. */
const gatherMs = 2000
const typingMs = 250
const nextCards = 25

/** Columns by status under the list's filters; follows the feed while nothing is being moved. */
export function useBoard(filters: TicketFilters, isMoving: () => boolean) {
  const live = useLiveStore()
  const columns = shallowRef<BoardState['columns']>([])
  const isLoading = ref(false)
  const error = shallowRef<unknown>(null)
  const loadingMore = reactive(new Set<TicketStatus>())
  /** The filters without an order: a board has its own. */
  const question = () => {
    const { sort: _sort, ...query } = asked(filters)
    return query
  }
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  /** `isAnother`: other filters, so that nothing of the old columns is kept. */
  async function load(isAnother = false): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      const board = await api.get<BoardState>('/tickets/board', { signal, query: question() })
      if (signal.aborted) return
      columns.value = isAnother ? board.columns : refreshed(columns.value, board.columns)
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }
  function loadSoon(delay = gatherMs, isAnother = false): void {
    timer ??= setTimeout(() => {
      timer = undefined
      // What is in the hand stays under the hand.
      if (isMoving()) loadSoon(delay, isAnother)
      else void load(isAnother)
    }, delay)
  }
  /** The next cards of a column; an answer to an older question is dropped. */
  async function loadMore(status: TicketStatus): Promise<void> {
    const cursor = columns.value.find((column) => column.status === status)?.nextCursor
    if (!cursor || loadingMore.has(status)) return
    loadingMore.add(status)
    const { signal } = abort
    try {
      const query = { ...question(), status, cursor, limit: nextCards }
      const page = await api.get<TicketListPage>('/tickets', { signal, query })
      const isStill = columns.value.some((column) => column.status === status && column.nextCursor === cursor)
      if (!signal.aborted && isStill) columns.value = withMore(columns.value, status, page)
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      loadingMore.delete(status)
    }
  }
  const apply = (ticket: TicketView) => {
    columns.value = withTicket(columns.value, ticket)
  }
  const find = (id: string): TicketView | undefined =>
    columns.value.flatMap((column) => column.items).find((each) => each.id === id)

  onScopeDispose(
    live.onEvent((event) => {
      if (!event.data.ticket && event.type !== 'ticket.created') return
      columns.value = columns.value.map((column) => {
        const items = applyToTicketRows(column.items, event)
        return items === column.items ? column : { ...column, items: [...items] }
      })
      loadSoon()
    }),
  )
  onScopeDispose(live.onResync(() => load()))
  onScopeDispose(() => {
    clearTimeout(timer)
    abort.abort()
  })
  watch(
    () => JSON.stringify(question()),
    () => {
      clearTimeout(timer)
      timer = undefined
      loadSoon(typingMs, true)
    },
  )
  void load()
  return { columns, isLoading, loadingMore, error, load, loadMore, apply, find }
}
export type Board = ReturnType<typeof useBoard>
