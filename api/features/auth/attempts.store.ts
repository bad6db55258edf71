import { and, eq, gt, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agentSessions, agents, loginAttempts } from '../../../drizzle/schema/index'

/** Counts one more under `id`; a window that is over begins anew and lasts until `until`. */
export const countAttempt = async (
  tx: Tx,
  id: string,
  now: number,
  until: number,
): Promise<{ count: number; expiresAt: number }> => {
  await tx.delete(loginAttempts).where(and(eq(loginAttempts.id, id), lte(loginAttempts.expiresAt, now)))
  const [row] = await tx
    .insert(loginAttempts)
    .values({ id, count: 1, expiresAt: until })
    .onConflictDoUpdate({ target: loginAttempts.id, set: { count: sql`${loginAttempts.count} + 1` } })
    .returning()
  if (!row) throw new Error('The attempt was not counted')
  return row
}

export const giveAttemptBack = async (tx: Tx, id: string): Promise<void> => {
  await tx
    .update(loginAttempts)
    .set({ count: sql`${loginAttempts.count} - 1` })
    .where(and(eq(loginAttempts.id, id), gt(loginAttempts.count, 0)))
}

export const forgetAttempts = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(loginAttempts).where(eq(loginAttempts.id, id))
}

/** Deletes windows that are over. */
export const tidyAttempts = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(loginAttempts).where(lte(loginAttempts.expiresAt, now))
}

/** True where the account has been signed in to from this address; ended sessions are kept for a month. */
export const isKnownAddress = async (tx: Tx, username: string, address: string): Promise<boolean> =>
  (
    await tx
      .select({ id: agentSessions.id })
      .from(agentSessions)
      .innerJoin(agents, eq(agents.id, agentSessions.agentId))
      .where(and(eq(agents.username, username), eq(agentSessions.address, address)))
      .limit(1)
  ).length > 0
