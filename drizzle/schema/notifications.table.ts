import { agents } from './agents.table'
import { bool, compositeKey, id, index, int, json, table, text, time, uniqueIndex } from './columns'

/** An agent's inbox. Words are made from `kind` and `facts` in the reader's language. */
export const notifications = table(
  'notifications',
  {
    id: id(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    kind: text('kind').notNull(),
    ticketId: text('ticket_id'),
    /** Id of what it is about: an escalation, a reply, a ticket. */
    subject: text('subject').notNull(),
    facts: json<Record<string, unknown>>('facts').notNull(),
    createdAt: time('created_at').notNull(),
    readAt: time('read_at'),
    /** The event it comes from: one notice per person and event. */
    eventSeq: int('event_seq').notNull(),
  },
  (t) => [
    index('notifications_agent').on(t.agentId, t.createdAt, t.id),
    index('notifications_unread').on(t.agentId, t.readAt),
    uniqueIndex('notifications_event').on(t.agentId, t.eventSeq),
  ],
)

/** What an agent switched off or on, where it differs from the default. */
export const notificationPreferences = table(
  'notification_preferences',
  {
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    kind: text('kind').notNull(),
    channel: text('channel').$type<'inbox' | 'browser' | 'email' | 'sms'>().notNull(),
    isOn: bool('is_on').notNull(),
  },
  (t) => [compositeKey({ columns: [t.agentId, t.kind, t.channel] })],
)

/** When an agent is not to be alarmed, where it differs from the default. */
export const notificationQuiet = table('notification_quiet', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  mode: text('mode').$type<'off_work' | 'hours' | 'never'>().notNull(),
  /** `HH:MM` on the clock of the agent's calendar. */
  from: text('from_time').notNull(),
  to: text('to_time').notNull(),
  /** Grave matters get through. */
  isUrgentLoud: bool('is_urgent_loud').notNull(),
})

/**
 * What is to go out by e-mail or SMS: gathered, so that a night or a burst is one message. Deleted in the
 * transaction that puts the message into the outbox.
 */
export const notificationLetters = table(
  'notification_letters',
  {
    id: id(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    channel: text('channel').$type<'email' | 'sms'>().notNull(),
    kind: text('kind').notNull(),
    /** The page it leads to, below the console's address. */
    page: text('page').notNull(),
    number: text('number').notNull(),
    title: text('title').notNull(),
    /** When it happened, and its place among what happened at the same moment. */
    at: time('at').notNull(),
    eventSeq: int('event_seq').notNull(),
    /** The person's quiet time lasts until then. */
    quietUntil: time('quiet_until').notNull(),
  },
  (t) => [index('notification_letters_person').on(t.agentId, t.channel, t.quietUntil)],
)
