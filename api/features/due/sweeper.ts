import type { Tx } from '../../../drizzle/database'
import { createBatchSizes } from '../../lib/batch-sizes'
import type { Deps } from '../../lib/deps'
import { type DueJob, firstDue, firstDues, postponeJob, takeJob } from './due.store'
import { createLease, LeaseLost } from './lease'
import { createNetworkJobs, type NetworkHandler } from './network-jobs'

/** Does what fell due, in the transaction that also deletes the job: never lost, never twice. */
export type DueHandler = (tx: Tx, subject: string, dueAt: number) => Promise<void>
/** The same for several subjects at once, for kinds of which thousands fall due together. */
export type DueBatchHandler = (tx: Tx, subjects: string[]) => Promise<void>
const largestBatch = 40
const maxJobsPerSweep = 2000
/** The jobs at the front that are of the same kind. */
const sameKind = (jobs: readonly DueJob[]): DueJob[] => {
  const end = jobs.findIndex((job) => job.kind !== jobs[0]?.kind)
  return end < 0 ? [...jobs] : jobs.slice(0, end)
}

/**
 * The leased sweeper: looks every `intervalMs`. One process at a time holds the lease, renews it during a long
 * sweep, and stops where it was lost. Jobs of one kind that fell due together share a transaction; where one of
 * them throws they are done one by one, and the bad one is put off and logged.
 */
export const createSweeper = (
  deps: Pick<Deps, 'db' | 'clock' | 'logger'>,
  handlers: Record<string, DueHandler>,
  networkHandlers: Record<string, NetworkHandler> = {},
  batchHandlers: Record<string, DueBatchHandler> = {},
  { beatMs = 5_000 } = {},
) => {
  const lease = createLease(deps.clock, 'sweeper')
  const network = createNetworkJobs(deps, beatMs)
  const sizes = createBatchSizes({ first: 4, largest: largestBatch })
  let timer: NodeJS.Timeout | null = null
  let isRunning = false

  /** Takes the jobs and does them in one transaction; those that others have moved meanwhile are left. */
  const doTogether = (kind: string, jobs: readonly DueJob[]): Promise<number> =>
    deps.db.write((tx) =>
      lease.under(tx, async () => {
        const start = performance.now()
        const handler = handlers[kind]
        const batch = batchHandlers[kind]
        if (batch) {
          const taken: string[] = []
          for (const job of jobs) if (await takeJob(tx, job)) taken.push(job.subject)
          if (taken.length > 0) await batch(tx, taken)
        } else {
          if (!handler) throw new Error(`Nothing handles ${kind}`)
          for (const job of jobs) if (await takeJob(tx, job)) await handler(tx, job.subject, job.dueAt)
        }
        return performance.now() - start
      }),
    )

  /** How long it held the writer, in milliseconds; 0 where it failed and was put off. */
  const doAlone = async (job: DueJob): Promise<number> => {
    try {
      return await doTogether(job.kind, [job])
    } catch (error) {
      if (error instanceof LeaseLost) throw error
      deps.logger.error({ err: error, job: job.id }, 'due job failed')
      await deps.db.write((tx) => postponeJob(tx, job, deps.clock.now()))
      return 0
    }
  }

  /** The next jobs that can go together; returns how many were looked after. */
  const runSome = async (): Promise<number> => {
    const now = deps.clock.now()
    const jobs = sameKind(await deps.db.read((tx) => firstDues(tx, now, largestBatch)))
    const [job] = jobs
    if (!job) return 0
    const overNetwork = networkHandlers[job.kind]
    if (overNetwork) {
      // Put off first, then done beside the sweep: a slow server must not hold up ringing telephones.
      const later = await deps.db.write((tx) => lease.under(tx, () => postponeJob(tx, job, now)))
      if (later) void network.run(later, overNetwork)
      return 1
    }
    const together = jobs.slice(0, sizes.of(job.kind))
    if (together.length > 1) {
      try {
        sizes.learn(job.kind, together.length, await doTogether(job.kind, together))
        return together.length
      } catch (error) {
        if (error instanceof LeaseLost) throw error
        deps.logger.warn({ err: error, kind: job.kind }, 'due jobs failed together, done one by one')
      }
    }
    for (const each of together) sizes.learn(job.kind, 1, await doAlone(each))
    return together.length
  }

  /** Handles everything due now; returns how many jobs ran. */
  const sweep = async (): Promise<number> => {
    if (isRunning) return 0
    isRunning = true
    let count = 0
    try {
      const now = deps.clock.now()
      if (!(await deps.db.read((tx) => firstDue(tx, now)))) return 0
      if (!(await deps.db.write(lease.hold))) return 0
      while (count < maxJobsPerSweep) {
        const ran = await runSome()
        if (ran === 0) return count
        count += ran
      }
      return count
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
      deps.logger.warn({ count }, 'another process sweeps now')
      return count
    } finally {
      isRunning = false
    }
  }

  return {
    sweep,
    start(intervalMs = 250): void {
      timer = setInterval(
        () => sweep().catch((error) => deps.logger.error({ err: error }, 'sweep failed')),
        intervalMs,
      )
    },
    async stop(): Promise<void> {
      if (timer) clearInterval(timer)
      await deps.db.write(lease.release)
    },
  }
}
export type Sweeper = ReturnType<typeof createSweeper>
