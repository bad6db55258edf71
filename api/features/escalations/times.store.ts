import { eq } from 'drizzle-orm'
import { type EscalationTimes, standardTimes } from '../../../contract/escalation-times.rules'
import type { Pace } from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { settings } from '../../../drizzle/schema/index'
import { workingTimeOf } from '../sla/working-time.store'

const key = 'escalations.times'

const readTimes = prepared((tx) => tx.select().from(settings).where(eq(settings.key, key)))

/** What an administrator has set; the standard times where nobody did. */
export const loadTimes = async (tx: Tx): Promise<EscalationTimes> => {
  const [row] = await readTimes(tx, {})
  return row ? { ...standardTimes, ...(JSON.parse(row.value) as Partial<EscalationTimes>) } : standardTimes
}

export const saveTimes = async (tx: Tx, times: EscalationTimes): Promise<void> => {
  const value = JSON.stringify(times)
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value } })
}

/** By what deadlines of the department at `path` are reckoned: its working time, and the times set. */
export const paceOf = async (tx: Tx, path: string, at: number): Promise<Pace> => ({
  calendar: await workingTimeOf(tx, path, at),
  times: await loadTimes(tx),
})
