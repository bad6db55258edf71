import { and, asc, eq, inArray, isNull, max, or, sql } from 'drizzle-orm'
import type { MacroStep } from '../../../contract/macros.rules'
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
  const people = steps.filter((step) => step.action === 'assign' && step.value.startsWith('agt_'))
  const places = steps.filter((step) => step.action === 'department')
  const ids = (list: readonly MacroStep[]) => [...new Set(list.map((step) => step.value))]
  const found = [
    ...(people.length > 0
      ? await tx
          .select({ id: agents.id, name: agents.name })
          .from(agents)
          .where(and(inArray(agents.id, ids(people)), eq(agents.isActive, true)))
      : []),
    ...(places.length > 0
      ? await tx
          .select({ id: departments.id, name: departments.name })
          .from(departments)
          .where(inArray(departments.id, ids(places)))
      : []),
  ]
  return new Map(found.map((each) => [each.id, each.name]))
}
