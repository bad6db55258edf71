import type { OperationKind, UndoAnswer } from '../../../contract/operations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { startBulkUndo } from './bulk.usecases'
import { undoMerge } from './merge.usecases'
import { type LoadedOperation, listOperationChanges, markUndone } from './operations.store'
import { loadOperationToUndo, operationView } from './operations.usecases'
import { undoSplit } from './split.usecases'
import { type Undone, undoChanges } from './undo.usecases'

type UseDeps = Pick<Deps, 'clock'>
type Undo = (tx: Tx, deps: UseDeps, actor: AgentActor, loaded: LoadedOperation) => Promise<Undone>

const undoValues: Undo = async (tx, deps, actor, { operation }) =>
  undoChanges(tx, deps, actor, await listOperationChanges(tx, operation.id))

const undoOf: Record<OperationKind, Undo> = {
  bulk: undoValues,
  macro: undoValues,
  merge: undoMerge,
  split: undoSplit,
}

/** Undoes an operation in one go: values that are still as it left them are as before again; the rest is named. */
export const undoOperation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<UndoAnswer> => {
  const loaded = await loadOperationToUndo(tx, deps, actor, id)
  const at = deps.clock.now()
  if (!(await markUndone(tx, id, at))) throw refuse('operations.undone', 'It was undone already.')
  const left = loaded.operation.kind === 'bulk' ? await startBulkUndo(tx, deps, actor, id) : null
  if (left !== null) return { operation: await operationView(tx, id), restored: 0, skipped: [], left }
  const { restored, skipped } = await undoOf[loaded.operation.kind](tx, deps, actor, loaded)
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.operation_undone',
    thing: id,
    data: { kind: loaded.operation.kind, restored, skipped: skipped.length },
  })
  return { operation: await operationView(tx, id), restored, skipped, left: 0 }
}
