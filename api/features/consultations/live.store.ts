import { and, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { consultations } from '../../../drizzle/schema/index'

/** Those of the consultations in which somebody is speaking with the citizen now. */
export const liveAmong = async (tx: Tx, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await liveRows(tx, { ids: [...ids] })
  return new Set(rows.map((row) => row.id))
}
const liveRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ id: consultations.id })
      .from(consultations)
      .where(and(inArray(consultations.id, v.ids), eq(consultations.status, 'active'))),
  'ids',
)
