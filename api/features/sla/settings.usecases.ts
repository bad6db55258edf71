import { calendarProblems } from '../../../contract/calendar-check.rules'
import type {
  CalendarBody,
  CalendarView,
  PolicyBody,
  PolicyView,
  RuleBody,
  RuleView,
} from '../../../contract/sla.schema'
import type { Tx } from '../../../drizzle/database'
import { type Actor, type AgentActor, maySetFor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { loadDepartment } from '../departments/departments.store'
import { audience, writeEvent } from '../events/events.store'
import { policyReach, requirePolicyReach } from './reach.usecases'
import {
  deleteCalendar,
  deletePolicy,
  deleteRule,
  isPolicyUsed,
  knownSteps,
  listCalendars,
  listPolicies,
  listRules,
  loadCalendar,
  loadPolicy,
  loadRule,
  movePolicy,
  moveTagInConditions,
  nextPolicyPosition,
  nextRulePosition,
  saveCalendar,
  savePolicy,
  saveRule,
  setDepartmentCalendar,
} from './settings.store'
import { markSlaChanged } from './sla.config.store'

type SettingsDeps = Pick<Deps, 'clock'>

/** Audited, told to the pages, and followed by a reckoning anew of all unresolved tickets. */
const tellChange = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  action: string,
  thing: string,
  data: Record<string, unknown>,
): Promise<void> => {
  const at = deps.clock.now()
  await markSlaChanged(tx, newId('rev'), at)
  await writeAudit(tx, { at, actor, action, thing, data })
  await writeEvent(tx, {
    type: 'sla.settings_changed',
    subject: thing,
    at,
    actor,
    audience: [audience.agents],
    facts: { action },
  })
}

const calendarViewOf = ({
  createdAt: _createdAt,
  updatedAt,
  exceptions,
  ...row
}: Awaited<ReturnType<typeof listCalendars>>[number]): CalendarView => ({
  ...row,
  updatedAt: iso(updatedAt),
  exceptions: exceptions.map(({ date, name, spans }) => ({ date, name, spans })),
})

export const calendarViews = async (tx: Tx): Promise<CalendarView[]> =>
  (await listCalendars(tx)).map(calendarViewOf)

const found = <T>(view: T | undefined): T => {
  if (!view) throw refuse('sla.not_found', 'There is no such thing.')
  return view
}
const calendarViewOfId = async (tx: Tx, id: string) =>
  found((await calendarViews(tx)).find((view) => view.id === id))

/** Throws 422 with every problem of the calendar at once. */
const refuseBadCalendar = (body: CalendarBody): void => {
  const problems = calendarProblems(body)
  if (problems.length > 0)
    throw refuse('sla.calendar_invalid', 'The calendar cannot be used as it is.', {
      errors: problems.map(({ path, code }) => ({ path: `body.${path}`, message: code })),
    })
}

/** Adds a calendar, or changes the one with `id`. */
export const putCalendar = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  body: CalendarBody,
  id: string | null,
): Promise<CalendarView> => {
  refuseBadCalendar(body)
  const before = id === null ? null : await loadCalendar(tx, id)
  const now = deps.clock.now()
  const { exceptions, ...rest } = body
  const row = {
    ...rest,
    id: before?.id ?? newId('wca'),
    createdAt: before?.createdAt ?? now,
    // Never the same twice: what is unrolled from a calendar is kept by id and this time.
    updatedAt: before ? Math.max(now, before.updatedAt + 1) : now,
  }
  await saveCalendar(tx, row, exceptions)
  await tellChange(tx, deps, actor, before ? 'sla.calendar_changed' : 'sla.calendar_created', row.id, {
    name: body.name,
    timeZone: body.timeZone,
    exceptions: exceptions.length,
  })
  return calendarViewOfId(tx, row.id)
}

/** Throws 409 while a policy or a department works by it. */
export const removeCalendar = async (tx: Tx, deps: SettingsDeps, actor: Actor, id: string): Promise<void> => {
  const view = await calendarViewOfId(tx, id)
  if (view.policyIds.length > 0 || view.departmentIds.length > 0)
    throw refuse('sla.in_use', 'A policy or a department works by this calendar.')
  await deleteCalendar(tx, id)
  await tellChange(tx, deps, actor, 'sla.calendar_deleted', id, { name: view.name })
}

/** Gives a department of the actor's branch its own working time; null: that of the department above. */
export const chooseDepartmentCalendar = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: AgentActor,
  departmentId: string,
  calendarId: string | null,
): Promise<void> => {
  const department = await loadDepartment(tx, actor, departmentId)
  if (calendarId !== null) await loadCalendar(tx, calendarId)
  await setDepartmentCalendar(tx, department.id, calendarId)
  await tellChange(tx, deps, actor, 'sla.department_calendar', department.id, { calendarId })
}

type ListedPolicy = Awaited<ReturnType<typeof listPolicies>>[number]

const policyViewOf = (
  { createdAt: _createdAt, updatedAt, conditions, ...row }: ListedPolicy,
  canEdit: boolean,
): PolicyView => ({
  ...row,
  updatedAt: iso(updatedAt),
  conditions: conditions.map(
    ({ field, op, values }) => ({ field, op, values }) as PolicyView['conditions'][number],
  ),
  canEdit,
})

export const policyViews = async (tx: Tx, actor: Actor): Promise<PolicyView[]> => {
  const mayReach = await policyReach(tx, actor)
  return (await listPolicies(tx)).map((row) => policyViewOf(row, mayReach(row)))
}

/**
 * Adds a policy (the last before the default), or changes the one with `id`. Throws 403 where it holds beyond the
 * actor's branch, before or after.
 */
export const putPolicy = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  body: PolicyBody,
  id: string | null,
  more: { isDefault?: boolean } = {},
): Promise<PolicyView> => {
  const before = id === null ? null : await loadPolicy(tx, id)
  const isDefault = before?.isDefault ?? more.isDefault ?? false
  await requirePolicyReach(tx, actor, ...(before ? [before] : []), { ...body, isDefault })
  await loadCalendar(tx, body.calendarId)
  if (isDefault && (!body.isActive || body.conditions.length > 0))
    throw refuse('sla.default_policy', 'The default policy has no conditions and is always on.')
  const now = deps.clock.now()
  const { conditions, ...rest } = body
  const row = {
    ...rest,
    id: before?.id ?? newId('slp'),
    position: before?.position ?? (await nextPolicyPosition(tx)),
    isDefault,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  }
  await savePolicy(tx, row, conditions)
  await tellChange(tx, deps, actor, before ? 'sla.policy_changed' : 'sla.policy_created', row.id, { ...body })
  return found((await policyViews(tx, actor)).find((view) => view.id === row.id))
}

/** Throws 403 beyond the actor's branch, 422 for the default policy and 409 while a rule names it. */
export const removePolicy = async (tx: Tx, deps: SettingsDeps, actor: Actor, id: string): Promise<void> => {
  const row = await loadPolicy(tx, id)
  await requirePolicyReach(tx, actor, row)
  if (row.isDefault) throw refuse('sla.default_policy', 'The default policy cannot be deleted.')
  if (await isPolicyUsed(tx, id)) throw refuse('sla.in_use', 'A rule is for this policy.')
  await deletePolicy(tx, id)
  await tellChange(tx, deps, actor, 'sla.policy_deleted', id, { name: row.name })
}

/** Puts the policies in the order given; those not named keep their order after them, the default the last. */
export const orderPolicies = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  ids: readonly string[],
): Promise<PolicyView[]> => {
  const rows = await listPolicies(tx)
  const rank = (row: ListedPolicy) => {
    const at = ids.indexOf(row.id)
    return row.isDefault ? Number.MAX_SAFE_INTEGER : at < 0 ? ids.length + row.position : at
  }
  const ordered = [...rows].sort((a, b) => rank(a) - rank(b))
  for (const [position, row] of ordered.entries())
    if (row.position !== position + 1) await movePolicy(tx, row.id, position + 1)
  await tellChange(tx, deps, actor, 'sla.policies_ordered', 'policies', {
    ids: ordered.map((row) => row.id),
  })
  return policyViews(tx, actor)
}

/** A rule is for whom its policy is; one for every policy is for everybody. */
export const ruleViews = async (tx: Tx, actor: Actor): Promise<RuleView[]> => {
  const own = new Set((await policyViews(tx, actor)).flatMap((each) => (each.canEdit ? [each.id] : [])))
  const mayReachAll = maySetFor(actor, null)
  return (await listRules(tx)).map(({ createdAt: _createdAt, position: _position, steps, ...row }) => ({
    ...row,
    steps: steps.map(({ ruleId: _ruleId, position: _at, ...step }) => step),
    canEdit: row.policyId === null ? mayReachAll : own.has(row.policyId),
  }))
}

/** Throws 403 unless the actor may set the rules of each policy; null stands for every policy. */
const requireRuleReach = async (tx: Tx, actor: Actor, policyIds: (string | null)[]): Promise<void> =>
  requirePolicyReach(
    tx,
    actor,
    ...(await Promise.all(policyIds.map((id) => (id === null ? null : loadPolicy(tx, id))))),
  )

/** Throws 422 for a step without the figure its trigger needs. */
const refuseBadSteps = (steps: RuleBody['steps']): void => {
  const errors = steps.flatMap(({ trigger, atPercent, afterSeconds }, index) => {
    const isWhole = trigger === 'warn' ? atPercent !== null : afterSeconds !== null
    return isWhole ? [] : [{ path: `body.steps.${index}`, message: 'step_without_moment' }]
  })
  if (errors.length > 0)
    throw refuse('sla.rule_invalid', 'A warning needs a percentage, a breach a delay.', { errors })
}

/**
 * Adds a rule, or changes the one with `id`; a step that is handed back with its id stays the same step. Throws 403
 * where it holds beyond the actor's branch, before or after.
 */
export const putRule = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  body: RuleBody,
  id: string | null,
): Promise<RuleView> => {
  refuseBadSteps(body.steps)
  const before = id === null ? null : await loadRule(tx, id)
  await requireRuleReach(tx, actor, [...(before ? [before.policyId] : []), body.policyId])
  const ruleId = before?.id ?? newId('erl')
  const known = await knownSteps(
    tx,
    ruleId,
    body.steps.flatMap((step) => step.id ?? []),
  )
  const steps = body.steps.map((step, position) => ({
    ...step,
    id: step.id && known.has(step.id) ? step.id : newId('ers'),
    atPercent: step.trigger === 'warn' ? step.atPercent : null,
    afterSeconds: step.trigger === 'breach' ? step.afterSeconds : null,
    ruleId,
    position,
  }))
  const { steps: _steps, ...rest } = body
  const row = {
    ...rest,
    id: ruleId,
    position: before?.position ?? (await nextRulePosition(tx)),
    createdAt: before?.createdAt ?? deps.clock.now(),
  }
  await saveRule(tx, row, steps)
  await tellChange(tx, deps, actor, before ? 'sla.rule_changed' : 'sla.rule_created', ruleId, { ...body })
  return found((await ruleViews(tx, actor)).find((view) => view.id === ruleId))
}

export const removeRule = async (tx: Tx, deps: SettingsDeps, actor: Actor, id: string): Promise<void> => {
  const row = await loadRule(tx, id)
  await requireRuleReach(tx, actor, [row.policyId])
  await deleteRule(tx, id)
  await tellChange(tx, deps, actor, 'sla.rule_deleted', id, { name: row.name })
}

/** A tag went into another one: policies for it are for that one, and tickets that have it are reckoned anew. */
export const followMergedTag = async (
  tx: Tx,
  deps: SettingsDeps,
  actor: Actor,
  from: string,
  into: string,
): Promise<void> => {
  if (await moveTagInConditions(tx, from, into))
    await tellChange(tx, deps, actor, 'sla.tag_merged', into, { from, into })
}
