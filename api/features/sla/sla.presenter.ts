import { type CompiledCalendar, nextWorkingInstant, workingMsBetween } from '../../../contract/calendar.rules'
import { type Stretch, stretchesOf } from '../../../contract/clock-picture.rules'
import type { CitizenClocks } from '../../../contract/follow.schema'
import type { SlaClock } from '../../../contract/sla.rules'
import type { ClockView, TicketClocksView } from '../../../contract/sla.schema'
import { describeLedger, type LedgerLine } from '../../../contract/sla-ledger.rules'
import { iso } from '../../lib/clock'
import type { Reckoning } from './clocks.usecases'
import type { ConfiguredCalendar } from './sla.config.store'

const seconds = (ms: number): number => Math.round(ms / 1000)
const shownSpans = 12

/** The next spans of working time from `now` on, the rest of the one that is on first. */
const comingSpans = (
  calendar: CompiledCalendar,
  now: number,
  until: number,
): { from: number; to: number }[] => {
  const spans: { from: number; to: number }[] = []
  let from = nextWorkingInstant(calendar, now)
  while (spans.length < shownSpans && from <= until) {
    const at = calendar.starts.findLastIndex((start) => start <= from)
    const to = calendar.ends[at] ?? from
    spans.push({ from, to })
    from = nextWorkingInstant(calendar, to)
  }
  return spans
}

type Params = Record<string, string | number | null>

/** `…Ms` becomes `…Seconds`, an instant `…At`: nothing on the wire is in milliseconds. */
const ledgerParams = (line: LedgerLine): Params =>
  Object.fromEntries(
    Object.entries(line.params).map(([key, value]) => {
      if (key.endsWith('Ms') && typeof value === 'number')
        return [`${key.slice(0, -2)}Seconds`, seconds(value)]
      if (key === 'until') return ['untilAt', typeof value === 'number' ? iso(value) : null]
      return [key, value]
    }),
  )

const sent = (stretches: Stretch[] | null): ClockView['picture'] =>
  stretches?.map((each) => ({ ...each, from: iso(each.from), to: iso(each.to) })) ?? null

const lateBy = (clock: SlaClock, calendar: CompiledCalendar, now: number): number =>
  clock.breachedAt === null ? 0 : workingMsBetween(calendar, clock.breachedAt, clock.stoppedAt ?? now)

const clockViewOf = (clock: SlaClock, calendar: CompiledCalendar, now: number): ClockView => ({
  kind: clock.kind,
  round: clock.round,
  outcome: clock.outcome,
  isLate: clock.isLate,
  targetSeconds: seconds(clock.targetMs),
  elapsedSeconds: seconds(clock.elapsedWorkingMs),
  remainingSeconds: seconds(
    clock.isLate
      ? -Math.max(lateBy(clock, calendar, now), clock.elapsedWorkingMs - clock.targetMs)
      : clock.targetMs - clock.elapsedWorkingMs,
  ),
  startedAt: iso(clock.startedAt),
  dueAt: iso(clock.dueAt),
  stoppedAt: iso(clock.stoppedAt),
  breachedAt: iso(clock.breachedAt),
  intervals: clock.intervals.map((each) => ({
    from: iso(each.from),
    to: iso(each.to),
    state: each.state,
    reason: each.reason,
    isOurs: each.isOurs,
    byName: each.by.name,
    waitingOn: each.waitingOn,
    workingSeconds: seconds(each.workingMs),
  })),
  ledger: describeLedger(clock).map((line) => ({
    at: iso(line.at),
    key: line.key,
    params: ledgerParams(line),
  })),
  picture: sent(stretchesOf(clock, calendar, now)),
})

/** The clocks of a ticket for those who work on it, with their ledgers. */
export const ticketClocksView = (
  reckoning: Reckoning,
  calendar: ConfiguredCalendar,
  now: number,
): TicketClocksView => {
  const { compiled } = calendar
  const lastDue = Math.max(now, ...reckoning.clocks.map((clock) => clock.dueAt ?? 0))
  return {
    ticketId: reckoning.history.ticket.id,
    now: iso(now),
    slaState: reckoning.slaState,
    nextDueAt: iso(reckoning.nextDueAt),
    policyName: reckoning.policy.name,
    calendarName: calendar.name,
    timeZone: compiled.calendar.timeZone,
    spans: comingSpans(compiled, now, Math.max(lastDue, now + 7 * 86_400_000)).map(({ from, to }) => ({
      from: iso(from),
      to: iso(to),
    })),
    clocks: reckoning.clocks.map((clock) => clockViewOf(clock, compiled, now)),
  }
}

const citizenState = (clock: SlaClock): CitizenClocks['items'][number]['state'] => {
  if (clock.isLate) return 'late'
  if (clock.outcome !== 'paused') return 'on_time'
  return clock.intervals.at(-1)?.reason === 'waiting_citizen' ? 'waiting_for_you' : 'paused'
}

type CitizenLine = CitizenClocks['ledgers'][number]['lines'][number]

const citizenLine = (line: LedgerLine): CitizenLine => {
  const at = iso(line.at)
  switch (line.key) {
    case 'paused':
    case 'paused_ours': {
      const { reason, until, workingMs } = line.params
      const key = reason === 'waiting_citizen' ? 'rests_for_you' : 'rests'
      return { at, key, seconds: until === null ? null : seconds(workingMs) }
    }
    case 'started':
    case 'breached':
      return { at, key: line.key, seconds: seconds(line.params.targetMs) }
    case 'due':
      return { at, key: line.key, seconds: seconds(line.params.remainingMs) }
    default:
      return { at, key: line.key, seconds: seconds(line.params.usedMs) }
  }
}

const citizenKind = ({ kind }: SlaClock) =>
  kind === 'resolution' ? ('resolution' as const) : ('answer' as const)

/** The clocks of a ticket for its citizen: no names, no policy. */
export const citizenClocks = (
  { clocks, slaState }: Pick<Reckoning, 'clocks' | 'slaState'>,
  calendar: CompiledCalendar,
  now: number,
): CitizenClocks => {
  const open = clocks.filter((clock) => clock.stoppedAt === null)
  return {
    items: open
      .map((clock) => ({
        kind: citizenKind(clock),
        state: citizenState(clock),
        dueAt: iso(clock.dueAt),
        remainingSeconds:
          clock.outcome === 'paused' ? null : Math.max(0, seconds(clock.targetMs - clock.elapsedWorkingMs)),
        // Whose pause it was is between colleagues.
        picture:
          sent(stretchesOf(clock, calendar, now))?.map((each) => ({
            ...each,
            kind: each.kind === 'ours' ? ('paused' as const) : each.kind,
          })) ?? null,
      }))
      .sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9')),
    ledgers: (open.length > 0 ? open : clocks.filter(({ kind }) => kind === 'resolution')).map((clock) => ({
      kind: citizenKind(clock),
      lines: describeLedger(clock).map(citizenLine),
    })),
    isKept: open.length > 0 || slaState === 'none' ? null : slaState === 'met',
  }
}
