import { and, asc, count, eq, sum } from 'drizzle-orm'
import type { DocumentStatus } from '../../../contract/documents.rules'
import type { Tx } from '../../../drizzle/database'
import { calls, documents, files } from '../../../drizzle/schema/index'
import { type Actor, type Authorized, authorize } from '../../lib/actor'
import { AppError, refuse } from '../../lib/errors'
import { type ConsultationRow, loadConsultation, type Need } from '../consultations/consultations.store'
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

/**
 * The document and its consultation, if the caller may do what `need` says with the consultation.
 * A document of somebody else is as absent as one that never was.
 */
export const loadDocument = async (
  tx: Tx,
  actor: Actor,
  id: string,
  need: Need,
): Promise<{ document: Authorized<DocumentWithFile>; consultation: Authorized<ConsultationRow> }> => {
  const found = await findDocument(tx, id)
  if (!found) throw notFound()
  try {
    const consultation = await loadConsultation(tx, actor, found.row.consultationId, need)
    return { document: authorize(found), consultation }
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
