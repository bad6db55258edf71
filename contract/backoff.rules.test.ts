import { expect, it } from 'vitest'
import { backoffMs } from './backoff.rules'

it('doubles up to a limit and never leaves its half', () => {
  expect(backoffMs(0, 0)).toBe(250)
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(500)
  expect(backoffMs(2, 0)).toBe(1000)
  expect(backoffMs(50, 0.999)).toBeLessThanOrEqual(15_000)
})
