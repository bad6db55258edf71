import { and, asc, desc, eq, gt, inArray, lte } from 'drizzle-orm'
import type { Role } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { absences, agents, departmentLeaders, departments } from '../../../drizzle/schema/index'

/** Somebody who might answer for a matter. */
export interface Person {
  id: string
  name: string
  roles: readonly Role[]
  isActive: boolean
  departmentId: string
}

const columns = {
  id: agents.id,
  name: agents.name,
  roles: agents.roles,
  isActive: agents.isActive,
  departmentId: agents.departmentId,
}

export const findPerson = async (tx: Tx, id: string): Promise<Person | null> => {
  const [row] = await tx.select(columns).from(agents).where(eq(agents.id, id))
  return row ?? null
}

/** The active accounts of a department, those longest there first. */
export const peopleOf = async (tx: Tx, departmentId: string): Promise<Person[]> =>
  tx
    .select(columns)
    .from(agents)
    .where(and(eq(agents.departmentId, departmentId), eq(agents.isActive, true)))
    .orderBy(asc(agents.createdAt), asc(agents.id))
    .limit(100)

/** Every active account, those longest there first: the last resort looks for administrators among them. */
export const activePeople = async (tx: Tx): Promise<Person[]> =>
  tx
    .select(columns)
    .from(agents)
    .where(eq(agents.isActive, true))
    .orderBy(asc(agents.createdAt), asc(agents.id))

export interface Leader extends Person {
  role: 'head' | 'deputy'
}

/** Heads, then deputies, each in their order. */
export const leadersOf = async (tx: Tx, departmentId: string): Promise<Leader[]> =>
  tx
    .select({ ...columns, role: departmentLeaders.role })
    .from(departmentLeaders)
    .innerJoin(agents, eq(agents.id, departmentLeaders.agentId))
    .where(eq(departmentLeaders.departmentId, departmentId))
    .orderBy(desc(departmentLeaders.role), asc(departmentLeaders.position), asc(departmentLeaders.agentId))

export const replaceLeaders = async (
  tx: Tx,
  departmentId: string,
  leaders: readonly { agentId: string; role: 'head' | 'deputy' }[],
): Promise<void> => {
  await tx.delete(departmentLeaders).where(eq(departmentLeaders.departmentId, departmentId))
  if (leaders.length > 0)
    await tx
      .insert(departmentLeaders)
      .values(leaders.map((each, position) => ({ departmentId, position, ...each })))
}

export type AbsenceRow = typeof absences.$inferSelect

/** The absence that holds at `at`, the one that began last. */
export const absenceAt = async (tx: Tx, agentId: string, at: number): Promise<AbsenceRow | null> => {
  const [row] = await tx
    .select()
    .from(absences)
    .where(and(eq(absences.agentId, agentId), gt(absences.toAt, at), lte(absences.fromAt, at)))
    .orderBy(desc(absences.fromAt), asc(absences.id))
    .limit(1)
  return row ?? null
}

/** Who of these is away at `at`. */
export const absentAmong = async (tx: Tx, agentIds: readonly string[], at: number): Promise<Set<string>> => {
  if (agentIds.length === 0) return new Set()
  const rows = await tx
    .select({ id: absences.agentId })
    .from(absences)
    .where(and(inArray(absences.agentId, [...agentIds]), gt(absences.toAt, at), lte(absences.fromAt, at)))
  return new Set(rows.map((row) => row.id))
}

/** Absences not over yet, the next first. */
export const listAbsences = async (
  tx: Tx,
  agentId: string,
  at: number,
): Promise<(AbsenceRow & { deputyName: string | null })[]> =>
  (
    await tx
      .select({ absence: absences, deputyName: agents.name })
      .from(absences)
      .leftJoin(agents, eq(agents.id, absences.deputyId))
      .where(and(eq(absences.agentId, agentId), gt(absences.toAt, at)))
      .orderBy(asc(absences.fromAt), asc(absences.id))
      .limit(100)
  ).map(({ absence, deputyName }) => ({ ...absence, deputyName }))

export const findAbsence = async (tx: Tx, id: string): Promise<AbsenceRow | null> => {
  const [row] = await tx.select().from(absences).where(eq(absences.id, id))
  return row ?? null
}
export const insertAbsence = async (tx: Tx, row: AbsenceRow): Promise<void> => {
  await tx.insert(absences).values(row)
}
export const deleteAbsence = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(absences).where(eq(absences.id, id))
}

export interface Place {
  id: string
  name: string
  path: string
}

/** The departments of a path, the root first. */
export const placesOn = async (tx: Tx, path: string): Promise<Place[]> => {
  const ids = path.split('/').filter(Boolean)
  if (ids.length === 0) return []
  const rows = await tx
    .select({ id: departments.id, name: departments.name, path: departments.path })
    .from(departments)
    .where(inArray(departments.id, ids))
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])
}
