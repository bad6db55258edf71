import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { refuse } from '../lib/errors'

/** So many in so many seconds. */
export interface Limit {
  points: number
  seconds: number
}

/**
 * Counts by key in this process: one process serves an installation, and what a restart forgets is a minute's
 * worth. Failed sign-ins are counted in the database instead.
 */
export const createLimiter = ({ points, seconds }: Limit) => {
  const limiter = new RateLimiterMemory({ points, duration: seconds })
  return {
    /** Takes one. Throws 429 with the time to wait. */
    async take(key: string): Promise<void> {
      try {
        await limiter.consume(key)
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
        throw refuse('request.too_many', `Too many requests: please wait ${retryAfter} s.`, { retryAfter })
      }
    },
    /** Gives one back. */
    giveBack: (key: string) => limiter.reward(key).then(() => undefined),
  }
}
