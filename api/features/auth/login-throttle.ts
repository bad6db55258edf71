import { limitKeyOf } from '../../http/address'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { sha256 } from '../../lib/ids'
import { countAttempt, forgetAttempts, giveAttemptBack, isKnownAddress } from './attempts.store'

const windowMs = 15 * 60 * 1000
const dayMs = 24 * 3600 * 1000

/** Failed sign-ins allowed: for an account from one address, for one address, for an account from anywhere. */
const limits = {
  pair: { most: 10, ms: windowMs },
  address: { most: 100, ms: windowMs },
  account: { most: 300, ms: dayMs },
} as const

type Kind = keyof typeof limits

/** What is counted is kept as a hash: a name typed into the wrong field may be a password. */
const keysOf = (account: string, address: string): Record<Kind, string> => {
  const network = limitKeyOf(address)
  return {
    pair: sha256(`pair ${account} ${network}`),
    address: sha256(`address ${network}`),
    account: sha256(`account ${account}`),
  }
}

/**
 * Counts failed sign-ins in the database, so that a restart forgives none.
 *
 * Nobody can lock an account's owner out from elsewhere: ten failures close it for the address they came from.
 * Many addresses together meet the slow limit of the account, which leaves out addresses it was used from before.
 */
export const createLoginThrottle = (deps: Pick<Deps, 'db' | 'clock'>) => ({
  /** Takes an attempt before the password is looked at, so that parallel guesses count too. Throws 429. */
  async attempt(account: string, address: string): Promise<void> {
    const keys = keysOf(account, address)
    const waitMs = await deps.db.write(async (tx) => {
      const now = deps.clock.now()
      for (const kind of ['address', 'pair', 'account'] as const) {
        const { most, ms } = limits[kind]
        const { count, expiresAt } = await countAttempt(tx, keys[kind], now, now + ms)
        if (count <= most) continue
        if (kind === 'account' && (await isKnownAddress(tx, account, address))) continue
        return expiresAt - now
      }
      return 0
    })
    if (waitMs > 0)
      throw refuse('auth.throttled', 'Too many failed attempts. Please wait.', {
        retryAfter: Math.max(1, Math.ceil(waitMs / 1000)),
      })
  },
  /** Gives the attempt back: the password was right. */
  async succeed(account: string, address: string): Promise<void> {
    const keys = keysOf(account, address)
    await deps.db.write(async (tx) => {
      await forgetAttempts(tx, keys.pair)
      await giveAttemptBack(tx, keys.address)
      await giveAttemptBack(tx, keys.account)
    })
  },
})
export type LoginThrottle = ReturnType<typeof createLoginThrottle>
