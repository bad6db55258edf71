import type { Role } from '../../contract/permissions.rules'
import type { Availability, PresenceReason } from '../../contract/presence.rules'
import { bool, id, index, int, json, table, text, time, uniqueIndex } from './columns'
import { departments } from './departments.table'

export const agents = table(
  'agents',
  {
    id: id(),
    username: text('username').notNull(),
    name: text('name').notNull(),
    /** argon2id in PHC form; null until the person has chosen a password. */
    passwordHash: text('password_hash'),
    roles: json<Role[]>('roles').notNull(),
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    isActive: bool('is_active').notNull(),
    email: text('email'),
    phone: text('phone'),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('agents_username').on(t.username), index('agents_department').on(t.departmentId)],
)

/** Opaque sessions: only a SHA-256 of the cookie's value is kept. */
export const agentSessions = table(
  'agent_sessions',
  {
    id: id(),
    tokenHash: text('token_hash').notNull(),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    createdAt: time('created_at').notNull(),
    lastSeenAt: time('last_seen_at').notNull(),
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
  },
  (t) => [uniqueIndex('agent_sessions_token').on(t.tokenHash), index('agent_sessions_agent').on(t.agentId)],
)

/** One-time links with which a person chooses a password. */
export const setupLinks = table('setup_links', {
  tokenHash: text('token_hash').primaryKey(),
  agentId: text('agent_id')
    .notNull()
    .references(() => agents.id),
  expiresAt: time('expires_at').notNull(),
  usedAt: time('used_at'),
})

/** Failed sign-ins in a window of time, so that a restart forgives none. */
export const loginAttempts = table(
  'login_attempts',
  {
    /** SHA-256 of what is counted: a name typed into the wrong field may be a password. */
    id: id(),
    count: int('count').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [index('login_attempts_expiry').on(t.expiresAt)],
)

/** Availability of an agent. `idleSince` orders offers: the longest idle is rung first. */
export const presence = table('presence', {
  agentId: text('agent_id')
    .primaryKey()
    .references(() => agents.id),
  availability: text('availability').$type<Availability>().notNull(),
  reason: text('reason').$type<PresenceReason>().notNull(),
  since: time('since').notNull(),
  idleSince: time('idle_since').notNull(),
  /** What to go back to when the last consultation is wrapped up. */
  returnTo: text('return_to').$type<'available' | 'away' | 'offline'>().notNull(),
})
