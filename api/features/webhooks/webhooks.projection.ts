import { publicEvent } from '../../../contract/webhooks.rules'
import type { Deps } from '../../lib/deps'
import type { Projection } from '../events/projector'
import { listPublicRows, presentPublic } from '../tickets/hand-over.store'
import { queueDelivery } from './deliver.usecases'
import { listActiveEndpoints } from './webhooks.store'

/**
 * Picks what each endpoint wants to know. The ticket is shown as it is when the event is looked at, which is
 * moments after it happened.
 */
export const webhooksProjection = (deps: Pick<Deps, 'clock'>): Projection => ({
  name: 'webhooks',
  isAbout: (row) => row.ticketId !== null && publicEvent(row.type, row.facts) !== null,
  async handle(tx, rows) {
    const told = rows.flatMap((row) => {
      const event = row.ticketId ? publicEvent(row.type, row.facts) : null
      return row.ticketId && event ? [{ row, ticketId: row.ticketId, event }] : []
    })
    if (told.length === 0) return
    const endpoints = await listActiveEndpoints(tx)
    const wanted = told.filter(({ row, event }) =>
      endpoints.some((each) => each.createdAt <= row.at && each.eventTypes.includes(event.type)),
    )
    if (wanted.length === 0) return
    const tickets = await listPublicRows(
      tx,
      wanted.map((each) => each.ticketId),
    )
    for (const { row, ticketId, event } of wanted) {
      const ticket = tickets.get(ticketId)
      if (!ticket) continue
      for (const endpoint of endpoints) {
        if (endpoint.createdAt > row.at || !endpoint.eventTypes.includes(event.type)) continue
        if (!ticket.departmentPath.startsWith(endpoint.departmentPath)) continue
        await queueDelivery(tx, deps, endpoint.id, {
          seq: row.seq,
          type: event.type,
          at: row.at,
          data: { ticket: presentPublic(ticket), change: event.change },
        })
      }
    }
  },
})
