import type { WorkingCalendar, WorkingSpan } from './calendar.rules'
import { isTimeZone } from './hours.rules'

export type CalendarProblemCode =
  | 'time_zone_unknown'
  | 'day_unknown'
  | 'day_twice'
  | 'time_malformed'
  | 'span_without_length'
  | 'spans_overlap'
  | 'date_malformed'
  | 'date_twice'
  | 'no_working_time'

/** One thing wrong with a calendar; `path` names the place, as in `week.1.spans.0`. */
export interface CalendarProblem {
  path: string
  code: CalendarProblemCode
}

const clockPattern = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/

/** Minutes since local midnight of `HH:MM`; `24:00` is 1440. */
export const minutesOfClock = (clock: string): number =>
  Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

const isCalendarDate = (date: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return false
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date)
}

const spanProblems = (spans: readonly WorkingSpan[], path: string): CalendarProblem[] => {
  const problems: CalendarProblem[] = []
  const sound: { from: number; to: number; index: number }[] = []
  spans.forEach((span, index) => {
    const at = `${path}.spans.${index}`
    const [from, to] = [minutesOfClock(span.from), minutesOfClock(span.to)]
    if (!clockPattern.test(span.from) || !clockPattern.test(span.to))
      problems.push({ path: at, code: 'time_malformed' })
    else if (from >= to) problems.push({ path: at, code: 'span_without_length' })
    else sound.push({ from, to, index })
  })
  sound.sort((a, b) => a.from - b.from)
  let reached = -1
  for (const { from, to, index } of sound) {
    if (from < reached) problems.push({ path: `${path}.spans.${index}`, code: 'spans_overlap' })
    reached = Math.max(reached, to)
  }
  return problems
}

/**
 * Everything wrong with a calendar, all at once; empty when it can be used. Spans that touch are fine. A
 * week without working time is refused even where exceptions have some: a clock on it would stop for ever
 * after the last of them.
 */
export const calendarProblems = (calendar: WorkingCalendar): CalendarProblem[] => {
  const problems: CalendarProblem[] = []
  if (!isTimeZone(calendar.timeZone)) problems.push({ path: 'timeZone', code: 'time_zone_unknown' })
  const days = new Set<number>()
  calendar.week.forEach(({ day, spans }, index) => {
    const path = `week.${index}`
    if (!Number.isInteger(day) || day < 1 || day > 7) problems.push({ path, code: 'day_unknown' })
    else if (days.has(day)) problems.push({ path, code: 'day_twice' })
    days.add(day)
    problems.push(...spanProblems(spans, path))
  })
  if (calendar.week.every(({ spans }) => spans.length === 0))
    problems.push({ path: 'week', code: 'no_working_time' })
  const dates = new Set<string>()
  calendar.exceptions.forEach(({ date, spans }, index) => {
    const path = `exceptions.${index}`
    if (!isCalendarDate(date)) problems.push({ path, code: 'date_malformed' })
    else if (dates.has(date)) problems.push({ path, code: 'date_twice' })
    dates.add(date)
    problems.push(...spanProblems(spans, path))
  })
  return problems
}
