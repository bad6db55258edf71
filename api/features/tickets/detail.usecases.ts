import { agentCommandsOf } from '../../../contract/tickets.rules'
import type { TicketDetail, TimelinePage } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { listDraftsOf } from '../documents/attachments.store'
import { documentViews } from '../documents/documents.presenter'
import { noteDraftOf } from '../documents/documents.store'
import { currentCursor } from '../events/events.store'
import { listContactTickets } from './contacts.store'
import { listMergedBelow } from './family.store'
import { ticketMoreOf } from './more.presenter'
import { findLastPublicReply, listDrafts, loadReplyViews } from './replies.store'
import { ticketView } from './tickets.presenter'
import { listConsultationsOf, loadTicket, tagsOf } from './tickets.queries.store'
import type { TicketRow } from './tickets.store'
import { loadTimelinePage } from './timeline.store'

/** What one page shows of the history at first; the rest is asked for. */
const firstPage = 200

/** A part of the history with the replies it names; that of tickets merged into it belongs to it. */
export const pageTimeline = async (
  tx: Tx,
  ticket: TicketRow,
  before: number | null,
  limit: number,
): Promise<TimelinePage> => {
  const consultations = await listConsultationsOf(tx, [ticket.id])
  const sources = {
    ticketId: ticket.id,
    mergedIds: await listMergedBelow(tx, ticket.id),
    // One that is older than its ticket was split off from another one.
    consultationIds: consultations.filter((each) => each.queuedAt < ticket.createdAt).map((each) => each.id),
  }
  const { entries, earlier } = await loadTimelinePage(tx, sources, before, limit)
  const named = entries.map((entry) => entry.data.replyId)
  const ids = named.filter((id): id is string => typeof id === 'string')
  return { entries, earlier, replies: await loadReplyViews(tx, ids) }
}

/** Everything the page of one ticket needs, of one moment. */
export const loadTicketDetail = async (
  tx: Tx,
  actor: AgentActor,
  idOrNumber: string,
): Promise<TicketDetail> => {
  const loaded = await loadTicket(tx, actor, idOrNumber)
  const { ticket } = loaded
  const consultations = await listConsultationsOf(tx, [ticket.id])
  const { entries, earlier, replies } = await pageTimeline(tx, ticket, null, firstPage)
  const drafts = await listDrafts(tx, ticket.id, actor.id)
  return {
    ticket: ticketView(loaded, consultations, (await tagsOf(tx, [ticket.id])).get(ticket.id) ?? []),
    more: await ticketMoreOf(tx, ticket),
    commands: actor.permissions.has('tickets.work') ? agentCommandsOf(ticket.status) : [],
    consultations: consultations.map(({ id, status, channel, queuedAt }) => ({
      id,
      status,
      channel,
      at: iso(queuedAt),
    })),
    contactTickets: (await listContactTickets(tx, actor, ticket)).map((each) => ({
      ...each,
      updatedAt: iso(each.updatedAt),
    })),
    timeline: entries,
    replies,
    earlier,
    lastReplyId: (await findLastPublicReply(tx, ticket.id))?.id ?? null,
    drafts: drafts.map((draft) => ({ ...draft, savedAt: iso(draft.savedAt) })),
    draftDocuments: await documentViews(tx, await listDraftsOf(tx, ticket.id, actor.id)),
    noteDocuments: await documentViews(tx, await listDraftsOf(tx, ticket.id, noteDraftOf(actor.id))),
    cursor: await currentCursor(tx),
  }
}
