import { and, asc, eq, inArray, max } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import {
  calendarExceptions,
  departments,
  escalationRules,
  escalationSteps,
  slaCalendars,
  slaPolicies,
  slaPolicyConditions,
} from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'

export type CalendarRow = typeof slaCalendars.$inferSelect
export type ExceptionRow = typeof calendarExceptions.$inferSelect
export type PolicyRow = typeof slaPolicies.$inferSelect
export type ConditionRow = typeof slaPolicyConditions.$inferSelect
export type RuleRow = typeof escalationRules.$inferSelect
export type StepRow = typeof escalationSteps.$inferSelect

export const listCalendars = async (
  tx: Tx,
): Promise<
  (CalendarRow & { exceptions: ExceptionRow[]; departmentIds: string[]; policyIds: string[] })[]
> => {
  const rows = await tx.select().from(slaCalendars).orderBy(asc(slaCalendars.createdAt), asc(slaCalendars.id))
  const exceptions = await tx.select().from(calendarExceptions).orderBy(asc(calendarExceptions.date))
  const users = await tx.select({ id: departments.id, calendarId: departments.calendarId }).from(departments)
  const policies = await tx
    .select({ id: slaPolicies.id, calendarId: slaPolicies.calendarId })
    .from(slaPolicies)
  return rows.map((row) => ({
    ...row,
    exceptions: exceptions.filter((each) => each.calendarId === row.id),
    departmentIds: users.filter((each) => each.calendarId === row.id).map((each) => each.id),
    policyIds: policies.filter((each) => each.calendarId === row.id).map((each) => each.id),
  }))
}

export const findCalendar = async (tx: Tx, id: string): Promise<CalendarRow | null> => {
  const [row] = await tx.select().from(slaCalendars).where(eq(slaCalendars.id, id))
  return row ?? null
}

export const loadCalendar = async (tx: Tx, id: string): Promise<CalendarRow> => {
  const row = await findCalendar(tx, id)
  if (!row) throw refuse('sla.not_found', 'There is no such calendar.')
  return row
}

/** Writes a calendar with its exceptions, new or in place of what it was. */
export const saveCalendar = async (
  tx: Tx,
  row: CalendarRow,
  exceptions: readonly Omit<ExceptionRow, 'calendarId'>[],
): Promise<void> => {
  const { id: _id, createdAt: _createdAt, ...set } = row
  await tx.insert(slaCalendars).values(row).onConflictDoUpdate({ target: slaCalendars.id, set })
  await tx.delete(calendarExceptions).where(eq(calendarExceptions.calendarId, row.id))
  for (const { date, name, spans } of exceptions)
    await tx.insert(calendarExceptions).values({ calendarId: row.id, date, name, spans })
}

export const deleteCalendar = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(calendarExceptions).where(eq(calendarExceptions.calendarId, id))
  await tx.delete(slaCalendars).where(eq(slaCalendars.id, id))
}

export const setDepartmentCalendar = async (
  tx: Tx,
  departmentId: string,
  calendarId: string | null,
): Promise<void> => {
  await tx.update(departments).set({ calendarId }).where(eq(departments.id, departmentId))
}

export const listPolicies = async (tx: Tx): Promise<(PolicyRow & { conditions: ConditionRow[] })[]> => {
  const rows = await tx.select().from(slaPolicies).orderBy(asc(slaPolicies.position), asc(slaPolicies.id))
  const conditions = await tx.select().from(slaPolicyConditions).orderBy(asc(slaPolicyConditions.position))
  const withOwn = rows.map((row) => ({
    ...row,
    conditions: conditions.filter((each) => each.policyId === row.id),
  }))
  return [...withOwn.filter((row) => !row.isDefault), ...withOwn.filter((row) => row.isDefault)]
}

export const loadPolicy = async (tx: Tx, id: string): Promise<PolicyRow & { conditions: ConditionRow[] }> => {
  const [row] = await tx.select().from(slaPolicies).where(eq(slaPolicies.id, id))
  if (!row) throw refuse('sla.not_found', 'There is no such policy.')
  const conditions = await tx
    .select()
    .from(slaPolicyConditions)
    .where(eq(slaPolicyConditions.policyId, id))
    .orderBy(asc(slaPolicyConditions.position))
  return { ...row, conditions }
}

export const savePolicy = async (
  tx: Tx,
  row: PolicyRow,
  conditions: readonly Pick<ConditionRow, 'field' | 'op' | 'values'>[],
): Promise<void> => {
  const { id: _id, createdAt: _createdAt, ...set } = row
  await tx.insert(slaPolicies).values(row).onConflictDoUpdate({ target: slaPolicies.id, set })
  await tx.delete(slaPolicyConditions).where(eq(slaPolicyConditions.policyId, row.id))
  for (const [position, { field, op, values }] of conditions.entries())
    await tx.insert(slaPolicyConditions).values({ policyId: row.id, position, field, op, values })
}

export const movePolicy = async (tx: Tx, id: string, position: number): Promise<void> => {
  await tx.update(slaPolicies).set({ position }).where(eq(slaPolicies.id, id))
}

export const deletePolicy = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(slaPolicyConditions).where(eq(slaPolicyConditions.policyId, id))
  await tx.delete(slaPolicies).where(eq(slaPolicies.id, id))
}

export const nextPolicyPosition = async (tx: Tx): Promise<number> => {
  const [row] = await tx.select({ last: max(slaPolicies.position) }).from(slaPolicies)
  return Number(row?.last ?? 0) + 1
}

export const listRules = async (tx: Tx): Promise<(RuleRow & { steps: StepRow[] })[]> => {
  const rows = await tx
    .select()
    .from(escalationRules)
    .orderBy(asc(escalationRules.position), asc(escalationRules.id))
  const steps = await tx.select().from(escalationSteps).orderBy(asc(escalationSteps.position))
  return rows.map((row) => ({ ...row, steps: steps.filter((each) => each.ruleId === row.id) }))
}

export const loadRule = async (tx: Tx, id: string): Promise<RuleRow> => {
  const [row] = await tx.select().from(escalationRules).where(eq(escalationRules.id, id))
  if (!row) throw refuse('sla.not_found', 'There is no such rule.')
  return row
}

export const isPolicyUsed = async (tx: Tx, policyId: string): Promise<boolean> =>
  (
    await tx
      .select({ id: escalationRules.id })
      .from(escalationRules)
      .where(eq(escalationRules.policyId, policyId))
      .limit(1)
  ).length > 0

/** Which of the steps belong to the rule already. */
export const knownSteps = async (
  tx: Tx,
  ruleId: string,
  stepIds: readonly string[],
): Promise<Set<string>> => {
  if (stepIds.length === 0) return new Set()
  const rows = await tx
    .select({ id: escalationSteps.id })
    .from(escalationSteps)
    .where(and(eq(escalationSteps.ruleId, ruleId), inArray(escalationSteps.id, [...stepIds])))
  return new Set(rows.map((row) => row.id))
}

export const saveRule = async (tx: Tx, row: RuleRow, steps: readonly StepRow[]): Promise<void> => {
  const { id: _id, createdAt: _createdAt, ...set } = row
  await tx.insert(escalationRules).values(row).onConflictDoUpdate({ target: escalationRules.id, set })
  await tx.delete(escalationSteps).where(eq(escalationSteps.ruleId, row.id))
  for (const step of steps) await tx.insert(escalationSteps).values(step)
}

export const deleteRule = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(escalationSteps).where(eq(escalationSteps.ruleId, id))
  await tx.delete(escalationRules).where(eq(escalationRules.id, id))
}

export const nextRulePosition = async (tx: Tx): Promise<number> => {
  const [row] = await tx.select({ last: max(escalationRules.position) }).from(escalationRules)
  return Number(row?.last ?? 0) + 1
}

/** Conditions that name the tag `from` name `into` instead; true where any policy names either. */
export const moveTagInConditions = async (tx: Tx, from: string, into: string): Promise<boolean> => {
  const rows = await tx.select().from(slaPolicyConditions).where(eq(slaPolicyConditions.field, 'tag'))
  for (const { policyId, position, values } of rows) {
    if (!values.includes(from)) continue
    const moved = [...new Set(values.map((value) => (value === from ? into : value)))]
    await tx
      .update(slaPolicyConditions)
      .set({ values: moved })
      .where(and(eq(slaPolicyConditions.policyId, policyId), eq(slaPolicyConditions.position, position)))
  }
  return rows.some(({ values }) => values.includes(from) || values.includes(into))
}
