import { expect, it } from 'vitest'
import { dayOf, monthsOf, weekdayOf, withExceptions } from './year'

const spans = [{ from: '09:00', to: '17:00' }]
const calendar = {
  week: [1, 2, 3, 4, 5].map((day) => ({ day, spans })),
  exceptions: [
    { date: '2026-10-01', name: '国庆节', spans: [] },
    { date: '2026-10-10', name: '国庆节调休', spans },
  ],
}

it('knows what every date is', () => {
  expect([weekdayOf('2026-11-20'), weekdayOf('2026-11-22')]).toEqual([5, 7])
  expect(
    ['2026-10-01', '2026-10-10', '2026-10-09', '2026-10-11'].map((date) => dayOf(calendar, date).kind),
  ).toEqual(['holiday', 'makeup', 'work', 'free'])
})

it('lays a year out in months that begin on the right weekday', () => {
  const months = monthsOf(calendar, 2028)
  expect(months.map((month) => month.days.length).reduce((a, b) => a + b)).toBe(366)
  expect(months[1]).toMatchObject({ month: 2, before: 1 })
})

it('puts loaded holidays in the place of what was there', () => {
  const loaded = [
    { date: '2026-10-01', name: '国庆', spans: [] },
    { date: '2026-01-01', name: '元旦', spans: [] },
  ]
  expect(withExceptions(calendar.exceptions, loaded).map((each) => each.name)).toEqual([
    '元旦',
    '国庆',
    '国庆节调休',
  ])
})
