import { eq } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { settings } from '../../../drizzle/schema/index'

const progressKey = 'sla.recompute'

export interface RecomputeProgress {
  startedAt: number
  finishedAt: number | null
  /** The last ticket looked at. */
  cursor: string
  slices: number
  /** Unresolved tickets reckoned anew so far. */
  done: number
}

export const readProgress = async (tx: Tx): Promise<RecomputeProgress | null> => {
  const [row] = await tx.select().from(settings).where(eq(settings.key, progressKey))
  return row ? (JSON.parse(row.value) as RecomputeProgress) : null
}

export const keepProgress = async (tx: Tx, progress: RecomputeProgress): Promise<void> => {
  const value = JSON.stringify(progress)
  await tx
    .insert(settings)
    .values({ key: progressKey, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
}
