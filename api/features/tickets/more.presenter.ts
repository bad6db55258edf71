import type { FeedData } from '../../../contract/feed.rules'
import type { ReplyView, TicketChange, TicketMore, VisitorReplyView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { findDepartment } from '../departments/departments.store'
import { listFieldsOf } from './fields.store'
import { listParticipants } from './people.store'
import { isoOrNull, loadTicketView } from './tickets.presenter'
import { loadTicketRow, type TicketRow } from './tickets.store'

/** What the page shows of a ticket beyond its view. */
export const ticketMoreOf = async (tx: Tx, ticket: TicketRow): Promise<TicketMore> => {
  const waiting = ticket.waitingDepartmentId ? await findDepartment(tx, ticket.waitingDepartmentId) : null
  return {
    description: ticket.description,
    waitingDepartment: waiting ? { id: waiting.id, name: waiting.name } : null,
    contactId: ticket.contactId,
    applicationReason: ticket.applicationReason,
    applicationAt: isoOrNull(ticket.applicationAt),
    firstReplyAt: isoOrNull(ticket.firstReplyAt),
    resolvedAt: isoOrNull(ticket.resolvedAt),
    closedAt: isoOrNull(ticket.closedAt),
    isHelped: ticket.isHelped,
    fields: await listFieldsOf(tx, ticket),
    participants: await listParticipants(tx, ticket.id),
  }
}

/** The ticket as it is now: what commands answer and their events carry. */
export const changeOf = async (
  tx: Tx,
  ticketId: string,
  reply: ReplyView | null = null,
): Promise<TicketChange> => ({
  ticket: await loadTicketView(tx, ticketId),
  more: await ticketMoreOf(tx, await loadTicketRow(tx, ticketId)),
  reply,
})

/** The same as views of an event. */
export const viewsFor = async (
  tx: Tx,
  ticketId: string,
): Promise<Pick<FeedData, 'ticket' | 'ticketMore'>> => {
  const { ticket, more } = await changeOf(tx, ticketId)
  return { ticket, ticketMore: more }
}

/** What a reply says in one line: its words, or the names of the files it consists of. */
export const wordsOf = (body: string, fileNames: readonly string[]): string => body || fileNames.join('、')
/** The fact that files went along, for the history. */
export const filesOf = (fileNames: readonly string[]): { files?: readonly string[] } =>
  fileNames.length > 0 ? { files: fileNames } : {}

/** A reply for the citizen; null for a note. */
export const visitorReplyOf = (reply: ReplyView, ticketNumber: string): VisitorReplyView | null =>
  reply.kind === 'note'
    ? null
    : {
        id: reply.id,
        ticketNumber,
        kind: reply.kind,
        agentName: reply.agent?.name ?? null,
        body: wordsOf(
          reply.body,
          reply.documents.map((each) => each.name),
        ),
        at: reply.at,
      }
