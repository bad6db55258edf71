import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { applyToTicketRows } from '../../../../contract/ticket-feed.rules'
import type { BoardState } from '../../../../contract/ticket-list.schema'
import type { TicketView } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import { useLiveStore } from '../../live/live.store'
import { asked, type TicketFilters } from '../useTickets'
import { withTicket } from './board-columns'

/** News are gathered so long: a busy desk does not make everybody ask for the board all the time. */
const gatherMs = 2000
const typingMs = 250

/** Columns by status under the list's filters; follows the feed while nothing is being moved. */
export function useBoard(filters: TicketFilters, isMoving: () => boolean) {
  const live = useLiveStore()
  const columns = shallowRef<BoardState['columns']>([])
  const isLoading = ref(false)
  const error = shallowRef<unknown>(null)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      // A board has an order of its own.
      const { sort: _sort, ...query } = asked(filters)
      const board = await api.get<BoardState>('/tickets/board', { signal, query })
      if (signal.aborted) return
      columns.value = board.columns
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }
  function loadSoon(delay = gatherMs): void {
    timer ??= setTimeout(() => {
      timer = undefined
      // What is in the hand stays under the hand.
      if (isMoving()) loadSoon()
      else void load()
    }, delay)
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
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => {
    clearTimeout(timer)
    abort.abort()
  })
  watch(
    () => JSON.stringify({ ...asked(filters), sort: '' }),
    () => {
      clearTimeout(timer)
      timer = undefined
      loadSoon(typingMs)
    },
  )
  void load()
  return { columns, isLoading, error, load, apply, find }
}
export type Board = ReturnType<typeof useBoard>
