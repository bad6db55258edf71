import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { schedule } from '../due/due.store'
import { nextUnresolvedOf } from './clocks.store'
import { refreshClocks } from './clocks.usecases'

/** Due job: somebody works in another department; the subject is `<agent>`, or `<agent>:<last ticket looked at>`. */
export const ownerMovedKind = 'sla.owner_moved'
/** Tickets reckoned in one transaction: a slice that other writers need not notice. */
const sliceRows = 20

/**
 * Steps that disturb the owner count in the working time of the owner's department: whoever works in another one
 * has their unresolved tickets reckoned anew, in the background.
 */
export const reckonForOwner = (tx: Tx, deps: Pick<Deps, 'clock'>, agentId: string): Promise<void> =>
  schedule(tx, ownerMovedKind, agentId, deps.clock.now())

/** One slice; schedules the next in the same transaction, so that a killed process goes on where it was. */
export const reckonForOwnerSlice = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  subject: string,
): Promise<void> => {
  const [agentId = '', cursor = ''] = subject.split(':')
  const ids = await nextUnresolvedOf(tx, agentId, cursor, sliceRows)
  await refreshClocks(tx, deps, ids)
  const last = ids.at(-1)
  if (last && ids.length === sliceRows)
    await schedule(tx, ownerMovedKind, `${agentId}:${last}`, deps.clock.now())
}
