import { calendarProblems, minutesOfClock } from './calendar-check.rules'
import { offsetStretches } from './zone.rules'

/** Working time on the wall clock: `HH:MM`, the end excluded, `24:00` ends the day. */
export interface WorkingSpan {
  from: string
  to: string
}

/** One date (`YYYY-MM-DD`, local) that replaces its weekday's spans; none = a holiday. */
export interface CalendarException {
  date: string
  name: string
  spans: readonly WorkingSpan[]
}

/** When a desk works. `day` is 1 Monday … 7 Sunday; a day that is not listed is free. */
export interface WorkingCalendar {
  timeZone: string
  week: readonly { day: number; spans: readonly WorkingSpan[] }[]
  exceptions: readonly CalendarException[]
}

/**
 * A calendar unrolled into UTC: `starts[i] … ends[i]` (milliseconds since 1970, end excluded) are the
 * working spans of `[fromMs, untilMs)`, sorted and never touching; `before[i]` is the working time from
 * `fromMs` to `starts[i]`. It grows by itself when a question reaches beyond its ends.
 */
export interface CompiledCalendar {
  readonly calendar: WorkingCalendar
  fromMs: number
  untilMs: number
  starts: number[]
  ends: number[]
  before: number[]
  /** Spans in milliseconds since local midnight, by weekday (0 Sunday … 6 Saturday) and by date. */
  readonly weekdays: readonly (readonly LocalSpan[])[]
  readonly dates: ReadonlyMap<number, readonly LocalSpan[]>
}

type LocalSpan = readonly [from: number, to: number]

const minuteMs = 60_000
const dayMs = 86_400_000
/** Moments outside are refused, so that a wrong number cannot unroll centuries. */
const earliestMs = Date.UTC(1970, 0, 1)
const latestMs = Date.UTC(2200, 0, 1)

const localSpans = (spans: readonly WorkingSpan[]): LocalSpan[] =>
  spans
    .map(({ from, to }): LocalSpan => [minutesOfClock(from) * minuteMs, minutesOfClock(to) * minuteMs])
    .sort((a, b) => a[0] - b[0])

/**
 * Unrolls the days of `[fromMs, toMs)` (milliseconds since 1970). The rule for summer time: a moment is
 * working time exactly when the clock on the wall then reads a time inside a span of that local day. So an
 * hour that the clock skips does not count, an hour that it shows twice counts twice, and 00:00–24:00 is 23
 * or 25 hours long on those days. Throws RangeError for a calendar with problems or a range outside 1970–2200.
 */
export const compileCalendar = (
  calendar: WorkingCalendar,
  fromMs: number,
  toMs: number,
): CompiledCalendar => {
  const problems = calendarProblems(calendar)
  if (problems.length > 0)
    throw new RangeError(
      `unusable calendar: ${problems.map((each) => `${each.path} ${each.code}`).join(', ')}`,
    )
  assertInRange(fromMs)
  const weekdays: LocalSpan[][] = [[], [], [], [], [], [], []]
  for (const { day, spans } of calendar.week) weekdays[day % 7] = localSpans(spans)
  const dates = new Map(
    calendar.exceptions.map(({ date, spans }) => [Date.parse(`${date}T00:00:00Z`), localSpans(spans)]),
  )
  const start = Math.floor(fromMs / dayMs) * dayMs
  const empty = { starts: [], ends: [], before: [] }
  const compiled: CompiledCalendar = { calendar, fromMs: start, untilMs: start, ...empty, weekdays, dates }
  extendUntil(compiled, Math.max(toMs, start + dayMs))
  return compiled
}

const assertInRange = (atMs: number): void => {
  if (!(atMs >= earliestMs && atMs < latestMs)) throw new RangeError(`moment ${atMs} is outside 1970–2200`)
}

/** Appends the working spans of one UTC day to `starts` and `ends`, joining what touches. */
const unrollDay = (c: CompiledCalendar, dayStartMs: number, starts: number[], ends: number[]): void => {
  for (const { fromMs, toMs, offsetMs } of offsetStretches(
    c.calendar.timeZone,
    dayStartMs,
    dayStartMs + dayMs,
  )) {
    const [wallFrom, wallTo] = [fromMs + offsetMs, toMs + offsetMs]
    for (let date = Math.floor(wallFrom / dayMs) * dayMs; date < wallTo; date += dayMs) {
      for (const [from, to] of c.dates.get(date) ?? c.weekdays[new Date(date).getUTCDay()] ?? []) {
        const start = Math.max(date + from, wallFrom) - offsetMs
        const end = Math.min(date + to, wallTo) - offsetMs
        if (start >= end) continue
        if (ends.length > 0 && ends[ends.length - 1] === start) ends[ends.length - 1] = end
        else {
          starts.push(start)
          ends.push(end)
        }
      }
    }
  }
}

const sumBefore = (c: CompiledCalendar, from: number): void => {
  let sum = from > 0 ? c.before[from - 1]! + c.ends[from - 1]! - c.starts[from - 1]! : 0
  for (let index = from; index < c.starts.length; index += 1) {
    c.before[index] = sum
    sum += c.ends[index]! - c.starts[index]!
  }
}

const extendUntil = (c: CompiledCalendar, toMs: number): void => {
  if (toMs <= c.untilMs) return
  assertInRange(toMs - 1)
  const known = c.starts.length
  while (c.untilMs < toMs) {
    unrollDay(c, c.untilMs, c.starts, c.ends)
    c.untilMs += dayMs
  }
  sumBefore(c, known)
}

const extendFrom = (c: CompiledCalendar, fromMs: number): void => {
  if (fromMs >= c.fromMs) return
  assertInRange(fromMs)
  // In steps of a year at least: each step rewrites the sums.
  const start = Math.max(earliestMs, Math.min(Math.floor(fromMs / dayMs) * dayMs, c.fromMs - 365 * dayMs))
  const [starts, ends]: [number[], number[]] = [[], []]
  for (let day = start; day < c.fromMs; day += dayMs) unrollDay(c, day, starts, ends)
  const touches = ends.length > 0 && ends[ends.length - 1] === c.starts[0]
  if (touches) ends.pop()
  c.starts = [...starts, ...c.starts.slice(touches ? 1 : 0)]
  c.ends = [...ends, ...c.ends]
  c.fromMs = start
  sumBefore(c, 0)
}

const cover = (c: CompiledCalendar, fromMs: number, toMs: number): void => {
  if (fromMs < c.fromMs) extendFrom(c, fromMs)
  if (toMs >= c.untilMs) extendUntil(c, toMs + 30 * dayMs < latestMs ? toMs + 30 * dayMs : toMs + 1)
}

/** The last index whose value is at most `wanted`, -1 without one. */
const lastAtMost = (sorted: readonly number[], wanted: number): number => {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Working milliseconds from the beginning of what is unrolled to `atMs`. */
const workedUntil = (c: CompiledCalendar, atMs: number): number => {
  const index = lastAtMost(c.starts, atMs)
  return index < 0 ? 0 : c.before[index]! + Math.min(atMs, c.ends[index]!) - c.starts[index]!
}

/** True where `atMs` (milliseconds since 1970) is working time: a span's start is, its end is not. */
export const isWorking = (c: CompiledCalendar, atMs: number): boolean => {
  cover(c, atMs, atMs)
  const index = lastAtMost(c.starts, atMs)
  return index >= 0 && atMs < c.ends[index]!
}

/** Working milliseconds in `[fromMs, toMs)`; 0 when `toMs` is not later. */
export const workingMsBetween = (c: CompiledCalendar, fromMs: number, toMs: number): number => {
  if (toMs <= fromMs) return 0
  cover(c, fromMs, toMs)
  return workedUntil(c, toMs) - workedUntil(c, fromMs)
}

/** `atMs` itself when it is working time, else the next start of work, in milliseconds since 1970. */
export const nextWorkingInstant = (c: CompiledCalendar, atMs: number): number => {
  if (isWorking(c, atMs)) return atMs
  for (;;) {
    const next = c.starts[lastAtMost(c.starts, atMs) + 1]
    if (next !== undefined) return next
    extendUntil(c, c.untilMs + 30 * dayMs)
  }
}

/**
 * The first moment (milliseconds since 1970) at which `ms` of working time have passed since `startMs`:
 * used up exactly at closing time, that is closing time and not the next morning. Zero means the next
 * working instant, so that nothing ever falls due at night. Throws RangeError beyond the year 2200.
 */
export const addWorkingMs = (c: CompiledCalendar, startMs: number, ms: number): number => {
  if (!(ms >= 0)) throw new RangeError(`working time ${ms} is negative`)
  if (ms === 0) return nextWorkingInstant(c, startMs)
  cover(c, startMs, startMs + ms)
  const wanted = workedUntil(c, startMs) + ms
  while (workedUntil(c, c.untilMs) < wanted) extendUntil(c, c.untilMs + 180 * dayMs)
  let index = lastAtMost(c.before, wanted)
  // A span that begins when everything is used up is one too far.
  if (c.before[index] === wanted) index -= 1
  return c.starts[index]! + wanted - c.before[index]!
}
