import { bool, id, index, int, json, table, text, time, uniqueIndex } from './columns'
import { departments } from './departments.table'
import { tickets } from './tickets.table'

/** A stored file that goes along with an e-mail. */
export interface MailAttachment {
  fileName: string
  sha256: string
}

/** What an e-mail says, or which template of the SMS gateway is filled with what. */
export type OutgoingContent =
  | { subject: string; text: string; html: string; attachment?: MailAttachment }
  | { template: string; params: Record<string, string> }

/** E-mail and SMS on their way: written with what causes them, sent afterwards. The id is the Message-ID. */
export const outgoingMessages = table(
  'outgoing_messages',
  {
    id: id(),
    channel: text('channel').$type<'email' | 'sms'>().notNull(),
    recipient: text('recipient').notNull(),
    content: json<OutgoingContent>('content').notNull(),
    /** notification, test, lookup … */
    purpose: text('purpose').notNull(),
    state: text('state').$type<'waiting' | 'sent' | 'failed'>().notNull(),
    attempts: int('attempts').notNull().default(0),
    createdAt: time('created_at').notNull(),
    /** Not sent before: quiet hours, or the pause after a failure. */
    dueAt: time('due_at').notNull(),
    finishedAt: time('finished_at'),
    error: text('error'),
  },
  (t) => [index('outgoing_messages_created').on(t.channel, t.createdAt, t.id)],
)

/** Addresses that are told what happens; see docs/integration.md. */
export const webhookEndpoints = table(
  'webhook_endpoints',
  {
    id: id(),
    /** Told about tickets of this department and below. */
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    url: text('url').notNull(),
    description: text('description').notNull(),
    eventTypes: json<string[]>('event_types').notNull(),
    secret: text('secret').notNull(),
    /** After a rotation both sign, until then. */
    previousSecret: text('previous_secret'),
    previousSecretUntil: time('previous_secret_until'),
    isActive: bool('is_active').notNull(),
    /** Since when every attempt has failed; null after a success. */
    failingSince: time('failing_since'),
    /** Set where the program switched it off. */
    disabledReason: text('disabled_reason').$type<'failing' | 'gone'>(),
    createdById: text('created_by_id'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [index('webhook_endpoints_created').on(t.createdAt, t.id)],
)

/** One event for one endpoint, with the body exactly as it is signed. The id is the `webhook-id`. */
export const webhookDeliveries = table(
  'webhook_deliveries',
  {
    id: id(),
    endpointId: text('endpoint_id')
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
    /** The event it comes from; a test has none. */
    eventSeq: int('event_seq'),
    type: text('type').notNull(),
    body: text('body').notNull(),
    state: text('state').$type<'waiting' | 'delivered' | 'failed'>().notNull(),
    attempts: int('attempts').notNull().default(0),
    createdAt: time('created_at').notNull(),
    /** The next attempt; null when there will be none. */
    dueAt: time('due_at'),
    attemptedAt: time('attempted_at'),
    responseStatus: int('response_status'),
    /** The first kilobyte of the answer. */
    responseText: text('response_text'),
    error: text('error'),
    durationMs: int('duration_ms'),
  },
  (t) => [
    uniqueIndex('webhook_deliveries_event').on(t.endpointId, t.eventSeq),
    index('webhook_deliveries_endpoint').on(t.endpointId, t.createdAt, t.id),
    index('webhook_deliveries_created').on(t.createdAt),
  ],
)

/** Keys of other programs: only a SHA-256 of the key is kept. */
export const apiKeys = table(
  'api_keys',
  {
    id: id(),
    name: text('name').notNull(),
    /** The first characters, to tell keys apart. */
    prefix: text('prefix').notNull(),
    tokenHash: text('token_hash').notNull(),
    scopes: json<string[]>('scopes').notNull(),
    /** Reaches tickets of this department and below. */
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    perMinute: int('per_minute').notNull(),
    /** The first of the keys that it replaces, whose numbers go on; null: it begins anew. */
    sourceId: text('source_id'),
    createdById: text('created_by_id').notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    revokedAt: time('revoked_at'),
  },
  (t) => [uniqueIndex('api_keys_token').on(t.tokenHash), index('api_keys_created').on(t.createdAt, t.id)],
)

/** What another system sent when it opened a ticket, as a hash: a repeat must be the same. */
export const externalRequests = table('external_requests', {
  ticketId: text('ticket_id')
    .primaryKey()
    .references(() => tickets.id),
  contentHash: text('content_hash').notNull(),
  keyId: text('key_id').notNull(),
  createdAt: time('created_at').notNull(),
})
