import type { DocumentView } from './documents.schema'
import type { ClockNews, FeedEvent } from './feed.rules'
import { agentCommandsOf, type TicketStatus, ticketEventOf } from './tickets.rules'
import type { ReplyView, TicketDetail, TicketView, TimelineEntry } from './tickets.schema'

/** Views travel beside the facts; a line of the history keeps only facts. */
const viewKeys: ReadonlySet<string> = new Set([
  'ofTicket',
  'by',
  'ticket',
  'ticketMore',
  'reply',
  'consultation',
  'offer',
  'invitation',
  'message',
  'document',
  'call',
  'presence',
  'clocks',
])
/** Longer texts are shown from the reply itself. */
export const previewLength = 500
export const previewOf = (body: string): string =>
  body.length > previewLength ? `${body.slice(0, previewLength)}…` : body

const statusEvents: ReadonlySet<string> = new Set(Object.values(ticketEventOf))

/**
 * The ticket after `event`. Most events carry the whole new view; those of the hot path (accepting a
 * consultation) carry facts only, from which status and assignee follow.
 */
export const applyToTicketView = (ticket: TicketView, event: FeedEvent): TicketView => {
  const { data } = event
  if (data.clocks) return withClocks(ticket, data.clocks)
  if (data.ticket) return data.ticket.id === ticket.id ? data.ticket : ticket
  if (data.ofTicket !== ticket.id) return ticket
  if (statusEvents.has(event.type) && typeof data.to === 'string') {
    const holdUntil = typeof data.holdUntil === 'number' ? new Date(data.holdUntil).toISOString() : null
    return { ...ticket, status: data.to as TicketStatus, holdUntil, updatedAt: event.at }
  }
  if (event.type === 'ticket.assigned' && typeof data.agentId === 'string') {
    const assignee = { id: data.agentId, name: String(data.agentName ?? '') }
    return { ...ticket, assignee, updatedAt: event.at }
  }
  return ticket
}

const withClocks = (ticket: TicketView, { ticketId, slaState, nextDueAt }: ClockNews): TicketView =>
  ticketId === ticket.id ? { ...ticket, slaState, nextDueAt } : ticket

/** Rows of a list after `event`: those shown follow; whether one belongs there still is the list's to say. */
export const applyToTicketRows = (rows: readonly TicketView[], event: FeedEvent): readonly TicketView[] => {
  let isChanged = false
  const next = rows.map((row) => {
    const after = applyToTicketView(row, event)
    if (after !== row) isChanged = true
    return after
  })
  return isChanged ? next : rows
}

/** The line of the history that an event makes, or null where it is not one. */
const entryOf = (event: FeedEvent): TimelineEntry | null => {
  const { by } = event.data
  if (!by) return null
  const data = Object.fromEntries(Object.entries(event.data).filter(([key]) => !viewKeys.has(key)))
  if (typeof data.body === 'string') data.body = previewOf(data.body)
  return { seq: event.seq, type: event.type, at: event.at, actor: by, consultationId: null, data }
}

const withReply = (replies: readonly ReplyView[], reply: ReplyView): ReplyView[] =>
  [...replies.filter((each) => each.id !== reply.id), reply].sort((a, b) =>
    a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1,
  )

/** A file of a reply as it stands now: opened, or taken back. */
const withDocument = (replies: ReplyView[], document: DocumentView | undefined): ReplyView[] =>
  document && replies.some((reply) => reply.documents.some((each) => each.id === document.id))
    ? replies.map((reply) => ({
        ...reply,
        documents: reply.documents.flatMap((each) =>
          each.id !== document.id ? [each] : document.status === 'recalled' ? [] : [document],
        ),
      }))
    : replies

/** A ticket's page after `event`; events of other tickets leave it as it is. */
export const applyToTicket = (state: TicketDetail, event: FeedEvent): TicketDetail => {
  const own = state.ticket.id
  const ticket = applyToTicketView(state.ticket, event)
  if (event.data.ofTicket !== own) return ticket === state.ticket ? state : { ...state, ticket }
  const { ticketMore, reply } = event.data
  const entry = entryOf(event)
  const isNew = entry !== null && event.seq > 0 && state.timeline.every((each) => each.seq !== entry.seq)
  const isPublic = reply !== undefined && reply.kind !== 'note'
  const last = state.replies.find((each) => each.id === state.lastReplyId)
  return {
    ...state,
    ticket,
    commands: agentCommandsOf(ticket.status),
    more: ticketMore ?? state.more,
    replies: withDocument(reply ? withReply(state.replies, reply) : state.replies, event.data.document),
    lastReplyId: isPublic && (!last || last.at <= reply.at) ? reply.id : state.lastReplyId,
    timeline: isNew && entry ? [...state.timeline, entry].sort((a, b) => a.seq - b.seq) : state.timeline,
  }
}
