import { expect, it } from 'vitest'
import { readConfig } from '../config'
import { acceleratedClock, yearOf } from './clock'

it('an accelerated clock starts with the real one and runs so many times as fast', () => {
  let at = 1_000_000
  const clock = acceleratedClock(600, { now: () => at })
  expect(clock.now()).toBe(1_000_000)
  at += 1000
  expect(clock.now()).toBe(1_600_000)
})

it('the rate of the clock is 1 unless set, and refused outside demonstrations', () => {
  expect(readConfig({}).clockRate).toBe(1)
  expect(readConfig({ BANGBAN_CLOCK_RATE: '' }).clockRate).toBe(1)
  expect(readConfig({ BANGBAN_CLOCK_RATE: '600' }).clockRate).toBe(600)
  expect(() => readConfig({ BANGBAN_CLOCK_RATE: '600', DEMO: 'off' })).toThrow('BANGBAN_CLOCK_RATE')
  expect(() => readConfig({ BANGBAN_CLOCK_RATE: 'fast' })).toThrow('BANGBAN_CLOCK_RATE')
})

it('knows the year of a moment', () => {
  expect(yearOf(Date.UTC(2026, 0, 1))).toBe(2026)
})
