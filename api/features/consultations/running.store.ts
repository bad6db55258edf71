import { and, asc, eq, gt, inArray, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { consultations } from '../../../drizzle/schema/index'

/** Ids of what goes on at these sites, the longest first: as many rows as agents who serve, at most. */
export const listRunning = async (
  tx: Tx,
  siteIds: readonly string[],
  after: { at: number; id: string } | null,
  limit: number,
): Promise<{ id: string; acceptedAt: number | null }[]> => {
  if (siteIds.length === 0) return []
  const { id, acceptedAt } = consultations
  return tx
    .select({ id, acceptedAt })
    .from(consultations)
    .where(
      and(
        eq(consultations.status, 'active'),
        inArray(consultations.siteId, [...siteIds]),
        after ? or(gt(acceptedAt, after.at), and(eq(acceptedAt, after.at), gt(id, after.id))) : undefined,
      ),
    )
    .orderBy(asc(acceptedAt), asc(id))
    .limit(limit)
}
