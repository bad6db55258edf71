import type { UndoSkip } from '../../../contract/operations.schema'
import type { TicketPriority, TicketStatus } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { AppError } from '../../lib/errors'
import { lastOfTicket } from '../events/events.store'
import { assignByHand, moveDepartment } from './desk.usecases'
import { editTicket, setTags } from './edit.usecases'
import type { OperationChange } from './operations.store'
import {
  captureTicket,
  formerOf,
  type RestoredStatus,
  restoreStatus,
  statusColumns,
} from './operations.usecases'
import { loadTicket, tagsOf } from './tickets.queries.store'
import { loadTicketRow, type TicketRow } from './tickets.store'
import { assignTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>
export interface Undone {
  restored: number
  skipped: UndoSkip[]
}

const maxNamed = 200
const isOfStatus = (field: string): boolean =>
  field === 'status' || (statusColumns as readonly string[]).includes(field)

/** Puts back the values that are still as the operation left them; what changed since stays. */
export const undoChanges = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  changes: readonly OperationChange[],
): Promise<Undone> => {
  const undone: Undone = { restored: 0, skipped: [] }
  const ids = [...new Set(changes.map((change) => change.ticketId))]
  for (const ticketId of ids) {
    const own = changes.filter((change) => change.ticketId === ticketId)
    const one = await undoTicket(tx, deps, actor, ticketId, own)
    undone.restored += one.restored
    undone.skipped.push(...one.skipped.slice(0, maxNamed - undone.skipped.length))
  }
  return undone
}

/** True where it was done; false where the caller may not, or the old value is no longer possible. */
const wasAllowed = async (run: () => Promise<unknown>): Promise<boolean> => {
  try {
    await run()
    return true
  } catch (error) {
    // Refusals are raised before anything is written; anything else ends the transaction.
    if (error instanceof AppError) return false
    throw error
  }
}

export const undoTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  changes: readonly OperationChange[],
): Promise<Undone> => {
  const row = await loadTicketRow(tx, ticketId)
  const skipped: UndoSkip[] = []
  const skip = (change: OperationChange, reason: UndoSkip['reason']) =>
    skipped.push({ ticketId, number: row.number, field: change.field, reason })
  const isVisible = await wasAllowed(() => loadTicket(tx, actor, ticketId))
  if (!isVisible || row.status === 'merged') {
    for (const change of changes) skip(change, isVisible ? 'changed' : 'refused')
    return { restored: 0, skipped }
  }
  const now = await captureTicket(tx, ticketId)
  const fresh = changes.filter((change) => {
    const isSame = (now[change.field] ?? null) === change.after
    if (!isSame) skip(change, 'changed')
    return isSame
  })
  const find = (field: string) => fresh.find((change) => change.field === field)
  let restored = 0
  const attempt = async (done: readonly OperationChange[], run: () => Promise<unknown>): Promise<void> => {
    if (done.length === 0) return
    if (await wasAllowed(run)) restored += done.length
    else for (const change of done) skip(change, 'refused')
  }
  const [department, priority] = [find('departmentId'), find('priority')]
  const stayed = department ? await ownerThroughMove(tx, row, changes) : null
  if (department?.before)
    await attempt([department], () => moveDepartment(tx, deps, actor, ticketId, String(department.before)))
  if (stayed !== null && (await ownerIsGone(tx, ticketId)))
    await assignTicket(tx, deps, actor, ticketId, stayed)
  const assignee = changes.find((change) => change.field === 'assigneeId')
  // Moving it back may itself have taken the owner off.
  if (assignee && (find('assigneeId') || (department && (await ownerIsGone(tx, ticketId)))))
    await attempt([assignee], () => assignByHand(tx, deps, actor, ticketId, assignee.before))
  if (priority)
    await attempt([priority], () =>
      editTicket(tx, deps, actor, ticketId, { priority: priority.before as TicketPriority }),
    )
  const tags = fresh.filter((change) => change.field.startsWith('tag:'))
  await attempt(tags, () => undoTags(tx, deps, actor, ticketId, tags))
  const ofStatus = fresh.filter((change) => isOfStatus(change.field))
  // The same status reached anew, with another time or department, is not what the operation left.
  const isStatusStale = changes.some((change) => isOfStatus(change.field) && !fresh.includes(change))
  if (isStatusStale) for (const change of ofStatus) skip(change, 'changed')
  else
    await attempt(ofStatus, async () => {
      const ticket = await loadTicketRow(tx, ticketId)
      const former: RestoredStatus = { status: ticket.status as TicketStatus }
      await restoreStatus(tx, deps, actor, ticket, Object.assign(former, ...ofStatus.map(formerOf)))
    })
  return { restored, skipped }
}

/** Who answered for it when it was moved, and has done so since: moving it back must not take them off. */
const ownerThroughMove = async (
  tx: Tx,
  { id, assigneeId }: TicketRow,
  changes: readonly OperationChange[],
): Promise<string | null> => {
  if (changes.some((change) => change.field === 'assigneeId')) return null
  const types = ['ticket.moved', 'ticket.assigned', 'ticket.unassigned']
  const last = await lastOfTicket(tx, id, types, Number.MAX_SAFE_INTEGER)
  return last?.type === 'ticket.moved' ? assigneeId : null
}

const ownerIsGone = async (tx: Tx, ticketId: string): Promise<boolean> =>
  (await loadTicketRow(tx, ticketId)).assigneeId === null

const undoTags = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  changes: readonly OperationChange[],
): Promise<void> => {
  const held = (await tagsOf(tx, [ticketId])).get(ticketId) ?? []
  const added = new Set(changes.filter((change) => change.before === null).map((change) => change.after))
  const removed = changes.flatMap((change) => (change.before === null ? [] : [change.before]))
  const kept = held.map((tag) => tag.name).filter((name) => !added.has(name))
  await setTags(tx, deps, actor, ticketId, [...new Set([...kept, ...removed])])
}
