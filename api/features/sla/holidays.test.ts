import { describe, expect, it } from 'vitest'
import { addWorkingMs, compileCalendar, isWorking } from '../../../contract/calendar.rules'
import { calendarProblems } from '../../../contract/calendar-check.rules'
import { chineseHolidays } from './holidays'

const spans = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
]
const week = [...[1, 2, 3, 4].map((day) => ({ day, spans })), { day: 5, spans: spans.slice(0, 1) }]
const at = (text: string) => Date.parse(text)

describe('chineseHolidays', () => {
  const exceptions = chineseHolidays(2026, week)
  const calendar = { timeZone: 'Asia/Shanghai', week, exceptions }
  const compiled = compileCalendar(calendar, at('2026-09-01T00:00Z'), at('2026-11-01T00:00Z'))

  it('names the days off of 2026 and its make-up days in Chinese', () => {
    const off = exceptions.filter((each) => each.spans.length === 0)
    const made = exceptions.filter((each) => each.spans.length > 0)
    expect(calendarProblems(calendar)).toEqual([])
    expect(off).toHaveLength(33)
    expect(off).toContainEqual({ date: '2026-02-17', name: '春节', spans: [] })
    expect(made.map((each) => each.date)).toEqual([
      '2026-01-04',
      '2026-02-14',
      '2026-02-28',
      '2026-05-09',
      '2026-09-20',
      '2026-10-10',
    ])
    expect(made.at(-1)).toEqual({ date: '2026-10-10', name: '国庆节调休', spans })
  })

  it('carries a clock over Golden Week', () => {
    // Wednesday 30 September 16:30; 1–7 October are off, Thursday the 8th is the next day at work.
    expect(addWorkingMs(compiled, at('2026-09-30T16:30+08:00'), 3_600_000)).toBe(at('2026-10-08T09:30+08:00'))
    // Friday the 9th ends at noon; the make-up Saturday has the hours of a typical day.
    expect(addWorkingMs(compiled, at('2026-10-09T11:30+08:00'), 3_600_000)).toBe(at('2026-10-10T09:30+08:00'))
    expect(isWorking(compiled, at('2026-10-10T16:59+08:00'))).toBe(true)
    expect(isWorking(compiled, at('2026-10-11T10:00+08:00'))).toBe(false)
  })

  it('has nothing for a year that is not announced', () => {
    expect(chineseHolidays(2199, week)).toEqual([])
  })
})
