import { and, count, desc, eq, inArray } from 'drizzle-orm'
import { tagsAfterMerge } from '../../../contract/ticket-list.rules'
import type { Tx } from '../../../drizzle/database'
import { exports } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export type ExportRow = typeof exports.$inferSelect

const shownExports = 30

export const insertExport = async (tx: Tx, row: ExportRow): Promise<void> => {
  await tx.insert(exports).values(row)
}

export const findExport = async (tx: Tx, id: string): Promise<ExportRow | null> => {
  const [row] = await tx.select().from(exports).where(eq(exports.id, id))
  return row ?? null
}

/** An export is its owner's alone: 404 for everybody else. */
export const loadOwnExport = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
): Promise<Authorized<ExportRow>> => {
  const row = await findExport(tx, id)
  if (!row || row.ownerId !== actor.id) throw refuse('exports.not_found', 'There is no such export.')
  return authorize(row)
}

/** The own exports, the newest first. */
export const listExports = (tx: Tx, ownerId: string): Promise<ExportRow[]> =>
  tx
    .select()
    .from(exports)
    .where(eq(exports.ownerId, ownerId))
    .orderBy(desc(exports.createdAt), desc(exports.id))
    .limit(shownExports)
    .then((rows) => rows)

export const countOpenExports = async (tx: Tx, ownerId: string): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(exports)
    .where(and(eq(exports.ownerId, ownerId), inArray(exports.status, ['queued', 'running'])))
  return row?.count ?? 0
}

/** Changes the row while it is still in the state that was read; false where it left it meanwhile. */
export const patchExport = async (
  tx: Tx,
  id: string,
  from: ExportRow['status'],
  set: Partial<ExportRow>,
): Promise<boolean> =>
  (
    await tx
      .update(exports)
      .set(set)
      .where(and(eq(exports.id, id), eq(exports.status, from)))
      .returning({ id: exports.id })
  ).length === 1

export const deleteExport = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(exports).where(eq(exports.id, id))
}

/** A tag went into another one: exports that have not begun look for that one. */
export const moveTagInQueued = async (tx: Tx, from: string, into: string): Promise<void> => {
  const queued = await tx
    .select({ id: exports.id, filter: exports.filter })
    .from(exports)
    .where(eq(exports.status, 'queued'))
  for (const { id, filter } of queued)
    if (filter.tag?.includes(from))
      await tx
        .update(exports)
        .set({ filter: { ...filter, tag: tagsAfterMerge(filter.tag, from, into) } })
        .where(eq(exports.id, id))
}
