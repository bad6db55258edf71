import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { refuse } from '../../lib/errors'

const windowSeconds = 15 * 60
const perAccount = 10
const perAddress = 100

/**
 * Counts failed sign-ins per account and per address in a window of 15 minutes.
 *
 * Kept in memory on purpose: one process serves an installation, a restart is not in an attacker's hands,
 * and a row written per guess would hand them the one write transaction. What a restart forgets costs at
 * most ten more guesses an account, each of which still pays for argon2.
 */
export const createLoginThrottle = () => {
  const accounts = new RateLimiterMemory({ points: perAccount, duration: windowSeconds })
  const addresses = new RateLimiterMemory({ points: perAddress, duration: windowSeconds })

  const take = async (limiter: RateLimiterMemory, key: string): Promise<void> => {
    try {
      await limiter.consume(key)
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error
      const retryAfter = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
      throw refuse('auth.throttled', 'Too many failed attempts. Please wait.', { retryAfter })
    }
  }

  return {
    /** Takes an attempt before the password is looked at, so that parallel guesses count too. Throws 429. */
    async attempt(account: string, address: string): Promise<void> {
      await take(addresses, address)
      await take(accounts, account)
    },
    /** Gives the attempt back: the password was right. */
    async succeed(account: string, address: string): Promise<void> {
      await accounts.delete(account)
      await addresses.reward(address)
    },
  }
}
export type LoginThrottle = ReturnType<typeof createLoginThrottle>
