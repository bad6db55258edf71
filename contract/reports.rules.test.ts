import { describe, expect, it } from 'vitest'
import { nextRun, reportedDays } from './reports.rules'

const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(`${text}+08:00`)

describe('scheduled reports', () => {
  it.each([
    ['day', '2026-11-20T07:59:00', '2026-11-20T08:00:00'],
    ['day', '2026-11-20T08:00:00', '2026-11-21T08:00:00'],
    ['week', '2026-11-20T09:00:00', '2026-11-23T08:00:00'],
    ['week', '2026-11-23T07:00:00', '2026-11-23T08:00:00'],
    ['month', '2026-11-20T09:00:00', '2026-12-01T08:00:00'],
    ['month', '2026-12-31T23:00:00', '2027-01-01T08:00:00'],
  ] as const)('come each %s: after %s at %s', (every, after, expected) => {
    expect(nextRun(every, 8, zone, at(after))).toBe(at(expected))
  })

  it.each([
    ['day', '2026-11-20T08:00:00', '2026-11-19', '2026-11-19'],
    ['week', '2026-11-23T08:00:00', '2026-11-16', '2026-11-22'],
    ['month', '2026-12-01T08:00:00', '2026-11-01', '2026-11-30'],
    ['month', '2027-01-01T08:00:00', '2026-12-01', '2026-12-31'],
  ] as const)('are about the %s before %s: %s to %s', (every, when, from, to) => {
    expect(reportedDays(every, zone, at(when))).toEqual({ from, to })
  })

  it('keep their hour when the clocks change', () => {
    const lisbon = 'Europe/Lisbon'
    expect(nextRun('day', 8, lisbon, Date.parse('2026-03-28T12:00:00Z'))).toBe(
      Date.parse('2026-03-29T07:00:00Z'),
    )
    expect(nextRun('day', 8, lisbon, Date.parse('2026-10-24T12:00:00Z'))).toBe(
      Date.parse('2026-10-25T08:00:00Z'),
    )
  })

  it.each([
    ['America/Havana', 0, '2026-03-07T06:00:00Z', '2026-03-08T05:00:00Z', '2026-03-07'],
    ['America/New_York', 2, '2026-03-07T08:00:00Z', '2026-03-08T07:00:00Z', '2026-03-07'],
  ])(
    'in %s an hour (%i) that the clock skips comes an hour later, on its day',
    (it, hour, after, next, day) => {
      expect(nextRun('day', hour, it, Date.parse(after))).toBe(Date.parse(next))
      expect(reportedDays('day', it, Date.parse(next))).toEqual({ from: day, to: day })
    },
  )
})
