import { followActions } from '../../../contract/follow.rules'
import type { PublicTicket } from '../../../contract/hotline.schema'
import { isUnresolved } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { KeyActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findSurvivor } from '../tickets/family.store'
import { loadTicketForKey, presentPublic } from '../tickets/hand-over.store'
import { insertReply, listVisitorsOf } from '../tickets/replies.store'
import type { TicketRow } from '../tickets/tickets.store'
import { changeTicketState } from '../tickets/tickets.usecases'
import { tellCitizenReply } from './citizen-reply.usecases'
import { followFactsOf } from './follow.presenter'
import { over } from './follow.usecases'
import { listJoined } from './share.store'

type UseDeps = Pick<Deps, 'clock'>

/** The ticket for which words about `named` are meant now, and whether its own citizen said them. */
const addressee = async (
  tx: Tx,
  actor: KeyActor,
  named: TicketRow,
): Promise<{ ticket: TicketRow; isOwn: boolean }> => {
  const { id } = await findSurvivor(tx, named.id)
  if (id === named.id) return { ticket: named, isOwn: true }
  const { ticket } = await loadTicketForKey(tx, actor, id)
  return { ticket, isOwn: named.contactId !== null && named.contactId === ticket.contactId }
}

/** Keeps the words as the citizen's and tells whoever works on the ticket, and the citizen's own windows. */
const write = async (tx: Tx, actor: KeyActor, ticket: TicketRow, body: string, at: number): Promise<void> => {
  const id = newId('rpl')
  await insertReply(tx, {
    id,
    ticketId: ticket.id,
    kind: 'citizen',
    visitorId: null,
    body,
    via: 'api',
    createdAt: at,
  })
  // Where several citizens' matters were joined, nobody else's window shows what one of them said.
  const isShared = (await listJoined(tx, ticket.id)).length > 0
  const listeners = isShared ? null : await listVisitorsOf(tx, ticket.id)
  const facts = { replyId: id, body, via: 'api' }
  await tellCitizenReply(tx, actor, at, { ticketId: ticket.id, facts }, listeners)
}

/**
 * Another system passes on what the citizen said to it. It counts as the citizen's own word: a ticket that waited
 * for it goes on, a settled one opens again, counted, within seven days; later 409 `follow.over`, and it is handed
 * over anew. A joined ticket leads to the one that goes on, which only its own citizen opens again. Throws 404.
 */
export const relayMessage = async (
  tx: Tx,
  deps: UseDeps,
  actor: KeyActor,
  idOrNumber: string,
  message: string,
): Promise<PublicTicket> => {
  const { ticket: named } = await loadTicketForKey(tx, actor, idOrNumber)
  const { ticket, isOwn } = await addressee(tx, actor, named)
  const at = deps.clock.now()
  const actions = followActions(await followFactsOf(tx, ticket), at)
  if (!(isOwn ? actions.canReply : isUnresolved(ticket.status)))
    throw over(
      'This was settled too long ago, or belongs to somebody else by now. Hand it over as a new ticket.',
    )
  await write(tx, actor, ticket, message.trim(), at)
  if (isOwn && actions.canReopen) await changeTicketState(tx, deps, actor, ticket.id, 'reopen')
  else if (ticket.status === 'waiting_citizen') await changeTicketState(tx, deps, actor, ticket.id, 'resume')
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.message_relayed',
    thing: ticket.id,
    data: { number: ticket.number },
  })
  return presentPublic(await loadTicketForKey(tx, actor, ticket.id))
}
