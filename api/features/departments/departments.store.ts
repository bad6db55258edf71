import { asc, count, eq, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  apiKeys,
  departmentLeaders,
  departments,
  escalationReferrals,
  escalations,
  macros,
  savedViews,
  serviceItems,
  sites,
  tickets,
  webhookEndpoints,
} from '../../../drizzle/schema/index'
import { type Actor, type Authorized, authorize, isBelow } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export type DepartmentRow = typeof departments.$inferSelect

/** A condition that keeps what lies at `path` or below it: a subtree is a prefix. */
export const isUnder = (path: string) => sql`substr(${departments.path}, 1, length(${path})) = ${path}`

export const findDepartment = async (tx: Tx, id: string): Promise<DepartmentRow | null> => {
  const [row] = await tx.select().from(departments).where(eq(departments.id, id))
  return row ?? null
}

/** The department, if it is the actor's own or below it. Throws 404 otherwise. */
export const loadDepartment = async (
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<Authorized<DepartmentRow>> => {
  const row = await findDepartment(tx, id)
  const isInScope =
    actor.kind === 'system' || (actor.kind === 'agent' && row !== null && isBelow(actor, row.path))
  if (!row || !isInScope) throw refuse('departments.not_found', 'There is no such department.')
  return authorize(row)
}

/** Departments at `path` and below with the number of active accounts in each, parents before children. */
export const listDepartments = async (
  tx: Tx,
  path: string,
): Promise<(DepartmentRow & { agentCount: number })[]> => {
  const rows = await tx
    .select()
    .from(departments)
    .where(isUnder(path))
    .orderBy(asc(departments.position), asc(departments.id))
  const counts = await tx
    .select({ id: agents.departmentId, count: count() })
    .from(agents)
    .where(eq(agents.isActive, true))
    .groupBy(agents.departmentId)
  const countOf = new Map(counts.map((each) => [each.id, each.count]))
  const depth = (row: DepartmentRow) => row.path.split('/').length
  return rows
    .map((row) => ({ ...row, agentCount: countOf.get(row.id) ?? 0 }))
    .sort((a, b) => depth(a) - depth(b))
}

/** Where each department lies, by its id. */
export const listPaths = async (tx: Tx): Promise<Map<string, string>> =>
  new Map(
    (await tx.select({ id: departments.id, path: departments.path }).from(departments)).map((row) => [
      row.id,
      row.path,
    ]),
  )

/** Accounts at `path` and below. */
export const listAgentIdsUnder = async (tx: Tx, path: string): Promise<string[]> =>
  (
    await tx
      .select({ id: agents.id })
      .from(agents)
      .innerJoin(departments, eq(departments.id, agents.departmentId))
      .where(isUnder(path))
  ).map((row) => row.id)

export const insertDepartment = async (tx: Tx, row: typeof departments.$inferInsert): Promise<void> => {
  await tx.insert(departments).values(row)
}

export const updateDepartmentRow = async (tx: Tx, id: string, set: Partial<DepartmentRow>): Promise<void> => {
  await tx.update(departments).set(set).where(eq(departments.id, id))
}

/** Gives the subtree at `from` the place `to`: every path below is written anew. */
export const movePaths = async (tx: Tx, from: string, to: string): Promise<void> => {
  const rows = await tx
    .select({ id: departments.id, path: departments.path })
    .from(departments)
    .where(isUnder(from))
  for (const row of rows) await updateDepartmentRow(tx, row.id, { path: to + row.path.slice(from.length) })
}

/** The place after the last child of `parentId`. */
export const nextPosition = async (tx: Tx, parentId: string): Promise<number> => {
  const rows = await tx
    .select({ position: departments.position })
    .from(departments)
    .where(eq(departments.parentId, parentId))
  return rows.reduce((last, row) => Math.max(last, row.position + 1), 0)
}

/** True where nothing refers to the department: no child, account, site, service item or ticket. */
export const isEmptyDepartment = async (tx: Tx, id: string): Promise<boolean> => {
  const [one, child] = [{ one: sql`1` }, eq(departments.parentId, id)]
  const found = await Promise.all([
    tx.select(one).from(departments).where(child).limit(1),
    tx.select(one).from(agents).where(eq(agents.departmentId, id)).limit(1),
    tx.select(one).from(sites).where(eq(sites.departmentId, id)).limit(1),
    tx.select(one).from(serviceItems).where(eq(serviceItems.departmentId, id)).limit(1),
    tx.select(one).from(tickets).where(eq(tickets.departmentId, id)).limit(1),
    tx.select(one).from(tickets).where(eq(tickets.waitingDepartmentId, id)).limit(1),
    tx.select(one).from(macros).where(eq(macros.departmentId, id)).limit(1),
    tx.select(one).from(savedViews).where(eq(savedViews.departmentId, id)).limit(1),
    tx.select(one).from(escalations).where(eq(escalations.departmentId, id)).limit(1),
    tx.select(one).from(escalationReferrals).where(eq(escalationReferrals.fromDepartmentId, id)).limit(1),
    tx.select(one).from(escalationReferrals).where(eq(escalationReferrals.toDepartmentId, id)).limit(1),
    tx.select(one).from(departmentLeaders).where(eq(departmentLeaders.departmentId, id)).limit(1),
    tx.select(one).from(webhookEndpoints).where(eq(webhookEndpoints.departmentId, id)).limit(1),
    tx.select(one).from(apiKeys).where(eq(apiKeys.departmentId, id)).limit(1),
  ])
  return found.every((rows) => rows.length === 0)
}

export const deleteDepartmentRow = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(departments).where(eq(departments.id, id))
}
