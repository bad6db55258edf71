import { and, desc, eq, inArray, max, ne, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { consultations, messages, ticketReplies, tickets, visitors } from '../../../drizzle/schema/index'
import type { VisitorActor } from '../../lib/actor'
import { findVisitor, listEarlier } from './visitors.store'

export interface RequestRow {
  consultation: typeof consultations.$inferSelect
  ticket: typeof tickets.$inferSelect
}

/**
 * The consultations of this visitor and of those its browser was before; of a person the host confirmed, those asked in other browsers too. A name
 * and a telephone number that were only typed prove nothing.
 */
export const listRequestRows = async (tx: Tx, actor: VisitorActor, limit: number): Promise<RequestRow[]> => {
  const visitor = await findVisitor(tx, actor.id)
  if (!visitor) return []
  const own = [visitor.id, ...(await listEarlier(tx, visitor)).map((each) => each.id)]
  const isMine = inArray(consultations.visitorId, own)
  const isOfPerson =
    visitor.isIdentified && visitor.contactId
      ? and(eq(visitors.contactId, visitor.contactId), eq(visitors.isIdentified, true))
      : undefined
  return tx
    .select({ consultation: consultations, ticket: tickets })
    .from(consultations)
    .innerJoin(visitors, eq(visitors.id, consultations.visitorId))
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .where(and(isOfPerson ? or(isMine, isOfPerson) : isMine, eq(consultations.siteId, visitor.siteId)))
    .orderBy(desc(consultations.queuedAt), desc(consultations.id))
    .limit(limit)
    .then((rows) => rows)
}

/** The last message of each consultation. */
export const lastMessages = async (
  tx: Tx,
  consultationIds: readonly string[],
): Promise<Map<string, typeof messages.$inferSelect>> => {
  if (consultationIds.length === 0) return new Map()
  const latest = await tx
    .select({ consultationId: messages.consultationId, at: max(messages.createdAt) })
    .from(messages)
    .where(inArray(messages.consultationId, [...consultationIds]))
    .groupBy(messages.consultationId)
  const wanted = latest.flatMap(({ consultationId, at }) =>
    at === null ? [] : [and(eq(messages.consultationId, consultationId), eq(messages.createdAt, Number(at)))],
  )
  if (wanted.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(messages)
    .where(or(...wanted))
    .orderBy(messages.id)
  return new Map(rows.map((row) => [row.consultationId, row]))
}

/** The last public reply on each ticket that `mayShow` lets through. */
export const lastReplies = async (
  tx: Tx,
  ticketIds: readonly string[],
  mayShow: (reply: typeof ticketReplies.$inferSelect) => boolean,
): Promise<Map<string, typeof ticketReplies.$inferSelect>> => {
  if (ticketIds.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(ticketReplies)
    .where(and(inArray(ticketReplies.ticketId, [...ticketIds]), ne(ticketReplies.kind, 'note')))
    .orderBy(ticketReplies.createdAt, ticketReplies.id)
  return new Map(rows.filter(mayShow).map((row) => [row.ticketId, row]))
}
