import { z } from 'zod'
import { stretchKinds } from './clock-picture.rules'
import { id, instant, moment, text } from './common.schema'
import { stepActions } from './escalation-plan.rules'
import { hours } from './people.schema'
import { policyFields, policyOperators } from './policy-choice.rules'
import { clockKinds, pauseCategories } from './sla.rules'
import { slaStates, ticketPriorities } from './tickets.rules'

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/)
const spans = z.array(z.strictObject({ from: clock, to: clock })).max(6)
const date = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
  .meta({ example: '2026-10-01' })

/** A day that differs from its weekday: without spans a holiday, with spans a make-up working day. */
export const calendarException = z.strictObject({ date, name: text(40), spans })
export const calendarBody = z.strictObject({
  name: text(60, 1),
  timeZone: z.string().min(1).max(60),
  week: hours,
  exceptions: z.array(calendarException).max(1000),
})
export type CalendarBody = z.infer<typeof calendarBody>
export const calendarView = calendarBody.extend({
  id: id('wca'),
  updatedAt: instant,
  /** Departments whose people work by it, and policies that reckon with it. */
  departmentIds: z.array(id('dep')),
  policyIds: z.array(id('slp')),
})
export type CalendarView = z.infer<typeof calendarView>
export const calendarList = z.strictObject({ items: z.array(calendarView) })
export const holidaysQuery = z.strictObject({ year: z.coerce.number().int().min(2004).max(2100) })
/** Empty for a year that is not announced yet. */
export const holidayList = z.strictObject({ items: z.array(calendarException) })
export const departmentCalendarBody = z.strictObject({ calendarId: id('wca').nullable() })

const targetSeconds = z
  .number()
  .int()
  .min(60)
  .max(400 * 86_400)
  .nullable()
export const policyCondition = z.strictObject({
  field: z.enum(policyFields),
  op: z.enum(policyOperators),
  values: z.array(z.string().min(1).max(200)).min(1).max(50),
})
export const policyBody = z.strictObject({
  name: text(60, 1),
  isActive: z.boolean(),
  calendarId: id('wca'),
  conditions: z.array(policyCondition).max(10),
  /** Seconds of working time; null: no such clock. */
  firstResponseSeconds: targetSeconds,
  nextResponseSeconds: targetSeconds,
  resolutionSeconds: targetSeconds,
  pausesOn: z.array(z.enum(pauseCategories)).max(3),
})
export type PolicyBody = z.infer<typeof policyBody>
export const policyView = policyBody.extend({
  id: id('slp'),
  position: z.number().int(),
  /** Takes every ticket that no other takes: no conditions, never switched off. */
  isDefault: z.boolean(),
  updatedAt: instant,
  /** False where it holds beyond the reader's department and those below. */
  canEdit: z.boolean(),
})
export type PolicyView = z.infer<typeof policyView>
export const policyList = z.strictObject({ items: z.array(policyView) })
/** All policies but the default one, the first to be asked first. */
export const policyOrder = z.strictObject({ ids: z.array(id('slp')).max(200) })

export const previewBody = z.strictObject({
  siteId: id('sit'),
  departmentId: id('dep'),
  serviceItemId: id('itm').nullable().optional(),
  topic: text(200).optional(),
  priority: z.enum(ticketPriorities).optional(),
  tagIds: z.array(id('tag')).max(20).optional(),
  isComplaint: z.boolean().optional(),
  /** When the ticket is created; without it, now. */
  at: moment.optional(),
})
export type PreviewBody = z.infer<typeof previewBody>
export const previewView = z.strictObject({
  policyId: id('slp'),
  policyName: z.string(),
  calendarName: z.string(),
  timeZone: z.string(),
  at: instant,
  dues: z.array(
    z.strictObject({ kind: z.enum(clockKinds), targetSeconds: z.number().int(), dueAt: instant }),
  ),
})
export type PreviewView = z.infer<typeof previewView>

export const ruleStep = z.strictObject({
  /** Given back by the one who changes a rule, so that a step done is not done again. */
  id: id('ers').optional(),
  trigger: z.enum(['warn', 'breach']),
  /** warn: per cent of the target. */
  atPercent: z.number().int().min(1).max(100).nullable(),
  /** breach: working seconds after it. */
  afterSeconds: z
    .number()
    .int()
    .min(0)
    .max(400 * 86_400)
    .nullable(),
  action: z.enum(stepActions),
  level: z.number().int().min(1).max(4),
})
export const ruleBody = z.strictObject({
  name: text(60, 1),
  clockKind: z.enum(clockKinds),
  /** Null: under every policy. */
  policyId: id('slp').nullable(),
  isActive: z.boolean(),
  steps: z.array(ruleStep).min(1).max(20),
})
export type RuleBody = z.infer<typeof ruleBody>
export const ruleView = ruleBody.extend({
  id: id('erl'),
  steps: z.array(ruleStep.extend({ id: id('ers') })),
  /** False where it holds beyond the reader's department and those below. */
  canEdit: z.boolean(),
})
export type RuleView = z.infer<typeof ruleView>
export const ruleList = z.strictObject({ items: z.array(ruleView) })

/** How far the reckoning anew of all unresolved tickets is. */
export const recomputeView = z.strictObject({
  isRunning: z.boolean(),
  percent: z.number().int(),
  done: z.number().int(),
  startedAt: instant,
  finishedAt: instant.nullable(),
})
export type RecomputeView = z.infer<typeof recomputeView>
export const recomputeAnswer = z.strictObject({ recompute: recomputeView.nullable() })

const interval = z.strictObject({
  from: instant,
  to: instant.nullable(),
  state: z.enum(['running', 'paused']),
  reason: z.string(),
  /** Paused although the ball is on our side. */
  isOurs: z.boolean(),
  byName: z.string(),
  waitingOn: z.string().nullable(),
  workingSeconds: z.number().int(),
})
/** `key` is looked up under `sla.ledger`; times and durations in `params` end in `At` and `Seconds`. */
const ledgerLine = z.strictObject({
  at: instant,
  key: z.enum([
    'started',
    'resumed',
    'paused',
    'paused_ours',
    'breached',
    'due',
    'met',
    'stopped_late',
    'cancelled',
  ]),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
})
/** A stretch of a clock's working time, for drawing it; see clock-picture.rules.ts. */
export const sentStretch = z.strictObject({
  day: date,
  kind: z.enum(stretchKinds),
  from: instant,
  to: instant,
})
export const clockView = z.strictObject({
  kind: z.enum(clockKinds),
  round: z.number().int(),
  outcome: z.enum(['running', 'paused', 'met', 'breached', 'cancelled']),
  isLate: z.boolean(),
  /** Seconds of working time; `remainingSeconds` below zero: late by so much. */
  targetSeconds: z.number().int(),
  elapsedSeconds: z.number().int(),
  remainingSeconds: z.number().int(),
  startedAt: instant,
  dueAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  breachedAt: instant.nullable(),
  intervals: z.array(interval),
  ledger: z.array(ledgerLine),
  /** Null where it would be too many days to draw. */
  picture: z.array(sentStretch).nullable(),
})
export type ClockView = z.infer<typeof clockView>
export const ticketClocks = z.strictObject({
  ticketId: id('tkt'),
  /** The moment everything here was reckoned for. */
  now: instant,
  slaState: z.enum(slaStates),
  nextDueAt: instant.nullable(),
  policyName: z.string(),
  calendarName: z.string(),
  timeZone: z.string(),
  /** The coming working time (or the rest of today's), for counting down: nothing counts between. */
  spans: z.array(z.strictObject({ from: instant, to: instant })),
  /** The share of the target from which on a clock counts as warned. */
  clocks: z.array(clockView),
})
export type TicketClocksView = z.infer<typeof ticketClocks>
