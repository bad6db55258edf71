import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dueJobs, settings } from '../../../drizzle/schema/index'
import { openTestDatabase } from '../../testing/database'
import { bundleProgram } from '../../testing/killed-process'
import { schedule } from './due.store'

const kills = 50
const jobsPerRound = 120
/** A dead process's lease runs out in between. */
const roundMs = 20_000

let db: Awaited<ReturnType<typeof openTestDatabase>>
let killed: Awaited<ReturnType<typeof bundleProgram>>
beforeAll(async () => {
  db = await openTestDatabase()
  killed = await bundleProgram('sweep-child.ts')
})
afterAll(async () => {
  await db.close()
  killed.remove()
})

const start = (now: number, dieAt = 0): ChildProcess =>
  spawn(process.execPath, [killed.program, join(db.directory, 'bangban.db'), String(now), String(dieAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()))
const said = (child: ChildProcess, word: string) =>
  new Promise<void>((resolve) => child.stdout?.on('data', (data) => String(data).includes(word) && resolve()))

const planned: string[] = []
const plan = (round: number) =>
  db.write(async (tx) => {
    for (let at = 0; at < jobsPerRound; at++) {
      const subject = `job-${String(planned.length).padStart(6, '0')}`
      planned.push(subject)
      await schedule(tx, at % 3 === 0 ? 'work' : 'batch', subject, round * roundMs)
    }
  })
/** Every job is either still there or done: never both, never neither. */
const check = async (): Promise<{ left: number; done: number }> => {
  const { left, done } = await db.read(async (tx) => ({
    left: (await tx.select().from(dueJobs)).map((job) => job.subject),
    done: (await tx.select().from(settings)).map((row) => row.key),
  }))
  expect([...left, ...done].sort()).toEqual(planned)
  return { left: left.length, done: done.length }
}

it(`loses nothing and repeats nothing when it is killed ${kills} times in the middle of a sweep`, async () => {
  const moments = fc.sample(fc.integer({ min: 1, max: jobsPerRound }), { numRuns: kills, seed: 4 })
  for (const [round, moment] of moments.entries()) {
    await plan(round)
    // Two of three die inside a transaction, at the job of that number; the others wherever they are just then.
    const isFromInside = round % 3 !== 0
    const child = start(round * roundMs, isFromInside ? moment : 0)
    const exit = ended(child)
    if (!isFromInside) {
      await said(child, 'sweeping')
      await new Promise((resolve) => setTimeout(resolve, moment / 4))
      child.kill('SIGKILL')
    }
    await exit
    const { left } = await check()
    if (isFromInside) expect([child.signalCode, left > 0]).toEqual(['SIGKILL', true])
  }
  const last = start(kills * roundMs + roundMs)
  await Promise.all([ended(last), said(last, 'done')])
  expect(await check()).toEqual({ left: 0, done: kills * jobsPerRound })
})
