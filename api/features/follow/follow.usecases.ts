import { type FollowActions, followActions } from '../../../contract/follow.rules'
import type { FollowView } from '../../../contract/follow.schema'
import type { Tx } from '../../../drizzle/database'
import type { FollowActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { sendAttachments } from '../documents/attachments.usecases'
import { giveReceipt, openAnswered } from '../documents/documents.usecases'
import { audience } from '../events/events.store'
import { filesOf, viewsFor, wordsOf } from '../tickets/more.presenter'
import { insertReply, listVisitorsOf, loadReplyViews } from '../tickets/replies.store'
import { loadTicketRow, patchTicket, type TicketRow } from '../tickets/tickets.store'
import { changeTicketState, tellTicket } from '../tickets/tickets.usecases'
import { tellCitizenReply } from './citizen-reply.usecases'
import { draftOwner, followFactsOf, followView, sharedActions } from './follow.presenter'
import { type Followed, findPaper, listListeners, loadFollowed, markSeen } from './followed.store'

type UseDeps = Pick<Deps, 'clock'>
/** What a citizen does on the ticket of this number; the answer is the ticket as they see it then. */
type FollowCommand<More extends unknown[] = []> = (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  number: string,
  ...more: More
) => Promise<FollowView>

/** The ticket as its citizen sees it now. */
export const viewFollowed: FollowCommand = async (tx, deps, actor, number) =>
  followView(tx, deps, await loadFollowed(tx, actor, number))

export const over = (detail: string) => refuse('follow.over', detail)

interface Found {
  followed: Followed
  ticket: TicketRow
  actions: FollowActions
}
/** The ticket, if it is theirs, and what they may do with it now. */
export const findFollowed = async (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  number: string,
): Promise<Found> => {
  const followed = await loadFollowed(tx, actor, number)
  const { ticket } = followed
  const actions = followActions(await followFactsOf(tx, ticket), deps.clock.now())
  return { followed, ticket, actions: sharedActions(actions, followed) }
}

const viaOf = (actor: FollowActor): 'panel' | 'link' => (actor.via === 'panel' ? 'panel' : 'link')

/** Keeps the citizen's words and files on the ticket and tells whoever works on it, and their other windows. */
const write = async (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  followed: Followed,
  { body, documentIds = [] }: { body: string; documentIds?: readonly string[] | undefined },
): Promise<void> => {
  const at = deps.clock.now()
  const id = newId('rpl')
  const ticketId = followed.ticket.id
  const via = viaOf(actor)
  await insertReply(tx, {
    id,
    ticketId,
    kind: 'citizen',
    visitorId: followed.actor.id,
    body,
    via,
    createdAt: at,
  })
  const sent = { ticketId, draftOf: draftOwner(followed.actor), replyId: id }
  const names = await sendAttachments(tx, deps, actor, sent, documentIds)
  const facts = { replyId: id, body: wordsOf(body, names), ...filesOf(names), via: actor.via }
  const listeners = await listListeners(tx, actor, followed)
  await tellCitizenReply(tx, actor, at, { ticketId, facts }, listeners)
}

/**
 * The citizen writes. A ticket that waited for it goes on at once; a settled one opens again, counted, within
 * seven days. Later it is over: 409 `follow.over`, and the citizen asks anew.
 */
export const replyAsCitizen: FollowCommand<
  [input: { body: string; documentIds?: readonly string[] | undefined }]
> = async (tx, deps, actor, number, input) => {
  const { followed, ticket, actions } = await findFollowed(tx, deps, actor, number)
  if (!actions.canReply) throw over('This was settled too long ago. Please ask anew.')
  await write(tx, deps, actor, followed, { ...input, body: input.body.trim() })
  if (actions.canReopen) await changeTicketState(tx, deps, actor, ticket.id, 'reopen')
  else if (ticket.status === 'waiting_citizen') await changeTicketState(tx, deps, actor, ticket.id, 'resume')
  return viewFollowed(tx, deps, actor, number)
}

/** "It is solved": closes the ticket. */
export const confirmSolved: FollowCommand = async (tx, deps, actor, number) => {
  const { ticket, actions } = await findFollowed(tx, deps, actor, number)
  // Confirmed already, for example in another window: that is what was wanted.
  if (ticket.status !== 'closed') {
    if (!actions.canConfirm) throw over('There is nothing to confirm yet.')
    await changeTicketState(tx, deps, actor, ticket.id, 'close', { isConfirmed: true })
  }
  return viewFollowed(tx, deps, actor, number)
}

/** "It is not solved": opens the ticket again, counted, with the reason as the citizen's own words. */
export const reopenAsCitizen: FollowCommand<[reason: string]> = async (tx, deps, actor, number, reason) => {
  const { followed, ticket, actions } = await findFollowed(tx, deps, actor, number)
  if (!actions.canReopen) throw over('It is open, or was settled too long ago.')
  await write(tx, deps, actor, followed, { body: reason.trim() })
  await changeTicketState(tx, deps, actor, ticket.id, 'reopen')
  return viewFollowed(tx, deps, actor, number)
}

/** One rating after each settlement. */
export const rateTicket: FollowCommand<[input: { stars: number; comment?: string | undefined }]> = async (
  tx,
  deps,
  actor,
  number,
  input,
) => {
  const { ticket, actions } = await findFollowed(tx, deps, actor, number)
  const at = deps.clock.now()
  if (!actions.canRate) {
    if (actions.reopenUntil === null) throw over('A rating is possible once the matter is settled.')
    throw refuse('follow.already_rated', 'This has been rated.')
  }
  const comment = input.comment?.trim() ?? ''
  await patchTicket(tx, ticket.id, { stars: input.stars }, at)
  await tell(tx, deps, actor, ticket.id, 'ticket.rated', { stars: input.stars, comment, via: actor.via })
  return viewFollowed(tx, deps, actor, number)
}

/** Urging (催办), once in four hours: counted, and shown to whoever works on it. */
export const urgeTicket: FollowCommand = async (tx, deps, actor, number) => {
  const { ticket, actions } = await findFollowed(tx, deps, actor, number)
  const at = deps.clock.now()
  if (actions.urgeAgainAt !== null)
    throw refuse('follow.too_soon', 'It was urged a short while ago.', {
      retryAfter: Math.ceil((actions.urgeAgainAt - at) / 1000),
    })
  if (!actions.canUrge) throw over('There is nobody to urge now.')
  const count = ticket.urgeCount + 1
  await patchTicket(tx, ticket.id, { urgeCount: count, lastUrgedAt: at }, at)
  await tell(tx, deps, actor, ticket.id, 'ticket.urged', { count, via: actor.via })
  return viewFollowed(tx, deps, actor, number)
}

/** Makes it a complaint, with the citizen's words; what follows from one (an escalation) follows from the event. */
export const complainAsCitizen: FollowCommand<[reason: string]> = async (tx, deps, actor, number, reason) => {
  const { followed, ticket, actions } = await findFollowed(tx, deps, actor, number)
  if (!actions.canComplain) throw over('It is a complaint already.')
  await write(tx, deps, actor, followed, { body: reason.trim() })
  await patchTicket(tx, ticket.id, { isComplaint: true }, deps.clock.now())
  const changes = [{ field: 'isComplaint', before: false, after: true }]
  await tell(tx, deps, actor, ticket.id, 'ticket.edited', { changes, reason: reason.trim(), via: actor.via })
  return viewFollowed(tx, deps, actor, number)
}

/** The citizen has the replies up to this one on the screen: the agent sees that they were read. */
export const seeReplies = async (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  number: string,
  replyId: string,
): Promise<void> => {
  const { ticket } = await loadFollowed(tx, actor, number)
  const seen = await markSeen(tx, ticket.id, replyId, deps.clock.now())
  const [reply] = await loadReplyViews(tx, seen.slice(-1))
  if (!reply) return
  await tellTicket(
    tx,
    ticket,
    'ticket.reply_seen',
    actor,
    deps.clock.now(),
    { replyId: reply.id, count: seen.length, via: actor.via },
    { forAgents: { reply } },
  )
}

/** A paper of the citizen's own ticket; one sent by an agent counts as opened from then on. */
export const openPaper = async (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  documentId: string,
): Promise<{ documentId: string }> => {
  const { document, number, visitorId } = await findPaper(tx, documentId)
  const own = actor.ticketId === null ? number : (await loadTicketRow(tx, actor.ticketId)).number
  const followed = await loadFollowed(tx, actor, own)
  const view = await followView(tx, deps, followed)
  if (!view.documents.some((each) => each.id === documentId))
    throw refuse('documents.not_found', 'There is no such document.')
  if (document.row.kind !== 'push') return { documentId }
  if (document.row.replyId !== null) await openAnswered(tx, deps, actor, followed.ticket, document)
  else if (visitorId !== null)
    await giveReceipt(
      tx,
      deps,
      { kind: 'visitor', id: visitorId, siteId: followed.ticket.siteId },
      documentId,
      'opened',
    )
  return { documentId }
}

const tell = async (
  tx: Tx,
  deps: UseDeps,
  actor: FollowActor,
  ticketId: string,
  type: string,
  facts: Record<string, unknown>,
): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  await tellTicket(tx, ticket, type, actor, deps.clock.now(), facts, {
    alsoTo: (await listVisitorsOf(tx, ticketId)).map(audience.visitor),
    forAgents: await viewsFor(tx, ticketId),
    forVisitor: { ticketNews: ticket.number },
  })
}
