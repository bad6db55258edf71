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
