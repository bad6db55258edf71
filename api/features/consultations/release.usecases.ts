import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { applyPresence } from '../presence/presence.usecases'
import { countOpenOf } from './consultations.store'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

/** Availability after a consultation ended for this agent: still busy, wrapping up, or free again. */
export const releaseAgent = async (tx: Tx, deps: UseDeps, agentId: string): Promise<void> => {
  const left = await countOpenOf(tx, agentId)
  if (left.active > 0) return
  if (left.wrapUp > 0) await applyPresence(tx, deps, agentId, 'end', 'wrapping_up')
  else await applyPresence(tx, deps, agentId, 'finish', 'finished')
}
