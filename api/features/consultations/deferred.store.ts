import { and, asc, count, eq, inArray } from 'drizzle-orm'
import { unresolvedStatuses } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { consultations, tickets } from '../../../drizzle/schema/index'

const isDeferredAt = (siteIds: readonly string[]) =>
  and(
    eq(consultations.status, 'deferred'),
    inArray(consultations.siteId, [...siteIds]),
    inArray(tickets.status, [...unresolvedStatuses]),
  )

/** Requests to be answered later whose tickets are not settled, the oldest first. */
export const listDeferredIds = async (
  tx: Tx,
  siteIds: readonly string[],
  limit: number,
): Promise<string[]> => {
  if (siteIds.length === 0) return []
  const rows = await tx
    .select({ id: consultations.id })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .where(isDeferredAt(siteIds))
    .orderBy(asc(consultations.queuedAt), asc(consultations.id))
    .limit(limit)
  return rows.map((row) => row.id)
}

export const countDeferred = async (tx: Tx, siteIds: readonly string[]): Promise<number> => {
  if (siteIds.length === 0) return 0
  const [row] = await tx
    .select({ n: count() })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .where(isDeferredAt(siteIds))
  return row?.n ?? 0
}
