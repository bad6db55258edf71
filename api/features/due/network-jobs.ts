import type { Deps } from '../../lib/deps'
import { type DueJob, extendJob, schedule, takeJob } from './due.store'
import { leaseMs } from './lease'

/**
 * Does what needs the network, outside any transaction; must be harmless when repeated. Returns when to do it
 * again, where it keeps its own pauses.
 */
export type NetworkHandler = (subject: string) => Promise<unknown>

interface OnItsWay {
  /** As it was last put off. */
  job: DueJob
  /** Asked for once more meanwhile. */
  isWantedAgain: boolean
  /** The beat that is just being written. */
  beating: Promise<void>
}

/**
 * Jobs that wait for other machines, done beside the sweep. Each is kept from falling due as long as it is being
 * done, so that a process that takes over the sweep does not do it a second time; should this one die, it falls
 * due when a lease would have run out.
 */
export const createNetworkJobs = (deps: Pick<Deps, 'db' | 'clock' | 'logger'>, beatMs: number) => {
  const onTheirWay = new Map<string, OnItsWay>()

  const beat = async (it: OnItsWay): Promise<void> => {
    const { job } = it
    const later = await deps.db.write((tx) => extendJob(tx, job, deps.clock.now() + leaseMs))
    // Null: moved meanwhile, which the next sweep looks into.
    if (later && it.job === job) it.job = later
  }

  const finish = async (it: OnItsWay, again: unknown): Promise<void> => {
    await deps.db.write(async (tx) => {
      const { job } = it
      // Asked for anew while it was being done: then it is done once more.
      const isSame = await takeJob(tx, job)
      if (isSame && it.isWantedAgain) await schedule(tx, job.kind, job.subject, deps.clock.now())
      else if (isSame && typeof again === 'number') await schedule(tx, job.kind, job.subject, again)
    })
  }

  return {
    /** Does the job, which has just been put off. */
    async run(job: DueJob, handler: NetworkHandler): Promise<void> {
      const before = onTheirWay.get(job.id)
      if (before) {
        // Slower than the pause after which it would be tried again is still the same attempt; a job that had
        // not been tried when it fell due was asked for anew.
        before.isWantedAgain ||= job.attempts === 1
        before.job = job
        return
      }
      const it: OnItsWay = { job, isWantedAgain: false, beating: Promise.resolve() }
      onTheirWay.set(job.id, it)
      const heart = setInterval(() => {
        it.beating = beat(it).catch((error) => deps.logger.warn({ err: error, job: job.id }, 'not kept'))
      }, beatMs)
      try {
        const again = await handler(job.subject)
        clearInterval(heart)
        await it.beating
        await finish(it, again)
      } catch (error) {
        deps.logger.warn({ err: error, job: job.id }, 'network job failed, tried again later')
      } finally {
        clearInterval(heart)
        onTheirWay.delete(job.id)
      }
    },
  }
}
