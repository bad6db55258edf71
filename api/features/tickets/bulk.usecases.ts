import { bulkTransitions, maxBulkFound, maxBulkResults } from '../../../contract/bulk.rules'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type {
  BulkBody,
  BulkChange,
  BulkRun,
  MatchingCount,
  TicketListFilter,
} from '../../../contract/ticket-list.schema'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { schedule } from '../due/due.store'
import { bulkJob, bulkUndoJob, isSmall, runBulk, runBulkUndo } from './bulk.run.usecases'
import {
  type BulkRunRow,
  countTargets,
  findBulkRun,
  insertBulkRun,
  insertTargets,
  listSkipped,
  listTargets,
  patchBulkRun,
} from './bulk.store'
import { findMatching } from './found.usecases'
import { loadOperation } from './operations.store'
import { recordOperation } from './operations.usecases'

const maxSkipped = 200
/** The request that starts a small change also does it: the sweeper only takes over where that one died. */
const takeOverMs = 5000

/**
 * Starts a change to many tickets. The operation stands before anything is changed, so that whatever comes to
 * be changed can be undone. Answers the id of the operation.
 */
export const startBulk = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  body: BulkBody,
): Promise<string> => {
  const at = deps.clock.now()
  const operationId = await recordOperation(tx, deps, actor, 'bulk', [])
  const ids = 'ids' in body ? [...new Set(body.ids)] : null
  await insertBulkRun(tx, {
    operationId,
    status: ids ? 'running' : 'finding',
    change: body.change,
    filter: 'filter' in body ? (body.filter as Record<string, string>) : null,
    total: ids?.length ?? null,
    undoneById: null,
    finishedAt: null,
  })
  if (ids) await insertTargets(tx, operationId, ids)
  await schedule(tx, bulkJob, operationId, at + (ids ? takeOverMs : 0))
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.bulk_started',
    thing: operationId,
    data: {
      change: body.change,
      ...(ids ? { count: ids.length } : { filter: 'filter' in body && body.filter }),
    },
  })
  return operationId
}

const bulkRunOf = async (tx: Tx, run: BulkRunRow): Promise<BulkRun> => {
  const { operation } = await loadOperation(tx, run.operationId)
  const { byOutcome, putBack, restored } = await countTargets(tx, run.operationId)
  const { changed = 0, unchanged = 0, refused = 0 } = byOutcome
  const isLarge = (run.total ?? 0) > maxBulkResults
  const results = await listTargets(tx, run.operationId, isLarge ? 'refused' : null)
  const skipped = await listSkipped(tx, run.operationId, maxSkipped)
  return {
    operationId: run.operationId,
    status: run.status,
    change: run.change as BulkChange,
    total: run.total,
    done: changed + unchanged + refused,
    changed,
    unchanged,
    refused,
    putBack,
    restored,
    skipped: skipped
      .flatMap(({ ticketId, number, skipped }) =>
        (skipped ?? []).map((each) => ({ ticketId, number: number ?? '', ...each })),
      )
      .slice(0, maxSkipped),
    results: results.map(({ ticketId, number, outcome, code, detail }) => ({
      id: ticketId,
      number,
      outcome,
      code,
      detail,
    })),
    createdAt: iso(operation.createdAt),
    finishedAt: iso(run.finishedAt),
  }
}

const notFound = () => refuse('operations.not_found', 'There is no such operation.')

/** A change to many tickets is shown to whoever started it. */
const loadOwnRun = async (tx: Tx, actor: AgentActor, operationId: string): Promise<BulkRunRow> => {
  const run = await findBulkRun(tx, operationId)
  if (!run || (await loadOperation(tx, operationId)).operation.actorId !== actor.id) throw notFound()
  return run
}

export const showBulk = async (tx: Tx, actor: AgentActor, operationId: string): Promise<BulkRun> =>
  bulkRunOf(tx, await loadOwnRun(tx, actor, operationId))

/** Stops it; what is changed by then stays and can be undone. Throws 409 where it is over. */
export const cancelBulk = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  operationId: string,
): Promise<BulkRun> => {
  const run = await loadOwnRun(tx, actor, operationId)
  const status = nextState(bulkTransitions, run.status, 'cancel')
  const set = { status: status ?? run.status, finishedAt: deps.clock.now() }
  if (!status || !(await patchBulkRun(tx, operationId, run.status, set)))
    throw refuse('operations.wrong_state', 'It is over already.')
  return bulkRunOf(tx, { ...run, ...set })
}

type RunDeps = Pick<Deps, 'db' | 'clock' | 'search' | 'logger'>

/** What a started change answers: a small one is done by then, a large one is under way. */
export const answerBulk = async (deps: RunDeps, actor: AgentActor, operationId: string): Promise<BulkRun> => {
  const run = await deps.db.read((tx) => findBulkRun(tx, operationId))
  if (run && isSmall(run)) await runBulk(deps, operationId)
  return deps.db.read((tx) => showBulk(tx, actor, operationId))
}

/** Begins to put back what the change did; null where the operation is none of this kind. Throws 409 before its end. */
export const startBulkUndo = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  operationId: string,
): Promise<number | null> => {
  const run = await findBulkRun(tx, operationId)
  if (!run) return null
  const status = nextState(bulkTransitions, run.status, 'undo')
  const set = { status: status ?? run.status, undoneById: actor.id }
  if (!status || !(await patchBulkRun(tx, operationId, run.status, set)))
    throw refuse('operations.wrong_state', 'It is still under way: stop it first.')
  await schedule(tx, bulkUndoJob, operationId, deps.clock.now() + (isSmall(run) ? takeOverMs : 0))
  return (await countTargets(tx, operationId)).byOutcome.changed ?? 0
}

/** What undoing answers: a small change is put back by then, a large one is on its way. */
export const answerUndo = async (deps: RunDeps, answer: UndoAnswer): Promise<UndoAnswer> => {
  if (answer.left === 0) return answer
  const { id } = answer.operation
  const run = await deps.db.read((tx) => findBulkRun(tx, id))
  if (!run) return answer
  if (isSmall(run)) await runBulkUndo(deps, id)
  const { skipped, restored, changed, putBack } = await deps.db.read((tx) => bulkRunOf(tx, run))
  return { ...answer, restored, skipped, left: changed - putBack }
}

/** How many tickets a change by this filter would reach. */
export const countMatching = async (
  deps: RunDeps,
  actor: AgentActor,
  filter: TicketListFilter,
): Promise<MatchingCount> => {
  const { ids, isMore } = await findMatching(deps, actor, filter, maxBulkFound)
  return { count: ids.length, isMore }
}
