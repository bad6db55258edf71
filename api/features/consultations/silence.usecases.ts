import { silenceGraceSeconds, silenceSeconds } from '../../../contract/consultations.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { isScheduled, schedule, unschedule } from '../due/due.store'
import { announce, announceLeftQueue } from './announce.usecases'
import {
  findConsultation,
  findOpenOf,
  listIdsByStatus,
  moveConsultation,
  patchConsultation,
} from './consultations.store'
import { dispatchAll, settleOffers } from './queue.usecases'

/** The citizen's panel is connected (again): the place was kept. */
export const visitorConnected = async (deps: Deps, visitorId: string): Promise<void> => {
  await deps.db.write(async (tx) => {
    const row = await findOpenOf(tx, visitorId)
    if (!row) return
    await unschedule(tx, 'visitor.silent', row.id)
    await unschedule(tx, 'visitor.expire', row.id)
    if (row.silentSince === null) return
    await patchConsultation(tx, row.id, { silentSince: null })
    await announce(tx, deps, row.id, {
      type: 'consultation.returned',
      actor: { kind: 'visitor', id: visitorId, siteId: row.siteId },
    })
    await dispatchAll(tx, deps)
  })
}

/** The last connection of the citizen closed: silent after 10 s unless it comes back. */
export const visitorDisconnected = async (deps: Deps, visitorId: string): Promise<void> => {
  if (deps.hub.readersOf(visitorId) > 0) return
  await deps.db.write(async (tx) => {
    const row = await findOpenOf(tx, visitorId)
    if (row) await schedule(tx, 'visitor.silent', row.id, deps.clock.now() + silenceGraceSeconds * 1000)
  })
}

/** Falls due 10 s after a lost connection: passed over, not removed. */
export const silenceVisitor = async (tx: Tx, deps: Deps, consultationId: string): Promise<void> => {
  const row = await findConsultation(tx, consultationId)
  if (!row?.visitorId || row.silentSince !== null || (row.status !== 'waiting' && row.status !== 'active'))
    return
  if (deps.hub.readersOf(row.visitorId) > 0) return
  await patchConsultation(tx, row.id, { silentSince: deps.clock.now() })
  await announce(tx, deps, row.id, { type: 'consultation.silent', actor: system })
  if (row.status !== 'waiting') return
  await schedule(tx, 'visitor.expire', row.id, deps.clock.now() + silenceSeconds * 1000)
  await settleOffers(tx, deps, row.id, null, system)
  await dispatchAll(tx, deps)
}

/** Falls due after 15 minutes of silence, or when a telephone code was never used. */
export const expireConsultation = async (tx: Tx, deps: Deps, consultationId: string): Promise<void> => {
  const row = await findConsultation(tx, consultationId)
  if (row?.status !== 'waiting' || row.silentSince === null) return
  await settleOffers(tx, deps, row.id, null, system)
  const now = deps.clock.now()
  const moved = await moveConsultation(tx, row.id, 'waiting', { status: 'abandoned', endedAt: now })
  if (!moved) return
  const facts = { waitedSeconds: Math.round((now - row.queuedAt) / 1000) }
  await announce(tx, deps, row.id, { type: 'consultation.expired', actor: system, facts })
  await announceLeftQueue(tx, deps, moved, system)
}

/** After a start no panel is connected yet: those who stay away are passed over. */
export const expectVisitors = (deps: Deps): Promise<void> =>
  deps.db.write(async (tx) => {
    const now = deps.clock.now()
    for (const id of await listIdsByStatus(tx, ['waiting', 'active'])) {
      await schedule(tx, 'visitor.silent', id, now + 3 * silenceGraceSeconds * 1000)
      // While we were down nobody could come back: the silence counts anew.
      if ((await findConsultation(tx, id))?.silentSince && (await isScheduled(tx, 'visitor.expire', id)))
        await schedule(tx, 'visitor.expire', id, now + silenceSeconds * 1000)
    }
  })
