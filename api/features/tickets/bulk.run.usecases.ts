import { type BulkCommand, bulkAtOnce, bulkTransitions, maxBulkFound } from '../../../contract/bulk.rules'
import type { BulkChange, TicketListFilter } from '../../../contract/ticket-list.schema'
import { maxTags } from '../../../contract/tickets.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { AppError, refuse } from '../../lib/errors'
import { loadOwner } from '../agents/owner.store'
import { writeAudit } from '../audit/audit.store'
import { unschedule } from '../due/due.store'
import {
  type BulkRunRow,
  type BulkTargetRow,
  countTargets,
  findBulkRun,
  findTarget,
  insertTargets,
  keepChanges,
  listChangesOf,
  patchBulkRun,
  patchTarget,
  targetsAfter,
} from './bulk.store'
import { assignByHand, commandTicket, moveDepartment } from './desk.usecases'
import { editTicket, setTags } from './edit.usecases'
import { findMatching } from './found.usecases'
import { loadOperation } from './operations.store'
import { captureTicket, changesBetween } from './operations.usecases'
import { loadTicketForWork, tagsOf } from './tickets.queries.store'
import { undoTicket } from './undo.usecases'

/** Due jobs: work through the tickets; put them back. Repeated after a crash they go on where they were. */
export const bulkJob = 'bulk.run'
export const bulkUndoJob = 'bulk.undo'

type RunDeps = Pick<Deps, 'db' | 'clock' | 'search' | 'logger'>

/** Tickets asked for together: the writer commits them together. */
const sliceSize = 10

/** Everything that `change` asks for, through the same use cases as by hand. */
const applyChange = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
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

type Patch = Partial<BulkTargetRow>

/** Marks a ticket unless somebody did so before, or the run is no longer at it. */
const patchPending = async (
  tx: Tx,
  run: BulkRunRow,
  position: number,
  work: (target: BulkTargetRow) => Promise<Patch>,
): Promise<void> => {
  const now = await findBulkRun(tx, run.operationId)
  const target = await findTarget(tx, run.operationId, position)
  if (now?.status !== run.status || !target || target.restored !== null) return
  if (run.status === 'running' && target.outcome !== 'pending') return
  await patchTarget(tx, run.operationId, position, await work(target))
}

/** The change, what it was before, and that it is done: one transaction, so that none is without the others. */
const changeTarget = async (
  deps: RunDeps,
  actor: AgentActor,
  run: BulkRunRow,
  { position }: BulkTargetRow,
): Promise<void> => {
  try {
    await deps.db.write((tx) =>
      patchPending(tx, run, position, async ({ ticketId }) => {
        const { ticket } = await loadTicketForWork(tx, actor, ticketId)
        const before = await captureTicket(tx, ticket.id)
        await applyChange(tx, deps, actor, ticket.id, run.change as BulkChange)
        const changes = changesBetween(ticket.id, before, await captureTicket(tx, ticket.id))
        await keepChanges(tx, run.operationId, position, changes)
        return { number: ticket.number, outcome: changes.length > 0 ? 'changed' : 'unchanged' }
      }),
    )
  } catch (error) {
    // Refused: nothing of it is left behind, and nobody else is stopped.
    if (!(error instanceof AppError)) throw error
    const { code, message } = error
    await deps.db.write((tx) =>
      patchPending(tx, run, position, async () => ({ outcome: 'refused', code, detail: message })),
    )
  }
}

const undoTarget = (deps: RunDeps, actor: AgentActor, run: BulkRunRow, { position }: BulkTargetRow) =>
  deps.db.write((tx) =>
    patchPending(tx, run, position, async ({ ticketId }) => {
      const changes = await listChangesOf(tx, run.operationId, position)
      const { restored, skipped } = await undoTicket(tx, deps, actor, ticketId, changes)
      const left = skipped.map(({ field, reason }) => ({ field, reason }))
      return { restored, skipped: left.length > 0 ? left : null }
    }),
  )

/** The run goes on as `command` says, where it is still in the state that was read. */
const move = async (
  tx: Tx,
  run: BulkRunRow,
  command: BulkCommand,
  set: Partial<BulkRunRow> = {},
): Promise<boolean> => {
  const status = nextState(bulkTransitions, run.status, command)
  return status !== null && (await patchBulkRun(tx, run.operationId, run.status, { ...set, status }))
}

/** Somebody who lost the right meanwhile changes nothing more; what is changed stays and can be undone. */
const stopWithoutRight = (deps: RunDeps, run: BulkRunRow) =>
  deps.db.write(async (tx) => {
    await move(tx, run, run.status === 'undoing' ? 'finish' : 'cancel', { finishedAt: deps.clock.now() })
  })

const finish = (deps: RunDeps, run: BulkRunRow, actor: AgentActor) =>
  deps.db.write(async (tx) => {
    const at = deps.clock.now()
    if (!(await move(tx, run, 'finish', run.status === 'undoing' ? {} : { finishedAt: at }))) return
    await unschedule(tx, run.status === 'undoing' ? bulkUndoJob : bulkJob, run.operationId)
    const { byOutcome, restored } = await countTargets(tx, run.operationId)
    await writeAudit(tx, {
      at,
      actor,
      ...(run.status === 'undoing'
        ? { action: 'tickets.operation_undone', data: { kind: 'bulk', restored } }
        : { action: 'tickets.bulk_done', data: { ...byOutcome } }),
      thing: run.operationId,
    })
  })

/** Looks for the tickets of a filter once; from then on they are the ones, whatever they become. */
const findTargets = async (deps: RunDeps, run: BulkRunRow, actor: AgentActor): Promise<BulkRunRow | null> => {
  const filter = (run.filter ?? {}) as TicketListFilter
  const { ids } = await findMatching(deps, actor, filter, maxBulkFound)
  return deps.db.write(async (tx) => {
    if (!(await move(tx, run, 'start', { total: ids.length }))) return null
    await insertTargets(tx, run.operationId, ids)
    return findBulkRun(tx, run.operationId)
  })
}

const load = (deps: RunDeps, operationId: string) =>
  deps.db.read(async (tx) => {
    const run = await findBulkRun(tx, operationId)
    if (!run) return null
    const { operation } = await loadOperation(tx, operationId)
    const actor = await loadOwner(tx, run.undoneById ?? operation.actorId)
    const needed = run.status === 'undoing' ? 'tickets.work' : 'tickets.manage'
    return { run, actor: actor?.permissions.has(needed) ? actor : null }
  })

/** Every ticket with this outcome, a few at a time, until the run is stopped. */
const workThrough = async (
  deps: RunDeps,
  run: BulkRunRow,
  work: (actor: AgentActor, target: BulkTargetRow) => Promise<void>,
): Promise<void> => {
  const outcome = run.status === 'undoing' ? 'changed' : 'pending'
  for (let after = -1; ; ) {
    const from = after
    // Rights are looked up anew for every slice.
    const now = await load(deps, run.operationId)
    if (now?.run.status !== run.status) return
    if (!now.actor) return stopWithoutRight(deps, run)
    const { actor } = now
    const targets = await deps.db.read((tx) => targetsAfter(tx, run.operationId, outcome, from, sliceSize))
    if (targets.length === 0) return finish(deps, run, actor)
    await Promise.all(targets.map((target) => work(actor, target)))
    after = targets.at(-1)?.position ?? after
  }
}

/** Does the change, ticket by ticket. Harmless when repeated, or done by two at once. */
export const runBulk = async (deps: RunDeps, operationId: string): Promise<void> => {
  const loaded = await load(deps, operationId)
  if (!loaded) return
  let run: BulkRunRow | null = loaded.run
  if (run.status === 'finding') {
    if (!loaded.actor) return stopWithoutRight(deps, run)
    run = await findTargets(deps, run, loaded.actor)
  }
  if (run?.status !== 'running') return
  const own = run
  await workThrough(deps, own, (actor, target) => changeTarget(deps, actor, own, target))
}

/** Puts back what it changed, ticket by ticket. Harmless when repeated. */
export const runBulkUndo = async (deps: RunDeps, operationId: string): Promise<void> => {
  const loaded = await load(deps, operationId)
  if (loaded?.run.status !== 'undoing') return
  const { run } = loaded
  await workThrough(deps, run, (actor, target) => undoTarget(deps, actor, run, target))
}

/** True where the request that asks for it may wait for it. */
export const isSmall = (run: BulkRunRow): boolean => run.total !== null && run.total <= bulkAtOnce
