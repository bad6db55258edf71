import { asc, eq, isNotNull } from 'drizzle-orm'
import { type CompiledCalendar, compileCalendar } from '../../../contract/calendar.rules'
import type { EscalationStep } from '../../../contract/escalation-plan.rules'
import type { ChoosablePolicy, PolicyField, PolicyOperator } from '../../../contract/policy-choice.rules'
import type { ClockKind, SlaPolicy } from '../../../contract/sla.rules'
import { defaultWarnPercent } from '../../../contract/sla-state.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  calendarExceptions,
  departments,
  escalationRules,
  escalationSteps,
  settings,
  slaCalendars,
  slaPolicies,
  slaPolicyConditions,
} from '../../../drizzle/schema/index'

const dayMs = 86_400_000
const revisionKey = 'sla.revision'

export interface ConfiguredPolicy extends ChoosablePolicy, SlaPolicy {
  name: string
  calendarId: string
}
export interface ConfiguredCalendar {
  id: string
  name: string
  compiled: CompiledCalendar
}
interface ConfiguredRule {
  policyId: string | null
  clockKind: ClockKind
  steps: EscalationStep[]
}

/** Everything that due times are reckoned by, as of one moment. */
export interface SlaConfig {
  revision: string
  /** When policies, calendars or rules last changed: clocks that stopped before owe no steps. */
  changedAt: number
  policies: readonly ConfiguredPolicy[]
  calendars: ReadonlyMap<string, ConfiguredCalendar>
  rules: readonly ConfiguredRule[]
  departmentCalendars: ReadonlyMap<string, string>
}

/** Calendars unrolled, by id and time of the last change: unrolling costs more than everything else here. */
const compiledCalendars = new Map<string, CompiledCalendar>()
/** The configuration last read: a revision's name is never used again. */
let latest: SlaConfig | null = null

const readRevision = prepared((tx) => tx.select().from(settings).where(eq(settings.key, revisionKey)))

/** The configuration, read anew only after a change; null before `ensureSla`. */
export const loadSlaConfig = async (tx: Tx, now: number): Promise<SlaConfig | null> => {
  const [row] = await readRevision(tx, {})
  if (!row) return null
  if (latest?.revision !== row.value) latest = await readConfig(tx, row.value, now)
  return latest
}

/** Says that policies, calendars or rules are others from now on. `revision` is `<id>@<ms since 1970>`. */
export const markSlaChanged = async (tx: Tx, id: string, at: number): Promise<void> => {
  const value = `${id}@${at}`
  await tx
    .insert(settings)
    .values({ key: revisionKey, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
}

const readConfig = async (tx: Tx, revision: string, now: number): Promise<SlaConfig> => ({
  revision,
  changedAt: Number(revision.split('@')[1] ?? 0),
  policies: await readPolicies(tx),
  calendars: await readCalendars(tx, now),
  rules: await readRules(tx),
  departmentCalendars: new Map(
    (
      await tx
        .select({ id: departments.id, calendarId: departments.calendarId })
        .from(departments)
        .where(isNotNull(departments.calendarId))
    ).map((row) => [row.id, row.calendarId ?? '']),
  ),
})

const readPolicies = async (tx: Tx): Promise<ConfiguredPolicy[]> => {
  const rows = await tx.select().from(slaPolicies).orderBy(asc(slaPolicies.position), asc(slaPolicies.id))
  const conditions = await tx.select().from(slaPolicyConditions).orderBy(asc(slaPolicyConditions.position))
  const ms = (seconds: number | null) => (seconds === null ? null : seconds * 1000)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    position: row.position,
    isActive: row.isActive,
    isDefault: row.isDefault,
    calendarId: row.calendarId,
    targets: {
      first_response: ms(row.firstResponseSeconds),
      next_response: ms(row.nextResponseSeconds),
      resolution: ms(row.resolutionSeconds),
    },
    pausesOn: row.pausesOn,
    conditions: conditions
      .filter((each) => each.policyId === row.id)
      .map((each) => ({
        field: each.field as PolicyField,
        op: each.op as PolicyOperator,
        values: each.values,
      })),
  }))
}

const readCalendars = async (tx: Tx, now: number): Promise<Map<string, ConfiguredCalendar>> => {
  const rows = await tx.select().from(slaCalendars)
  const exceptions = await tx.select().from(calendarExceptions).orderBy(asc(calendarExceptions.date))
  return new Map(
    rows.map((row) => {
      const key = `${row.id}@${row.updatedAt}`
      let compiled = compiledCalendars.get(key)
      if (!compiled) {
        for (const old of compiledCalendars.keys())
          if (old.startsWith(`${row.id}@`)) compiledCalendars.delete(old)
        const own = exceptions.filter((each) => each.calendarId === row.id)
        compiled = compileCalendar(
          { timeZone: row.timeZone, week: row.week, exceptions: own },
          now - 60 * dayMs,
          now + 120 * dayMs,
        )
        compiledCalendars.set(key, compiled)
      }
      return [row.id, { id: row.id, name: row.name, compiled }]
    }),
  )
}

type StepRow = typeof escalationSteps.$inferSelect

const stepOf = (row: StepRow): EscalationStep => {
  const base = { id: row.id, action: row.action, level: row.level }
  return row.trigger === 'warn'
    ? { ...base, trigger: 'warn', atPercent: row.atPercent ?? defaultWarnPercent }
    : { ...base, trigger: 'breach', afterMs: (row.afterSeconds ?? 0) * 1000 }
}

const readRules = async (tx: Tx): Promise<ConfiguredRule[]> => {
  const rows = await tx
    .select()
    .from(escalationRules)
    .where(eq(escalationRules.isActive, true))
    .orderBy(asc(escalationRules.position), asc(escalationRules.id))
  const steps = await tx.select().from(escalationSteps).orderBy(asc(escalationSteps.position))
  return rows.map((row) => ({
    policyId: row.policyId,
    clockKind: row.clockKind,
    steps: steps.filter((each) => each.ruleId === row.id).map(stepOf),
  }))
}

/** The steps for a clock under a policy. */
export const stepsFor = (config: SlaConfig, policyId: string, kind: ClockKind): EscalationStep[] =>
  config.rules
    .filter((rule) => rule.clockKind === kind && (rule.policyId === null || rule.policyId === policyId))
    .flatMap((rule) => rule.steps)

/** The share of the target, in per cent, from which on a clock counts as warned; 100 where no rule warns. */
export const warnPercentOf = (steps: readonly EscalationStep[]): number => {
  const shares = steps.flatMap((step) => (step.trigger === 'warn' ? [step.atPercent] : []))
  return shares.length > 0 ? Math.min(...shares) : 100
}

export const calendarOf = (config: SlaConfig, calendarId: string): ConfiguredCalendar => {
  const found = config.calendars.get(calendarId)
  if (!found) throw new Error(`There is no calendar ${calendarId}`)
  return found
}

/** The working time of a department's people: its own calendar or the nearest above; null without one. */
export const calendarOnPath = (config: SlaConfig, path: string): ConfiguredCalendar | null => {
  for (const id of path.split('/').filter(Boolean).reverse()) {
    const calendarId = config.departmentCalendars.get(id)
    if (calendarId) return calendarOf(config, calendarId)
  }
  return null
}
