import { and, asc, desc, eq, gt, inArray, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, reportRuns, reportSchedules } from '../../../drizzle/schema/index'

export type ScheduleRow = typeof reportSchedules.$inferSelect
export type RunRow = typeof reportRuns.$inferSelect

export const insertSchedule = async (tx: Tx, row: ScheduleRow): Promise<void> => {
  await tx.insert(reportSchedules).values(row)
}
export const updateSchedule = async (tx: Tx, id: string, set: Partial<ScheduleRow>): Promise<void> => {
  await tx.update(reportSchedules).set(set).where(eq(reportSchedules.id, id))
}
export const deleteSchedule = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(reportRuns).where(eq(reportRuns.scheduleId, id))
  await tx.delete(reportSchedules).where(eq(reportSchedules.id, id))
}
export const findSchedule = async (tx: Tx, id: string): Promise<ScheduleRow | null> => {
  const [row] = await tx.select().from(reportSchedules).where(eq(reportSchedules.id, id))
  return row ?? null
}

/** The owner's schedules, the oldest first. */
export const listSchedules = (
  tx: Tx,
  ownerId: string,
  after: { at: number; id: string } | null,
  limit: number,
): Promise<ScheduleRow[]> => {
  const { createdAt, id } = reportSchedules
  const isAfter = after
    ? or(gt(createdAt, after.at), and(eq(createdAt, after.at), gt(id, after.id)))
    : undefined
  return tx
    .select()
    .from(reportSchedules)
    .where(and(eq(reportSchedules.ownerId, ownerId), isAfter))
    .orderBy(asc(createdAt), asc(id))
    .limit(limit)
    .then((rows) => rows)
}

export const insertRun = async (tx: Tx, row: RunRow): Promise<void> => {
  await tx.insert(reportRuns).values(row)
}
export const findRun = async (tx: Tx, id: string): Promise<RunRow | null> => {
  const [row] = await tx.select().from(reportRuns).where(eq(reportRuns.id, id))
  return row ?? null
}
/** False where it is no longer pending. */
export const finishRun = async (tx: Tx, id: string, set: Partial<RunRow>): Promise<boolean> => {
  const rows = await tx
    .update(reportRuns)
    .set(set)
    .where(and(eq(reportRuns.id, id), eq(reportRuns.status, 'pending')))
    .returning({ id: reportRuns.id })
  return rows.length === 1
}
/** Runs of schedules, the newest first. */
export const listRuns = async (tx: Tx, scheduleIds: readonly string[]): Promise<RunRow[]> =>
  scheduleIds.length === 0
    ? []
    : tx
        .select()
        .from(reportRuns)
        .where(inArray(reportRuns.scheduleId, [...scheduleIds]))
        .orderBy(desc(reportRuns.dueAt), desc(reportRuns.id))

/** The owner as they are now: what they may not see any more is not sent to them either. */
export const findOwner = async (tx: Tx, agentId: string) => {
  const [row] = await tx
    .select({ isActive: agents.isActive, roles: agents.roles, path: departments.path })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(eq(agents.id, agentId))
  return row ?? null
}
