import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { applyPresence } from '../presence/presence.usecases'
import { findOffer } from './offers.store'
import { changeOffer, dispatchAll, type QueueDeps } from './queue.usecases'

/** Falls due 20 s after the ring began: the agent goes away, visibly, and the next one is rung. */
export const expireOffer = async (tx: Tx, deps: QueueDeps, offerId: string): Promise<void> => {
  const offer = await findOffer(tx, offerId)
  if (!offer || !(await changeOffer(tx, deps, offer, 'ignore', system))) return
  await applyPresence(tx, deps, offer.agentId, 'miss', 'offer_ignored')
  await dispatchAll(tx, deps)
}
