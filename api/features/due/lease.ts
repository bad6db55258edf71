import type { Tx } from '../../../drizzle/database'
import type { Clock } from '../../lib/clock'
import { newId } from '../../lib/ids'
import { holdLease, releaseLease } from './due.store'

export const leaseMs = 15_000

/** Another process has taken over: what was being done is rolled back, and nothing more is begun. */
export class LeaseLost extends Error {}

/**
 * One process at a time works under the name. Who holds the lease renews it while it works; who finds that it ran
 * out asks for it again, in the transaction of the work, and does nothing where another has it.
 */
export const createLease = (clock: Clock, name: string) => {
  const holder = newId('swp')
  let until = 0

  const hold = async (tx: Tx): Promise<boolean> => {
    const now = clock.now()
    const isHeld = await holdLease(tx, name, holder, now, now + leaseMs)
    until = isHeld ? now + leaseMs : 0
    return isHeld
  }
  /** Throws `LeaseLost` where it is no longer ours. Nobody else can have it before it has run out. */
  const keep = async (tx: Tx): Promise<void> => {
    const isFresh = clock.now() < until - (leaseMs * 2) / 3
    if (!isFresh && !(await hold(tx))) throw new LeaseLost(name)
  }
  return {
    hold,
    /** Does `work` under the lease: held when it begins, and still held when it is committed. */
    async under<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
      await keep(tx)
      const result = await work()
      await keep(tx)
      return result
    },
    release: (tx: Tx): Promise<void> => releaseLease(tx, name, holder),
  }
}
