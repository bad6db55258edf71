import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import { tagsAfterMerge } from '../../../contract/ticket-list.rules'
import type { Tx } from '../../../drizzle/database'
import { departments, savedViews } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export interface ViewRow {
  view: typeof savedViews.$inferSelect
  departmentName: string | null
}

const selectViews = (tx: Tx) =>
  tx
    .select({ view: savedViews, departmentName: departments.name })
    .from(savedViews)
    .leftJoin(departments, eq(departments.id, savedViews.departmentId))

/** Own views, and those shared with a department that the agent belongs to. */
export const listViews = async (tx: Tx, actor: AgentActor): Promise<ViewRow[]> => {
  const above = actor.departmentPath.split('/').filter(Boolean)
  return selectViews(tx)
    .where(or(eq(savedViews.ownerId, actor.id), inArray(savedViews.departmentId, above)))
    .orderBy(asc(savedViews.position), asc(savedViews.createdAt), asc(savedViews.id))
}

export const countOwnViews = async (tx: Tx, ownerId: string): Promise<number> => {
  const [row] = await tx
    .select({ count: sql<number>`count(*)` })
    .from(savedViews)
    .where(eq(savedViews.ownerId, ownerId))
  return Number(row?.count ?? 0)
}

/** A view the agent may change: their own. 404 for any other. */
export const loadOwnView = async (tx: Tx, actor: AgentActor, id: string): Promise<Authorized<ViewRow>> => {
  const [row] = await selectViews(tx).where(and(eq(savedViews.id, id), eq(savedViews.ownerId, actor.id)))
  if (!row) throw refuse('views.not_found', 'You have no such view.')
  return authorize(row)
}

export const insertView = async (tx: Tx, row: typeof savedViews.$inferInsert): Promise<void> => {
  await tx.insert(savedViews).values(row)
}

export const updateView = async (
  tx: Tx,
  id: string,
  set: Partial<typeof savedViews.$inferInsert>,
): Promise<void> => {
  if (Object.keys(set).length > 0) await tx.update(savedViews).set(set).where(eq(savedViews.id, id))
}

export const deleteView = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(savedViews).where(eq(savedViews.id, id))
}

/** A tag went into another one: views that name it, everybody's, name that one. Returns how many did. */
export const moveTagInViews = async (tx: Tx, from: string, into: string): Promise<number> => {
  const rows = await tx.select({ id: savedViews.id, filter: savedViews.filter }).from(savedViews)
  const moved = rows.flatMap(({ id, filter }) => {
    const tag = typeof filter.tag === 'string' ? tagsAfterMerge(filter.tag, from, into) : null
    return tag === null || tag === filter.tag ? [] : [{ id, filter: { ...filter, tag } }]
  })
  for (const { id, filter } of moved) await updateView(tx, id, { filter })
  return moved.length
}
