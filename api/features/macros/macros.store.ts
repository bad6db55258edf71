import { and, asc, eq, inArray, isNull, max, or, sql } from 'drizzle-orm'
import type { MacroStep } from '../../../contract/macros.rules'
import type { MacroChoices } from '../../../contract/macros.schema'
import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, macroSteps, macros } from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export type MacroRow = typeof macros.$inferSelect
export interface LoadedMacro {
  macro: MacroRow
  departmentName: string | null
  departmentPath: string | null
  ownerName: string | null
  steps: MacroStep[]
}

/** The agent's own, and those shared with their department or one above it. */
const mayUse = (actor: AgentActor) =>
  or(
    and(isNull(macros.departmentId), eq(macros.createdBy, actor.id)),
    sql`substr(${actor.departmentPath}, 1, length(${departments.path})) = ${departments.path}`,
    // Who shares with departments below sees what is shared there.
    actor.permissions.has('tickets.manage')
      ? sql`substr(${departments.path}, 1, ${actor.departmentPath.length}) = ${actor.departmentPath}`
      : undefined,
  )

const load = async (tx: Tx, rows: Omit<LoadedMacro, 'steps'>[]): Promise<LoadedMacro[]> => {
  if (rows.length === 0) return []
  const steps = await tx
    .select()
    .from(macroSteps)
    .where(
      inArray(
        macroSteps.macroId,
        rows.map((row) => row.macro.id),
      ),
    )
    .orderBy(asc(macroSteps.position))
  return rows.map((row) => ({
    ...row,
    steps: steps
      .filter((step) => step.macroId === row.macro.id)
      .map(({ action, value }) => ({ action, value })),
  }))
}

const select = (tx: Tx) =>
  tx
    .select({
      macro: macros,
      departmentName: departments.name,
      departmentPath: departments.path,
      ownerName: agents.name,
    })
    .from(macros)
    .leftJoin(departments, eq(departments.id, macros.departmentId))
    .leftJoin(agents, eq(agents.id, macros.createdBy))

export const listMacros = async (
  tx: Tx,
  actor: AgentActor,
  { isActiveOnly }: { isActiveOnly: boolean },
): Promise<LoadedMacro[]> =>
  load(
    tx,
    await select(tx)
      .where(and(mayUse(actor), isActiveOnly ? eq(macros.isActive, true) : undefined))
      .orderBy(asc(macros.position), asc(macros.id))
      .limit(500),
  )

/** 404 where the agent may not use it. */
export const loadMacro = async (tx: Tx, actor: AgentActor, id: string): Promise<LoadedMacro> => {
  const [macro] = await load(tx, await select(tx).where(and(eq(macros.id, id), mayUse(actor))))
  if (!macro) throw refuse('macros.not_found', 'There is no such macro.')
  return macro
}

export const nextMacroPosition = async (tx: Tx): Promise<number> => {
  const [row] = await tx.select({ last: max(macros.position) }).from(macros)
  return (row?.last ?? 0) + 1
}

export const insertMacro = async (tx: Tx, row: typeof macros.$inferInsert): Promise<void> => {
  await tx.insert(macros).values(row)
}

export const updateMacroRow = async (tx: Tx, id: string, set: Partial<MacroRow>): Promise<void> => {
  if (Object.keys(set).length > 0) await tx.update(macros).set(set).where(eq(macros.id, id))
}

export const replaceSteps = async (tx: Tx, macroId: string, steps: readonly MacroStep[]): Promise<void> => {
  await tx.delete(macroSteps).where(eq(macroSteps.macroId, macroId))
  if (steps.length > 0)
    await tx.insert(macroSteps).values(steps.map((step, position) => ({ ...step, macroId, position })))
}

export const deleteMacroRow = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(macroSteps).where(eq(macroSteps.macroId, id))
  await tx.delete(macros).where(eq(macros.id, id))
}

/** A tag has another name now: macros follow. */
export const renameTagInSteps = async (tx: Tx, from: string, to: string): Promise<void> => {
  await tx
    .update(macroSteps)
    .set({ value: to })
    .where(and(inArray(macroSteps.action, ['add_tag', 'remove_tag']), eq(macroSteps.value, from)))
}

/** Names of the people and departments that steps name by id. */
export const namesInSteps = async (tx: Tx, steps: readonly MacroStep[]): Promise<Map<string, string>> => {
  const valuesOf = (action: MacroStep['action']) => [
    ...new Set(steps.flatMap((step) => (step.action === action ? [step.value] : []))),
  ]
  const people = valuesOf('assign').filter((value) => value.startsWith('agt_'))
  const places = valuesOf('department')
  const found = [
    ...(people.length > 0
      ? await tx
          .select({ id: agents.id, name: agents.name })
          .from(agents)
          .where(and(inArray(agents.id, people), eq(agents.isActive, true)))
      : []),
    ...(places.length > 0
      ? await tx
          .select({ id: departments.id, name: departments.name })
          .from(departments)
          .where(inArray(departments.id, places))
      : []),
  ]
  return new Map(found.map((each) => [each.id, each.name]))
}

/** Above the department at `path`, below it, or it itself. */
const onLineOf = (path: string) =>
  or(
    sql`substr(${departments.path}, 1, ${path.length}) = ${path}`,
    sql`substr(${path}, 1, length(${departments.path})) = ${departments.path}`,
  )
const maxChoices = 1000

/** Colleagues on the line of the department at `path` who may work on tickets, and its departments. */
export const choicesOnLine = async (tx: Tx, path: string): Promise<MacroChoices> => {
  const people = await tx
    .select({
      id: agents.id,
      name: agents.name,
      roles: agents.roles,
      departmentName: departments.name,
    })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(eq(agents.isActive, true), onLineOf(path)))
    .orderBy(asc(departments.path), asc(agents.name), asc(agents.id))
    .limit(maxChoices)
  const places = await tx
    .select({ id: departments.id, name: departments.name })
    .from(departments)
    .where(onLineOf(path))
    .orderBy(asc(departments.path))
    .limit(maxChoices)
  return {
    people: people
      .filter((each) => permissionsOf(each.roles).includes('tickets.work'))
      .map(({ id, name, departmentName }) => ({ id, name, departmentName })),
    departments: places,
  }
}

/** Which of the people and departments lie on the line of `path`, the people able to work on tickets. */
export const idsOnLine = async (tx: Tx, path: string, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const people = await tx
    .select({ id: agents.id, roles: agents.roles })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(inArray(agents.id, [...ids]), eq(agents.isActive, true), onLineOf(path)))
  const places = await tx
    .select({ id: departments.id })
    .from(departments)
    .where(and(inArray(departments.id, [...ids]), onLineOf(path)))
  const able = people.filter((each) => permissionsOf(each.roles).includes('tickets.work'))
  return new Set([...able, ...places].map((each) => each.id))
}
