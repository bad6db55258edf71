import { and, eq, gt, lt } from 'drizzle-orm'
import type { FollowVia } from '../../../contract/follow.rules'
import type { Tx } from '../../../drizzle/database'
import { followCodes, followLinks, followSessions } from '../../../drizzle/schema/index'
import type { FollowActor } from '../../lib/actor'
import { sha256 } from '../../lib/ids'

/** Who holds this bearer, or null where it is unknown or has expired. */
export const findFollowSession = async (tx: Tx, token: string, now: number): Promise<FollowActor | null> => {
  const [row] = await tx
    .select()
    .from(followSessions)
    .where(and(eq(followSessions.tokenHash, sha256(token)), gt(followSessions.expiresAt, now)))
  return row
    ? { kind: 'visitor', id: row.id, siteId: row.siteId, ticketId: row.ticketId, via: row.via }
    : null
}

export const insertFollowSession = async (
  tx: Tx,
  row: typeof followSessions.$inferInsert & { via: Exclude<FollowVia, 'panel'> },
): Promise<void> => {
  await tx.insert(followSessions).values(row)
}

/** The version addresses of this ticket must carry; 1 until the first was taken back. */
export const linkVersionOf = async (tx: Tx, ticketId: string): Promise<number> => {
  const [row] = await tx
    .select({ version: followLinks.version })
    .from(followLinks)
    .where(eq(followLinks.ticketId, ticketId))
  return row?.version ?? 1
}

/** Takes back every address given out so far, and ends the sessions they opened. */
export const revokeLinks = async (tx: Tx, ticketId: string, at: number): Promise<number> => {
  const version = (await linkVersionOf(tx, ticketId)) + 1
  await tx
    .insert(followLinks)
    .values({ ticketId, version, revokedAt: at })
    .onConflictDoUpdate({ target: followLinks.ticketId, set: { version, revokedAt: at } })
  await tx
    .delete(followSessions)
    .where(and(eq(followSessions.ticketId, ticketId), eq(followSessions.via, 'link')))
  return version
}

export type FollowCodeRow = typeof followCodes.$inferSelect

/** Keeps a code; the one asked for before with the same number and telephone is over. */
export const putFollowCode = async (tx: Tx, row: FollowCodeRow): Promise<void> => {
  const { id: _, ...set } = row
  await tx.insert(followCodes).values(row).onConflictDoUpdate({ target: followCodes.id, set })
}

/** Counts a guess and returns the code as it was before it; null where none was asked for, or it is too old. */
export const takeFollowCode = async (tx: Tx, id: string, now: number): Promise<FollowCodeRow | null> => {
  const [row] = await tx
    .select()
    .from(followCodes)
    .where(and(eq(followCodes.id, id), gt(followCodes.expiresAt, now)))
  if (!row) return null
  await tx
    .update(followCodes)
    .set({ attempts: row.attempts + 1 })
    .where(eq(followCodes.id, id))
  return row
}

export const dropFollowCode = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(followCodes).where(eq(followCodes.id, id))
}

/** Deletes what no longer opens anything. */
export const deleteExpiredFollow = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(followSessions).where(lt(followSessions.expiresAt, now))
  await tx.delete(followCodes).where(lt(followCodes.expiresAt, now))
}
