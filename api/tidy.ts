import { tidyAttempts } from './features/auth/attempts.store'
import { deleteOldLinks } from './features/auth/auth.store'
import { deleteAppliedWebhooks } from './features/calls/calls.store'
import { deleteExpiredFollow } from './features/follow/follow.store'
import { scheduleOldImports } from './features/imports/expire.usecases'
import { deleteOldNotifications } from './features/notifications/notifications.store'
import { deleteOldOutgoing } from './features/outgoing/outgoing.store'
import { deleteExpiredTokens } from './features/visitors/visitors.store'
import { deleteOldDeliveries } from './features/webhooks/webhooks.store'
import { forgetAnswer } from './http/idempotency'
import type { Deps } from './lib/deps'

const webhooksKeptMs = 7 * 24 * 3600 * 1000
const deliveriesKeptMs = 30 * 24 * 3600 * 1000
const noticesKeptMs = 180 * 24 * 3600 * 1000
const outgoingKeptMs = 30 * 24 * 3600 * 1000

/** Deletes what has served its time, each in a transaction of its own so that nobody waits long for the writer. */
export const tidyUp = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> => {
  const now = clock.now()
  await db.write((tx) => forgetAnswer(tx, now))
  await db.write((tx) => deleteAppliedWebhooks(tx, now - webhooksKeptMs))
  await db.write((tx) => deleteOldDeliveries(tx, now - deliveriesKeptMs))
  await db.write((tx) => deleteOldNotifications(tx, now - noticesKeptMs))
  await db.write((tx) => deleteOldOutgoing(tx, now - outgoingKeptMs))
  await db.write((tx) => deleteExpiredTokens(tx, now))
  await db.write((tx) => deleteExpiredFollow(tx, now))
  await db.write((tx) => deleteOldLinks(tx, now))
  await db.write((tx) => tidyAttempts(tx, now))
  await db.write((tx) => scheduleOldImports(tx, now))
}
