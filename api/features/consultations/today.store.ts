import { and, avg, count, desc, eq, gt, gte, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { consultations, ratings } from '../../../drizzle/schema/index'

/** Both databases answer an average as text or number, and null where there is nothing. */
const number = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value)

/** Consultations accepted since `since` that the agent owns. */
export const countAccepted = async (tx: Tx, agentId: string, since: number): Promise<number> => {
  const [row] = await tx
    .select({ n: count() })
    .from(consultations)
    .where(and(eq(consultations.ownerId, agentId), gte(consultations.acceptedAt, since)))
  return row?.n ?? 0
}

/** Mean seconds in the queue of those accepted since `since`: no callers, no requests answered later. */
export const averageWait = async (
  tx: Tx,
  siteIds: readonly string[],
  since: number,
): Promise<number | null> => {
  if (siteIds.length === 0) return null
  const [row] = await tx
    .select({ ms: avg(sql<number>`${consultations.acceptedAt} - ${consultations.queuedAt}`) })
    .from(consultations)
    .where(
      and(
        inArray(consultations.siteId, [...siteIds]),
        gte(consultations.acceptedAt, since),
        eq(consultations.isTelephone, false),
        isNull(consultations.deferredReason),
      ),
    )
  const ms = number(row?.ms)
  return ms === null ? null : Math.round(ms / 1000)
}

/** Seconds the last `limit` citizens accepted from the queue waited: no callers, no requests answered later. */
export const recentWaits = async (tx: Tx, siteId: string, since: number, limit = 30): Promise<number[]> => {
  const rows = await tx
    .select({ queuedAt: consultations.queuedAt, acceptedAt: consultations.acceptedAt })
    .from(consultations)
    .where(
      and(
        eq(consultations.siteId, siteId),
        isNotNull(consultations.acceptedAt),
        gt(consultations.acceptedAt, since),
        eq(consultations.isTelephone, false),
        isNull(consultations.deferredReason),
      ),
    )
    .orderBy(desc(consultations.acceptedAt))
    .limit(limit)
  return rows.map((row) => ((row.acceptedAt ?? row.queuedAt) - row.queuedAt) / 1000)
}

/** Mean of the stars given since `since` to the agent's consultations. */
export const averageRating = async (tx: Tx, agentId: string, since: number): Promise<number | null> => {
  const [row] = await tx
    .select({ stars: avg(ratings.stars) })
    .from(ratings)
    .innerJoin(consultations, eq(consultations.id, ratings.consultationId))
    .where(and(eq(consultations.ownerId, agentId), gte(ratings.createdAt, since)))
  const stars = number(row?.stars)
  return stars === null ? null : Math.round(stars * 10) / 10
}
