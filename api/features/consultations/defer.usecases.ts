import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { isSameLine, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { unschedule } from '../due/due.store'
import { listOnline } from '../presence/presence.store'
import { announce, announceLeftQueue } from './announce.usecases'
import { findConsultation, listIdsByStatus, moveConsultation, siteLine } from './consultations.store'
import { settleOffers } from './queue.usecases'

/** True where somebody who may serve the site is online in any state. */
export const isStaffed = async (tx: Tx, siteId: string): Promise<boolean> => {
  const path = await siteLine(tx, siteId)
  return (await listOnline(tx)).some(
    (agent) => permissionsOf(agent.roles).includes('consultations.serve') && isSameLine(agent.path, path),
  )
}

/** When the last agent goes offline, those waiting are answered later on their tickets: never a dead end. */
export const deferUnstaffed = async (tx: Tx, deps: Pick<Deps, 'clock' | 'hub'>): Promise<void> => {
  const staffed = new Map<string, boolean>()
  for (const id of await listIdsByStatus(tx, ['waiting'])) {
    const row = await findConsultation(tx, id)
    if (!row) continue
    const known = staffed.get(row.siteId) ?? (await isStaffed(tx, row.siteId))
    staffed.set(row.siteId, known)
    if (known) continue
    await settleOffers(tx, deps, id, null, system)
    const moved = await moveConsultation(tx, id, 'waiting', {
      status: 'deferred',
      deferredReason: 'no_agent',
      endedAt: deps.clock.now(),
    })
    if (!moved) continue
    await unschedule(tx, 'visitor.silent', id)
    await unschedule(tx, 'visitor.expire', id)
    await announce(tx, deps, id, {
      type: 'consultation.deferred',
      actor: system,
      facts: { reason: 'no_agent' },
    })
    await announceLeftQueue(tx, deps, moved, system)
  }
}
