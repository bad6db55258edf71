import { and, asc, count, eq, gt, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { messages } from '../../../drizzle/schema/index'

export type MessageRow = typeof messages.$inferSelect

const add = prepared((tx, row: typeof messages.$inferInsert) => tx.insert(messages).values(row).returning())
const countOf = prepared((tx, v: { consultationId: string }) =>
  tx.select({ n: count() }).from(messages).where(eq(messages.consultationId, v.consultationId)),
)

export const insertMessage = async (tx: Tx, row: typeof messages.$inferInsert): Promise<MessageRow> => {
  const [inserted] = await add(tx, row)
  if (!inserted) throw new Error('The message was not written')
  return inserted
}

export const countMessages = async (tx: Tx, consultationId: string): Promise<number> => {
  const [row] = await countOf(tx, { consultationId })
  return row?.n ?? 0
}

/** Messages of a consultation, oldest first, after `after` (`createdAt.id`). */
export const listMessages = (
  tx: Tx,
  consultationId: string,
  after: { at: number; id: string } | null,
  limit: number,
): Promise<MessageRow[]> =>
  tx
    .select()
    .from(messages)
    .where(
      and(
        eq(messages.consultationId, consultationId),
        after
          ? or(
              gt(messages.createdAt, after.at),
              and(eq(messages.createdAt, after.at), gt(messages.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(messages.createdAt), asc(messages.id))
    .limit(limit)
    .then((rows) => rows)
