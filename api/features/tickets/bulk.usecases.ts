import type { BulkChange, BulkResult } from '../../../contract/ticket-list.schema'
import { maxTags } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { AppError, refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { assignByHand, commandTicket, moveDepartment } from './desk.usecases'
import { editTicket, setTags } from './edit.usecases'
import { appendChanges, insertOperation, type OperationChange } from './operations.store'
import { captureTicket, changesBetween } from './operations.usecases'
import { loadTicketForWork, tagsOf } from './tickets.queries.store'

type UseDeps = Pick<Deps, 'clock'>
type Result = BulkResult['results'][number]

/** Everything that `change` asks for, through the same use cases as by hand. */
const applyChange = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  change: BulkChange,
): Promise<void> => {
  const { addTags = [], removeTags = [] } = change
  if (change.priority) await editTicket(tx, deps, actor, ticketId, { priority: change.priority })
  if (addTags.length + removeTags.length > 0) {
    const held = ((await tagsOf(tx, [ticketId])).get(ticketId) ?? []).map((tag) => tag.name)
    const names = [...new Set([...held, ...addTags])].filter((name) => !removeTags.includes(name))
    if (names.length > maxTags) throw refuse('request.conflict', `At most ${maxTags} tags on a ticket.`)
    await setTags(tx, deps, actor, ticketId, names)
  }
  if (change.departmentId) await moveDepartment(tx, deps, actor, ticketId, change.departmentId)
  if (change.assigneeId !== undefined) await assignByHand(tx, deps, actor, ticketId, change.assigneeId)
  if (change.command)
    await commandTicket(tx, deps, actor, ticketId, {
      command: change.command,
      ...(change.holdUntil === undefined ? {} : { holdUntil: change.holdUntil }),
      ...(change.waitingDepartmentId === undefined
        ? {}
        : { waitingDepartmentId: change.waitingDepartmentId }),
    })
}

/** Changes one ticket and answers what became different. */
const changeOne = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  change: BulkChange,
): Promise<{ result: Result; changes: OperationChange[] }> => {
  const { ticket } = await loadTicketForWork(tx, actor, id)
  const before = await captureTicket(tx, ticket.id)
  await applyChange(tx, deps, actor, ticket.id, change)
  const changes = changesBetween(ticket.id, before, await captureTicket(tx, ticket.id))
  const outcome = changes.length > 0 ? ('changed' as const) : ('unchanged' as const)
  return { result: { id, number: ticket.number, outcome, code: null, detail: null }, changes }
}

/** What has been done so far: kept with each ticket's change, so that a killed process leaves nothing that cannot be undone. */
interface Progress {
  operationId: string
  changes: number
}

const keepChanges = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  { operationId, changes: position }: Progress,
  changes: readonly OperationChange[],
): Promise<void> => {
  if (changes.length === 0) return
  if (position > 0) await appendChanges(tx, operationId, position, changes)
  else
    await insertOperation(
      tx,
      { id: operationId, kind: 'bulk', actorId: actor.id, createdAt: deps.clock.now() },
      changes,
    )
}

/** One ticket in a transaction of its own, so that a refusal leaves nothing of it behind and stops nobody else. */
const changeApart = async (
  deps: UseDeps & Pick<Deps, 'db'>,
  actor: AgentActor,
  id: string,
  change: BulkChange,
  progress: Progress,
): Promise<{ result: Result; changes: number }> => {
  try {
    return await deps.db.write(async (tx) => {
      const { result, changes } = await changeOne(tx, deps, actor, id, change)
      await keepChanges(tx, deps, actor, progress, changes)
      return { result, changes: changes.length }
    })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const result: Result = { id, number: null, outcome: 'refused', code: error.code, detail: error.message }
    return { result, changes: 0 }
  }
}

/** The same change to many tickets, each by itself; what was done can be undone in one go. */
export const changeTickets = async (
  deps: UseDeps & Pick<Deps, 'db'>,
  actor: AgentActor,
  ids: readonly string[],
  change: BulkChange,
): Promise<BulkResult> => {
  const results: Result[] = []
  const progress: Progress = { operationId: newId('opn'), changes: 0 }
  for (const id of new Set(ids)) {
    const done = await changeApart(deps, actor, id, change, progress)
    results.push(done.result)
    progress.changes += done.changes
  }
  const changed = results.filter((each) => each.outcome === 'changed').length
  return { operationId: progress.changes > 0 ? progress.operationId : null, changed, results }
}
