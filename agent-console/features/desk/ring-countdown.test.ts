import { expect, it } from 'vitest'
import { secondsLeft } from './ring-countdown'

const at = Date.parse('2026-11-21T08:00:00.000Z')
const offer = (seconds: number) => ({ expiresAt: new Date(at + seconds * 1000).toISOString() })

it('counts down to zero and no further', () => {
  expect(secondsLeft(offer(20), at, at)).toBe(20)
  expect(secondsLeft(offer(20), at, at + 5000)).toBe(15)
  expect(secondsLeft(offer(20), at, at + 60_000)).toBe(0)
})

it('believes the server about a ring that began before we looked', () => {
  expect(secondsLeft(offer(8), at, at)).toBe(8)
})

it('survives clocks that disagree', () => {
  expect(secondsLeft(offer(500), at, at + 1000)).toBe(19)
  expect(secondsLeft(offer(-30), at, at + 4000)).toBe(16)
})
