import { maxConsultationBytes } from '../../../contract/consultations.rules'
import type { DocumentView } from '../../../contract/consultations.schema'
import { maxDocuments, safeFileName } from '../../../contract/documents.rules'
import type { DraftKind } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { listOfReplies, putIntoReply, sumTicketBytes } from './attachments.store'
import { documentViews } from './documents.presenter'
import { findDocument, insertDocument, insertFile, moveDocument, noteDraftOf } from './documents.store'
import type { StoredFile } from './files.store'

/** A reply on a ticket that is being written. The caller has checked that it may be. */
export interface ReplyInWork {
  ticketId: string
  /** Whose it is: an agent, a visitor, or the ticket that a link or a code opened. */
  draftOf: string
}

/** Under which name an agent's files wait: those for a note can never go out with a reply. */
export const draftName = (agentId: string, kind: DraftKind): string =>
  kind === 'note' ? noteDraftOf(agentId) : agentId

/** Asked before the bytes are read with what was announced, and afterwards with what they were. */
export const refuseBeyondQuota = async (
  tx: Tx,
  { ticketId }: ReplyInWork,
  sizeBytes: number | undefined,
): Promise<void> => {
  const held = await sumTicketBytes(tx, ticketId)
  if (held.count >= maxDocuments)
    throw refuse('request.too_many', `A ticket holds at most ${maxDocuments} files.`)
  if (held.bytes + (sizeBytes ?? 0) > maxConsultationBytes)
    throw refuse('documents.quota_exceeded', 'The files of one ticket are 500 MB together at most.')
}

/** Keeps a file, whose bytes are on disk, for the reply: nobody else sees it until that is sent. */
export const addAttachment = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor | VisitorActor,
  reply: ReplyInWork,
  { name, file }: { name: string; file: StoredFile },
): Promise<DocumentView> => {
  await refuseBeyondQuota(tx, reply, file.sizeBytes)
  const at = deps.clock.now()
  await insertFile(tx, file, at)
  const id = newId('doc')
  await insertDocument(tx, {
    id,
    consultationId: null,
    ...reply,
    replyId: null,
    kind: actor.kind === 'agent' ? 'push' : 'upload',
    status: 'sent',
    name: safeFileName(name, file.mime),
    sha256: file.sha256,
    agentId: actor.kind === 'agent' ? actor.id : null,
    callId: null,
    callSeconds: null,
    createdAt: at,
    deliveredAt: null,
    openedAt: null,
    downloadedAt: null,
    recalledAt: null,
  })
  const found = await findDocument(tx, id)
  const [view] = found ? await documentViews(tx, [found]) : []
  if (!view) throw new Error('The file was not kept')
  return view
}

/** Puts what was handed over into the reply that is being sent; the names. 404 where a file is not there for it. */
export const sendAttachments = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor | VisitorActor,
  reply: ReplyInWork & { replyId: string },
  documentIds: readonly string[],
): Promise<string[]> => {
  const ids = [...new Set(documentIds)]
  if (ids.length === 0) return []
  if (!(await putIntoReply(tx, { ...reply, ids })))
    throw refuse('documents.not_found', 'A file of this reply is not there any more.')
  const sent = await listOfReplies(tx, [reply.replyId])
  if (actor.kind === 'agent')
    for (const { row } of sent)
      await writeAudit(tx, {
        at: deps.clock.now(),
        actor,
        action: 'documents.sent',
        thing: row.id,
        data: { name: row.name, ticketId: reply.ticketId },
      })
  return sent.map(({ row }) => row.name)
}

/** Takes back what was handed over and not sent. The bytes still count: they are kept. */
export const dropAttachment = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  documentId: string,
  /** Who asks, under each name that may be theirs. */
  owners: readonly string[],
): Promise<void> => {
  const found = await findDocument(tx, documentId)
  if (!found?.row.draftOf || !owners.includes(found.row.draftOf))
    throw refuse('documents.not_found', 'There is no such document.')
  // Taken back already, for example in another window: that is what was wanted.
  if (found.row.status === 'recalled') return
  await moveDocument(tx, documentId, 'sent', { status: 'recalled', recalledAt: deps.clock.now() })
}
