import { and, asc, desc, eq, gt, inArray, lt, max, min } from 'drizzle-orm'
import type { FeedData } from '../../../contract/feed.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { events } from '../../../drizzle/schema/index'
import type { Actor } from '../../lib/actor'

/** Tokens of an audience. A reader sees an event whose audience shares a token with the reader's own. */
export const audience = {
  /** Agents who serve the site. */
  site: (siteId: string) => `site:${siteId}`,
  /** Those who may watch the site's consultations (supervisors, auditors, admins). */
  watch: (siteId: string) => `watch:${siteId}`,
  agent: (agentId: string) => `agent:${agentId}`,
  /** Agents of the department, and of those above it: the audience names each department of the line. */
  tickets: (departmentId: string) => `tickets:${departmentId}`,
  agents: 'agents',
  visitor: (visitorId: string) => `visitor:${visitorId}`,
  /** Every waiting citizen of the site; carries queue numbers only. */
  waiting: (siteId: string) => `waiting:${siteId}`,
}

export interface NewEvent {
  type: string
  subject: string
  at: number
  actor: Actor
  ticketId?: string | null
  consultationId?: string | null
  audience: readonly string[]
  /** For the timeline and every reader; nothing a citizen must not see unless no citizen is in the audience. */
  facts?: Record<string, unknown>
  /** Views for agents; null keeps the event from them. */
  forAgents?: FeedData | null
  /** Views for the citizen; null keeps the event from citizens. */
  forVisitor?: FeedData | null
}

const insertEvent = prepared((tx, row: typeof events.$inferInsert) =>
  tx.insert(events).values(row).returning({ seq: events.seq }),
)

/** Writes what happened, in the transaction that made it happen. Returns its seq. */
export const writeEvent = async (tx: Tx, event: NewEvent): Promise<number> => {
  const [row] = await insertEvent(tx, {
    type: event.type,
    at: event.at,
    subject: event.subject,
    ticketId: event.ticketId ?? null,
    consultationId: event.consultationId ?? null,
    actorKind: event.actor.kind,
    actorId: event.actor.id,
    audience: ` ${event.audience.join(' ')} `,
    facts: event.facts ?? {},
    agentData: event.forAgents === undefined ? {} : event.forAgents,
    visitorData: event.forVisitor ?? null,
  })
  if (!row) throw new Error('The event was not written')
  return row.seq
}

/**
 * Takes back earlier events of one kind about a consultation, for kinds where only the newest says anything.
 * Their numbers are never given again, so a reader between two of them misses nothing.
 */
export const deleteEventsOf = async (tx: Tx, consultationId: string, type: string): Promise<void> => {
  await tx.delete(events).where(and(eq(events.consultationId, consultationId), eq(events.type, type)))
}

/** The feed position of this moment: the seq of the last event. */
export const currentCursor = async (tx: Tx): Promise<string> => {
  const [row] = await lastSeq(tx, {})
  return String(row?.last ?? 0)
}

const lastSeq = prepared((tx) => tx.select({ last: max(events.seq) }).from(events))

export type EventRow = typeof events.$inferSelect

/** Up to `limit` events after `seq`, oldest first. */
export const eventsAfter = (tx: Tx, seq: number, limit: number): Promise<EventRow[]> =>
  after(tx, { seq, limit })

const after = prepared((tx, v: { seq: number; limit: number }) =>
  tx.select().from(events).where(gt(events.seq, v.seq)).orderBy(asc(events.seq)).limit(v.limit),
)

export const findEvent = async (tx: Tx, seq: number): Promise<EventRow | null> => {
  const [row] = await tx.select().from(events).where(eq(events.seq, seq))
  return row ?? null
}

/** The last event of a ticket of one of these types before `seq`. */
export const lastOfTicket = async (
  tx: Tx,
  ticketId: string,
  types: readonly string[],
  seq: number,
): Promise<EventRow | null> => {
  const [row] = await tx
    .select()
    .from(events)
    .where(and(eq(events.ticketId, ticketId), inArray(events.type, [...types]), lt(events.seq, seq)))
    .orderBy(desc(events.seq))
    .limit(1)
  return row ?? null
}

/** The seq below which a cursor is too old: the oldest event not older than `since`. */
export const oldestSeqSince = async (tx: Tx, since: number): Promise<number | null> => {
  const [row] = await tx
    .select({ first: min(events.seq) })
    .from(events)
    .where(and(gt(events.at, since)))
  return row?.first ?? null
}
