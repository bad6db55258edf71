import type { FamilyChange, SplitBody } from '../../../contract/ticket-family.schema'
import { isUnresolved, maxReplyLength } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { requireOfferedItem } from '../sites/service-items.store'
import { findSite } from '../sites/sites.store'
import { auditTicket } from './desk.usecases'
import { dropLink, insertLink } from './family.store'
import { listBelongings, listQuoted, moveConsultationTo, moveReplyTo } from './merge.store'
import { tellMoved } from './merge.usecases'
import { changeOf, viewsFor, wordsOf } from './more.presenter'
import {
  insertOperation,
  type LoadedOperation,
  listOperationChanges,
  type OperationChange,
} from './operations.store'
import { operationView } from './operations.usecases'
import { listDepartmentsFor } from './people.store'
import { findLastPublicReply, insertReply, loadReplyViews } from './replies.store'
import { loadTicket, loadTicketForWork } from './tickets.queries.store'
import { addParticipant, loadTicketRow, moveTicket, type TicketRow } from './tickets.store'
import { createTicket, tellTicket } from './tickets.usecases'
import type { Undone } from './undo.usecases'

type UseDeps = Pick<Deps, 'clock'>

const refuseMissing = (path: string, ids: readonly string[], known: readonly string[]): void => {
  const errors = ids.flatMap((id, at) =>
    known.includes(id) ? [] : [{ path: `body.${path}.${at}`, message: 'not on this ticket' }],
  )
  if (errors.length > 0)
    throw refuse('tickets.split_refused', 'Some of what was chosen is not on this ticket.', { errors })
}

const makeTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticket: TicketRow,
  input: SplitBody,
): Promise<TicketRow> => {
  const site = await findSite(tx, ticket.siteId)
  if (!site) throw new Error(`No site ${ticket.siteId}`)
  const departmentId = input.departmentId ?? ticket.departmentId
  const near = await listDepartmentsFor(tx, ticket.siteId)
  if (departmentId !== ticket.departmentId && !near.some((each) => each.id === departmentId))
    throw refuse('departments.not_found', 'There is no such department for this site.')
  if (input.serviceItemId) await requireOfferedItem(tx, input.serviceItemId)
  const { id } = await createTicket(tx, deps, {
    actor,
    siteId: ticket.siteId,
    departmentId,
    topic: input.topic.trim(),
    serviceItemId: input.serviceItemId ?? null,
    contactId: ticket.contactId,
    timeZone: site.timeZone,
    source: 'desk',
    description: input.description ?? '',
    priority: ticket.priority,
  })
  await addParticipant(tx, id, actor.id, 'added', deps.clock.now())
  return loadTicketRow(tx, id)
}

/** Single lines and files stay where they were said; the new ticket quotes them in a note. */
const quote = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  from: TicketRow,
  to: TicketRow,
  input: SplitBody,
): Promise<void> => {
  const [messageIds, documentIds] = [input.messageIds ?? [], input.documentIds ?? []]
  if (messageIds.length + documentIds.length === 0) return
  const found = await listQuoted(tx, from.id, messageIds, documentIds)
  const known = found.map((each) => each.id)
  refuseMissing('messageIds', messageIds, known)
  refuseMissing('documentIds', documentIds, known)
  const lines = found.map(
    (each) =>
      `> ${iso(each.at).slice(0, 16).replace('T', ' ')} ${each.agentName ?? '–'}: ${each.isFile ? '📎 ' : ''}${each.text}`,
  )
  const body = [`${from.number} ${from.topic}`, ...lines].join('\n').slice(0, maxReplyLength)
  const at = deps.clock.now()
  const id = newId('rpl')
  await insertReply(tx, {
    id,
    ticketId: to.id,
    kind: 'note',
    agentId: actor.id,
    body,
    via: 'console',
    createdAt: at,
  })
  const [reply] = await loadReplyViews(tx, [id])
  if (!reply) throw new Error('The quotation was not written')
  await tellTicket(
    tx,
    to,
    'ticket.noted',
    actor,
    at,
    { replyId: id, body, mentions: [] },
    {
      forAgents: { ...(await viewsFor(tx, to.id)), reply },
    },
  )
}

/** Moves what was chosen to the new ticket and shows moved replies in its history. */
const moveChosen = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  from: TicketRow,
  to: TicketRow,
  input: SplitBody,
): Promise<OperationChange[]> => {
  const held = await listBelongings(tx, from.id)
  const [replyIds, consultationIds] = [input.replyIds ?? [], input.consultationIds ?? []]
  refuseMissing('replyIds', replyIds, held.replies)
  refuseMissing('consultationIds', consultationIds, held.consultations)
  const change = (field: string) => ({ ticketId: from.id, field, before: from.id, after: to.id })
  for (const id of new Set(consultationIds)) await moveConsultationTo(tx, id, from.id, to.id)
  for (const id of new Set(replyIds)) await moveReplyTo(tx, id, from.id, to.id)
  for (const reply of await loadReplyViews(tx, replyIds)) {
    const files = reply.documents.map((each) => each.name)
    const facts = {
      replyId: reply.id,
      body: wordsOf(reply.body, files),
      kind: reply.kind,
      number: from.number,
    }
    await tellTicket(tx, to, 'ticket.reply_moved', actor, deps.clock.now(), facts, { forAgents: { reply } })
  }
  return [
    ...[...new Set(consultationIds)].map((id) => change(`consultation:${id}`)),
    ...[...new Set(replyIds)].map((id) => change(`reply:${id}`)),
  ]
}

/**
 * Another matter in the same ticket gets a ticket of its own, linked with this one. Chosen replies and
 * consultations go there; chosen lines and files are quoted.
 */
export const splitTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: SplitBody,
): Promise<FamilyChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const made = await makeTicket(tx, deps, actor, ticket, input)
  const at = deps.clock.now()
  await quote(tx, deps, actor, ticket, made, input)
  const changes = await moveChosen(tx, deps, actor, ticket, made, input)
  await insertLink(tx, ticket.id, made.id, at)
  const operationId = newId('opn')
  await insertOperation(tx, { id: operationId, kind: 'split', actorId: actor.id, createdAt: at }, [
    { ticketId: made.id, field: 'created', before: null, after: ticket.id },
    ...changes,
  ])
  const facts = { newTicketId: made.id, newNumber: made.number, operationId }
  await tellTicket(tx, await loadTicketRow(tx, ticket.id), 'ticket.split', actor, at, facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
  await tellTicket(
    tx,
    await loadTicketRow(tx, made.id),
    'ticket.split_from',
    actor,
    at,
    { otherId: ticket.id, otherNumber: ticket.number },
    { forAgents: await viewsFor(tx, made.id) },
  )
  await tellMoved(tx, deps, actor, input.consultationIds ?? [], made.number, { isOpening: true })
  await auditTicket(tx, deps, actor, 'tickets.split', ticket, { into: made.number })
  return { ...(await changeOf(tx, made.id)), operation: await operationView(tx, operationId) }
}

/** Takes a split back: what went over returns, and the new ticket goes on in the one it came from. */
export const undoSplit = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  { operation }: LoadedOperation,
): Promise<Undone> => {
  const changes = await listOperationChanges(tx, operation.id)
  const created = changes.find((change) => change.field === 'created')
  if (!created?.after) throw new Error(`Operation ${operation.id} names no ticket`)
  const { ticket: made } = await loadTicket(tx, actor, created.ticketId)
  const { ticket: origin } = await loadTicketForWork(tx, actor, created.after)
  if (made.status === 'merged' || !isUnresolved(made.status))
    throw refuse('operations.blocked', `${made.number} is ${made.status} already.`)
  const movedReplies = new Set(changes.map((change) => change.field))
  const last = await findLastPublicReply(tx, made.id)
  const held = await listBelongings(tx, made.id)
  const isOwnWork =
    (last !== null && !movedReplies.has(`reply:${last.id}`)) ||
    held.consultations.some((id) => !movedReplies.has(`consultation:${id}`)) ||
    held.children.length > 0
  if (isOwnWork)
    throw refuse(
      'operations.blocked',
      `${made.number} was worked on since: merge it instead of undoing the split.`,
    )
  const undone: Undone = { restored: 0, skipped: [] }
  const consultations: string[] = []
  for (const change of changes.filter((each) => each.field !== 'created')) {
    const [kind, id = ''] = change.field.split(':')
    const move = kind === 'reply' ? moveReplyTo : moveConsultationTo
    if (await move(tx, id, made.id, origin.id)) {
      undone.restored += 1
      if (kind === 'consultation') consultations.push(id)
    } else undone.skipped.push({ ...skipOf(change, origin), reason: 'changed' })
  }
  await closeNew(tx, deps, actor, made, origin, operation.id)
  await tellMoved(tx, deps, actor, consultations, origin.number)
  await auditTicket(tx, deps, actor, 'tickets.unsplit', origin, { from: made.number })
  return { ...undone, restored: undone.restored + 1 }
}

const skipOf = (change: OperationChange, ticket: TicketRow) => ({
  ticketId: change.ticketId,
  number: ticket.number,
  field: change.field,
})

/** The number was given out: the ticket stays as one that goes on in the other. */
const closeNew = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  made: TicketRow,
  origin: TicketRow,
  operationId: string,
): Promise<void> => {
  const at = deps.clock.now()
  const set = { holdUntil: null, waitingDepartmentId: null, mergedIntoId: origin.id }
  if (!(await moveTicket(tx, made.id, made.status, 'merged', at, set)))
    throw refuse('request.conflict', 'The ticket has just been changed.')
  await dropLink(tx, made.id, origin.id)
  const facts = {
    from: made.status,
    to: 'merged',
    intoId: origin.id,
    intoNumber: origin.number,
    isUndo: true,
  }
  await tellTicket(tx, await loadTicketRow(tx, made.id), 'ticket.merged', actor, at, facts, {
    forAgents: await viewsFor(tx, made.id),
  })
  const back = { newTicketId: made.id, newNumber: made.number, operationId }
  await tellTicket(tx, await loadTicketRow(tx, origin.id), 'ticket.split_undone', actor, at, back, {
    forAgents: await viewsFor(tx, origin.id),
  })
}
