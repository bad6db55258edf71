import type {
  CallStatus,
  Channel,
  ConsultationStatus,
  InvitationKind,
  InvitationStatus,
  OfferStatus,
  Outcome,
} from '../../contract/consultations.rules'
import { agents } from './agents.table'
import { bool, compositeKey, id, index, int, json, real, table, text, time, uniqueIndex } from './columns'
import { serviceItems, sites } from './sites.table'
import { tickets } from './tickets.table'
import { visitors } from './visitors.table'

export const consultations = table(
  'consultations',
  {
    id: id(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    /** Null until a caller on the telephone has joined. */
    visitorId: text('visitor_id').references(() => visitors.id),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    status: text('status').$type<ConsultationStatus>().notNull(),
    channel: text('channel').$type<Channel>().notNull(),
    topic: text('topic').notNull(),
    serviceItemId: text('service_item_id').references(() => serviceItems.id),
    visitorName: text('visitor_name'),
    visitorPhone: text('visitor_phone'),
    isElder: bool('is_elder').notNull(),
    queueSeq: int('queue_seq').notNull(),
    queuedAt: time('queued_at').notNull(),
    silentSince: time('silent_since'),
    consentAt: time('consent_at'),
    ownerId: text('owner_id').references(() => agents.id),
    acceptedAt: time('accepted_at'),
    endedAt: time('ended_at'),
    closedAt: time('closed_at'),
    joinCode: text('join_code'),
    /** Opened by an agent for somebody on the telephone: what passed before joining was no wait in the queue. */
    isTelephone: bool('is_telephone').notNull().default(false),
    deferredReason: text('deferred_reason').$type<'outside_hours' | 'no_agent'>(),
    outcome: text('outcome').$type<Outcome>(),
    wrapUpTopic: text('wrap_up_topic'),
    wrapUpServiceItemId: text('wrap_up_service_item_id'),
    wrapUpNote: text('wrap_up_note').notNull().default(''),
    wrapUpSavedAt: time('wrap_up_saved_at'),
  },
  (t) => [
    index('consultations_queue').on(t.status, t.siteId, t.queueSeq),
    index('consultations_owner').on(t.ownerId, t.status),
    index('consultations_visitor').on(t.visitorId, t.queuedAt),
    index('consultations_ticket').on(t.ticketId),
    uniqueIndex('consultations_join_code').on(t.joinCode),
    index('consultations_accepted').on(t.siteId, t.acceptedAt),
  ],
)

/** The last place given out in a site's queue. */
export const queueCounters = table('queue_counters', {
  siteId: text('site_id').primaryKey(),
  last: int('last').notNull(),
})

/** Agents in a consultation beside its owner. */
export const participants = table(
  'participants',
  {
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    joinedAt: time('joined_at').notNull(),
  },
  (t) => [
    compositeKey({ columns: [t.consultationId, t.agentId] }),
    index('participants_agent').on(t.agentId),
  ],
)

export const offers = table(
  'offers',
  {
    id: id(),
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    status: text('status').$type<OfferStatus>().notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    index('offers_consultation').on(t.consultationId, t.status),
    index('offers_agent').on(t.agentId, t.status),
  ],
)

export const invitations = table(
  'invitations',
  {
    id: id(),
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
    kind: text('kind').$type<InvitationKind>().notNull(),
    status: text('status').$type<InvitationStatus>().notNull(),
    fromId: text('from_id')
      .notNull()
      .references(() => agents.id),
    toId: text('to_id')
      .notNull()
      .references(() => agents.id),
    note: text('note').notNull(),
    reason: text('reason'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [
    index('invitations_consultation').on(t.consultationId),
    index('invitations_to').on(t.toId, t.status),
  ],
)

export const calls = table(
  'calls',
  {
    id: id(),
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
    /** Unguessable LiveKit room name. */
    room: text('room').notNull(),
    status: text('status').$type<CallStatus>().notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    /** How often in a row LiveKit said the room is absent; a call closes after two. */
    absentCount: int('absent_count').notNull().default(0),
  },
  (t) => [
    uniqueIndex('calls_room').on(t.room),
    index('calls_consultation').on(t.consultationId),
    index('calls_status').on(t.status),
  ],
)

/** Who was in a call and when, from webhooks; keyed on the participant's sid because webhooks repeat. */
export const callParticipants = table(
  'call_participants',
  {
    sid: text('sid').primaryKey(),
    callId: text('call_id')
      .notNull()
      .references(() => calls.id),
    identity: text('identity').notNull(),
    joinedAt: time('joined_at'),
    leftAt: time('left_at'),
  },
  (t) => [index('call_participants_call').on(t.callId)],
)

/** Identities that may not come back into a call: a LiveKit token alone does not end a stay. */
export const callDenials = table(
  'call_denials',
  {
    callId: text('call_id')
      .notNull()
      .references(() => calls.id),
    /** `agent:ID` or `visitor:ID`, without the tab. */
    person: text('person').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [compositeKey({ columns: [t.callId, t.person] })],
)

/** Quality of a call as one side measured it. */
export const callQualities = table(
  'call_qualities',
  {
    callId: text('call_id')
      .notNull()
      .references(() => calls.id),
    side: text('side').$type<'agent' | 'visitor'>().notNull(),
    maxWidth: int('max_width').notNull(),
    maxHeight: int('max_height').notNull(),
    lossPercent: real('loss_percent').notNull(),
    roundTripMs: real('round_trip_ms').notNull(),
    reconnects: int('reconnects').notNull(),
    transport: text('transport').notNull(),
    firstFrameMs: real('first_frame_ms'),
    at: time('at').notNull(),
  },
  (t) => [compositeKey({ columns: [t.callId, t.side] })],
)

export const messages = table(
  'messages',
  {
    id: id(),
    consultationId: text('consultation_id')
      .notNull()
      .references(() => consultations.id),
    from: text('from_kind').$type<'agent' | 'visitor' | 'system'>().notNull(),
    agentId: text('agent_id').references(() => agents.id),
    body: text('body').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('messages_consultation').on(t.consultationId, t.createdAt, t.id)],
)

export const ratings = table('ratings', {
  consultationId: text('consultation_id')
    .primaryKey()
    .references(() => consultations.id),
  stars: int('stars').notNull(),
  comment: text('comment').notNull(),
  createdAt: time('created_at').notNull(),
})

/** LiveKit webhooks as received: unique by event id, applied afterwards. */
export const webhookEvents = table(
  'webhook_events',
  {
    id: id(),
    type: text('type').notNull(),
    body: json<Record<string, unknown>>('body').notNull(),
    receivedAt: time('received_at').notNull(),
    appliedAt: time('applied_at'),
  },
  (t) => [index('webhook_events_pending').on(t.appliedAt)],
)
