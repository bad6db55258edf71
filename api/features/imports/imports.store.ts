import { and, asc, desc, eq, gt, inArray, isNotNull, lt, lte, sql } from 'drizzle-orm'
import type { ImportProblemCode, ImportRowStatus } from '../../../contract/imports.rules'
import type { Tx } from '../../../drizzle/database'
import { importProblems, importRows, imports } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export type ImportRecord = typeof imports.$inferSelect
export type ImportRow = typeof importRows.$inferSelect
export type ImportProblemRow = typeof importProblems.$inferSelect

const shownImports = 30

export const insertImport = async (tx: Tx, row: ImportRecord): Promise<void> => {
  await tx.insert(imports).values(row)
}

export const insertRows = async (
  tx: Tx,
  importId: string,
  first: number,
  lines: readonly string[][],
): Promise<void> => {
  if (lines.length === 0) return
  await tx.insert(importRows).values(
    lines.map((cells, at) => ({
      importId,
      position: first + at,
      cells,
      externalNumber: null,
      status: 'pending' as const,
      ticketId: null,
      ticketNumber: null,
    })),
  )
}

export const findImport = async (tx: Tx, id: string): Promise<ImportRecord | null> => {
  const [row] = await tx.select().from(imports).where(eq(imports.id, id))
  return row ?? null
}

/** An import is its owner's alone: 404 for everybody else. */
export const loadOwnImport = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
): Promise<Authorized<ImportRecord>> => {
  const row = await findImport(tx, id)
  if (!row || row.ownerId !== actor.id) throw refuse('imports.not_found', 'There is no such import.')
  return authorize(row)
}

/** The own imports, the newest first. */
export const listImports = (tx: Tx, ownerId: string): Promise<ImportRecord[]> =>
  tx
    .select()
    .from(imports)
    .where(eq(imports.ownerId, ownerId))
    .orderBy(desc(imports.createdAt), desc(imports.id))
    .limit(shownImports)
    .then((rows) => rows)

/** Changes the import while it is still in the state that was read; false where it left it meanwhile. */
export const patchImport = async (
  tx: Tx,
  id: string,
  from: ImportRecord['status'],
  set: Partial<ImportRecord>,
): Promise<boolean> =>
  (
    await tx
      .update(imports)
      .set(set)
      .where(and(eq(imports.id, id), eq(imports.status, from)))
      .returning({ id: imports.id })
  ).length === 1

/** Imports nobody works on that were over, or came, before that moment. */
export const listOldImports = async (tx: Tx, before: number, limit: number): Promise<string[]> =>
  (
    await tx
      .select({ id: imports.id })
      .from(imports)
      .where(
        and(
          inArray(imports.status, ['draft', 'checked', 'done', 'cancelled']),
          lt(sql`coalesce(${imports.finishedAt}, ${imports.createdAt})`, before),
        ),
      )
      .orderBy(asc(imports.createdAt))
      .limit(limit)
  ).map((row) => row.id)

/** Deletes the first rows of an import with their problems; false where none were left. */
export const deleteSomeRows = async (tx: Tx, importId: string, limit: number): Promise<boolean> => {
  const last = (await rowsAfter(tx, importId, 0, limit)).at(-1)?.position
  if (last === undefined) return false
  const upTo = (table: typeof importRows | typeof importProblems) =>
    and(eq(table.importId, importId), lte(table.position, last))
  await tx.delete(importProblems).where(upTo(importProblems))
  await tx.delete(importRows).where(upTo(importRows))
  return true
}

export const deleteImport = async (tx: Tx, importId: string): Promise<void> => {
  await tx.delete(imports).where(eq(imports.id, importId))
}

/** Rows after a position, in the order of the file. */
export const rowsAfter = (
  tx: Tx,
  importId: string,
  after: number,
  limit: number,
  status?: ImportRowStatus,
): Promise<ImportRow[]> =>
  tx
    .select()
    .from(importRows)
    .where(
      and(
        eq(importRows.importId, importId),
        status ? eq(importRows.status, status) : undefined,
        gt(importRows.position, after),
      ),
    )
    .orderBy(asc(importRows.position))
    .limit(limit)
    .then((rows) => rows)

export const patchRow = async (
  tx: Tx,
  importId: string,
  position: number,
  set: Partial<ImportRow>,
): Promise<void> => {
  await tx
    .update(importRows)
    .set(set)
    .where(and(eq(importRows.importId, importId), eq(importRows.position, position)))
}

/** Forgets what an earlier dry run found. */
export const clearCheck = async (tx: Tx, importId: string): Promise<void> => {
  await tx.delete(importProblems).where(eq(importProblems.importId, importId))
  await tx
    .update(importRows)
    .set({ externalNumber: null })
    .where(and(eq(importRows.importId, importId), isNotNull(importRows.externalNumber)))
}

export const insertProblems = async (tx: Tx, rows: readonly ImportProblemRow[]): Promise<void> => {
  if (rows.length > 0)
    await tx
      .insert(importProblems)
      .values([...rows])
      .onConflictDoNothing()
}

/** Problems after a row, in the order of the file. */
export const problemsAfter = (
  tx: Tx,
  importId: string,
  after: number,
  limit: number,
  code?: ImportProblemCode,
): Promise<ImportProblemRow[]> =>
  tx
    .select()
    .from(importProblems)
    .where(
      and(
        eq(importProblems.importId, importId),
        code ? eq(importProblems.code, code) : undefined,
        gt(importProblems.position, after),
      ),
    )
    .orderBy(asc(importProblems.position), asc(importProblems.field))
    .limit(limit)
    .then((rows) => rows)
