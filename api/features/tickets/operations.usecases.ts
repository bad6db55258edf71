import { type OperationKind, type OperationView, undoDays } from '../../../contract/operations.schema'
import type { TicketPriority, TicketStatus } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, type AgentActor, type Authorized, authorize, isBelow } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { schedule, unschedule } from '../due/due.store'
import { viewsFor } from './more.presenter'
import {
  insertOperation,
  type LoadedOperation,
  loadOperation,
  type OperationChange,
} from './operations.store'
import { tagsOf } from './tickets.queries.store'
import { loadTicketRow, moveTicket, type TicketRow } from './tickets.store'
import { holdOver, tellTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>

/** Columns that go with a status and come back with it. */
export const statusColumns = [
  'holdUntil',
  'waitingDepartmentId',
  'resolvedAt',
  'closedAt',
  'reopenCount',
] as const

/** Everything of a ticket that an operation may change and undo, as text by field. */
export type Captured = Record<string, string | null>

const textOf = (value: string | number | null): string | null => (value === null ? null : String(value))

/** The ticket as it is now; take it before and after, and `changesBetween` is what the operation did. */
export const captureTicket = async (tx: Tx, ticketId: string): Promise<Captured> => {
  const ticket = await loadTicketRow(tx, ticketId)
  const tags = (await tagsOf(tx, [ticketId])).get(ticketId) ?? []
  return {
    departmentId: ticket.departmentId,
    assigneeId: ticket.assigneeId,
    priority: ticket.priority,
    ...Object.fromEntries(tags.map((tag) => [`tag:${tag.id}`, tag.name])),
    status: ticket.status,
    ...Object.fromEntries(statusColumns.map((column) => [column, textOf(ticket[column])])),
  }
}

export const changesBetween = (ticketId: string, before: Captured, after: Captured): OperationChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((field) => {
    const was = before[field] ?? null
    const is = after[field] ?? null
    return was === is ? [] : [{ ticketId, field, before: was, after: is }]
  })

/** Keeps what an operation changed, so that it can be undone in one go. Returns its id. */
export const recordOperation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  kind: OperationKind,
  changes: readonly OperationChange[],
): Promise<string> => {
  const id = newId('opn')
  await insertOperation(tx, { id, kind, actorId: actor.id, createdAt: deps.clock.now() }, changes)
  return id
}

export const operationViewOf = ({ operation, actorName }: LoadedOperation): OperationView => ({
  id: operation.id,
  kind: operation.kind,
  by: { id: operation.actorId, name: actorName },
  at: iso(operation.createdAt),
  undoneAt: operation.undoneAt === null ? null : iso(operation.undoneAt),
})

export const operationView = async (tx: Tx, id: string): Promise<OperationView> =>
  operationViewOf(await loadOperation(tx, id))

/** An operation the agent may undo: their own, or with `tickets.manage` anybody's of their branch. 404 for others. */
export const loadOperationToUndo = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<Authorized<LoadedOperation>> => {
  const loaded = await loadOperation(tx, id)
  const { operation, actorPath } = loaded
  const mayUndoOthers = actor.permissions.has('tickets.manage') && isBelow(actor, actorPath)
  if (operation.actorId !== actor.id && !mayUndoOthers)
    throw refuse('operations.not_found', 'There is no such operation.')
  if (operation.undoneAt !== null) throw refuse('operations.undone', 'It was undone already.')
  if (deps.clock.now() > operation.createdAt + undoDays * 24 * 3600 * 1000)
    throw refuse('operations.too_late', `It can be undone for ${undoDays} days.`)
  return authorize(loaded)
}

/** What the history says when a status comes back: the word for where the ticket is then. */
const eventOfReturn: Record<TicketStatus, string> = {
  new: 'ticket.resumed',
  open: 'ticket.resumed',
  waiting_citizen: 'ticket.waiting_citizen',
  waiting_department: 'ticket.waiting_department',
  on_hold: 'ticket.held',
  resolved: 'ticket.resolved',
  closed: 'ticket.closed',
  merged: 'ticket.merged',
}

export type RestoredStatus = { status: TicketStatus } & Partial<
  Pick<TicketRow, (typeof statusColumns)[number] | 'mergedIntoId'>
>

/** Puts a former status back with what belongs to it: undoing is no command, so no command's rules apply. */
export const restoreStatus = async (
  tx: Tx,
  deps: UseDeps,
  actor: Actor,
  ticket: TicketRow,
  former: RestoredStatus,
  telling: { type?: string; facts?: Record<string, unknown> } = {},
): Promise<void> => {
  const at = deps.clock.now()
  if (!(await moveTicket(tx, ticket.id, ticket.status, former.status, at, former)))
    throw refuse('request.conflict', 'The ticket has just been changed.')
  const now = await loadTicketRow(tx, ticket.id)
  await unschedule(tx, holdOver, ticket.id)
  if (now.status === 'on_hold' && now.holdUntil !== null)
    await schedule(tx, holdOver, ticket.id, Math.max(at, now.holdUntil))
  const facts = {
    from: ticket.status,
    to: now.status,
    isUndo: true,
    ...(now.holdUntil === null ? {} : { holdUntil: now.holdUntil }),
    ...(now.waitingDepartmentId === null ? {} : { waitingDepartmentId: now.waitingDepartmentId }),
    ...telling.facts,
  }
  await tellTicket(tx, now, telling.type ?? eventOfReturn[now.status], actor, at, facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
}

/** Values of a change as the columns have them. */
export const formerOf = (change: OperationChange): Partial<TicketRow> => {
  const { field, before } = change
  if (field === 'status') return { status: before as TicketStatus }
  if (field === 'priority') return { priority: before as TicketPriority }
  if (field === 'reopenCount') return { reopenCount: Number(before) }
  if (field === 'holdUntil' || field === 'resolvedAt' || field === 'closedAt')
    return { [field]: before === null ? null : Number(before) }
  return { [field]: before }
}
