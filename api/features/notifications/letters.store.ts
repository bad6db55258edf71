import { and, asc, eq, lte, min } from 'drizzle-orm'
import type { OutgoingChannel } from '../../../contract/outgoing.rules'
import type { Tx } from '../../../drizzle/database'
import { notificationLetters } from '../../../drizzle/schema/index'

export type LetterRow = typeof notificationLetters.$inferSelect

export const insertLetter = async (tx: Tx, row: LetterRow): Promise<void> => {
  await tx.insert(notificationLetters).values(row)
}

/** Takes what waits for a person and may go out by now, in the order it happened. */
export const takeLetters = async (
  tx: Tx,
  agentId: string,
  channel: OutgoingChannel,
  now: number,
): Promise<LetterRow[]> => {
  const ripe = and(
    eq(notificationLetters.agentId, agentId),
    eq(notificationLetters.channel, channel),
    lte(notificationLetters.quietUntil, now),
  )
  const rows = await tx
    .select()
    .from(notificationLetters)
    .where(ripe)
    .orderBy(asc(notificationLetters.at), asc(notificationLetters.eventSeq), asc(notificationLetters.id))
  await tx.delete(notificationLetters).where(ripe)
  return rows
}

/** When the quiet time of what still waits for a person is over; null where nothing does. */
export const nextLettersAt = async (
  tx: Tx,
  agentId: string,
  channel: OutgoingChannel,
): Promise<number | null> => {
  const [row] = await tx
    .select({ at: min(notificationLetters.quietUntil) })
    .from(notificationLetters)
    .where(and(eq(notificationLetters.agentId, agentId), eq(notificationLetters.channel, channel)))
  return row?.at ?? null
}
