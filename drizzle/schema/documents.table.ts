import type { DocumentKind, DocumentStatus } from '../../contract/documents.rules'
import { agents } from './agents.table'
import { id, index, int, real, table, text, time } from './columns'
import { calls, consultations } from './consultations.table'
import { ticketReplies, tickets } from './tickets.table'

/** Content-addressed bytes under `DATA_DIR/files`; the row comes after the file. */
export const files = table('files', {
  /** SHA-256 of the bytes, hex. */
  sha256: text('sha256').primaryKey(),
  mime: text('mime').notNull(),
  sizeBytes: int('size_bytes').notNull(),
  width: int('width'),
  height: int('height'),
  createdAt: time('created_at').notNull(),
})

export const documents = table(
  'documents',
  {
    id: id(),
    /** Exchanged in a consultation; null for what belongs to a reply on a ticket. */
    consultationId: text('consultation_id').references(() => consultations.id),
    /** Where it was received for a reply: its quota. Once sent it goes wherever the reply goes. */
    ticketId: text('ticket_id').references(() => tickets.id),
    replyId: text('reply_id').references(() => ticketReplies.id),
    /** Not sent yet: who may send it (an agent, a visitor, or the ticket that a link or a code opened). */
    draftOf: text('draft_of'),
    kind: text('kind').$type<DocumentKind>().notNull(),
    status: text('status').$type<DocumentStatus>().notNull(),
    name: text('name').notNull(),
    sha256: text('sha256')
      .notNull()
      .references(() => files.sha256),
    agentId: text('agent_id').references(() => agents.id),
    callId: text('call_id').references(() => calls.id),
    callSeconds: real('call_seconds'),
    createdAt: time('created_at').notNull(),
    deliveredAt: time('delivered_at'),
    openedAt: time('opened_at'),
    downloadedAt: time('downloaded_at'),
    recalledAt: time('recalled_at'),
  },
  (t) => [
    index('documents_consultation').on(t.consultationId, t.createdAt, t.id),
    index('documents_ticket').on(t.ticketId, t.createdAt, t.id),
    index('documents_reply').on(t.replyId, t.createdAt, t.id),
  ],
)
