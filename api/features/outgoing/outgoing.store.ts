import { and, desc, eq, gt, lt, or } from 'drizzle-orm'
import type { OutgoingChannel, OutgoingState } from '../../../contract/outgoing.rules'
import type { Tx } from '../../../drizzle/database'
import { outgoingMessages, settings } from '../../../drizzle/schema/index'

export type OutgoingRow = typeof outgoingMessages.$inferSelect

export const insertOutgoing = async (tx: Tx, row: typeof outgoingMessages.$inferInsert): Promise<void> => {
  await tx.insert(outgoingMessages).values(row)
}

export const findOutgoing = async (tx: Tx, id: string): Promise<OutgoingRow | null> => {
  const [row] = await tx.select().from(outgoingMessages).where(eq(outgoingMessages.id, id))
  return row ?? null
}

/** False where it is no longer in the state `from`. */
export const moveOutgoing = async (
  tx: Tx,
  id: string,
  from: OutgoingState,
  set: Partial<OutgoingRow>,
): Promise<boolean> =>
  (
    await tx
      .update(outgoingMessages)
      .set(set)
      .where(and(eq(outgoingMessages.id, id), eq(outgoingMessages.state, from)))
      .returning({ id: outgoingMessages.id })
  ).length === 1

/** When the latest message of this purpose for the address was written, not before `since`; null where none was. */
export const lastQueuedAt = async (
  tx: Tx,
  it: { channel: OutgoingChannel; recipient: string; purpose: string; since: number },
): Promise<number | null> => {
  const [row] = await tx
    .select({ at: outgoingMessages.createdAt })
    .from(outgoingMessages)
    .where(
      and(
        eq(outgoingMessages.channel, it.channel),
        gt(outgoingMessages.createdAt, it.since),
        eq(outgoingMessages.recipient, it.recipient),
        eq(outgoingMessages.purpose, it.purpose),
      ),
    )
    .orderBy(desc(outgoingMessages.createdAt))
    .limit(1)
  return row?.at ?? null
}

/** Messages of a channel, the newest first. */
export const listOutgoing = (
  tx: Tx,
  filter: { channel: OutgoingChannel; after: { createdAt: number; id: string } | null; limit: number },
): Promise<OutgoingRow[]> =>
  tx
    .select()
    .from(outgoingMessages)
    .where(
      and(
        eq(outgoingMessages.channel, filter.channel),
        filter.after
          ? or(
              lt(outgoingMessages.createdAt, filter.after.createdAt),
              and(
                eq(outgoingMessages.createdAt, filter.after.createdAt),
                lt(outgoingMessages.id, filter.after.id),
              ),
            )
          : undefined,
      ),
    )
    .orderBy(desc(outgoingMessages.createdAt), desc(outgoingMessages.id))
    .limit(filter.limit)
    .then((rows) => rows)

/** What was sent or given up before `before`. */
export const deleteOldOutgoing = async (tx: Tx, before: number): Promise<void> => {
  await tx.delete(outgoingMessages).where(lt(outgoingMessages.finishedAt, before))
}

const templatesKey = 'sms.templates'

/** The gateway's template for each purpose, where the administrator named one. */
export const readSmsTemplates = async (tx: Tx): Promise<Record<string, string>> => {
  const [row] = await tx.select().from(settings).where(eq(settings.key, templatesKey))
  return row ? (JSON.parse(row.value) as Record<string, string>) : {}
}

export const saveSmsTemplates = async (tx: Tx, templates: Record<string, string>): Promise<void> => {
  const value = JSON.stringify(templates)
  await tx
    .insert(settings)
    .values({ key: templatesKey, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
}
