import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { eq, lt } from 'drizzle-orm'
import type { Tx } from '../../drizzle/database'
import { prepared } from '../../drizzle/prepared'
import { idempotencyKeys } from '../../drizzle/schema/index'
import { refuse } from '../lib/errors'

/** How long a repeat of a command gets the first answer. */
export const keptSeconds = 24 * 3600

/** A repeat's place: where its answer is kept, and what opens it. Only the place is written down. */
export interface Repeat {
  id: string
  seal: Buffer
}

/** Throws 400 where the key is none. */
export const repeatOf = (key: string, actorId: string, method: string, path: string): Repeat => {
  if (!/^[\x21-\x7e]{1,128}$/.test(key))
    throw refuse('request.invalid', 'Idempotency-Key: 1 to 128 visible ASCII characters.')
  const scope = `${actorId}\n${method}\n${path}\n${key}`
  const digest = (use: string) => createHash('sha256').update(`${use}${scope}`)
  return { id: digest('').digest('hex'), seal: digest('seal\n').digest() }
}

/**
 * Answers hold bearer tokens and secrets that are shown once: they are sealed with the caller's key, so that
 * the table, or a backup of it, gives none away.
 */
const sealed = (seal: Buffer, text: string): string => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', seal, nonce)
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64')
}

const unsealed = (seal: Buffer, kept: string): string => {
  const bytes = Buffer.from(kept, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', seal, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

const answerOf = prepared((tx, v: { id: string }) =>
  tx
    .select({ requestHash: idempotencyKeys.requestHash, body: idempotencyKeys.body })
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.id, v.id)),
)
const insertAnswer = prepared((tx, row: typeof idempotencyKeys.$inferInsert) =>
  tx.insert(idempotencyKeys).values(row),
)

/** The first answer under this key, or null. Throws 422 where the key was used for another request. */
export const recallAnswer = async (
  tx: Tx,
  { id, seal }: Repeat,
  requestHash: string,
): Promise<{ body: unknown } | null> => {
  const [row] = await answerOf(tx, { id })
  if (!row) return null
  if (row.requestHash !== requestHash)
    throw refuse('request.idempotency_mismatch', 'This Idempotency-Key was used for another request.')
  return { body: JSON.parse(unsealed(seal, row.body)) }
}

/** The row that keeps an answer. */
export const answerRow = (
  { id, seal }: Repeat,
  requestHash: string,
  body: unknown,
  now: number,
): typeof idempotencyKeys.$inferSelect => ({
  id,
  requestHash,
  status: 200,
  body: sealed(seal, JSON.stringify(body ?? null)),
  createdAt: now,
})

export const rememberAnswer = async (
  tx: Tx,
  repeat: Repeat,
  requestHash: string,
  body: unknown,
  now: number,
): Promise<void> => {
  await insertAnswer(tx, answerRow(repeat, requestHash, body, now))
}

/** Deletes answers older than a day. */
export const forgetAnswer = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, now - keptSeconds * 1000))
}
