import { asc, eq } from 'drizzle-orm'
import type { ConsultationView, DocumentView, MessageView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { messages, sites } from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'
import { consultationViews, messageViews } from '../consultations/consultations.presenter'
import { listDocuments } from './documents.presenter'

export interface ExportContent {
  consultation: ConsultationView
  /** IANA name; times are written as people there read them. */
  timeZone: string
  messages: MessageView[]
  /** Without recalled ones. */
  documents: DocumentView[]
}

/** All that goes into the zip of a consultation, of one moment. The caller holds a signed address. */
export const loadExport = async (tx: Tx, consultationId: string): Promise<ExportContent> => {
  const [consultation] = await consultationViews(tx, [consultationId])
  if (!consultation) throw refuse('consultations.not_found', 'There is no such consultation.')
  const [site] = await tx
    .select({ timeZone: sites.timeZone })
    .from(sites)
    .where(eq(sites.id, consultation.siteId))
  const rows = await tx
    .select()
    .from(messages)
    .where(eq(messages.consultationId, consultationId))
    .orderBy(asc(messages.createdAt), asc(messages.id))
  const documents = await listDocuments(tx, consultationId)
  return {
    consultation,
    timeZone: site?.timeZone ?? 'Asia/Shanghai',
    messages: await messageViews(tx, rows),
    documents: documents.filter((each) => each.status !== 'recalled'),
  }
}
