import {
  type DueStep,
  type EscalationStep,
  lateGraceMs,
  nextSteps,
} from '../../../contract/escalation-plan.rules'
import { choosePolicy } from '../../../contract/policy-choice.rules'
import { recomputeClocks, type SlaClock } from '../../../contract/sla.rules'
import { type TicketClockState, ticketClockState } from '../../../contract/sla-state.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { schedule, unschedule } from '../due/due.store'
import { writeEvent } from '../events/events.store'
import { ticketAudience } from '../tickets/audience.store'
import type { TicketRow } from '../tickets/tickets.store'
import {
  type ClockRow,
  type FiredRow,
  forgetFired,
  type IntervalRow,
  type KeptClocks,
  loadKept,
  recordFired,
  removeClock,
  replaceIntervals,
  saveClock,
  saveTicketState,
} from './clocks.store'
import { loadHistories, type TicketHistory } from './history.store'
import {
  type ConfiguredPolicy,
  calendarOf,
  calendarOnPath,
  loadSlaConfig,
  type SlaConfig,
  stepsFor,
  warnPercentOf,
} from './sla.config.store'
import { keepVerdicts } from './verdicts'

export const dueKind = 'sla.due'
/** The breach itself stands among the steps, so that it too is told once. */
export const breachStepId = 'breach'
/** A machine's clock that was set back by so little does not hide what was done just before. */
const clockSkewMs = 60_000
/** The level whose people answer for a whole city. */
const topLevel = 4

/** Something that falls due on a clock: the breach, or a step of a rule. */
export interface DueItem {
  clock: SlaClock
  /** Null for the breach itself. */
  step: EscalationStep | null
  dueAt: number
  isLate: boolean
}

/** A ticket's clocks as reckoned now. */
export interface Reckoning extends TicketClockState {
  history: TicketHistory
  policy: ConfiguredPolicy
  clocks: SlaClock[]
  /** Everything that was due by now, done or not, in order. */
  due: DueItem[]
  /** When to look again; null while only something new can change anything. */
  nextAt: number | null
}

export const policyFor = (
  config: SlaConfig,
  { ticket, departmentPath, tagIds }: Pick<TicketHistory, 'ticket' | 'departmentPath' | 'tagIds'>,
): ConfiguredPolicy =>
  choosePolicy(config.policies, {
    siteId: ticket.siteId,
    departmentPath,
    serviceItemId: ticket.serviceItemId,
    topic: ticket.topic,
    priority: ticket.priority,
    tags: tagIds,
    isComplaint: ticket.isComplaint,
  })

/** The department above; a root has none and is its own. */
const pathAbove = (path: string): string => path.replace(/^(\/.+\/)[^/]+\/$/, '$1')

/** Whose working time it is: of the ticket's owner, of its department, of the one above, of the root. */
const pathOfLevel = (history: TicketHistory, level: number): string => {
  if (level === 1) return history.ownerPath
  if (level === 2) return history.departmentPath
  if (level < topLevel) return pathAbove(history.departmentPath)
  return `/${history.departmentPath.split('/')[1] ?? ''}/`
}

const dueOf = (
  clock: SlaClock,
  steps: readonly EscalationStep[],
  config: SlaConfig,
  policy: ConfiguredPolicy,
  history: TicketHistory,
  now: number,
  graceMs: number,
): { due: DueItem[]; nextAt: number | null } => {
  // A rule made after a clock stopped says nothing about it.
  if (clock.stoppedAt !== null && clock.stoppedAt < config.changedAt) return { due: [], nextAt: null }
  const own = calendarOf(config, policy.calendarId)
  const plan = nextSteps(
    clock,
    steps,
    {
      clock: own.compiled,
      ownerOf: (level) => (calendarOnPath(config, pathOfLevel(history, level)) ?? own).compiled,
    },
    new Set(),
    now,
    graceMs,
  )
  const due: DueItem[] = plan.due.map((each: DueStep) => ({ clock, ...each }))
  if (clock.breachedAt !== null && clock.outcome !== 'cancelled') {
    const breach = {
      clock,
      step: null,
      dueAt: clock.breachedAt,
      isLate: now - clock.breachedAt > graceMs,
    }
    const at = due.findIndex(({ step }) => step?.trigger === 'breach')
    due.splice(at < 0 ? due.length : at, 0, breach)
  }
  return { due, nextAt: plan.nextAt }
}

/**
 * Reckons the clocks of a ticket from its history, at `clockNow`. What is noticed more than `graceMs` after it was due
 * counts as late: the process was down.
 */
export const reckon = (
  config: SlaConfig,
  history: TicketHistory,
  clockNow: number,
  graceMs: number = lateGraceMs,
): Reckoning => {
  const now = history.facts.reduce(
    (latest, { at }) => (at <= clockNow + clockSkewMs ? Math.max(latest, at) : latest),
    clockNow,
  )
  const policy = policyFor(config, history)
  const { compiled } = calendarOf(config, policy.calendarId)
  const facts = history.facts.filter((fact) => fact.at <= now)
  const clocks = recomputeClocks(facts, policy, compiled, now)
  const steps = new Map(clocks.map((clock) => [clock, stepsFor(config, policy.id, clock.kind)]))
  const plans = clocks.map((clock) =>
    dueOf(clock, steps.get(clock) ?? [], config, policy, history, now, graceMs),
  )
  const moments = plans.flatMap(({ nextAt }) => (nextAt === null ? [] : [nextAt]))
  return {
    history,
    policy,
    clocks,
    ...ticketClockState(clocks, (clock) => warnPercentOf(steps.get(clock) ?? [])),
    due: plans.flatMap((plan) => plan.due).sort((a, b) => a.dueAt - b.dueAt),
    nextAt: moments.length > 0 ? Math.min(...moments) : null,
  }
}

const rowOf = (ticketId: string, policyId: string, clock: SlaClock): ClockRow => ({
  ticketId,
  kind: clock.kind,
  round: clock.round,
  policyId,
  outcome: clock.outcome,
  targetMs: clock.targetMs,
  elapsedMs: clock.elapsedWorkingMs,
  startedAt: clock.startedAt,
  stoppedAt: clock.stoppedAt,
  dueAt: clock.dueAt,
  breachedAt: clock.breachedAt,
})

const intervalRowsOf = (ticketId: string, { kind, round, intervals }: SlaClock): IntervalRow[] =>
  intervals.map((each, position) => ({
    ticketId,
    kind,
    round,
    position,
    fromAt: each.from,
    toAt: each.to,
    state: each.state,
    reason: each.reason,
    byKind: each.by.kind,
    byId: each.by.id,
    isOurs: each.isOurs,
  }))

const isSameInterval = (a: IntervalRow, b: IntervalRow | undefined): boolean =>
  b !== undefined &&
  a.fromAt === b.fromAt &&
  a.toAt === b.toAt &&
  a.state === b.state &&
  a.reason === b.reason &&
  a.byId === b.byId &&
  a.isOurs === b.isOurs

/** Time used goes on by itself while a clock runs: that alone is no change. */
const isSameClock = (a: ClockRow, b: ClockRow | undefined): boolean =>
  b !== undefined &&
  a.policyId === b.policyId &&
  a.outcome === b.outcome &&
  a.targetMs === b.targetMs &&
  a.startedAt === b.startedAt &&
  a.stoppedAt === b.stoppedAt &&
  a.dueAt === b.dueAt &&
  a.breachedAt === b.breachedAt

/** Met or breached; null while it is open or where it counts for nothing. */
const verdictOf = (row: ClockRow | undefined): 'met' | 'breached' | null =>
  row?.outcome === 'met' || row?.outcome === 'breached' ? row.outcome : null

/** A breach counts from the moment it is told, the clock still open; here it turns out to be none. */
const isTakenBack = (row: ClockRow, earlier: ClockRow | undefined): boolean =>
  verdictOf(row) === null &&
  earlier !== undefined &&
  earlier.breachedAt !== null &&
  (row.breachedAt === null || row.outcome === 'cancelled')

/**
 * For the figures: how a clock ended, told again where a recomputation changes that. Nobody's news, and no
 * `ticketId`: it is no part of the ticket's history.
 */
const tellSettled = async (tx: Tx, row: ClockRow, now: number): Promise<void> => {
  const settledAt = verdictOf(row) === 'met' ? row.stoppedAt : row.breachedAt
  await writeEvent(tx, {
    type: 'sla.settled',
    subject: row.ticketId,
    at: now,
    actor: system,
    audience: [],
    facts: { kind: row.kind, round: row.round, outcome: row.outcome, settledAt: settledAt ?? now },
    forAgents: null,
  })
}

/** Writes what differs from what is kept; true where anything did. */
export const saveReckoning = async (
  tx: Tx,
  reckoning: Reckoning,
  kept: KeptClocks,
  now: number,
): Promise<boolean> => {
  const { ticket } = reckoning.history
  let isChanged = false
  for (const clock of reckoning.clocks) {
    const isOf = (row: { kind: string; round: number }) =>
      row.kind === clock.kind && row.round === clock.round
    const row = rowOf(ticket.id, reckoning.policy.id, clock)
    const intervals = intervalRowsOf(ticket.id, clock)
    const before = kept.intervals.filter(isOf)
    const hasSameIntervals =
      before.length === intervals.length && intervals.every((each, at) => isSameInterval(each, before[at]))
    if (!hasSameIntervals) await replaceIntervals(tx, row, intervals)
    const earlier = kept.clocks.find(isOf)
    const hasSameClock = isSameClock(row, earlier)
    if (!hasSameClock) await saveClock(tx, row)
    if (verdictOf(row) !== verdictOf(earlier) || isTakenBack(row, earlier)) await tellSettled(tx, row, now)
    isChanged ||= !hasSameIntervals || !hasSameClock
  }
  for (const row of kept.clocks) {
    if (reckoning.clocks.some((clock) => clock.kind === row.kind && clock.round === row.round)) continue
    await removeClock(tx, row)
    if (verdictOf(row) || row.breachedAt !== null)
      await tellSettled(tx, { ...row, outcome: 'cancelled' }, now)
    isChanged = true
  }
  if (ticket.slaState !== reckoning.slaState || ticket.nextDueAt !== reckoning.nextDueAt) {
    await saveTicketState(tx, ticket.id, reckoning)
    isChanged = true
  }
  return isChanged
}

const isSameStep = (row: FiredRow, { clock, step }: DueItem): boolean =>
  row.kind === clock.kind && row.round === clock.round && row.stepId === (step?.id ?? breachStepId)

/** What is due and was not done yet. */
export const unfired = ({ due }: Reckoning, kept: KeptClocks): DueItem[] =>
  due.filter((item) => !kept.fired.some((row) => isSameStep(row, item)))

/**
 * After a change of policy, a late event or a merge a step may turn out to have come too early: while its
 * clock is open it is forgotten, so that it comes again when it is due.
 */
export const forgetEarlySteps = async (tx: Tx, reckoning: Reckoning, kept: KeptClocks): Promise<void> => {
  const early = kept.fired.filter((row) => {
    const clock = reckoning.clocks.find((each) => each.kind === row.kind && each.round === row.round)
    return clock?.stoppedAt === null && !reckoning.due.some((item) => isSameStep(row, item))
  })
  for (const row of early) await forgetFired(tx, row)
}

/**
 * A clock that had stopped and only counts otherwise now (another priority, a merge) is judged anew, but what would
 * have been due alarms nobody any more: it counts as done.
 */
const passOverSettled = async (
  tx: Tx,
  reckoning: Reckoning,
  kept: KeptClocks,
  now: number,
): Promise<void> => {
  const ticketId = reckoning.history.ticket.id
  for (const { clock, step, dueAt } of unfired(reckoning, kept)) {
    const before = kept.clocks.find((row) => row.kind === clock.kind && row.round === clock.round)
    const isOld = before !== undefined && before.stoppedAt !== null && before.stoppedAt === clock.stoppedAt
    if (!isOld || isSameClock(rowOf(ticketId, reckoning.policy.id, clock), before)) continue
    const { kind, round } = clock
    const row = { ticketId, kind, round, stepId: step?.id ?? breachStepId, dueAt, firedAt: now, isLate: true }
    await recordFired(tx, row)
    kept.fired.push(row)
  }
}

/** One job per ticket, at the next moment at which something happens by itself. */
export const planNext = async (tx: Tx, ticketId: string, at: number | null): Promise<void> => {
  if (at === null) await unschedule(tx, dueKind, ticketId)
  else await schedule(tx, dueKind, ticketId, at)
}

/** What pages need to know: where the ticket's clocks stand. */
export const clockNews = (ticket: TicketRow, { slaState, nextDueAt }: TicketClockState) => ({
  clocks: {
    ticketId: ticket.id,
    slaState,
    nextDueAt: iso(nextDueAt),
  },
})

/** No `ticketId`: it is no part of the ticket's history, and nothing is derived from it. */
export const tellClocks = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  ticket: TicketRow,
  state: TicketClockState,
): Promise<void> => {
  await writeEvent(tx, {
    type: 'sla.clock',
    subject: ticket.id,
    at: deps.clock.now(),
    actor: system,
    audience: await ticketAudience(tx, ticket),
    forAgents: clockNews(ticket, state),
  })
}

/** Reckons tickets anew, keeps what differs, tells the pages and plans what comes next. */
export const refreshClocks = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  ticketIds: readonly string[],
): Promise<void> => {
  const now = deps.clock.now()
  const config = await loadSlaConfig(tx, now)
  if (!config) return
  const kept = await loadKept(tx, ticketIds)
  for (const history of await loadHistories(tx, ticketIds)) {
    const own = kept.get(history.ticket.id)
    if (!own) continue
    const reckoning = keepVerdicts(reckon(config, history, now), own)
    const isChanged = await saveReckoning(tx, reckoning, own, now)
    await forgetEarlySteps(tx, reckoning, own)
    await passOverSettled(tx, reckoning, own, now)
    const owed = unfired(reckoning, own)[0]
    await planNext(tx, history.ticket.id, owed ? owed.dueAt : reckoning.nextAt)
    if (isChanged) await tellClocks(tx, deps, history.ticket, reckoning)
  }
}
