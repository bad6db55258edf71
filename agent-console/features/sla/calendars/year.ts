import type { CalendarBody } from '../../../../contract/sla.schema'

export type DayKind = 'work' | 'free' | 'holiday' | 'makeup'
export interface YearDay {
  date: string
  day: number
  kind: DayKind
  name: string
}

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

/** What a date is: an ordinary day of its weekday, a holiday, or a day with times of its own. */
export function dayOf(calendar: Pick<CalendarBody, 'week' | 'exceptions'>, date: string): YearDay {
  const day = Number(date.slice(8))
  const exception = calendar.exceptions.find((each) => each.date === date)
  if (exception)
    return { date, day, kind: exception.spans.length > 0 ? 'makeup' : 'holiday', name: exception.name }
  const works = calendar.week.some((each) => each.day === weekdayOf(date) && each.spans.length > 0)
  return { date, day, kind: works ? 'work' : 'free', name: '' }
}

/** Twelve months of a year, each with the empty places before its first day in a week that begins on Monday. */
export function monthsOf(calendar: Pick<CalendarBody, 'week' | 'exceptions'>, year: number) {
  return Array.from({ length: 12 }, (_, month) => {
    const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
    const days = Array.from({ length: count }, (_each, at) =>
      dayOf(calendar, new Date(Date.UTC(year, month, at + 1)).toISOString().slice(0, 10)),
    )
    return { month: month + 1, before: weekdayOf(days[0]?.date ?? `${year}-01-01`) - 1, days }
  })
}

/** The calendar with other exceptions in place of those of the same dates, in order of date. */
export function withExceptions(
  exceptions: CalendarBody['exceptions'],
  added: CalendarBody['exceptions'],
): CalendarBody['exceptions'] {
  const dates = new Set(added.map((each) => each.date))
  return [...exceptions.filter((each) => !dates.has(each.date)), ...added].sort((a, b) =>
    a.date < b.date ? -1 : 1,
  )
}
