import { describe, expect, it } from 'vitest'
import { dayOf, endOfDay, startOfDay } from './days'

describe('a range of days', () => {
  it('reads back as it was chosen, both days included', () => {
    for (const day of ['2026-11-21', '2024-02-29', '2026-12-31']) {
      expect(dayOf(startOfDay(day))).toBe(day)
      expect(dayOf(endOfDay(day), -1)).toBe(day)
    }
  })
  it('ends where the next day begins', () => {
    expect(endOfDay('2026-12-31')).toBe(startOfDay('2027-01-01'))
  })
})
