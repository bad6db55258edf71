import { id, index, int, table, text, time, uniqueIndex } from './columns'
import { sites } from './sites.table'
import { tickets } from './tickets.table'

/** The signed link of a ticket, once it was taken back: only addresses of this version open it. */
export const followLinks = table('follow_links', {
  ticketId: text('ticket_id')
    .primaryKey()
    .references(() => tickets.id),
  version: int('version').notNull(),
  revokedAt: time('revoked_at').notNull(),
})

/** Somebody who follows one ticket without an account: only a SHA-256 of the bearer is kept. */
export const followSessions = table(
  'follow_sessions',
  {
    id: id(),
    tokenHash: text('token_hash').notNull(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    via: text('via').$type<'link' | 'code'>().notNull(),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    uniqueIndex('follow_sessions_token').on(t.tokenHash),
    index('follow_sessions_ticket').on(t.ticketId),
    index('follow_sessions_expiry').on(t.expiresAt),
  ],
)

/** A code asked for by number and telephone; the row is made whether or not there is such a ticket. */
export const followCodes = table(
  'follow_codes',
  {
    /** Site, number and telephone, hashed: asking again replaces the code. */
    id: id(),
    /** Null where number and telephone do not belong together: no code fits. */
    ticketId: text('ticket_id').references(() => tickets.id),
    codeHash: text('code_hash').notNull(),
    attempts: int('attempts').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('follow_codes_expiry').on(t.expiresAt)],
)
