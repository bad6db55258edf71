import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { dueJobs, leases } from '../../../drizzle/schema/index'

export type DueJob = typeof dueJobs.$inferSelect

/** Schedules `kind` for `subject`, or moves it where it is scheduled already. */
export const schedule = async (tx: Tx, kind: string, subject: string, dueAt: number): Promise<void> => {
  await put(tx, { id: `${kind}:${subject}`, kind, subject, dueAt })
}

/** Schedules `kind` for `subject`, or brings it forward; one that comes earlier stays as it is. */
export const scheduleNoLater = async (
  tx: Tx,
  kind: string,
  subject: string,
  dueAt: number,
): Promise<void> => {
  await tx
    .insert(dueJobs)
    .values({ id: `${kind}:${subject}`, kind, subject, dueAt })
    .onConflictDoUpdate({
      target: dueJobs.id,
      set: { dueAt, attempts: 0 },
      setWhere: gt(dueJobs.dueAt, dueAt),
    })
}

export const isScheduled = async (tx: Tx, kind: string, subject: string): Promise<boolean> =>
  (
    await tx
      .select({ id: dueJobs.id })
      .from(dueJobs)
      .where(eq(dueJobs.id, `${kind}:${subject}`))
  ).length > 0

const put = prepared((tx, v: { id: string; kind: string; subject: string; dueAt: number }) =>
  tx
    .insert(dueJobs)
    .values(v)
    .onConflictDoUpdate({ target: dueJobs.id, set: { dueAt: v.dueAt, attempts: 0 } }),
)
const remove = prepared((tx, v: { id: string }) => tx.delete(dueJobs).where(eq(dueJobs.id, v.id)))

export const unschedule = async (tx: Tx, kind: string, subject: string): Promise<void> => {
  await remove(tx, { id: `${kind}:${subject}` })
}

/** The earliest due job, or null. */
export const firstDue = async (tx: Tx, now: number): Promise<DueJob | null> =>
  (await firstDues(tx, now, 1))[0] ?? null

/** The earliest `limit` due jobs, in order. */
export const firstDues = (tx: Tx, now: number, limit: number): Promise<DueJob[]> => due(tx, { now, limit })

const due = prepared((tx, v: { now: number; limit: number }) =>
  tx
    .select()
    .from(dueJobs)
    .where(lte(dueJobs.dueAt, v.now))
    .orderBy(asc(dueJobs.dueAt), asc(dueJobs.id))
    .limit(v.limit),
)

/** Deletes the job to do it in the same transaction; false where it was done, moved or called off meanwhile. */
export const takeJob = async (tx: Tx, job: DueJob): Promise<boolean> =>
  (await take(tx, { id: job.id, dueAt: job.dueAt })).length === 1

const take = prepared((tx, v: { id: string; dueAt: number }) =>
  tx
    .delete(dueJobs)
    .where(and(eq(dueJobs.id, v.id), eq(dueJobs.dueAt, v.dueAt)))
    .returning({ id: dueJobs.id }),
)

/** Puts a job off: 2, 4, 8 … up to 300 s. Null where it was done, moved or called off meanwhile. */
export const postponeJob = async (tx: Tx, job: DueJob, now: number): Promise<DueJob | null> => {
  const attempts = job.attempts + 1
  const [row] = await tx
    .update(dueJobs)
    .set({ attempts, dueAt: now + Math.min(300, 2 ** attempts) * 1000 })
    .where(and(eq(dueJobs.id, job.id), eq(dueJobs.dueAt, job.dueAt)))
    .returning()
  return row ?? null
}

/** Keeps a job that is being done from falling due until `dueAt`. Null where it was done, moved or called off. */
export const extendJob = async (tx: Tx, job: DueJob, dueAt: number): Promise<DueJob | null> => {
  const [row] = await tx
    .update(dueJobs)
    .set({ dueAt })
    .where(and(eq(dueJobs.id, job.id), eq(dueJobs.dueAt, job.dueAt)))
    .returning()
  return row ?? null
}

/** Takes or renews the sweeper's lease; false where another process holds it. */
export const holdLease = async (
  tx: Tx,
  name: string,
  holder: string,
  now: number,
  until: number,
): Promise<boolean> => {
  const rows = await tx
    .insert(leases)
    .values({ name, holder, until })
    .onConflictDoUpdate({
      target: leases.name,
      set: { holder, until },
      setWhere: sql`${leases.holder} = ${holder} or ${leases.until} <= ${now}`,
    })
    .returning({ holder: leases.holder })
  return rows.length === 1
}

export const releaseLease = async (tx: Tx, name: string, holder: string): Promise<void> => {
  await tx.delete(leases).where(and(eq(leases.name, name), eq(leases.holder, holder)))
}
