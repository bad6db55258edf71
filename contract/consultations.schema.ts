import { z } from 'zod'
import { id, instant, page, pageQuery, phone, snapshot, text } from './common.schema'
import { channels, consultationStatuses, outcomes } from './consultations.rules'
import { type AgentRef, agentRef, type DocumentView, documentView } from './documents.schema'
import { availabilities, presenceReasons } from './presence.rules'
import { fieldEntry, ticketFieldView } from './tickets.schema'

export { type AgentRef, type DocumentView, documentView }

const serviceItemRef = z.strictObject({ id: id('itm'), name: z.string() })

/** A call of a consultation: `room` stays on the server. Times of the call itself, not of the asking. */
export const callView = z.strictObject({
  id: id('cal'),
  consultationId: id('con'),
  status: z.enum(['open', 'ended']),
  startedAt: instant,
  endedAt: instant.nullable(),
})
export type CallView = z.infer<typeof callView>

export const messageView = z.strictObject({
  id: id('msg'),
  consultationId: id('con'),
  from: z.enum(['agent', 'visitor', 'system']),
  /** Agent who wrote it; null for the citizen and the system. */
  agent: agentRef.nullable(),
  body: z.string(),
  at: instant,
})
export type MessageView = z.infer<typeof messageView>

export const invitationView = z.strictObject({
  id: id('inv'),
  consultationId: id('con'),
  kind: z.enum(['join', 'hand_over']),
  status: z.enum(['pending', 'accepted', 'refused', 'cancelled', 'lapsed']),
  from: agentRef,
  to: agentRef,
  note: z.string(),
  reason: z.string().nullable(),
  topic: z.string(),
  at: instant,
})
export type InvitationView = z.infer<typeof invitationView>

export const wrapUpView = z.strictObject({
  outcome: z.enum(outcomes).nullable(),
  topic: z.string(),
  serviceItemId: id('itm').nullable(),
  note: z.string(),
  savedAt: instant.nullable(),
})
export type WrapUpView = z.infer<typeof wrapUpView>

/** What agents see of a consultation, in the queue and on its page. */
export const consultationView = z.strictObject({
  id: id('con'),
  siteId: id('sit'),
  siteName: z.string(),
  status: z.enum(consultationStatuses),
  channel: z.enum(channels),
  topic: z.string(),
  serviceItem: serviceItemRef.nullable(),
  visitorName: z.string().nullable(),
  visitorPhone: z.string().nullable(),
  /** Confirmed by the host page's signed token. */
  isIdentified: z.boolean(),
  /** Elder mode chosen by the citizen. */
  isElder: z.boolean(),
  ticketId: id('tkt'),
  ticketNumber: z.string(),
  /** Order in the queue of its site; smaller is earlier. */
  queueSeq: z.number().int(),
  queuedAt: instant,
  /** The citizen's browser is not connected; passed over until back. */
  silentSince: instant.nullable(),
  consentAt: instant.nullable(),
  owner: agentRef.nullable(),
  /** Colleagues in the consultation beside the owner. */
  participants: z.array(agentRef),
  acceptedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** The open call, if any. */
  callId: id('cal').nullable(),
  /** The agent it rings at now. */
  offeredTo: agentRef.nullable(),
  /** Code a caller on the telephone types to join; only while `expected`. */
  joinCode: z.string().nullable(),
  rating: z.number().int().nullable(),
  wrapUp: wrapUpView,
})
export type ConsultationView = z.infer<typeof consultationView>
export const runningPage = page(consultationView)
export const runningQuery = pageQuery.extend({ siteId: id('sit').optional() })

export const offerView = z.strictObject({
  id: id('off'),
  consultationId: id('con'),
  agentId: id('agt'),
  status: z.enum(['ringing', 'accepted', 'declined', 'ignored', 'withdrawn']),
  at: instant,
  expiresAt: instant,
})
export type OfferView = z.infer<typeof offerView>

export const presenceView = z.strictObject({
  agent: agentRef,
  availability: z.enum(availabilities),
  reason: z.enum(presenceReasons),
  since: instant,
})
export type PresenceView = z.infer<typeof presenceView>

/** The agent's desk: everything live on the main screen. */
export const deskState = z.strictObject({
  /** Waiting consultations of the sites this agent serves, first come first. */
  queue: z.array(consultationView),
  /** Consultations this agent owns or takes part in: expected, active or in wrap-up. */
  mine: z.array(consultationView),
  /** Offers ringing at this agent. */
  offers: z.array(offerView),
  /** Pending invitations to or from this agent. */
  invitations: z.array(invitationView),
  presence: z.array(presenceView),
})
export type DeskState = z.infer<typeof deskState>
export const deskSnapshot = snapshot(deskState)

/** Requests made outside hours or with nobody there, the oldest first, that nobody has answered yet. */
export const deferredList = z.strictObject({
  items: z.array(consultationView),
  total: z.number().int(),
})
export type DeferredList = z.infer<typeof deferredList>

/** Today's figures of the agent's top bar. */
export const todayView = z.strictObject({
  /** Consultations the agent accepted today. */
  mine: z.number().int(),
  /** Mean wait of those accepted from the queue today, at the sites the agent serves. */
  averageWaitSeconds: z.number().nullable(),
  /** Mean of today's stars of the agent's own consultations. */
  rating: z.number().nullable(),
})
export type TodayView = z.infer<typeof todayView>

/** One consultation with all that belongs to it. */
export const consultationDetail = z.strictObject({
  consultation: consultationView,
  calls: z.array(callView),
  messages: z.array(messageView),
  documents: z.array(documentView),
  invitations: z.array(invitationView),
})
export type ConsultationDetail = z.infer<typeof consultationDetail>
export const consultationSnapshot = snapshot(consultationDetail)

/** What the citizen sees of the own consultation. */
export const visitorConsultationView = z.strictObject({
  id: id('con'),
  status: z.enum(consultationStatuses),
  channel: z.enum(channels),
  topic: z.string(),
  serviceItem: serviceItemRef.nullable(),
  ticketNumber: z.string(),
  queueSeq: z.number().int(),
  queuedAt: instant,
  consentAt: instant.nullable(),
  /** True while it rings at an agent. */
  isRinging: z.boolean(),
  agent: agentRef.nullable(),
  participants: z.array(agentRef),
  acceptedAt: instant.nullable(),
  endedAt: instant.nullable(),
  callId: id('cal').nullable(),
  rating: z.number().int().nullable(),
  /** Why it was turned into a ticket answered later. */
  deferredReason: z.enum(['outside_hours', 'no_agent']).nullable(),
  /** The place was given away after 15 minutes without a connection; not left on purpose. */
  hasExpired: z.boolean(),
})
export type VisitorConsultationView = z.infer<typeof visitorConsultationView>

export const visitorState = z.strictObject({
  visitor: z.strictObject({
    id: id('vis'),
    siteKey: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    isIdentified: z.boolean(),
  }),
  consultation: visitorConsultationView.nullable(),
  /** queueSeq of those waiting ahead at the same site; the place is its length + 1. Empty when not waiting. */
  ahead: z.array(z.number().int()),
  messages: z.array(messageView),
  documents: z.array(documentView),
})
export type VisitorState = z.infer<typeof visitorState>
export const visitorSnapshot = snapshot(visitorState)

/** Waiting time range in minutes, or null with too little data (`GET /consultations/{id}/wait`). */
export const waitView = z.strictObject({
  wait: z.strictObject({ low: z.number().int(), high: z.number().int() }).nullable(),
})
export type WaitView = z.infer<typeof waitView>

// ---- commands

/** Citizen: take a place. Repeats while one is open answer 409 `consultations.already_open`. */
export const startConsultation = z.strictObject({
  channel: z.enum(channels),
  topic: text(200),
  serviceItemId: id('itm').optional(),
  name: text(60).optional(),
  phone: phone.optional(),
  isElder: z.boolean().optional(),
})
export type StartConsultation = z.infer<typeof startConsultation>

/** Agent: open a consultation for somebody on the telephone. The answer's `joinCode` is read out. */
export const openTelephone = z.strictObject({
  siteId: id('sit'),
  topic: text(200),
  name: text(60).optional(),
  phone: phone.optional(),
  channel: z.enum(channels).optional(),
})
export type OpenTelephone = z.infer<typeof openTelephone>

export const grantView = z.strictObject({
  callId: id('cal'),
  /** WebSocket address for livekit-client. */
  url: z.string(),
  token: z.string(),
  identity: z.string(),
})
export type GrantView = z.infer<typeof grantView>

/** Answer to accepting: the consultation, and for video the grant, so that one round trip suffices. */
export const acceptedView = z.strictObject({ consultation: consultationView, grant: grantView.nullable() })
export type AcceptedView = z.infer<typeof acceptedView>

/** `tab` is the browser tab's id, kept across reloads, so that a rejoin evicts its own ghost. */
export const tab = z.string().regex(/^[0-9A-Za-z_-]{6,40}$/)
export const acceptBody = z.strictObject({ tab })
export const grantBody = z.strictObject({ tab })

export const sendMessage = z.strictObject({ body: text(4000, 1) })
export const messagePage = page(messageView)

export const inviteBody = z.strictObject({
  kind: z.enum(['join', 'hand_over']),
  agentId: id('agt'),
  note: text(1000),
})
export const refuseBody = z.strictObject({ reason: text(500, 1) })

/** Draft of the wrap-up: every field optional, saved from the first keystroke. */
export const wrapUpDraft = z.strictObject({
  outcome: z.enum(outcomes).nullable().optional(),
  topic: text(200).optional(),
  serviceItemId: id('itm').nullable().optional(),
  note: text(8000).optional(),
})
export type WrapUpDraft = z.infer<typeof wrapUpDraft>
/** Completes the wrap-up. */
export const wrapUpBody = z.strictObject({
  outcome: z.enum(outcomes),
  topic: text(200, 1),
  serviceItemId: id('itm').nullable().optional(),
  note: text(8000),
  /** Custom fields of the ticket: what is solved has every required one. */
  fields: z.array(fieldEntry).max(50).optional(),
})
export type WrapUpBody = z.infer<typeof wrapUpBody>
/** With which service item the matter would be wrapped up. */
export const wrapUpFieldsQuery = z.strictObject({ serviceItemId: id('itm').optional() })
export const wrapUpFields = z.strictObject({ items: z.array(ticketFieldView) })
export type WrapUpFields = z.infer<typeof wrapUpFields>

export const rateBody = z.strictObject({
  stars: z.number().int().min(1).max(5),
  comment: text(1000).optional(),
})

export const qualityBody = z.strictObject({
  maxWidth: z.number().int().min(0).max(16384),
  maxHeight: z.number().int().min(0).max(16384),
  lossPercent: z.number().min(0).max(100),
  roundTripMs: z.number().min(0).max(60000),
  reconnects: z.number().int().min(0).max(10000),
  transport: z.enum(['udp', 'tcp', 'relay', 'unknown']),
  firstFrameMs: z.number().min(0).max(600000).nullable(),
})
export type QualityBody = z.infer<typeof qualityBody>

/** Query of the raw streamed uploads (`PUT …/documents`, `PUT …/snapshots`); the body is the file. */
export const uploadQuery = z.strictObject({ name: text(200, 1) })
export const snapshotQuery = z.strictObject({
  callId: id('cal'),
  callSeconds: z.coerce.number().min(0).max(86400),
  name: text(120).optional(),
})
export const receiptBody = z.strictObject({ receipt: z.enum(['delivered', 'opened', 'downloaded']) })
/** A signed short-lived address of the file's bytes, relative to the origin. */
export const linkView = z.strictObject({ url: z.string(), expiresAt: instant })
export const setPresence = z.strictObject({ availability: z.enum(['available', 'away', 'offline']) })
/** Citizen, while waiting: from video to chat or the reverse; the place in the queue stays. */
export const channelBody = z.strictObject({ channel: z.enum(channels) })
export const empty = z.strictObject({})
export const consultationParams = z.strictObject({ id: id('con') })
