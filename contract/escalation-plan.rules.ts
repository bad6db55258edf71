import { type CompiledCalendar, nextWorkingInstant, workingMsBetween } from './calendar.rules'
import { instantOfUse, type SlaClock, warnAt } from './sla.rules'

export const stepActions = ['notify', 'reassign', 'raise_priority', 'require_answer', 'escalate'] as const
export type StepAction = (typeof stepActions)[number]

/** One step of an escalation rule; `level` 1 is the ticket's owner, each higher one is nearer the top. */
export type EscalationStep = { id: string; action: StepAction; level: number } & (
  | { trigger: 'warn' /** Of the target used up, above 0. */; atPercent: number }
  | { trigger: 'breach' /** Working time of the level's owner after the breach. */; afterMs: number }
)

/** The ticket's calendar decides when a clock warns and breaches, the owner's when a person is disturbed. */
export interface PlanCalendars {
  clock: CompiledCalendar
  ownerOf: (level: number) => CompiledCalendar
}

export interface DueStep {
  step: EscalationStep
  /** Milliseconds since 1970. */
  dueAt: number
  /** Noticed long after it was due: the process was down. */
  isLate: boolean
}

/** Beyond this a step counts as late, in milliseconds: two sweeps and some. */
export const lateGraceMs = 60_000

const rank = (step: EscalationStep): readonly [number, number] =>
  step.trigger === 'warn' ? [0, step.atPercent] : [1, step.afterMs]

/** Warnings by percent, then breaches by delay, then levels from below; otherwise as given. */
const inOrder = (steps: readonly EscalationStep[]): EscalationStep[] =>
  [...steps].sort((a, b) => {
    const [one, other] = [rank(a), rank(b)]
    return one[0] - other[0] || one[1] - other[1] || a.level - b.level
  })

/**
 * When `afterMs` of the owner's working time will have passed since `base`, counting only while the clock
 * runs: a pause holds the climbing too. Null while that cannot be known or when the clock stopped before.
 */
const ownersInstant = (
  clock: SlaClock,
  base: number,
  afterMs: number,
  owner: CompiledCalendar,
  now: number,
): number | null => {
  const running = clock.intervals
    .filter(({ state, to }) => state === 'running' && (to === null || to > base))
    .map((interval) => {
      const from = Math.max(interval.from, base)
      return { ...interval, from, workingMs: workingMsBetween(owner, from, interval.to ?? now) }
    })
  const used = instantOfUse(running, afterMs, owner, now)
  return used && (used.isPast || running.at(-1)?.to === null) ? used.at : null
}

const momentOf = (clock: SlaClock, step: EscalationStep, calendars: PlanCalendars, now: number) => {
  const owner = calendars.ownerOf(step.level)
  const base =
    step.trigger === 'warn'
      ? warnAt(clock, calendars.clock, step.atPercent)
      : (clock.breachedAt ?? (clock.stoppedAt === null ? clock.dueAt : null))
  if (base === null) return null
  return ownersInstant(clock, base, step.trigger === 'warn' ? 0 : step.afterMs, owner, now)
}

/**
 * What a rule asks for at `now` (milliseconds since 1970): `due`, in order, each step at most once over any
 * number of calls that hand in what was fired; and `nextAt`, when to look again (the next step or the breach
 * itself), null while only a new fact can change anything. A later step waits for every earlier one, whatever
 * their owners' calendars say, and then for its own owner's working time. A stopped clock still owes the
 * steps that were due before it stopped; a cancelled one owes nothing. Facts after `now` must not be in `clock`.
 */
export const nextSteps = (
  clock: SlaClock,
  steps: readonly EscalationStep[],
  calendars: PlanCalendars,
  firedStepIds: ReadonlySet<string>,
  now: number,
  graceMs: number = lateGraceMs,
): { due: DueStep[]; nextAt: number | null } => {
  if (clock.outcome === 'cancelled') return { due: [], nextAt: null }
  const due: DueStep[] = []
  const isOpen = clock.stoppedAt === null
  const moments: number[] = isOpen && !clock.isLate && clock.dueAt !== null ? [clock.dueAt] : []
  let reached = Number.NEGATIVE_INFINITY
  for (const step of inOrder(steps)) {
    const moment = momentOf(clock, step, calendars, now)
    if (moment === null) {
      if (firedStepIds.has(step.id)) continue
      break
    }
    const dueAt = moment < reached ? nextWorkingInstant(calendars.ownerOf(step.level), reached) : moment
    if (clock.stoppedAt !== null && dueAt >= clock.stoppedAt) break
    reached = dueAt
    if (firedStepIds.has(step.id)) continue
    if (dueAt <= now) due.push({ step, dueAt, isLate: now - dueAt > graceMs })
    else if (isOpen) moments.push(dueAt)
  }
  return { due, nextAt: moments.length > 0 ? Math.min(...moments) : null }
}
