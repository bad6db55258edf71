import { expect, it } from 'vitest'
import { longestDaySeconds, readTarget, writeTarget } from './targets'

const day = 7 * 3600

it.each([
  [1800, { amount: 30, unit: 'minutes' }],
  [3600, { amount: 1, unit: 'hours' }],
  [5400, { amount: 90, unit: 'minutes' }],
  [3 * day, { amount: 3, unit: 'days' }],
  [8 * 3600, { amount: 8, unit: 'hours' }],
] as const)('reads %s s and writes it back', (seconds, target) => {
  expect(readTarget(seconds, day)).toEqual(target)
  expect(writeTarget(target.amount, target.unit, day)).toBe(seconds)
})

it('takes the longest day of a week as a working day', () => {
  const spans = [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:00' },
  ]
  expect(longestDaySeconds([{ spans }, { spans: spans.slice(0, 1) }])).toBe(day)
  expect(longestDaySeconds([])).toBe(0)
})
