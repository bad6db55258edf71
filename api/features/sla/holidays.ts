import chineseDays from 'chinese-days'
import type { CalendarException, WorkingCalendar, WorkingSpan } from '../../../contract/calendar.rules'

/** The spans most working days of the week have; what a make-up working day gets. */
const typicalSpans = (week: WorkingCalendar['week']): readonly WorkingSpan[] => {
  const counted = new Map<string, { spans: readonly WorkingSpan[]; days: number }>()
  for (const { spans } of week) {
    if (spans.length === 0) continue
    const key = spans.map(({ from, to }) => `${from}-${to}`).join()
    counted.set(key, { spans, days: (counted.get(key)?.days ?? 0) + 1 })
  }
  return [...counted.values()].reduce((best, each) => (each.days > best.days ? each : best), {
    spans: [] as readonly WorkingSpan[],
    days: 0,
  }).spans
}

const daysOf = (year: number): string[] => {
  const days: string[] = []
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/**
 * China's public holidays of a year as exceptions of a calendar, to start from and edit: days off have no
 * spans, make-up working days (调休) the week's typical ones; names in Chinese. Source: the State Council's
 * yearly notice, as the package `chinese-days` carries it; a year not yet announced gives an empty list.
 */
export const chineseHolidays = (year: number, week: WorkingCalendar['week']): CalendarException[] => {
  const workingSpans = typicalSpans(week)
  return daysOf(year).flatMap((date) => {
    const { work, name } = chineseDays.getDayDetail(date)
    // A day of the notice is named "English,中文,days off"; any other day has its weekday's name.
    const chinese = name.split(',')[1]
    if (chinese === undefined) return []
    return [{ date, name: work ? `${chinese}调休` : chinese, spans: work ? workingSpans : [] }]
  })
}
