import { and, asc, count, eq, gt, gte, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import { type BulkOutcome, maxBulkResults } from '../../../contract/bulk.rules'
import type { Tx } from '../../../drizzle/database'
import { bulkRuns, bulkTargets, ticketOperationChanges } from '../../../drizzle/schema/index'
import { appendChanges, type OperationChange } from './operations.store'

export type BulkRunRow = typeof bulkRuns.$inferSelect
export type BulkTargetRow = typeof bulkTargets.$inferSelect

/** Rows per statement: below the number of values a statement may have. */
const chunk = 100
/** Places kept for the changes of one ticket. */
const changesPerTarget = 1000

export const insertBulkRun = async (tx: Tx, row: BulkRunRow): Promise<void> => {
  await tx.insert(bulkRuns).values(row)
}

export const findBulkRun = async (tx: Tx, operationId: string): Promise<BulkRunRow | null> => {
  const [row] = await tx.select().from(bulkRuns).where(eq(bulkRuns.operationId, operationId))
  return row ?? null
}

/** Changes the run while it is still in the state that was read; false where it left it meanwhile. */
export const patchBulkRun = async (
  tx: Tx,
  operationId: string,
  from: BulkRunRow['status'],
  set: Partial<BulkRunRow>,
): Promise<boolean> =>
  (
    await tx
      .update(bulkRuns)
      .set(set)
      .where(and(eq(bulkRuns.operationId, operationId), eq(bulkRuns.status, from)))
      .returning({ id: bulkRuns.operationId })
  ).length === 1

export const insertTargets = async (
  tx: Tx,
  operationId: string,
  ticketIds: readonly string[],
): Promise<void> => {
  for (let from = 0; from < ticketIds.length; from += chunk)
    await tx.insert(bulkTargets).values(
      ticketIds.slice(from, from + chunk).map((ticketId, at) => ({
        operationId,
        position: from + at,
        ticketId,
        outcome: 'pending' as const,
      })),
    )
}

const own = (operationId: string, position: number) =>
  and(eq(bulkTargets.operationId, operationId), eq(bulkTargets.position, position))

export const findTarget = async (
  tx: Tx,
  operationId: string,
  position: number,
): Promise<BulkTargetRow | null> => {
  const [row] = await tx.select().from(bulkTargets).where(own(operationId, position))
  return row ?? null
}

export const patchTarget = async (
  tx: Tx,
  operationId: string,
  position: number,
  set: Partial<BulkTargetRow>,
): Promise<void> => {
  await tx.update(bulkTargets).set(set).where(own(operationId, position))
}

/** The next tickets with this outcome that are not put back. */
export const targetsAfter = (
  tx: Tx,
  operationId: string,
  outcome: BulkOutcome,
  after: number,
  limit: number,
): Promise<BulkTargetRow[]> =>
  tx
    .select()
    .from(bulkTargets)
    .where(
      and(
        eq(bulkTargets.operationId, operationId),
        eq(bulkTargets.outcome, outcome),
        isNull(bulkTargets.restored),
        gt(bulkTargets.position, after),
      ),
    )
    .orderBy(asc(bulkTargets.position))
    .limit(limit)
    .then((rows) => rows)

/** What an operation changed on one of its tickets is kept in the transaction that changes it. */
export const keepChanges = (
  tx: Tx,
  operationId: string,
  position: number,
  changes: readonly OperationChange[],
): Promise<void> => appendChanges(tx, operationId, position * changesPerTarget, changes)

export const listChangesOf = (tx: Tx, operationId: string, position: number): Promise<OperationChange[]> =>
  tx
    .select({
      ticketId: ticketOperationChanges.ticketId,
      field: ticketOperationChanges.field,
      before: ticketOperationChanges.before,
      after: ticketOperationChanges.after,
    })
    .from(ticketOperationChanges)
    .where(
      and(
        eq(ticketOperationChanges.operationId, operationId),
        gte(ticketOperationChanges.position, position * changesPerTarget),
        lt(ticketOperationChanges.position, (position + 1) * changesPerTarget),
      ),
    )
    .orderBy(asc(ticketOperationChanges.position))
    .then((rows) => rows)

export interface BulkFigures {
  byOutcome: Partial<Record<BulkOutcome, number>>
  putBack: number
  restored: number
}

export const countTargets = async (tx: Tx, operationId: string): Promise<BulkFigures> => {
  const rows = await tx
    .select({
      outcome: bulkTargets.outcome,
      count: count(),
      putBack: count(bulkTargets.restored),
      restored: sql<number>`coalesce(sum(${bulkTargets.restored}), 0)`,
    })
    .from(bulkTargets)
    .where(eq(bulkTargets.operationId, operationId))
    .groupBy(bulkTargets.outcome)
  return {
    byOutcome: Object.fromEntries(rows.map((row) => [row.outcome, row.count])),
    putBack: rows.reduce((sum, row) => sum + row.putBack, 0),
    restored: rows.reduce((sum, row) => sum + Number(row.restored), 0),
  }
}

/** The tickets in their order; `outcome` names those of a large change. */
export const listTargets = (tx: Tx, operationId: string, outcome: BulkOutcome | null) =>
  tx
    .select()
    .from(bulkTargets)
    .where(
      and(
        eq(bulkTargets.operationId, operationId),
        outcome === null ? undefined : eq(bulkTargets.outcome, outcome),
      ),
    )
    .orderBy(asc(bulkTargets.position))
    .limit(maxBulkResults)
    .then((rows) => rows)

/** Tickets on which undoing left a value as it was. */
export const listSkipped = (tx: Tx, operationId: string, limit: number) =>
  tx
    .select({
      ticketId: bulkTargets.ticketId,
      number: bulkTargets.number,
      skipped: bulkTargets.skipped,
    })
    .from(bulkTargets)
    .where(and(eq(bulkTargets.operationId, operationId), isNotNull(bulkTargets.skipped)))
    .orderBy(asc(bulkTargets.position))
    .limit(limit)
    .then((rows) => rows)
