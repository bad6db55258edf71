import { addWorkingMs, type CompiledCalendar } from './calendar.rules'
import { dayIn } from './day.rules'
import type { SlaClock } from './sla.rules'
import { zoneOffsetMs } from './zone.rules'

/**
 * What a stretch of working time was to a clock: it counted, it rested (`ours`: although the ball was on our
 * side), it counted beyond the limit, or it is still to come until the limit.
 */
export const stretchKinds = ['counted', 'paused', 'ours', 'late', 'left'] as const
export type StretchKind = (typeof stretchKinds)[number]

/** Working time on end, within one day of the calendar: nights, weekends and lunches lie between stretches. */
export interface Stretch {
  /** `2026-11-22`, in the calendar's time zone. */
  day: string
  kind: StretchKind
  from: number
  to: number
}

/** More days than this are a smear: the bar without days says it better. */
export const mostPictureDays = 45

const kindAt = (clock: SlaClock, at: number, now: number): StretchKind => {
  if (at >= (clock.stoppedAt ?? now)) return 'left'
  const interval = clock.intervals.findLast((each) => each.from <= at)
  if (interval?.state === 'paused') return interval.isOurs ? 'ours' : 'paused'
  return clock.breachedAt !== null && at >= clock.breachedAt ? 'late' : 'counted'
}

/** Until where a clock is drawn: its limit where that is to come; while it rests, as if it went on now. */
const endOf = (clock: SlaClock, calendar: CompiledCalendar, now: number): number => {
  if (clock.stoppedAt !== null) return clock.stoppedAt
  if (clock.dueAt !== null) return Math.max(now, clock.dueAt)
  return addWorkingMs(calendar, now, Math.max(0, clock.targetMs - clock.elapsedWorkingMs))
}

const dayMs = 86_400_000
/** Where the calendar on the wall turns a page, in a span that goes on around the clock. */
const midnights = (timeZone: string, from: number, to: number): number[] => {
  const found: number[] = []
  for (let at = from; at < to && found.length <= mostPictureDays; ) {
    const offset = zoneOffsetMs(timeZone, at)
    at = (Math.floor((at + offset) / dayMs) + 1) * dayMs - offset
    found.push(at)
  }
  return found
}

/**
 * The working time of a clock from its start to its end or limit, in order and without gaps inside a span:
 * what a drawing needs. Null where it would be more days than can be told apart.
 */
export const stretchesOf = (clock: SlaClock, calendar: CompiledCalendar, now: number): Stretch[] | null => {
  const end = endOf(clock, calendar, now)
  const cuts = [
    ...clock.intervals.flatMap(({ from, to }) => (to === null ? [from] : [from, to])),
    ...(clock.breachedAt === null ? [] : [clock.breachedAt]),
    clock.stoppedAt ?? now,
  ]
  const { timeZone } = calendar.calendar
  const stretches: Stretch[] = []
  const days = new Set<string>()
  const first = calendar.ends.findIndex((each) => each > clock.startedAt)
  for (let at = Math.max(0, first); at < calendar.starts.length; at++) {
    const [start, stop] = [calendar.starts[at] ?? 0, calendar.ends[at] ?? 0]
    if (start >= end || first < 0) break
    const [from, to] = [Math.max(start, clock.startedAt), Math.min(stop, end)]
    const inside = [...cuts, ...midnights(timeZone, from, to)].filter((cut) => cut > from && cut < to)
    const bounds = [from, ...inside.sort((a, b) => a - b), to]
    for (const [index, begin] of bounds.slice(0, -1).entries()) {
      const next = bounds[index + 1] ?? begin
      if (next === begin) continue
      const day = dayIn(timeZone, begin)
      days.add(day)
      if (days.size > mostPictureDays) return null
      stretches.push({ day, kind: kindAt(clock, begin, now), from: begin, to: next })
    }
  }
  return stretches
}
