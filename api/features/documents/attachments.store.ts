import { and, asc, count, eq, inArray, isNull, ne, sum } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { documents, files } from '../../../drizzle/schema/index'
import type { DocumentWithFile } from './documents.store'

/** Files and their bytes received for one ticket; recalled ones too, as they are kept. */
export const sumTicketBytes = async (tx: Tx, ticketId: string): Promise<{ count: number; bytes: number }> => {
  const [row] = await tx
    .select({ count: count(), bytes: sum(files.sizeBytes) })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(eq(documents.ticketId, ticketId))
  return { count: row?.count ?? 0, bytes: Number(row?.bytes ?? 0) }
}

/**
 * Puts files that were handed over into a reply; false where one of them is somebody else's, taken back or sent
 * already. They go to the reply's ticket, should the one they were handed over on have been merged meanwhile.
 */
export const putIntoReply = async (
  tx: Tx,
  {
    ids,
    draftOf,
    ticketId,
    replyId,
  }: { ids: readonly string[]; draftOf: string; ticketId: string; replyId: string },
): Promise<boolean> => {
  const rows = await tx
    .update(documents)
    .set({ replyId, ticketId, draftOf: null })
    .where(
      and(
        inArray(documents.id, [...ids]),
        eq(documents.draftOf, draftOf),
        isNull(documents.replyId),
        eq(documents.status, 'sent'),
      ),
    )
    .returning({ id: documents.id })
  return rows.length === ids.length
}

/** The files of these replies that were not taken back, in the order in which they were handed over. */
export const listOfReplies = async (tx: Tx, replyIds: readonly string[]): Promise<DocumentWithFile[]> => {
  if (replyIds.length === 0) return []
  return tx
    .select({ row: documents, file: files })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(and(inArray(documents.replyId, [...replyIds]), ne(documents.status, 'recalled')))
    .orderBy(asc(documents.createdAt), asc(documents.id))
}

/** What was handed over on the ticket for the next reply and is neither sent nor taken back. */
export const listDraftsOf = (tx: Tx, ticketId: string, draftOf: string): Promise<DocumentWithFile[]> =>
  tx
    .select({ row: documents, file: files })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(
      and(eq(documents.ticketId, ticketId), eq(documents.draftOf, draftOf), eq(documents.status, 'sent')),
    )
    .orderBy(asc(documents.createdAt), asc(documents.id))
    .then((rows) => rows)
