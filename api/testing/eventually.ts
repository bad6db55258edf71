import { vi } from 'vitest'

/** Repeats `check` until it no longer throws; patient, because a busy machine is slow and not wrong. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })
