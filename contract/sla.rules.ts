import { addWorkingMs, type CompiledCalendar, workingMsBetween } from './calendar.rules'
import { foldFact, foldFacts, type Stretch, type Timeline, type Track } from './sla-timeline.rules'
import type { TicketStatus } from './tickets.rules'

export const clockKinds = ['first_response', 'next_response', 'resolution'] as const
export type ClockKind = (typeof clockKinds)[number]

/** Statuses in which a policy may let its clocks pause. */
export const pauseCategories = ['waiting_citizen', 'waiting_department', 'on_hold'] as const
export type PauseCategory = (typeof pauseCategories)[number]

/** Who did it, with the name as it was then: a ledger is read years later. */
export interface SlaActor {
  kind: 'citizen' | 'agent' | 'system'
  id: string | null
  name: string
}

/** Targets in milliseconds of working time; null = no such clock. */
export interface SlaPolicy {
  id: string
  targets: Readonly<Record<ClockKind, number | null>>
  pausesOn: readonly PauseCategory[]
}

/** `at`: milliseconds since 1970. `seq`: unique in the ticket's history, orders facts of the same moment. */
interface FactBase {
  at: number
  seq: number
  by: SlaActor
}

/**
 * What happened to a ticket, as far as its clocks care.
 * - `agent_replied`: a public reply, never an internal note; `consultation_accepted`: answered live.
 * - `status_changed.waitingOn`: the department or person waited for, for the ledger.
 * - `policy_changed`, `calendar_changed`: apply to the whole history; without a value they only say that the
 *   one handed to the calculation is another than before.
 * - `merged_from`: another ticket of the citizen goes on in this one: its creation, its first public answer, and
 *   the first of their words that nobody had answered there, count, all at most `at`. `merge_undone` takes that back.
 * - `citizen_waited`: those words, on the ticket that goes on: owed an answer, but no status ends by them.
 */
export type SlaFact = FactBase &
  (
    | { kind: 'created' | 'agent_replied' | 'consultation_accepted' | 'citizen_replied' }
    | { kind: 'reopened' | 'closed' | 'citizen_waited' }
    | { kind: 'status_changed'; to: TicketStatus; waitingOn?: string }
    | { kind: 'policy_changed'; policy?: SlaPolicy }
    | { kind: 'calendar_changed'; calendar?: CompiledCalendar }
    | {
        kind: 'merged_from'
        ticketId: string
        createdAt: number
        firstAnswer: { at: number; by: SlaActor } | null
        owedSince?: { at: number; by: SlaActor } | null
      }
    | { kind: 'merge_undone'; ticketId: string }
  )

/** Why an interval began: what set the clock going, or the status it pauses in. */
export type SlaReason =
  | 'created'
  | 'citizen_replied'
  | 'reopened'
  | 'status_changed'
  | PauseCategory
  | 'resolved'
  | 'closed'
  | 'merged'

/** A stretch of a clock; the intervals of a clock follow each other without a gap. */
export interface SlaInterval {
  from: number
  /** null: still going on. */
  to: number | null
  state: 'running' | 'paused'
  reason: SlaReason
  by: SlaActor
  waitingOn: string | null
  /** Paused although the ball is on our side: waiting for a department, or put on hold. */
  isOurs: boolean
  /** Working milliseconds inside, up to now where it goes on. */
  workingMs: number
}

/** While a clock is open it is running or paused, late or not; the others are final for a stopped clock. */
export type ClockOutcome = 'running' | 'paused' | 'met' | 'breached' | 'cancelled'

export interface SlaClock {
  kind: ClockKind
  /** 0 for the first of its kind; each unanswered citizen's reply opens another next_response. */
  round: number
  targetMs: number
  startedAt: number
  intervals: SlaInterval[]
  /** When the target is used up; null while paused, because nobody can know. */
  dueAt: number | null
  stoppedAt: number | null
  stoppedBy: SlaActor | null
  outcome: ClockOutcome
  elapsedWorkingMs: number
  /** When the target was used up without the clock having stopped: stopping exactly then is in time. */
  breachedAt: number | null
  isLate: boolean
}

const oursWhenPaused: readonly TicketStatus[] = ['waiting_department', 'on_hold']

const reasonOf = (stretch: Stretch, isPaused: boolean): SlaReason =>
  isPaused && stretch.status !== 'new' && stretch.status !== 'open' ? stretch.status : stretch.because

/** The stretches of a status become running and paused intervals, as the policy says. */
const intervalsOf = (track: Track, policy: SlaPolicy, calendar: CompiledCalendar, now: number) => {
  const pausing: readonly TicketStatus[] = [...policy.pausesOn, 'resolved', 'closed', 'merged']
  const intervals: SlaInterval[] = []
  // What began and ended in the same moment was no interval, unless it is all there is.
  const lasting = track.stretches.filter(({ from, to }) => from !== to)
  for (const stretch of lasting.length > 0 ? lasting : track.stretches.slice(0, 1)) {
    const isPaused = pausing.includes(stretch.status)
    const previous = intervals.at(-1)
    if (previous?.state === 'running' && !isPaused) {
      previous.to = stretch.to
      continue
    }
    intervals.push({
      from: stretch.from,
      to: stretch.to,
      state: isPaused ? 'paused' : 'running',
      reason: reasonOf(stretch, isPaused),
      by: stretch.by,
      waitingOn: stretch.waitingOn,
      isOurs: isPaused && oursWhenPaused.includes(stretch.status),
      workingMs: 0,
    })
  }
  for (const each of intervals) each.workingMs = workingMsBetween(calendar, each.from, each.to ?? now)
  return intervals
}

/**
 * When `amountMs` of working time were or will be used up, `isPast` where that happened inside a running
 * interval before its end. A clock that stopped before is asked as if it had gone on; one that is paused, or
 * stopped while paused, has no answer.
 */
export const instantOfUse = (
  intervals: readonly SlaInterval[],
  amountMs: number,
  calendar: CompiledCalendar,
  now: number,
): { at: number; isPast: boolean } | null => {
  let used = 0
  for (const [index, { from, to, state, workingMs }] of intervals.entries()) {
    if (state === 'paused') continue
    if (to !== null && used + workingMs < amountMs && index < intervals.length - 1) {
      used += workingMs
      continue
    }
    const at = addWorkingMs(calendar, from, Math.max(0, amountMs - used))
    if (to === null) return { at, isPast: at <= now }
    if (at < to) return { at, isPast: true }
    if (index === intervals.length - 1) return { at, isPast: false }
    used += workingMs
  }
  return null
}

/** A merge ends clocks without a verdict: the surviving ticket carries them on. */
const outcomeOf = (track: Track, isPaused: boolean, isLate: boolean): ClockOutcome => {
  if (!track.stop) return isPaused ? 'paused' : 'running'
  if (track.stop.how === 'merged') return 'cancelled'
  if (isLate) return 'breached'
  return track.stop.how === (track.kind === 'resolution' ? 'resolved' : 'answered') ? 'met' : 'cancelled'
}

const clockOf = (
  track: Track,
  policy: SlaPolicy,
  calendar: CompiledCalendar,
  now: number,
): SlaClock | null => {
  const targetMs = policy.targets[track.kind]
  if (targetMs === null) return null
  const intervals = intervalsOf(track, policy, calendar, now)
  const isPaused = intervals.at(-1)?.state === 'paused'
  const used = instantOfUse(intervals, targetMs, calendar, now)
  const breachedAt = used?.isPast ? used.at : null
  return {
    kind: track.kind,
    round: track.round,
    targetMs,
    startedAt: track.startedAt,
    intervals,
    dueAt: !track.stop && isPaused ? null : (used?.at ?? null),
    stoppedAt: track.stop?.at ?? null,
    stoppedBy: track.stop?.by ?? null,
    outcome: outcomeOf(track, isPaused, breachedAt !== null),
    elapsedWorkingMs: intervals.reduce(
      (sum, each) => sum + (each.state === 'running' ? each.workingMs : 0),
      0,
    ),
    breachedAt,
    isLate: breachedAt !== null,
  }
}

const currentOf = (facts: readonly SlaFact[], policy: SlaPolicy, calendar: CompiledCalendar) => {
  const current = { policy, calendar }
  for (const fact of facts) {
    if (fact.kind === 'policy_changed') current.policy = fact.policy ?? current.policy
    if (fact.kind === 'calendar_changed') current.calendar = fact.calendar ?? current.calendar
  }
  return current
}

/** A ticket's clocks as a running system keeps them: facts go in one by one, in any order. */
export interface TicketClocks {
  readonly basis: { policy: SlaPolicy; calendar: CompiledCalendar }
  readonly current: { policy: SlaPolicy; calendar: CompiledCalendar }
  readonly timeline: Timeline
}

/** A ticket without facts. `policy` and `calendar` hold until a fact changes them. */
export const openTicketClocks = (policy: SlaPolicy, calendar: CompiledCalendar): TicketClocks => ({
  basis: { policy, calendar },
  current: { policy, calendar },
  timeline: foldFacts([]),
})

/**
 * The state after one more fact. A fact known already changes nothing; one that arrives late takes its place
 * in the history. Nothing but the history of statuses is kept, so that a changed policy or calendar counts
 * from the beginning.
 */
export const applyFact = (state: TicketClocks, fact: SlaFact): TicketClocks => {
  const timeline = foldFact(state.timeline, fact)
  const isNewBasis = fact.kind === 'policy_changed' || fact.kind === 'calendar_changed'
  const { policy, calendar } = state.basis
  const current = isNewBasis ? currentOf(timeline.facts, policy, calendar) : state.current
  return { ...state, timeline, current }
}

/** The clocks at `now` (milliseconds since 1970), by kind and round; a clock without a target does not exist. */
export const clocksOf = ({ timeline, current }: TicketClocks, now: number): SlaClock[] =>
  timeline.tracks
    .map((track) => clockOf(track, current.policy, current.calendar, now))
    .filter((clock) => clock !== null)

/**
 * All clocks of a ticket from its whole history, at `now` (milliseconds since 1970). `facts` may come in any
 * order; `policy` and `calendar` are those that hold now, unless a fact carries a later one. The rules:
 * - first_response runs from creation to the first public reply or live answer.
 * - next_response runs from the first unanswered citizen's reply to the next public reply; while the first
 *   response is owed it alone counts (as in Zendesk and Chatwoot).
 * - resolution runs from creation to `resolved`; a reopened ticket goes on with the time already used, the
 *   time in between not counted. Closing without resolving cancels, unless it was late by then.
 * - clocks pause only in the statuses the policy names; a citizen's reply ends any such status at once.
 * - a merge keeps the earliest creation, and what is owed to the citizen of the ticket that is merged away.
 */
export const recomputeClocks = (
  facts: readonly SlaFact[],
  policy: SlaPolicy,
  calendar: CompiledCalendar,
  now: number,
): SlaClock[] => {
  const timeline = foldFacts(facts)
  const current = currentOf(timeline.facts, policy, calendar)
  return clocksOf({ timeline, current, basis: { policy, calendar } }, now)
}

/**
 * When `percent` of the clock's target were or will be used up (milliseconds since 1970); null while that
 * cannot be known (paused) and for a clock that stopped before.
 */
export const warnAt = (clock: SlaClock, calendar: CompiledCalendar, percent: number): number | null => {
  const amountMs = Math.ceil((clock.targetMs * percent) / 100)
  const used = instantOfUse(clock.intervals, amountMs, calendar, Number.POSITIVE_INFINITY)
  return used && (used.isPast || clock.stoppedAt === null) ? used.at : null
}

/** The first of the moments at which an open clock changes by itself (falls due), or null. */
export const nextDueAt = (clocks: readonly SlaClock[]): number | null => {
  const dues = clocks.filter((each) => each.stoppedAt === null && !each.isLate).map((each) => each.dueAt)
  return dues.reduce((first, due) => (due !== null && (first === null || due < first) ? due : first), null)
}
