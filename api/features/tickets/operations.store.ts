import { and, asc, eq, isNull } from 'drizzle-orm'
import type { OperationKind } from '../../../contract/operations.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, ticketOperationChanges, ticketOperations } from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'

export type OperationRow = typeof ticketOperations.$inferSelect
/** One value that an operation changed; `before` is what undoing puts back. */
export interface OperationChange {
  ticketId: string
  field: string
  before: string | null
  after: string | null
}

/** Rows per statement: below the number of values a statement may have. */
const chunk = 100

export const insertOperation = async (
  tx: Tx,
  row: { id: string; kind: OperationKind; actorId: string; createdAt: number },
  changes: readonly OperationChange[],
): Promise<void> => {
  await tx.insert(ticketOperations).values({ ...row, undoneAt: null })
  await appendChanges(tx, row.id, 0, changes)
}

/** More of what an operation changed, from the place `position` on. */
export const appendChanges = async (
  tx: Tx,
  operationId: string,
  position: number,
  changes: readonly OperationChange[],
): Promise<void> => {
  for (let from = 0; from < changes.length; from += chunk)
    await tx
      .insert(ticketOperationChanges)
      .values(
        changes
          .slice(from, from + chunk)
          .map((change, at) => ({ ...change, operationId, position: position + from + at })),
      )
}

export interface LoadedOperation {
  operation: OperationRow
  actorName: string
  /** Of the department of whoever did it. */
  actorPath: string
}

export const loadOperation = async (tx: Tx, id: string): Promise<LoadedOperation> => {
  const [row] = await tx
    .select({ operation: ticketOperations, actorName: agents.name, actorPath: departments.path })
    .from(ticketOperations)
    .innerJoin(agents, eq(agents.id, ticketOperations.actorId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(eq(ticketOperations.id, id))
  if (!row) throw refuse('operations.not_found', 'There is no such operation.')
  return row
}

/** What it changed, in the order in which it did. */
export const listOperationChanges = (tx: Tx, operationId: string): Promise<OperationChange[]> =>
  tx
    .select({
      ticketId: ticketOperationChanges.ticketId,
      field: ticketOperationChanges.field,
      before: ticketOperationChanges.before,
      after: ticketOperationChanges.after,
    })
    .from(ticketOperationChanges)
    .where(eq(ticketOperationChanges.operationId, operationId))
    .orderBy(asc(ticketOperationChanges.position))
    .then((rows) => rows)

/** False where it was undone already. */
export const markUndone = async (tx: Tx, operationId: string, at: number): Promise<boolean> =>
  (
    await tx
      .update(ticketOperations)
      .set({ undoneAt: at })
      .where(and(eq(ticketOperations.id, operationId), isNull(ticketOperations.undoneAt)))
      .returning({ id: ticketOperations.id })
  ).length === 1
