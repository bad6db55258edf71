import { and, asc, count, eq, sum } from 'drizzle-orm'
import type { DocumentStatus } from '../../../contract/documents.rules'
import type { Tx } from '../../../drizzle/database'
import { calls, documents, files, ticketReplies } from '../../../drizzle/schema/index'
import { type Actor, type Authorized, authorize, requirePermission } from '../../lib/actor'
import { AppError, refuse } from '../../lib/errors'
import { type ConsultationRow, loadConsultation } from '../consultations/consultations.store'
import { loadTicket, loadTicketForWork } from '../tickets/tickets.queries.store'
import type { TicketRow } from '../tickets/tickets.store'
import type { StoredFile } from './files.store'

export type DocumentRow = typeof documents.$inferSelect
/** A document with the facts of its bytes. */
export interface DocumentWithFile {
  row: DocumentRow
  file: typeof files.$inferSelect
}

const notFound = () => refuse('documents.not_found', 'There is no such document.')

export const findDocument = async (tx: Tx, id: string): Promise<DocumentWithFile | null> => {
  const [found] = await tx
    .select({ row: documents, file: files })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(eq(documents.id, id))
  return found ?? null
}

/** Where a document was exchanged: in a consultation, or with a reply on a ticket. */
export type Holder =
  | { kind: 'consultation'; consultation: Authorized<ConsultationRow> }
  | { kind: 'ticket'; ticket: TicketRow; isInternal: boolean }

/** Whose files for a note these are, in the place of whose files for a reply. */
export const noteDraftOf = (agentId: string): string => `note:${agentId}`

const holderOf = async (tx: Tx, actor: Actor, row: DocumentRow, need: 'see' | 'talk'): Promise<Holder> => {
  if (row.consultationId !== null)
    return { kind: 'consultation', consultation: await loadConsultation(tx, actor, row.consultationId, need) }
  // Citizens come to those by way of their ticket only.
  if (actor.kind !== 'agent') throw notFound()
  if (row.draftOf !== null && ![actor.id, noteDraftOf(actor.id)].includes(row.draftOf)) throw notFound()
  requirePermission(actor, need === 'see' ? 'tickets.read' : 'tickets.work')
  const reply = row.replyId === null ? null : await findReply(tx, row.replyId)
  const ticketId = row.replyId === null ? row.ticketId : (reply?.ticketId ?? null)
  const load = need === 'see' ? loadTicket : loadTicketForWork
  const { ticket } = await load(tx, actor, ticketId ?? '')
  return { kind: 'ticket', ticket, isInternal: reply?.kind === 'note' }
}

const findReply = async (tx: Tx, replyId: string) => {
  const [row] = await tx
    .select({ ticketId: ticketReplies.ticketId, kind: ticketReplies.kind })
    .from(ticketReplies)
    .where(eq(ticketReplies.id, replyId))
  return row ?? null
}

/**
 * The document and where it was exchanged, if the caller may do there what `need` says.
 * A document of somebody else is as absent as one that never was.
 */
export const loadDocument = async (
  tx: Tx,
  actor: Actor,
  id: string,
  need: 'see' | 'talk',
): Promise<{ document: Authorized<DocumentWithFile>; holder: Holder }> => {
  const found = await findDocument(tx, id)
  if (!found) throw notFound()
  try {
    return { document: authorize(found), holder: await holderOf(tx, actor, found.row, need) }
  } catch (error) {
    throw error instanceof AppError && error.status === 404 ? notFound() : error
  }
}

/** A consultation's documents, oldest first. */
export const listDocumentRows = (tx: Tx, consultationId: string): Promise<DocumentWithFile[]> =>
  tx
    .select({ row: documents, file: files })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(eq(documents.consultationId, consultationId))
    .orderBy(asc(documents.createdAt), asc(documents.id))
    .then((rows) => rows)

export const countDocuments = async (tx: Tx, consultationId: string): Promise<number> => {
  const [row] = await tx
    .select({ n: count() })
    .from(documents)
    .where(eq(documents.consultationId, consultationId))
  return row?.n ?? 0
}

/** Bytes of all files of the consultation, recalled ones too: they are kept. */
export const sumBytes = async (tx: Tx, consultationId: string): Promise<number> => {
  const [row] = await tx
    .select({ bytes: sum(files.sizeBytes) })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .where(eq(documents.consultationId, consultationId))
  return Number(row?.bytes ?? 0)
}

/** Adds the row of bytes that are on disk already; the same bytes have one row. */
export const insertFile = async (tx: Tx, file: StoredFile, createdAt: number): Promise<void> => {
  await tx
    .insert(files)
    .values({ ...file, createdAt })
    .onConflictDoNothing()
}

export const insertDocument = async (tx: Tx, row: DocumentRow): Promise<void> => {
  await tx.insert(documents).values(row)
}

/** Moves the state on from `from`; false where somebody else was faster. */
export const moveDocument = async (
  tx: Tx,
  id: string,
  from: DocumentStatus,
  set: Partial<DocumentRow> & { status: DocumentStatus },
): Promise<boolean> => {
  const rows = await tx
    .update(documents)
    .set(set)
    .where(and(eq(documents.id, id), eq(documents.status, from)))
    .returning({ id: documents.id })
  return rows.length === 1
}

export const isCallOf = async (tx: Tx, callId: string, consultationId: string): Promise<boolean> => {
  const rows = await tx
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.id, callId), eq(calls.consultationId, consultationId)))
  return rows.length === 1
}
