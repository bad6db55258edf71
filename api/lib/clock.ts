/** Where time comes from; tests hand in one they can turn. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
}
export const systemClock: Clock = { now: () => Date.now() }

/** RFC 3339 in UTC, or null for null. */
export function iso(at: number): string
export function iso(at: number | null): string | null
export function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** The moment a validated RFC 3339 text means, in milliseconds. */
export const momentOf = (text: string): number => Date.parse(text)

/** The year of a moment, in UTC. */
export const yearOf = (at: number): number => new Date(at).getUTCFullYear()

/**
 * A clock that runs `rate` times as fast as the real one from now on: for demonstrations and tests, in which
 * a ticket warns, breaches and climbs while somebody looks on. Timers are not touched.
 */
export const acceleratedClock = (rate: number, real: Clock = systemClock): Clock => {
  const start = real.now()
  return { now: () => Math.round(start + (real.now() - start) * rate) }
}
