import type { BoardState, TicketListPage } from '../../../../contract/ticket-list.schema'
import type { TicketView } from '../../../../contract/tickets.schema'

export type Column = BoardState['columns'][number]

/** Puts a ticket into its column; counts that were capped stay so. */
export function withTicket(columns: readonly Column[], ticket: TicketView): Column[] {
  return columns.map((column) => {
    const had = column.items.some((each) => each.id === ticket.id)
    const belongs = column.status === ticket.status
    if (had && belongs)
      return { ...column, items: column.items.map((each) => (each.id === ticket.id ? ticket : each)) }
    const count = column.isMore ? column.count : column.count + Number(belongs) - Number(had)
    if (had) return { ...column, count, items: column.items.filter((each) => each.id !== ticket.id) }
    return belongs ? { ...column, count, items: [ticket, ...column.items] } : column
  })
}

/** The order of a column: the last changed first, by id within a moment. */
const isBefore = (a: TicketView, b: TicketView): boolean =>
  a.updatedAt === b.updatedAt ? a.id > b.id : a.updatedAt > b.updatedAt

/** A column goes on with the next page of its list; what is there already came up meanwhile. */
export function withMore(
  columns: readonly Column[],
  status: Column['status'],
  page: Pick<TicketListPage, 'items' | 'nextCursor'>,
): Column[] {
  return columns.map((column) => {
    if (column.status !== status) return column
    const known = new Set(column.items.map((each) => each.id))
    const items = [...column.items, ...page.items.filter((each) => !known.has(each.id))]
    return { ...column, items, nextCursor: page.nextCursor }
  })
}

/**
 * Columns read anew, each with the cards loaded on before, so that nobody who scrolled down is thrown up. Where so
 * much is new that the first cards do not reach the old ones, the column begins again.
 */
export function refreshed(before: readonly Column[], fresh: readonly Column[]): Column[] {
  const old = new Map(before.map((column) => [column.status, column]))
  return fresh.map((column) => {
    const own = old.get(column.status)
    const last = column.items.at(-1)
    const shown = new Set(column.items.map((each) => each.id))
    if (!own || !last || !column.nextCursor || !own.items.some((each) => shown.has(each.id))) return column
    const rest = own.items.filter(
      (each) => !shown.has(each.id) && each.status === column.status && isBefore(last, each),
    )
    return rest.length > 0
      ? { ...column, items: [...column.items, ...rest], nextCursor: own.nextCursor }
      : column
  })
}
