const firstMs = 500
const longestMs = 15_000

/**
 * Milliseconds before attempt `attempt` (from 0): doubling up to 15 s, of which a random half, so that a
 * restarted server is not met by everybody in the same instant.
 *
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling * (0.5 + random / 2))
}
