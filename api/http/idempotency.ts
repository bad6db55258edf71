import { eq, lt } from 'drizzle-orm'
import type { Tx } from '../../drizzle/database'
import { idempotencyKeys } from '../../drizzle/schema/index'
import { refuse } from '../lib/errors'

/** How long a repeat of a command gets the first answer. */
export const keptSeconds = 24 * 3600

/** The first answer under this key, or null. Throws 422 where the key was used for another request. */
export const recallAnswer = async (
  tx: Tx,
  id: string,
  requestHash: string,
): Promise<{ body: unknown } | null> => {
  const [row] = await tx.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id))
  if (!row) return null
  if (row.requestHash !== requestHash)
    throw refuse('request.idempotency_mismatch', 'This Idempotency-Key was used for another request.')
  return { body: JSON.parse(row.body) }
}

export const rememberAnswer = async (
  tx: Tx,
  id: string,
  requestHash: string,
  body: unknown,
  now: number,
): Promise<void> => {
  await tx
    .insert(idempotencyKeys)
    .values({ id, requestHash, status: 200, body: JSON.stringify(body ?? null), createdAt: now })
}

/** Deletes answers older than a day. */
export const forgetAnswer = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - keptSeconds * 1000))
}
