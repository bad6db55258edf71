import { addWorkingMs, type CompiledCalendar } from './calendar.rules'
import type { EscalationTimes } from './escalation-times.rules'
import type { Transitions } from './transitions.rules'
import { zoneOffsetMs } from './zone.rules'

export const escalationStatuses = ['raised', 'acknowledged', 'referred', 'closed'] as const
export type EscalationStatus = (typeof escalationStatuses)[number]

export const escalationReasons = [
  'sla_warned',
  'sla_breached',
  'complaint',
  'low_rating',
  'manual',
  'urged',
] as const
export type EscalationReason = (typeof escalationReasons)[number]

/** 1 the owner of the ticket, 2 the team lead, 3 the head of the department, 4 the city's supervisor. */
export const highestLevel = 4

export type EscalationCommand =
  | 'acknowledge'
  | 'act'
  | 'climb'
  | 'hand_over'
  | 'refer'
  | 'accept'
  | 'refuse'
  | 'return'
  | 'close'
  | 'reopen'

/**
 * `referred` waits for the answer of whom it was put to; refusing or taking it back returns it to the one
 * who referred it. It closes only with a result: at once too, because a result says more than "I have seen
 * it". A ticket the citizen reopens brings its settled matter back to the same desk. What waits for an answer is
 * handed over only to the stand-in of whom it was put to.
 */
export const escalationTransitions: Transitions<EscalationStatus, EscalationCommand> = {
  raised: {
    acknowledge: 'acknowledged',
    climb: 'raised',
    hand_over: 'raised',
    refer: 'referred',
    close: 'closed',
  },
  acknowledged: {
    act: 'acknowledged',
    climb: 'raised',
    hand_over: 'raised',
    refer: 'referred',
    return: 'raised',
    close: 'closed',
  },
  referred: {
    accept: 'acknowledged',
    refuse: 'acknowledged',
    climb: 'raised',
    return: 'acknowledged',
    hand_over: 'referred',
  },
  closed: { reopen: 'raised' },
}

/** How the matter ended. */
export const escalationOutcomes = [
  'settled',
  'explained',
  'not_settleable',
  'withdrawn',
  'duplicate',
] as const
export type EscalationOutcome = (typeof escalationOutcomes)[number]

/** Why it had come to that. */
export const escalationCauses = [
  'slow_handling',
  'wrong_information',
  'attitude',
  'rules_unclear',
  'other_department',
  'system_fault',
  'citizen_side',
  'other',
] as const
export type EscalationCause = (typeof escalationCauses)[number]

const minuteMs = 60_000

/** A next step further off than this is no promise but a way to be left in peace. */
export const furthestActionDays = 90
/** The citizen has to urge so often for a matter to be made of it; again so often makes it climb. */
export const urgesToEscalate = 3
/** A rating up to here makes a matter of it. */
export const lowStars = 2

/** The working time of an owner's department, and how much of it each thing may take. */
export interface Pace {
  calendar: CompiledCalendar
  times: EscalationTimes
}

/** By when whoever is given a matter at `at` has to say that they have it. */
export const acknowledgeDue = ({ calendar, times }: Pace, at: number): number =>
  addWorkingMs(calendar, at, times.acknowledgeMinutes * minuteMs)
/** By when a matter raised at `at` has to be closed. */
export const settleDue = ({ calendar, times }: Pace, at: number): number =>
  addWorkingMs(calendar, at, times.settleMinutes * minuteMs)

interface Standing {
  status: EscalationStatus
  /** All in milliseconds since 1970. */
  acknowledgeBy: number
  settleBy: number
  nextActionAt: number | null
  touchedAt: number
}

/**
 * What the owner has to keep next: to acknowledge, then the next step's date or the end of the matter, whichever
 * comes first: a step put off beyond the end does not put off the end.
 */
export const dueOf = (it: Standing): number | null => {
  if (it.status === 'closed') return null
  if (it.status === 'acknowledged') return Math.min(it.nextActionAt ?? it.settleBy, it.settleBy)
  return it.acknowledgeBy
}

/**
 * When the red light goes on: so much of the owner's working time after the matter was last touched. A next
 * step with a date is a promise: until then the matter rests, the time counts from there. Null for a closed one.
 */
export const redLightAt = ({ calendar, times }: Pace, it: Standing): number | null => {
  if (it.status === 'closed') return null
  const from =
    it.status === 'acknowledged' ? Math.max(it.touchedAt, it.nextActionAt ?? it.touchedAt) : it.touchedAt
  return addWorkingMs(calendar, from, times.redLightMinutes * minuteMs)
}

/** SLA warnings and breaches are one matter; any other reason is its own. */
export const reasonGroup = (reason: EscalationReason): readonly EscalationReason[] =>
  reason === 'sla_warned' || reason === 'sla_breached' ? ['sla_warned', 'sla_breached'] : [reason]

/** How long it has been open: under a day, up to three, up to seven, longer. Calendar days of 24 hours. */
export const ageBuckets = ['day', 'three_days', 'week', 'older'] as const
export type AgeBucket = (typeof ageBuckets)[number]
const dayMs = 86_400_000
export const ageLimitsMs: Record<AgeBucket, { from: number; to: number }> = {
  day: { from: 0, to: dayMs },
  three_days: { from: dayMs, to: 3 * dayMs },
  week: { from: 3 * dayMs, to: 7 * dayMs },
  older: { from: 7 * dayMs, to: Number.MAX_SAFE_INTEGER },
}
export const ageBucketOf = (raisedAt: number, now: number): AgeBucket =>
  ageBuckets.find((bucket) => now - raisedAt < ageLimitsMs[bucket].to) ?? 'older'

/** Midnight of the first of a month on the wall of `timeZone`. */
const startOfMonth = (year: number, month: number, timeZone: string): number => {
  const utc = Date.UTC(year, month, 1)
  return utc - zoneOffsetMs(timeZone, utc - zoneOffsetMs(timeZone, utc))
}

/** A month (`YYYY-MM`) as `[from, to)` in milliseconds since 1970. */
export const monthSpan = (month: string, timeZone: string): { from: number; to: number } => {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return { from: startOfMonth(year, number - 1, timeZone), to: startOfMonth(year, number, timeZone) }
}
