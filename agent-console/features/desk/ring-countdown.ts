import { ringSeconds } from '../../../contract/consultations.rules'

/**
 * Seconds an offer still rings, 0 to 20. The server's clock and ours may differ: the count never exceeds the
 * time a ring lasts, and runs from when it was first seen here if its end already seems past.
 */
export function secondsLeft(offer: { expiresAt: string }, seenAt: number, now: number): number {
  const byServer = (Date.parse(offer.expiresAt) - now) / 1000
  const bySight = ringSeconds - (now - seenAt) / 1000
  const isSkewed = Date.parse(offer.expiresAt) <= seenAt
  return Math.max(0, Math.min(ringSeconds, isSkewed ? bySight : Math.min(byServer, bySight)))
}
