import type {
  CallView,
  ConsultationDetail,
  ConsultationView,
  DeskState,
  DocumentView,
  InvitationView,
  MessageView,
  OfferView,
  PresenceView,
  VisitorConsultationView,
  VisitorState,
} from './consultations.schema'
import type { EscalationView } from './escalations.schema'
import type { NotificationView } from './notifications.schema'
import type { SlaState } from './tickets.rules'
import type {
  LookerView,
  ReplyView,
  TicketMore,
  TicketView,
  TimelineEntry,
  VisitorReplyView,
} from './tickets.schema'

/** What lists and pages need to know of a ticket's clocks; `nextDueAt` in RFC 3339. */
export interface ClockNews {
  ticketId: string
  slaState: SlaState
  nextDueAt: string | null
}

/** That there is news, and no more: what it is, the list and the ticket's page tell to those who may see them. */
export interface RequestNews {
  /** Null where the event does not say: then any of the list may be meant. */
  ticketNumber: string | null
  /** Somebody at the desk said or sent something. */
  isAnswer: boolean
}

/** One message of the feed. `data` holds facts of the event and the views it changed. */
export interface FeedEvent {
  seq: number
  type: string
  /** RFC 3339 */
  at: string
  /** Id of what it is about. */
  subject: string
  data: FeedData
}

/** Views carried by an event: each is the whole new state of its thing, so applying twice is harmless. */
export interface FeedData {
  consultation?: ConsultationView | VisitorConsultationView
  offer?: OfferView
  invitation?: InvitationView
  message?: MessageView
  document?: DocumentView
  /** All that was said and sent, with the event that puts an earlier consultation on the citizen's screen again. */
  messages?: MessageView[]
  documents?: DocumentView[]
  call?: CallView
  presence?: PresenceView
  /** Where the clocks of a ticket stand now. */
  clocks?: ClockNews
  escalation?: EscalationView
  /** queueSeq that left the queue of the visitor's site. */
  leftQueue?: number
  /** queueSeqs ahead of the citizen, sent with the event that queued them. */
  ahead?: number[]
  /** The ticket whose history this belongs to; with `by`, the event is a line of it. */
  ofTicket?: string
  by?: TimelineEntry['actor']
  ticket?: TicketView
  ticketMore?: TicketMore
  reply?: ReplyView
  /** For the citizen: the number of a ticket of theirs that changed. */
  ticketNews?: string
  /** A reply as the citizen sees it. */
  ticketReply?: VisitorReplyView
  /** For the citizen: something is new about a request in their list that another visitor of theirs made. */
  requestNews?: RequestNews
  /** Who has the ticket open; told without a row. */
  lookers?: LookerView[]
  notification?: NotificationView
  /** Ids that were read, in this window or another. */
  readNotices?: string[] | 'all'
  /** How many are unread now. */
  unreadNotices?: number
  /** Facts for the timeline. */
  [fact: string]: unknown
}

/** Whether an event of the citizen's brings them something from the desk. */
export const isAnswer = ({ message, document, ticketReply, requestNews }: FeedData): boolean =>
  message?.from === 'agent' ||
  (document?.kind === 'push' && document.status === 'sent') ||
  ticketReply?.kind === 'reply' ||
  requestNews?.isAnswer === true

/** What another visitor of the same person hears of an event that is told to the citizen. */
export const requestNewsOf = (data: FeedData): RequestNews => ({
  ticketNumber: data.ticketNews ?? data.ticketReply?.ticketNumber ?? data.consultation?.ticketNumber ?? null,
  isAnswer: isAnswer(data),
})

const upsert = <T>(list: readonly T[], item: T, keyOf: (each: T) => string): T[] => {
  const at = list.findIndex((each) => keyOf(each) === keyOf(item))
  if (at < 0) return [...list, item]
  const copy = [...list]
  copy[at] = item
  return copy
}
const without = <T>(list: readonly T[], key: string, keyOf: (each: T) => string): T[] =>
  list.filter((each) => keyOf(each) !== key)
const byId = (each: { id: string }) => each.id
const isAgentView = (view: ConsultationView | VisitorConsultationView): view is ConsultationView =>
  'siteId' in view

/** True where the consultation lies on this agent's desk. */
export const isMine = (view: ConsultationView, agentId: string): boolean => {
  if (view.status === 'wrap_up') return view.owner?.id === agentId
  if (view.status !== 'active' && view.status !== 'expected') return false
  return view.owner?.id === agentId || view.participants.some((each) => each.id === agentId)
}

const inOrder = (queue: ConsultationView[]) =>
  queue.sort((a, b) => a.queueSeq - b.queueSeq || (a.id < b.id ? -1 : 1))
const byTime = <T extends { at: string; id: string }>(list: T[]) =>
  list.sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))

/** The agent's desk after `event`. Pure; unknown events leave it as it is. */
export const applyToDesk = (state: DeskState, event: FeedEvent, agentId: string): DeskState => {
  const { consultation, offer, invitation, presence } = event.data
  let next = state
  if (consultation && isAgentView(consultation)) {
    const queue = without(next.queue, consultation.id, byId)
    const mine = without(next.mine, consultation.id, byId)
    next = {
      ...next,
      queue: consultation.status === 'waiting' ? inOrder([...queue, consultation]) : queue,
      mine: isMine(consultation, agentId) ? inOrder([...mine, consultation]) : mine,
    }
  }
  if (offer && offer.agentId === agentId) {
    next = {
      ...next,
      offers:
        offer.status === 'ringing'
          ? byTime(upsert(next.offers, offer, byId))
          : without(next.offers, offer.id, byId),
    }
  }
  if (invitation && (invitation.from.id === agentId || invitation.to.id === agentId)) {
    next = {
      ...next,
      invitations:
        invitation.status === 'pending'
          ? byTime(upsert(next.invitations, invitation, byId))
          : without(next.invitations, invitation.id, byId),
    }
  }
  if (presence) {
    const key = (each: PresenceView) => each.agent.id
    next = {
      ...next,
      presence: upsert(next.presence, presence, key).sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    }
  }
  return next
}

/** A consultation's page after `event`. Events of other consultations leave it as it is. */
export const applyToDetail = (state: ConsultationDetail, event: FeedEvent): ConsultationDetail => {
  const own = state.consultation.id
  const { consultation, message, document, call, invitation } = event.data
  let next = state
  if (consultation && isAgentView(consultation) && consultation.id === own) next = { ...next, consultation }
  if (message?.consultationId === own)
    next = { ...next, messages: byTime(upsert(next.messages, message, byId)) }
  if (document?.consultationId === own)
    next = { ...next, documents: byTime(upsert(next.documents, document, byId)) }
  if (call?.consultationId === own) {
    next = {
      ...next,
      calls: upsert(next.calls, call, byId).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1)),
    }
  }
  if (invitation?.consultationId === own)
    next = { ...next, invitations: byTime(upsert(next.invitations, invitation, byId)) }
  return next
}

/** What the citizen sees after `event`. */
export const applyToVisitor = (state: VisitorState, event: FeedEvent): VisitorState => {
  const { consultation, message, document, messages = [], documents = [], leftQueue, ahead } = event.data
  let next = state
  // An older consultation may still be wrapped up or rated while a newer one is on: the newer one stays.
  const isOlder =
    consultation !== undefined &&
    next.consultation !== null &&
    consultation.id !== next.consultation.id &&
    consultation.queueSeq < next.consultation.queueSeq
  if (consultation && !isAgentView(consultation) && !isOlder) {
    const isNew = next.consultation?.id !== consultation.id
    next = {
      ...next,
      consultation,
      messages: isNew ? messages : next.messages,
      documents: isNew ? documents : next.documents,
      ahead: consultation.status === 'waiting' ? (ahead ?? next.ahead) : [],
    }
  }
  if (leftQueue !== undefined && next.ahead.includes(leftQueue))
    next = { ...next, ahead: next.ahead.filter((each) => each !== leftQueue) }
  const own = next.consultation?.id
  if (message && message.consultationId === own)
    next = { ...next, messages: byTime(upsert(next.messages, message, byId)) }
  if (document && document.consultationId === own)
    next = { ...next, documents: byTime(upsert(next.documents, document, byId)) }
  return next
}
