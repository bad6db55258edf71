import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { type DueJob, finishJob, firstDue, holdLease, postponeJob, releaseLease } from './due.store'

/** Does what fell due, in the transaction that also deletes the job: never lost, never twice. */
export type DueHandler = (tx: Tx, subject: string, dueAt: number) => Promise<void>
/** Does what needs the network, outside any transaction; must be harmless when repeated. */
export type NetworkHandler = (subject: string) => Promise<void>

const leaseSeconds = 15

/**
 * The leased sweeper: looks every `intervalMs` and after every commit that may have scheduled
 * something. One process at a time holds the lease; a job that throws is put off and logged.
 */
export const createSweeper = (
  deps: Pick<Deps, 'db' | 'clock' | 'logger'>,
  handlers: Record<string, DueHandler>,
  networkHandlers: Record<string, NetworkHandler> = {},
) => {
  const holder = newId('swp')
  let timer: NodeJS.Timeout | null = null
  let isRunning = false

  const runOne = async (): Promise<boolean> => {
    const now = deps.clock.now()
    const job = await deps.db.read((tx) => firstDue(tx, now))
    if (!job) return false
    const network = networkHandlers[job.kind]
    if (network) {
      // Put off first, then done beside the sweep: a slow server must not hold up ringing telephones.
      await deps.db.write((tx) => postponeJob(tx, job, now))
      void runNetwork(job, network)
      return true
    }
    const handler = handlers[job.kind]
    try {
      if (!handler) throw new Error(`Nothing handles ${job.kind}`)
      await deps.db.write(async (tx) => {
        const current = await firstDue(tx, now)
        if (current?.id !== job.id) return
        await finishJob(tx, job)
        await handler(tx, job.subject, job.dueAt)
      })
    } catch (error) {
      deps.logger.error({ err: error, job: job.id }, 'due job failed')
      await deps.db.write((tx) => postponeJob(tx, job, deps.clock.now()))
    }
    return true
  }

  const runNetwork = async (job: DueJob, handler: NetworkHandler): Promise<void> => {
    try {
      await handler(job.subject)
      await deps.db.write((tx) => finishJob(tx, job))
    } catch (error) {
      deps.logger.warn({ err: error, job: job.id }, 'network job failed, tried again later')
    }
  }

  /** Handles everything due now; returns how many jobs ran. */
  const sweep = async (): Promise<number> => {
    if (isRunning) return 0
    isRunning = true
    let count = 0
    try {
      const now = deps.clock.now()
      if (!(await deps.db.read((tx) => firstDue(tx, now)))) return 0
      if (!(await deps.db.write((tx) => holdLease(tx, 'sweeper', holder, now, now + leaseSeconds * 1000))))
        return 0
      while (count < 500 && (await runOne())) count++
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
      await deps.db.write((tx) => releaseLease(tx, 'sweeper', holder))
    },
  }
}
export type Sweeper = ReturnType<typeof createSweeper>
