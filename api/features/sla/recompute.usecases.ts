import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { schedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { nextUnresolved } from './clocks.store'
import { refreshClocks } from './clocks.usecases'
import { keepProgress, type RecomputeProgress, readProgress } from './recompute.store'

export const recomputeKind = 'sla.recompute'
const everything = 'all'
/** Rows looked at in one transaction: a slice that other writers need not notice. */
const sliceRows = 20
/** Pages are told how far it is at most so often. */
const tellEverySlices = 50

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Ids are random, so the place of the last one among all possible ids says how far it is: no counting of rows. */
const shareOf = (cursor: string): number => {
  const [first = '0', second = '0'] = cursor.slice('tkt_'.length)
  return (alphabet.indexOf(first) * alphabet.length + alphabet.indexOf(second)) / alphabet.length ** 2
}

const present = (it: RecomputeProgress) => ({
  isRunning: it.finishedAt === null,
  percent: it.finishedAt === null ? Math.floor(Math.max(0, shareOf(it.cursor)) * 100) : 100,
  done: it.done,
  startedAt: iso(it.startedAt),
  finishedAt: iso(it.finishedAt),
})

/** How far the last recomputation is; null where there was none. */
export const recomputeProgress = async (tx: Tx) => {
  const progress = await readProgress(tx)
  return progress ? present(progress) : null
}

/** Reckons all unresolved tickets anew in the background; from the beginning where one was under way. */
export const startRecompute = async (tx: Tx, deps: Pick<Deps, 'clock'>): Promise<void> => {
  const now = deps.clock.now()
  await keepProgress(tx, { startedAt: now, finishedAt: null, cursor: '', slices: 0, done: 0 })
  await schedule(tx, recomputeKind, everything, now)
}

const tell = (tx: Tx, deps: Pick<Deps, 'clock'>, progress: RecomputeProgress) =>
  writeEvent(tx, {
    type: 'sla.recomputing',
    subject: everything,
    at: deps.clock.now(),
    actor: system,
    audience: [audience.agents],
    forAgents: { recompute: present(progress) },
  })

/** One slice; schedules the next in the same transaction, so that a killed process goes on where it was. */
export const recomputeSlice = async (tx: Tx, deps: Pick<Deps, 'clock'>): Promise<void> => {
  const before = await readProgress(tx)
  if (!before || before.finishedAt !== null) return
  const { ids, cursor } = await nextUnresolved(tx, before.cursor, sliceRows)
  await refreshClocks(tx, deps, ids)
  const now = deps.clock.now()
  const progress: RecomputeProgress = {
    ...before,
    cursor: cursor ?? before.cursor,
    slices: before.slices + 1,
    done: before.done + ids.length,
    finishedAt: cursor === null ? now : null,
  }
  await keepProgress(tx, progress)
  if (cursor === null || progress.slices % tellEverySlices === 0) await tell(tx, deps, progress)
  if (cursor !== null) await schedule(tx, recomputeKind, everything, now)
}
