import type { DraftKind } from '../../../contract/tickets.rules'
import type { ReplyBody, ReplyView, TicketChange } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { draftName, sendAttachments } from '../documents/attachments.usecases'
import { audience } from '../events/events.store'
import { commandTicketRow } from './desk.usecases'
import { changeOf, filesOf, viewsFor, visitorReplyOf, wordsOf } from './more.presenter'
import { loadColleague } from './people.store'
import {
  dropDraft,
  findLastPublicReply,
  insertMentions,
  insertReply,
  listVisitorsOf,
  loadReplyViews,
  saveDraft,
} from './replies.store'
import { loadTicketForWork } from './tickets.queries.store'
import { addParticipant, loadTicketRow, patchTicket, type TicketRow } from './tickets.store'
import { changeTicketState, tellTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>

/** Two must not answer at once: refuses where somebody wrote what the sender has not seen. */
const refuseUnseen = async (
  tx: Tx,
  actor: AgentActor,
  ticket: TicketRow,
  input: ReplyBody,
): Promise<void> => {
  if (input.kind !== 'reply' || input.force || input.lastReplyId === undefined) return
  const last = await findLastPublicReply(tx, ticket.id)
  if (!last || last.id === input.lastReplyId || last.agentId === actor.id) return
  throw refuse('tickets.newer_reply', 'A newer reply has arrived; read it first, or send anyway.')
}

/** Writes the reply with its mentions and tells it: to colleagues, and a public one to the citizen too. */
const writeReply = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticket: TicketRow,
  input: ReplyBody,
): Promise<ReplyView> => {
  const at = deps.clock.now()
  const id = newId('rpl')
  const mentions = input.kind === 'note' ? [...new Set(input.mentions ?? [])] : []
  for (const agentId of mentions) await loadColleague(tx, ticket, agentId)
  await insertReply(tx, {
    id,
    ticketId: ticket.id,
    kind: input.kind,
    agentId: actor.id,
    body: input.body,
    via: 'console',
    createdAt: at,
  })
  await insertMentions(tx, id, mentions)
  const sent = { ticketId: ticket.id, draftOf: draftName(actor.id, input.kind), replyId: id }
  const names = await sendAttachments(tx, deps, actor, sent, input.documentIds ?? [])
  for (const agentId of mentions) await addParticipant(tx, ticket.id, agentId, 'mentioned', at)
  await addParticipant(tx, ticket.id, actor.id, 'added', at)
  const isFirst = input.kind === 'reply' && ticket.firstReplyAt === null
  await patchTicket(tx, ticket.id, isFirst ? { firstReplyAt: at } : {}, at)
  const [reply] = await loadReplyViews(tx, [id])
  if (!reply) throw new Error('The reply was not written')
  await tellReply(tx, await loadTicketRow(tx, ticket.id), actor, at, reply, names)
  return reply
}

const tellReply = async (
  tx: Tx,
  ticket: TicketRow,
  actor: AgentActor,
  at: number,
  reply: ReplyView,
  fileNames: readonly string[],
): Promise<void> => {
  const forAgents = { ...(await viewsFor(tx, ticket.id)), reply }
  const facts = { replyId: reply.id, body: wordsOf(reply.body, fileNames), ...filesOf(fileNames) }
  const forCitizen = visitorReplyOf(reply, ticket.number)
  if (!forCitizen) {
    const mentions = reply.mentions.map((each) => each.id)
    return tellTicket(tx, ticket, 'ticket.noted', actor, at, { ...facts, mentions }, { forAgents })
  }
  await tellTicket(tx, ticket, 'ticket.replied', actor, at, facts, {
    alsoTo: (await listVisitorsOf(tx, ticket.id)).map(audience.visitor),
    forAgents,
    forVisitor: { ticketReply: forCitizen },
  })
}

/**
 * Says something on the ticket, to the citizen or among colleagues, and does `thenStatus` in the same step. The
 * first answer to a new ticket opens it. Whoever writes takes part from then on.
 */
export const replyToTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: ReplyBody,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  await refuseUnseen(tx, actor, ticket, input)
  const reply = await writeReply(tx, deps, actor, ticket, input)
  if (input.thenStatus)
    await commandTicketRow(tx, deps, actor, await loadTicketRow(tx, ticket.id), input.thenStatus)
  else if (ticket.status === 'new' && input.kind === 'reply')
    await changeTicketState(tx, deps, actor, ticket.id, 'resume')
  await dropDraft(tx, ticket.id, actor.id, input.kind)
  return changeOf(tx, ticket.id, reply)
}

/** Keeps what was typed and not sent; an empty text keeps nothing. */
export const keepDraft = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  { kind, body }: { kind: DraftKind; body: string },
): Promise<void> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  if (body.trim() === '') await dropDraft(tx, ticket.id, actor.id, kind)
  else await saveDraft(tx, { ticketId: ticket.id, agentId: actor.id, kind, body, savedAt: deps.clock.now() })
}

export const forgetDraft = async (
  tx: Tx,
  actor: AgentActor,
  idOrNumber: string,
  kind: DraftKind,
): Promise<void> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  await dropDraft(tx, ticket.id, actor.id, kind)
}
