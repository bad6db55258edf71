import type { FamilyChange } from '../../../contract/ticket-family.schema'
import { isUnresolved, ticketTransitions } from '../../../contract/tickets.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { Actor, AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { announce } from '../consultations/announce.usecases'
import { liveAmong } from '../consultations/live.store'
import { unschedule } from '../due/due.store'
import { auditTicket } from './desk.usecases'
import { findSurvivor, isOnLine, listMergedBelow } from './family.store'
import {
  dropParticipantOf,
  isParticipantOfAny,
  listBelongings,
  listParticipantRows,
  moveChildTo,
  moveConsultationTo,
  moveReplyTo,
} from './merge.store'
import { changeOf, viewsFor } from './more.presenter'
import {
  insertOperation,
  type LoadedOperation,
  listOperationChanges,
  type OperationChange,
} from './operations.store'
import {
  formerOf,
  operationView,
  type RestoredStatus,
  restoreStatus,
  statusColumns,
} from './operations.usecases'
import { listVisitorsOf } from './replies.store'
import { addTicketTags, removeTicketTags } from './tags.store'
import { loadTicket, loadTicketForWork, tagsOf } from './tickets.queries.store'
import { addParticipant, loadTicketRow, moveTicket, patchTicket, type TicketRow } from './tickets.store'
import { holdOver, tellTicket } from './tickets.usecases'
import type { Undone } from './undo.usecases'

type UseDeps = Pick<Deps, 'clock'>
const text = (value: string | number | null): string | null => (value === null ? null : String(value))

/**
 * Says on a consultation that went to another ticket which one it belongs to now: colleagues and citizen follow, and
 * the clocks there know whether somebody is speaking in it. `isOpening`: that ticket was made for it.
 */
export const tellMoved = async (
  tx: Tx,
  deps: UseDeps,
  actor: Actor,
  consultationIds: readonly string[],
  number: string,
  more: { isOpening?: true } = {},
): Promise<void> => {
  const live = await liveAmong(tx, consultationIds)
  for (const id of new Set(consultationIds)) {
    const facts = { number, isLive: live.has(id), ...more }
    await announce(tx, deps, id, { type: 'consultation.moved', actor, facts })
  }
}

/** Hands everything that hangs on `from` to `to`; answers what was changed, for undoing it. */
const handOver = async (tx: Tx, at: number, from: TicketRow, to: TicketRow): Promise<OperationChange[]> => {
  const changes: OperationChange[] = []
  const note = (ticketId: string, field: string, before: string | null, after: string | null) =>
    changes.push({ ticketId, field, before, after })
  const held = await listBelongings(tx, from.id)
  // A citizen without a name has asked on the survivor: the other one is not them.
  const isOfOther = (await listVisitorsOf(tx, to.id)).length > 0
  for (const id of held.consultations) {
    await moveConsultationTo(tx, id, from.id, to.id)
    note(from.id, `consultation:${id}`, from.id, to.id)
  }
  for (const id of held.replies) {
    await moveReplyTo(tx, id, from.id, to.id)
    note(from.id, `reply:${id}`, from.id, to.id)
  }
  // A survivor that lies below takes the place of the one that is merged away: nothing is below itself.
  const isBelow = to.parentId !== null && (await isOnLine(tx, to.parentId, from.id))
  if (isBelow) await patchTicket(tx, to.id, { parentId: from.parentId }, at)
  for (const id of held.children) {
    if (id === to.id) continue
    await moveChildTo(tx, id, from.id, to.id)
    note(id, 'parentId', from.id, to.id)
  }
  if (isBelow) note(to.id, 'parentId', to.parentId, from.parentId)
  const present = new Set((await listParticipantRows(tx, to.id)).map((row) => row.agentId))
  for (const { agentId, reason } of await listParticipantRows(tx, from.id)) {
    if (present.has(agentId)) continue
    await addParticipant(tx, to.id, agentId, reason, at)
    note(to.id, `participant:${agentId}`, null, reason)
  }
  const tags = await tagsOf(tx, [from.id, to.id])
  const kept = new Set((tags.get(to.id) ?? []).map((tag) => tag.id))
  const added = (tags.get(from.id) ?? []).filter((tag) => !kept.has(tag.id))
  await addTicketTags(
    tx,
    to.id,
    added.map((tag) => tag.id),
    at,
  )
  for (const tag of added) note(to.id, `tag:${tag.id}`, null, tag.name)
  if (to.contactId === null && from.contactId !== null && !isOfOther) {
    await patchTicket(tx, to.id, { contactId: from.contactId }, at)
    note(to.id, 'contactId', null, from.contactId)
  }
  return changes
}

/**
 * Merges a ticket into another one that goes on for both: its consultations, replies, children, participants and
 * tags go there. 422 for itself, 409 where either was merged away, this one is closed, or it has something left to
 * do and the other one is settled: nobody would look at it there.
 */
export const mergeTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  intoIdOrNumber: string,
): Promise<FamilyChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const { ticket: into } = await loadTicketForWork(tx, actor, intoIdOrNumber)
  if (ticket.id === into.id)
    throw refuse('tickets.merge_refused', 'A ticket cannot be merged into itself.', {
      errors: [{ path: 'body.intoId', message: 'the same ticket' }],
    })
  const to = nextState(ticketTransitions, ticket.status, 'merge')
  if (!to)
    throw refuse('request.conflict', `A ticket that is ${ticket.status} cannot be merged: open it first.`)
  if (isUnresolved(ticket.status) && !isUnresolved(into.status))
    throw refuse('request.conflict', `${into.number} is ${into.status}: open it again first.`)
  const at = deps.clock.now()
  const set = { holdUntil: null, waitingDepartmentId: null, mergedIntoId: into.id }
  const former = await loadTicketRow(tx, ticket.id)
  if (!(await moveTicket(tx, ticket.id, ticket.status, to, at, set)))
    throw refuse('request.conflict', 'The ticket has just been changed.')
  if (ticket.status === 'on_hold') await unschedule(tx, holdOver, ticket.id)
  const changes: OperationChange[] = [
    { ticketId: ticket.id, field: 'status', before: former.status, after: to },
    { ticketId: ticket.id, field: 'mergedIntoId', before: null, after: into.id },
    ...statusColumns.flatMap((field) => {
      const after = field in set ? null : text(former[field])
      return [{ ticketId: ticket.id, field, before: text(former[field]), after }]
    }),
    ...(await handOver(tx, at, ticket, into)),
  ]
  await patchTicket(tx, into.id, {}, at)
  const operationId = newId('opn')
  await insertOperation(tx, { id: operationId, kind: 'merge', actorId: actor.id, createdAt: at }, changes)
  await tellMerge(tx, deps, actor, ticket, into, { from: ticket.status, to, operationId })
  await tellMoved(tx, deps, actor, named(changes, 'consultation'), into.number)
  await auditTicket(tx, deps, actor, 'tickets.merged', ticket, { into: into.number })
  return { ...(await changeOf(tx, into.id)), operation: await operationView(tx, operationId) }
}

/** Ids in fields such as `consultation:con_…`. */
const named = (changes: readonly OperationChange[], kind: string): string[] =>
  changes.flatMap(({ field }) => (field.startsWith(`${kind}:`) ? [field.slice(kind.length + 1)] : []))

const tellMerge = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticket: TicketRow,
  into: TicketRow,
  { from, to, operationId }: { from: string; to: string; operationId: string },
): Promise<void> => {
  const at = deps.clock.now()
  const merged = await loadTicketRow(tx, ticket.id)
  const facts = { from, to, intoId: into.id, intoNumber: into.number, operationId }
  await tellTicket(tx, merged, 'ticket.merged', actor, at, facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
  const absorbed = {
    ticketId: ticket.id,
    number: ticket.number,
    topic: ticket.topic,
    createdAt: ticket.createdAt,
    firstReplyAt: ticket.firstReplyAt,
    operationId,
  }
  await tellTicket(tx, await loadTicketRow(tx, into.id), 'ticket.absorbed', actor, at, absorbed, {
    forAgents: await viewsFor(tx, into.id),
  })
}

/** Tickets merged into the survivor that stay there when `mergedId` comes out of it, with what is merged into that. */
const listStaying = async (tx: Tx, survivorId: string, mergedId: string): Promise<string[]> => {
  const going = new Set([mergedId, ...(await listMergedBelow(tx, mergedId))])
  return (await listMergedBelow(tx, survivorId)).filter((id) => !going.has(id))
}

/**
 * Puts one moved thing back where it is still where the merge put it. What one of the `staying` tickets brings along
 * too stays with them.
 */
const putBack = async (
  tx: Tx,
  change: OperationChange,
  staying: readonly string[],
  at: number,
): Promise<boolean> => {
  const { ticketId, field, before, after } = change
  const [kind, id = ''] = field.split(':')
  if (kind === 'consultation') return moveConsultationTo(tx, id, String(after), String(before))
  if (kind === 'reply') return moveReplyTo(tx, id, String(after), String(before))
  if (kind === 'parentId') {
    // Since then its former parent may have come below it.
    if (before !== null && (await isOnLine(tx, before, ticketId))) return false
    if (after !== null) return moveChildTo(tx, ticketId, after, before)
    if ((await loadTicketRow(tx, ticketId)).parentId !== null) return false
    await patchTicket(tx, ticketId, { parentId: before }, at)
    return true
  }
  const survivor = await loadTicketRow(tx, ticketId)
  if (kind === 'participant')
    return survivor.assigneeId === id || (await isParticipantOfAny(tx, staying, id))
      ? false
      : dropParticipantOf(tx, ticketId, id, String(after))
  if (kind === 'tag') {
    if ([...(await tagsOf(tx, staying)).values()].flat().some((tag) => tag.id === id)) return false
    await removeTicketTags(tx, ticketId, [id])
    return true
  }
  if (kind !== 'contactId' || survivor.contactId !== after) return false
  await patchTicket(tx, ticketId, { contactId: before }, at)
  return true
}

/** Takes a merge back: what was moved and is still there returns, and the ticket is as it was. */
export const undoMerge = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  { operation }: LoadedOperation,
): Promise<Undone> => {
  const changes = await listOperationChanges(tx, operation.id)
  const target = changes.find((change) => change.field === 'mergedIntoId')
  if (!target?.after) throw new Error(`Operation ${operation.id} names no survivor`)
  // What it puts back must be the actor's to see, as it was for whoever merged it.
  const { ticket: merged } = await loadTicket(tx, actor, target.ticketId)
  const survivor = await loadTicketRow(tx, target.after)
  if (merged.status !== 'merged' || merged.mergedIntoId !== survivor.id)
    throw refuse('operations.blocked', 'The ticket is no longer merged there.')
  if (survivor.status === 'merged') {
    const last = await findSurvivor(tx, survivor.id)
    throw refuse(
      'operations.blocked',
      `${survivor.number} was itself merged (it goes on as ${last.number}): undo that first.`,
    )
  }
  await loadTicketForWork(tx, actor, survivor.id)
  const at = deps.clock.now()
  const ofStatus = new Set<string>(['status', 'mergedIntoId', ...statusColumns])
  const undone: Undone = { restored: 0, skipped: [] }
  const moved: string[] = []
  const staying = await listStaying(tx, survivor.id, merged.id)
  for (const change of changes.filter((each) => !ofStatus.has(each.field))) {
    const isBack = await putBack(tx, change, staying, at)
    if (isBack) undone.restored += 1
    else
      undone.skipped.push({
        ticketId: change.ticketId,
        number: change.ticketId === merged.id ? merged.number : survivor.number,
        field: change.field,
        reason: 'changed',
      })
    if (isBack && change.field.startsWith('consultation:')) moved.push(...named([change], 'consultation'))
  }
  const former: RestoredStatus = { status: merged.status, mergedIntoId: null }
  for (const change of changes.filter((each) => ofStatus.has(each.field)))
    Object.assign(former, formerOf(change))
  await patchTicket(tx, survivor.id, {}, at)
  await restoreStatus(tx, deps, actor, merged, former, {
    type: 'ticket.unmerged',
    facts: { fromId: survivor.id, number: survivor.number, operationId: operation.id },
  })
  const released = { ticketId: merged.id, number: merged.number, operationId: operation.id }
  await tellTicket(tx, await loadTicketRow(tx, survivor.id), 'ticket.released', actor, at, released, {
    forAgents: await viewsFor(tx, survivor.id),
  })
  await tellMoved(tx, deps, actor, moved, merged.number)
  await auditTicket(tx, deps, actor, 'tickets.unmerged', merged, { from: survivor.number })
  return { restored: undone.restored + ofStatus.size, skipped: undone.skipped }
}
