import type { Tx } from '../../../drizzle/database'
import type { Actor } from '../../lib/actor'
import { audience } from '../events/events.store'
import { viewsFor, visitorReplyOf } from '../tickets/more.presenter'
import { loadReplyViews } from '../tickets/replies.store'
import { loadTicketRow, patchTicket } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'

/**
 * Tells whoever works on the ticket of a reply of its citizen that was just written, and the windows of `listeners`;
 * null: no window shows it.
 */
export const tellCitizenReply = async (
  tx: Tx,
  actor: Actor,
  at: number,
  { ticketId, facts }: { ticketId: string; facts: Record<string, unknown> & { replyId: string } },
  listeners: readonly string[] | null,
): Promise<void> => {
  await patchTicket(tx, ticketId, {}, at)
  const ticket = await loadTicketRow(tx, ticketId)
  const [reply] = await loadReplyViews(tx, [facts.replyId])
  const ticketReply = reply ? visitorReplyOf(reply, ticket.number) : null
  if (!reply || !ticketReply) throw new Error('The reply was not written')
  await tellTicket(tx, ticket, 'ticket.citizen_replied', actor, at, facts, {
    alsoTo: (listeners ?? []).map(audience.visitor),
    forAgents: { ...(await viewsFor(tx, ticketId)), reply },
    ...(listeners ? { forVisitor: { ticketReply } } : {}),
  })
}
