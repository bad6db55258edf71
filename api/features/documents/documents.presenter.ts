import type { DocumentView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { iso } from '../../lib/clock'
import { agentRefs } from '../consultations/consultations.presenter'
import { listOfReplies } from './attachments.store'
import { type DocumentWithFile, listDocumentRows } from './documents.store'

/** Views of documents, in the order given; agents and the citizen see the same. */
export const documentViews = async (tx: Tx, found: readonly DocumentWithFile[]): Promise<DocumentView[]> => {
  const refs = await agentRefs(
    tx,
    found.map((each) => each.row.agentId),
  )
  return found.map(({ row, file }) => ({
    id: row.id,
    consultationId: row.consultationId,
    kind: row.kind,
    status: row.status,
    name: row.name,
    mime: file.mime,
    sizeBytes: file.sizeBytes,
    sha256: row.sha256,
    width: file.width,
    height: file.height,
    agent: row.agentId ? (refs.get(row.agentId) ?? null) : null,
    callId: row.callId,
    callSeconds: row.callSeconds,
    at: iso(row.createdAt),
    deliveredAt: iso(row.deliveredAt),
    openedAt: iso(row.openedAt),
    downloadedAt: iso(row.downloadedAt),
    recalledAt: iso(row.recalledAt),
  }))
}

/** The files of each of these replies. */
export const documentsOfReplies = async (
  tx: Tx,
  replyIds: readonly string[],
): Promise<Map<string, DocumentView[]>> => {
  const found = await listOfReplies(tx, replyIds)
  const views = await documentViews(tx, found)
  const byReply = new Map<string, DocumentView[]>()
  for (const [index, { row }] of found.entries()) {
    const view = views[index]
    if (view && row.replyId) byReply.set(row.replyId, [...(byReply.get(row.replyId) ?? []), view])
  }
  return byReply
}

/** A consultation's documents for its page and for the citizen, oldest first. */
export const listDocuments = async (tx: Tx, consultationId: string): Promise<DocumentView[]> =>
  documentViews(tx, await listDocumentRows(tx, consultationId))
