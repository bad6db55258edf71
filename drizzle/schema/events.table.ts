import { compositeKey, id, index, int, json, seq, table, text, time } from './columns'

/** What happened, kept for good: the timeline, the source of clocks and the feed. */
export const events = table(
  'events',
  {
    seq: seq(),
    type: text('type').notNull(),
    at: time('at').notNull(),
    subject: text('subject').notNull(),
    ticketId: text('ticket_id'),
    consultationId: text('consultation_id'),
    actorKind: text('actor_kind').$type<'agent' | 'visitor' | 'key' | 'system'>().notNull(),
    actorId: text('actor_id'),
    /** Space-separated tokens of those who may see it, decided when written. */
    audience: text('audience').notNull(),
    /** Facts, for the timeline and every reader. */
    facts: json<Record<string, unknown>>('facts').notNull(),
    /** Views for agents and for the citizen. */
    agentData: json<Record<string, unknown>>('agent_data'),
    visitorData: json<Record<string, unknown>>('visitor_data'),
  },
  (t) => [
    index('events_ticket').on(t.ticketId, t.seq),
    index('events_consultation').on(t.consultationId, t.seq),
    index('events_at').on(t.at),
  ],
)

/** Who did what to which thing: append-only, each row sealed with the hash of the one before. */
export const audit = table(
  'audit',
  {
    seq: seq(),
    at: time('at').notNull(),
    actorKind: text('actor_kind').$type<'agent' | 'visitor' | 'key' | 'system'>().notNull(),
    actorId: text('actor_id'),
    action: text('action').notNull(),
    thing: text('thing').notNull(),
    /** JSON text, kept as written because the hash covers it. */
    data: text('data').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [index('audit_actor').on(t.actorId, t.seq), index('audit_action').on(t.action, t.seq)],
)

/** The first answer to a command, for its repeats. */
export const idempotencyKeys = table(
  'idempotency_keys',
  {
    /** actor, method, path and key, hashed. */
    id: id(),
    requestHash: text('request_hash').notNull(),
    status: int('status').notNull(),
    body: text('body').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('idempotency_keys_created').on(t.createdAt)],
)

/** Whatever falls due: taken by the leased sweeper, handled and deleted in one transaction. */
export const dueJobs = table(
  'due_jobs',
  {
    /** `kind:subject`, so that scheduling again moves it. */
    id: id(),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    dueAt: time('due_at').notNull(),
    attempts: int('attempts').notNull().default(0),
  },
  (t) => [index('due_jobs_due').on(t.dueAt)],
)

/** Which process sweeps; another takes over when the lease runs out. */
export const leases = table('leases', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  until: time('until').notNull(),
})

/** Small facts of this installation, such as a generated signing key. */
export const settings = table('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
})

/** How far each projection has worked through the events; moved in the transaction of its work. */
export const projectionCursors = table('projection_cursors', {
  name: text('name').primaryKey(),
  seq: int('seq').notNull(),
})

/** An event a projection could not digest: kept for the administrator, the projection went on. */
export const projectionFailures = table('projection_failures', {
  /** `projection:seq` */
  id: id(),
  error: text('error').notNull(),
  at: time('at').notNull(),
})

/** Figures counted while events pass: one row per day and combination that occurs. */
export const rollups = table(
  'rollups',
  {
    figure: text('figure').notNull(),
    /** `YYYY-MM-DD` of the site's time zone */
    day: text('day').notNull(),
    siteId: text('site_id').notNull(),
    departmentId: text('department_id').notNull(),
    /** Empty where there is none. */
    serviceItemId: text('service_item_id').notNull(),
    agentId: text('agent_id').notNull(),
    count: int('count').notNull(),
    sum: int('sum').notNull(),
  },
  (t) => [
    // Dashboards add up the days of one department; see contract/figures.rules.ts for `*`. SQLite keeps the
    // rows in this order and nowhere else (`WITHOUT ROWID`, said in the migration).
    compositeKey({
      columns: [t.figure, t.departmentId, t.siteId, t.day, t.serviceItemId, t.agentId],
    }),
  ],
)

/** What the search indexer has to read again beside the events, slice by slice. */
export const searchMarks = table('search_marks', {
  /** `kind:subject` */
  id: id(),
  kind: text('kind')
    .$type<'rebuild' | 'department' | 'agent' | 'tag' | 'contact' | 'service_item'>()
    .notNull(),
  subject: text('subject').notNull(),
  /** How far it came; empty at the beginning. */
  place: text('place').notNull(),
  /** Tickets read by now. */
  done: int('done').notNull(),
  askedAt: time('asked_at').notNull(),
  startedAt: time('started_at'),
})
