import type { BoardState } from '../../../../contract/ticket-list.schema'
import type { TicketView } from '../../../../contract/tickets.schema'

type Column = BoardState['columns'][number]

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
