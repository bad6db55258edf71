import { type ConsultationStatus, maxConsultationBytes } from '../../../contract/consultations.rules'
import type { DocumentView } from '../../../contract/consultations.schema'
import {
  type DocumentCommand,
  type DocumentKind,
  documentTransitions,
  maxDocuments,
  safeFileName,
} from '../../../contract/documents.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import {
  type Actor,
  type AgentActor,
  type Authorized,
  authorize,
  system,
  type VisitorActor,
} from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { announceInside } from '../consultations/announce.usecases'
import { type ConsultationRow, loadConsultation } from '../consultations/consultations.store'
import { audience } from '../events/events.store'
import { listVisitorsOf } from '../tickets/replies.store'
import type { TicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import { dropAttachment } from './attachments.usecases'
import { documentViews } from './documents.presenter'
import {
  countDocuments,
  type DocumentRow,
  type DocumentWithFile,
  findDocument,
  type Holder,
  insertDocument,
  insertFile,
  isCallOf,
  loadDocument,
  moveDocument,
  noteDraftOf,
  sumBytes,
} from './documents.store'
import type { StoredFile } from './files.store'

type Sender = AgentActor | VisitorActor
export type Receipt = 'delivered' | 'opened' | 'downloaded'

/** While a desk cannot be reached a citizen may still add to what is answered later. */
const openForVisitors: readonly ConsultationStatus[] = ['waiting', 'active', 'wrap_up', 'deferred']
const openForAgents: readonly ConsultationStatus[] = ['active', 'wrap_up']

export interface Upload {
  consultationId: string
  /** Null for a pushed or uploaded file. */
  snapshot: { callId: string; callSeconds: number } | null
  /** As announced, or as received. */
  sizeBytes?: number | undefined
}

/** The consultation, if `actor` may send a file into it now. Asked before a body is read and again after. */
export const authorizeUpload = async (
  tx: Tx,
  actor: Sender,
  upload: Upload,
): Promise<Authorized<ConsultationRow>> => {
  const consultation = await loadConsultation(tx, actor, upload.consultationId, 'talk')
  const open = actor.kind === 'visitor' ? openForVisitors : openForAgents
  if (!open.includes(consultation.status))
    throw refuse('consultations.wrong_state', `Nothing can be sent while it is ${consultation.status}.`)
  if (upload.snapshot && !(await isCallOf(tx, upload.snapshot.callId, consultation.id))) {
    throw refuse('calls.not_found', 'There is no such call in this consultation.')
  }
  if ((await countDocuments(tx, consultation.id)) >= maxDocuments) {
    throw refuse('request.too_many', `A consultation holds at most ${maxDocuments} files.`)
  }
  // Asked before the bytes are read with what was announced, and afterwards with what they were.
  if ((await sumBytes(tx, consultation.id)) + (upload.sizeBytes ?? 0) > maxConsultationBytes)
    throw refuse('documents.quota_exceeded', 'The files of one consultation are 500 MB together at most.')
  return consultation
}

const kindOf = (actor: Sender, upload: Upload): DocumentKind =>
  upload.snapshot ? 'snapshot' : actor.kind === 'agent' ? 'push' : 'upload'

/** Adds a document whose bytes are on disk, and tells everybody in the consultation. */
export const addDocument = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Sender,
  upload: Upload & { name: string; file: StoredFile },
): Promise<DocumentView> => {
  const consultation = await authorizeUpload(tx, actor, { ...upload, sizeBytes: upload.file.sizeBytes })
  const at = deps.clock.now()
  await insertFile(tx, upload.file, at)
  const row: DocumentRow = {
    id: newId('doc'),
    consultationId: consultation.id,
    ticketId: null,
    replyId: null,
    draftOf: null,
    kind: kindOf(actor, upload),
    status: 'sent',
    name: safeFileName(upload.name, upload.file.mime),
    sha256: upload.file.sha256,
    agentId: actor.kind === 'agent' ? actor.id : null,
    callId: upload.snapshot?.callId ?? null,
    callSeconds: upload.snapshot?.callSeconds ?? null,
    createdAt: at,
    deliveredAt: null,
    openedAt: null,
    downloadedAt: null,
    recalledAt: null,
  }
  await insertDocument(tx, row)
  if (actor.kind === 'agent')
    await note(tx, at, actor, row, row.kind === 'snapshot' ? 'documents.snapshot' : 'documents.sent')
  return tell(
    tx,
    deps,
    actor,
    { kind: 'consultation', consultation },
    row.id,
    row.kind === 'snapshot' ? 'document.snapshot' : 'document.sent',
  )
}

const commandOf: Record<Receipt, DocumentCommand> = {
  delivered: 'deliver',
  opened: 'open',
  downloaded: 'download',
}

/** Notes how far the receiving side got. Receipts only rise; an earlier or repeated one changes nothing. */
export const giveReceipt = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Sender,
  documentId: string,
  receipt: Receipt,
): Promise<DocumentView> => {
  const { document, holder } = await loadDocument(tx, actor, documentId, 'talk')
  return raiseReceipt(tx, deps, actor, document, holder, receipt)
}

const raiseReceipt = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Sender,
  document: Authorized<DocumentWithFile>,
  holder: Holder,
  receipt: Receipt,
): Promise<DocumentView> => {
  const { row } = document
  const isReceiver = (row.kind === 'upload') === (actor.kind === 'agent')
  if (!isReceiver) throw refuse('auth.forbidden', 'Only the receiving side gives receipts.')
  const to = nextState(documentTransitions, row.status, commandOf[receipt])
  if (!to) throw refuse('documents.wrong_state', 'The document was recalled.')
  if (to === row.status) return only(await documentViews(tx, [document]))
  const at = deps.clock.now()
  const rises = { delivered: 1, opened: 2, downloaded: 3 }[receipt]
  const isMoved = await moveDocument(tx, row.id, row.status, {
    status: to,
    deliveredAt: row.deliveredAt ?? at,
    openedAt: row.openedAt ?? (rises >= 2 ? at : null),
    downloadedAt: row.downloadedAt ?? (rises >= 3 ? at : null),
  })
  if (!isMoved) throw refuse('documents.wrong_state', 'The document has just been changed.')
  return tell(tx, deps, actor, holder, row.id, `document.${to}`)
}

/** The citizen has a file of an answer on the screen. The caller has checked that the ticket is theirs. */
export const openAnswered = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: VisitorActor,
  ticket: TicketRow,
  document: DocumentWithFile,
): Promise<void> => {
  await raiseReceipt(
    tx,
    deps,
    actor,
    authorize(document),
    { kind: 'ticket', ticket, isInternal: false },
    'opened',
  )
}

/** The citizen has received the archive with these: each pushed one that is still there is downloaded. */
export const noteDownloads = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  consultationId: string,
  documentIds: readonly string[],
): Promise<void> => {
  const consultation = await loadConsultation(tx, system, consultationId, 'see')
  if (!consultation.visitorId) return
  const visitor = { kind: 'visitor' as const, id: consultation.visitorId, siteId: consultation.siteId }
  for (const id of documentIds) {
    const found = await findDocument(tx, id)
    if (found && found.row.kind === 'push' && found.row.status !== 'recalled')
      await giveReceipt(tx, deps, visitor, id, 'downloaded')
  }
}

/** Takes a document back; possible for its sender until it was opened. */
export const recallDocument = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Sender,
  documentId: string,
): Promise<DocumentView> => {
  const { document, holder } = await loadDocument(tx, actor, documentId, 'talk')
  const { row } = document
  if (row.draftOf !== null) {
    await dropAttachment(tx, deps, documentId, [actor.id, noteDraftOf(actor.id)])
    return only(await documentViews(tx, await again(tx, documentId)))
  }
  const isSender = actor.kind === 'agent' ? row.agentId === actor.id : row.kind === 'upload'
  if (!isSender) throw refuse('auth.forbidden', 'Only the sender can recall a document.')
  const to = nextState(documentTransitions, row.status, 'recall')
  const at = deps.clock.now()
  if (!to || !(await moveDocument(tx, row.id, row.status, { status: to, recalledAt: at }))) {
    throw refuse('documents.wrong_state', 'It has been opened already, or was recalled before.')
  }
  if (actor.kind === 'agent') await note(tx, at, actor, row, 'documents.recalled')
  return tell(tx, deps, actor, holder, row.id, 'document.recalled')
}

/** What agents send, take back and photograph stands in the audit log. */
const note = (tx: Tx, at: number, actor: AgentActor, row: DocumentRow, action: string): Promise<void> =>
  writeAudit(tx, {
    at,
    actor,
    action,
    thing: row.id,
    data: {
      name: row.name,
      ...(row.consultationId ? { consultationId: row.consultationId } : { ticketId: row.ticketId }),
    },
  })

const again = async (tx: Tx, documentId: string): Promise<[DocumentWithFile]> => {
  const found = await findDocument(tx, documentId)
  if (!found) throw refuse('documents.not_found', 'There is no such document.')
  return [found]
}

/** Tells those in the consultation or at the ticket, watchers and the citizen how the document stands now. */
const tell = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  holder: Holder,
  documentId: string,
  type: string,
): Promise<DocumentView> => {
  const view = only(await documentViews(tx, await again(tx, documentId)))
  const facts = {
    documentId: view.id,
    name: view.name,
    kind: view.kind,
    mime: view.mime,
    sizeBytes: view.sizeBytes,
    callSeconds: view.callSeconds,
  }
  if (holder.kind === 'ticket') {
    const { ticket, isInternal } = holder
    // Whose file it is, is nobody else's business where several citizens share the ticket; of a note's, nobody's.
    const forCitizens = {
      alsoTo: (await listVisitorsOf(tx, ticket.id)).map(audience.visitor),
      forVisitor: { ticketNews: ticket.number },
    }
    await tellTicket(tx, ticket, type, actor, deps.clock.now(), facts, {
      subject: view.id,
      forAgents: { document: view },
      ...(isInternal ? {} : forCitizens),
    })
    return view
  }
  await announceInside(tx, deps, holder.consultation, {
    type,
    subject: view.id,
    actor,
    facts,
    views: { document: view },
  })
  return view
}

const only = (views: DocumentView[]): DocumentView => {
  const [view] = views
  if (!view) throw new Error('The document has no view')
  return view
}
