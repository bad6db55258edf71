import { maxMessages } from '../../../contract/consultations.rules'
import { requestStage } from '../../../contract/visitors.rules'
import type { VisitorRequestDetail, VisitorRequestView } from '../../../contract/visitors.schema'
import type { Tx } from '../../../drizzle/database'
import type { VisitorActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { consultationViews, messageViews, visitorViewOf } from '../consultations/consultations.presenter'
import { listMessages } from '../consultations/messages.store'
import { listDocuments } from '../documents/documents.presenter'
import { lastMessages, listRequestRows, type RequestRow } from './requests.store'

const maxRequests = 20

const requestViews = async (
  tx: Tx,
  actor: VisitorActor,
  rows: readonly RequestRow[],
): Promise<VisitorRequestView[]> => {
  const last = await lastMessages(
    tx,
    rows.map(({ consultation }) => consultation.id),
  )
  return rows
    .map(({ consultation: it, ticket }) => {
      const message = last.get(it.id)
      const hasExpired = it.status === 'abandoned' && it.silentSince !== null
      return {
        id: it.id,
        ticketNumber: ticket.number,
        topic: it.topic,
        stage: requestStage({ status: it.status, hasExpired }, ticket.status),
        isHere: it.visitorId === actor.id,
        at: iso(it.queuedAt),
        updatedAt: iso(Math.max(ticket.updatedAt, it.endedAt ?? 0, message?.createdAt ?? 0, it.queuedAt)),
        lastMessage: message ? { from: message.from, body: message.body, at: iso(message.createdAt) } : null,
      }
    })
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0))
}

/** The citizen's requests, latest news first: whoever comes back days later finds what became of them. */
export const listRequests = async (tx: Tx, actor: VisitorActor): Promise<VisitorRequestView[]> =>
  requestViews(tx, actor, await listRequestRows(tx, actor, maxRequests))

/** One of them with everything said and sent. 404 where it is somebody else's. */
export const loadRequest = async (tx: Tx, actor: VisitorActor, id: string): Promise<VisitorRequestDetail> => {
  const [row] = await listRequestRows(tx, actor, 1, id)
  const [view] = row ? await consultationViews(tx, [row.consultation.id]) : []
  const [request] = row ? await requestViews(tx, actor, [row]) : []
  if (!row || !view || !request) throw refuse('consultations.not_found', 'There is no such request of yours.')
  return {
    request,
    consultation: visitorViewOf(view, row.consultation),
    messages: await messageViews(tx, await listMessages(tx, id, null, maxMessages)),
    documents: await listDocuments(tx, id),
  }
}
