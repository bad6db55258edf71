import { agents } from './agents.table'
import { bool, compositeKey, id, index, int, json, table, text, time } from './columns'
import { departments } from './departments.table'
import { tickets } from './tickets.table'

interface Span {
  /** `HH:MM` of the calendar's zone; `to` may be 24:00 */
  from: string
  to: string
}

/** Working time: the week, and the days that differ from it. */
export const slaCalendars = table('sla_calendars', {
  id: id(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  week: json<{ day: number; spans: Span[] }[]>('week').notNull(),
  createdAt: time('created_at').notNull(),
  updatedAt: time('updated_at').notNull(),
})

/** A holiday (no spans) or a make-up working day. */
export const calendarExceptions = table(
  'calendar_exceptions',
  {
    calendarId: text('calendar_id')
      .notNull()
      .references(() => slaCalendars.id),
    /** `YYYY-MM-DD` */
    date: text('date').notNull(),
    name: text('name').notNull(),
    spans: json<Span[]>('spans').notNull(),
  },
  (t) => [compositeKey({ columns: [t.calendarId, t.date] })],
)

/** Targets, and which tickets they are for: the first active policy by position whose conditions all hold. */
export const slaPolicies = table(
  'sla_policies',
  {
    id: id(),
    name: text('name').notNull(),
    position: int('position').notNull(),
    isActive: bool('is_active').notNull(),
    /** Holds for every ticket that no other policy takes; there is exactly one. */
    isDefault: bool('is_default').notNull(),
    calendarId: text('calendar_id')
      .notNull()
      .references(() => slaCalendars.id),
    /** Targets in working seconds; null: no such clock. */
    firstResponseSeconds: int('first_response_seconds'),
    nextResponseSeconds: int('next_response_seconds'),
    resolutionSeconds: int('resolution_seconds'),
    pausesOn: json<('waiting_citizen' | 'waiting_department' | 'on_hold')[]>('pauses_on').notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [index('sla_policies_position').on(t.position)],
)

export const slaPolicyConditions = table(
  'sla_policy_conditions',
  {
    policyId: text('policy_id')
      .notNull()
      .references(() => slaPolicies.id),
    position: int('position').notNull(),
    field: text('field').notNull(),
    op: text('op').notNull(),
    values: json<string[]>('values').notNull(),
  },
  (t) => [compositeKey({ columns: [t.policyId, t.position] })],
)

/** The clocks of a ticket as last computed from its events. Never patched: replaced by each computation. */
export const slaClocks = table(
  'sla_clocks',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    kind: text('kind').$type<'first_response' | 'next_response' | 'resolution'>().notNull(),
    /** 0, 1, 2 …: next_response has one for each unanswered word of the citizen. */
    round: int('round').notNull(),
    policyId: text('policy_id').notNull(),
    outcome: text('outcome').$type<'running' | 'paused' | 'met' | 'breached' | 'cancelled'>().notNull(),
    /** Working milliseconds. */
    targetMs: int('target_ms').notNull(),
    elapsedMs: int('elapsed_ms').notNull(),
    startedAt: time('started_at').notNull(),
    stoppedAt: time('stopped_at'),
    dueAt: time('due_at'),
    breachedAt: time('breached_at'),
  },
  (t) => [
    compositeKey({ columns: [t.ticketId, t.kind, t.round] }),
    index('sla_clocks_due').on(t.outcome, t.dueAt),
    index('sla_clocks_started').on(t.kind, t.startedAt),
  ],
)

export const slaIntervals = table(
  'sla_intervals',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    kind: text('kind').notNull(),
    round: int('round').notNull(),
    position: int('position').notNull(),
    fromAt: time('from_at').notNull(),
    toAt: time('to_at'),
    state: text('state').$type<'running' | 'paused'>().notNull(),
    reason: text('reason'),
    byKind: text('by_kind'),
    byId: text('by_id'),
    /** A pause although the ball is on our side. */
    isOurs: bool('is_ours').notNull(),
  },
  (t) => [compositeKey({ columns: [t.ticketId, t.kind, t.round, t.position] })],
)

/** Warn and breach rules: steps that each do something when a clock gets so far. */
export const escalationRules = table('escalation_rules', {
  id: id(),
  name: text('name').notNull(),
  clockKind: text('clock_kind').$type<'first_response' | 'next_response' | 'resolution'>().notNull(),
  /** Null: for every policy. */
  policyId: text('policy_id').references(() => slaPolicies.id),
  isActive: bool('is_active').notNull(),
  position: int('position').notNull(),
  createdAt: time('created_at').notNull(),
})

export const escalationSteps = table(
  'escalation_steps',
  {
    id: id(),
    ruleId: text('rule_id')
      .notNull()
      .references(() => escalationRules.id),
    position: int('position').notNull(),
    trigger: text('trigger').$type<'warn' | 'breach'>().notNull(),
    /** warn: per cent of the target. */
    atPercent: int('at_percent'),
    /** breach: working seconds after it. */
    afterSeconds: int('after_seconds'),
    action: text('action')
      .$type<'notify' | 'reassign' | 'raise_priority' | 'require_answer' | 'escalate'>()
      .notNull(),
    /** Whose desk: 1 owner, 2 team lead, 3 department head, 4 city supervisor. */
    level: int('level').notNull(),
  },
  (t) => [index('escalation_steps_rule').on(t.ruleId, t.position)],
)

/** Steps already done, so that none is done twice. */
export const firedSteps = table(
  'fired_steps',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    kind: text('kind').notNull(),
    round: int('round').notNull(),
    stepId: text('step_id').notNull(),
    dueAt: time('due_at').notNull(),
    firedAt: time('fired_at').notNull(),
    /** The process was down when it fell due. */
    isLate: bool('is_late').notNull(),
  },
  (t) => [compositeKey({ columns: [t.ticketId, t.kind, t.round, t.stepId] })],
)

/** Heads and deputies, in the order in which they stand in for each other. */
export const departmentLeaders = table(
  'department_leaders',
  {
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    role: text('role').$type<'head' | 'deputy'>().notNull(),
    position: int('position').notNull(),
  },
  (t) => [
    compositeKey({ columns: [t.departmentId, t.agentId] }),
    index('department_leaders_agent').on(t.agentId),
  ],
)

/** Somebody is away for a while; a deputy stands in. */
export const absences = table(
  'absences',
  {
    id: id(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    fromAt: time('from_at').notNull(),
    toAt: time('to_at').notNull(),
    deputyId: text('deputy_id').references(() => agents.id),
    note: text('note').notNull(),
  },
  (t) => [index('absences_agent').on(t.agentId, t.toAt)],
)
