import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noteServerClock, serverNow } from './server-clock'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

it('follows the server where this computer is wrong, and runs as fast as the server', () => {
  expect(serverNow()).toBe(1_000_000)
  noteServerClock(null)
  noteServerClock('nonsense')
  expect(serverNow()).toBe(1_000_000)
  noteServerClock('9000000 1')
  vi.advanceTimersByTime(5000)
  expect(serverNow()).toBe(9_005_000)
  noteServerClock('9006000 1')
  expect(serverNow()).toBe(9_005_000)
  noteServerClock('9006000 600')
  vi.advanceTimersByTime(1000)
  expect(serverNow()).toBe(9_606_000)
})
