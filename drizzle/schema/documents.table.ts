import type { DocumentKind, DocumentStatus } from '../../contract/documents.rules'
import { agents } from './agents.table'
import { id, index, int, real, table, text, time } from './columns'
import { calls, consultations } from './consultations.table'

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
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
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
  (t) => [index('documents_consultation').on(t.consultationId, t.createdAt, t.id)],
)
