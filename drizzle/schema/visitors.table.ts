import { bool, compositeKey, id, index, table, text, time, uniqueIndex } from './columns'
import { sites } from './sites.table'

/** The person behind visitors and tickets. `subject` is the host's id of that person. */
export const contacts = table(
  'contacts',
  {
    id: id(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    subject: text('subject'),
    name: text('name'),
    phone: text('phone'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('contacts_subject').on(t.siteId, t.subject), index('contacts_phone').on(t.phone)],
)

/** A citizen's browser: only a SHA-256 of its bearer token is kept. */
export const visitors = table(
  'visitors',
  {
    id: id(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    tokenHash: text('token_hash').notNull(),
    contactId: text('contact_id').references(() => contacts.id),
    name: text('name'),
    phone: text('phone'),
    isIdentified: bool('is_identified').notNull(),
    lang: text('lang').notNull(),
    /** Who this browser was before a telephone code made it somebody new; proven by that one's bearer. */
    earlierId: text('earlier_id'),
    createdAt: time('created_at').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [uniqueIndex('visitors_token').on(t.tokenHash)],
)

/** A second bearer of the same visitor, made by redeeming a resume code in another browser. */
export const visitorTokens = table(
  'visitor_tokens',
  {
    tokenHash: text('token_hash').primaryKey(),
    visitorId: text('visitor_id')
      .notNull()
      .references(() => visitors.id),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('visitor_tokens_visitor').on(t.visitorId)],
)

export const resumeCodes = table('resume_codes', {
  codeHash: text('code_hash').primaryKey(),
  visitorId: text('visitor_id')
    .notNull()
    .references(() => visitors.id),
  expiresAt: time('expires_at').notNull(),
  usedAt: time('used_at'),
})

/** Host identity tokens already used, so that none is used twice. */
export const usedTokens = table(
  'used_tokens',
  {
    siteId: text('site_id').notNull(),
    jti: text('jti').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [compositeKey({ columns: [t.siteId, t.jti] }), index('used_tokens_expiry').on(t.expiresAt)],
)
