import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Tx } from '../../../drizzle/database'
import { dueJobs, settings } from '../../../drizzle/schema/index'
import { createLogger } from '../../lib/logger'
import { fakeClock } from '../../testing/app'
import { openTestDatabase } from '../../testing/database'
import { eventually } from '../../testing/eventually'
import { schedule, unschedule } from './due.store'
import { createSweeper, type DueHandler } from './sweeper'

let db: Awaited<ReturnType<typeof openTestDatabase>>
let clock: ReturnType<typeof fakeClock>
const logger = createLogger('silent')
beforeEach(async () => {
  db = await openTestDatabase()
  clock = fakeClock()
})
afterEach(() => db.close())

const jobs = () => db.read((tx) => tx.select().from(dueJobs))
/** A mark that can be made once only: a second one breaks the primary key. */
const mark = async (tx: Tx, key: string) => {
  await tx.insert(settings).values({ key, value: '' })
}
const marks = async () => (await db.read((tx) => tx.select().from(settings))).map((row) => row.key).sort()
const scheduleAll = (count: number) =>
  db.write(async (tx) => {
    for (let at = 0; at < count; at++)
      await schedule(tx, 'work', `job-${String(at).padStart(2, '0')}`, clock.now() + at)
  })
const names = (count: number) =>
  Array.from({ length: count }, (_, at) => `job-${String(at).padStart(2, '0')}`)

/** The database of a process that dies at its `deadline`-th write: that one is rolled back, later ones never start. */
const dyingDatabase = (deadline: number): Database => {
  let writes = 0
  const dead = new Error('killed')
  return {
    ...db,
    read: (work) => (writes >= deadline ? Promise.reject(dead) : db.read(work)),
    write: (work) => {
      writes++
      if (writes > deadline) return Promise.reject(dead)
      return db.write(async (tx) => {
        const result = await work(tx)
        if (writes === deadline) throw dead
        return result
      })
    },
  }
}

describe('the sweeper', () => {
  it('runs what is due in order, leaves the rest, and runs nothing twice', async () => {
    const order: string[] = []
    const sweeper = createSweeper(
      { db, clock, logger },
      { work: async (_tx, subject) => void order.push(subject) },
    )
    await db.write(async (tx) => {
      await schedule(tx, 'work', 'second', clock.now() - 1)
      await schedule(tx, 'work', 'first', clock.now() - 2)
      await schedule(tx, 'work', 'now', clock.now())
      await schedule(tx, 'work', 'later', clock.now() + 1)
    })
    expect(await sweeper.sweep()).toBe(3)
    expect(order).toEqual(['first', 'second', 'now'])
    expect(await sweeper.sweep()).toBe(0)
    expect((await jobs()).map((job) => job.subject)).toEqual(['later'])
  })

  it('puts a failing job off, longer each time, and does not let it hold up others', async () => {
    let failures = 0
    const handlers: Record<string, DueHandler> = {
      bad: async (tx) => {
        await mark(tx, 'half')
        failures++
        throw new Error('no')
      },
      work: (tx, subject) => mark(tx, subject),
    }
    const sweeper = createSweeper({ db, clock, logger }, handlers)
    await db.write(async (tx) => {
      await schedule(tx, 'bad', 'x', clock.now() - 5)
      await schedule(tx, 'unknown', 'x', clock.now() - 4)
      await schedule(tx, 'work', 'good', clock.now() - 3)
    })
    const waits: number[] = []
    for (let round = 1; round <= 10; round++) {
      await sweeper.sweep()
      expect(failures).toBe(round)
      const dueAt = (await jobs()).find((job) => job.kind === 'bad')?.dueAt ?? 0
      waits.push((dueAt - clock.now()) / 1000)
      clock.advance((dueAt - clock.now()) / 1000)
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    expect(await marks()).toEqual(['good'])
  })

  it('killed at any write neither loses nor repeats a job: 50 random deaths', async () => {
    const count = 8
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: count + 2 }), { minLength: 1, maxLength: 4 }),
        async (deaths) => {
          await db.write(async (tx) => {
            await tx.delete(settings)
            await tx.delete(dueJobs)
          })
          await scheduleAll(count)
          clock.advance(1)
          for (const deadline of deaths) {
            const dying = createSweeper(
              { db: dyingDatabase(deadline), clock, logger },
              { work: (tx, subject) => mark(tx, subject) },
            )
            await dying.sweep().catch((error: Error) => expect(error.message).toBe('killed'))
            const [left, done] = [(await jobs()).map((job) => job.subject), await marks()]
            // Each job is either still there or done, never both and never neither.
            expect([...left, ...done].sort()).toEqual(names(count))
            // The lease of the dead runs out.
            clock.advance(16)
          }
          clock.advance(300)
          const sweeper = createSweeper({ db, clock, logger }, { work: (tx, subject) => mark(tx, subject) })
          await sweeper.sweep()
          await sweeper.stop()
          expect(await marks()).toEqual(names(count))
          expect(await jobs()).toEqual([])
        },
      ),
      { numRuns: 50 },
    )
  })

  it('shares one lease: the second works only when the first is gone', async () => {
    const did: string[] = []
    const sweeperOf = (name: string) =>
      createSweeper(
        { db, clock, logger },
        { work: async (_tx, subject) => void did.push(`${name} ${subject}`) },
      )
    const [one, two] = [sweeperOf('one'), sweeperOf('two')]
    const plan = (subject: string) => db.write((tx) => schedule(tx, 'work', subject, clock.now()))
    await plan('a')
    await one.sweep()
    await plan('b')
    expect(await two.sweep()).toBe(0)
    await one.sweep()
    clock.advance(14)
    await plan('c')
    expect(await two.sweep()).toBe(0)
    clock.advance(1)
    await two.sweep()
    expect(await one.sweep()).toBe(0)
    await plan('d')
    expect(await one.sweep()).toBe(0)
    await two.stop()
    await one.sweep()
    expect(did).toEqual(['one a', 'one b', 'two c', 'one d'])
  })

  it('does every job once with two sweepers at the same time', async () => {
    await scheduleAll(20)
    clock.advance(1)
    const sweepers = [1, 2].map(() =>
      createSweeper({ db, clock, logger }, { work: (tx, subject) => mark(tx, subject) }),
    )
    await Promise.all(sweepers.flatMap((sweeper) => [sweeper.sweep(), sweeper.sweep()]))
    await Promise.all(sweepers.map((sweeper) => sweeper.sweep()))
    expect(await marks()).toEqual(names(20))
    expect(await jobs()).toEqual([])
  })

  it('tries the network again until it works, without holding up the rest', async () => {
    let isDown = true
    const calls: string[] = []
    const sweeper = createSweeper(
      { db, clock, logger },
      { work: (tx, subject) => mark(tx, subject) },
      {
        net: async (subject) => {
          calls.push(subject)
          if (isDown) throw new Error('down')
        },
      },
    )
    await db.write(async (tx) => {
      await schedule(tx, 'net', 'room', clock.now() - 1)
      await schedule(tx, 'work', 'after', clock.now())
    })
    await sweeper.sweep()
    expect(await marks()).toEqual(['after'])
    expect(await jobs()).toMatchObject([{ kind: 'net', attempts: 1 }])
    isDown = false
    clock.advance(2)
    await sweeper.sweep()
    await eventually(async () => expect(await jobs()).toEqual([]))
    expect(calls).toEqual(['room', 'room'])
  })

  it('does a network job once more that was asked for anew while it was being done', async () => {
    const calls: string[] = []
    const sweeper = createSweeper(
      { db, clock, logger },
      {},
      {
        net: async (subject) => {
          calls.push(subject)
          // Somebody orders a repeat at the last moment, also while it is slower than the pause before the next try.
          if (calls.length === 1) await db.write((tx) => schedule(tx, 'net', subject, clock.now()))
        },
      },
    )
    await db.write((tx) => schedule(tx, 'net', 'mail', clock.now()))
    await sweeper.sweep()
    await eventually(async () => {
      await sweeper.sweep()
      clock.advance(1)
      expect(await jobs()).toEqual([])
    })
    expect(calls).toEqual(['mail', 'mail'])
  })

  it('does what falls due together in few transactions, and a bad job alone is put off', async () => {
    const batches: string[][] = []
    const sweeper = createSweeper(
      { db, clock, logger },
      {},
      {},
      {
        many: async (tx, subjects) => {
          batches.push(subjects)
          for (const subject of subjects) {
            await mark(tx, subject)
            if (subject === 'job-17') throw new Error('no')
          }
        },
      },
    )
    await db.write(async (tx) => {
      for (const name of names(40)) await schedule(tx, 'many', name, clock.now())
    })
    await sweeper.sweep()
    expect(await marks()).toEqual(names(40).filter((name) => name !== 'job-17'))
    expect(await jobs()).toMatchObject([{ subject: 'job-17', attempts: 1 }])
    expect(batches.some((batch) => batch.length > 4)).toBe(true)
    expect(batches.filter((batch) => batch.includes('job-17')).at(-1)).toEqual(['job-17'])
  })

  it('leaves a job alone that an earlier one of the same batch called off or moved', async () => {
    const did: string[] = []
    const sweeper = createSweeper(
      { db, clock, logger },
      {
        work: async (tx, subject) => {
          did.push(subject)
          if (subject === 'a') await unschedule(tx, 'work', 'b')
          if (subject === 'a') await schedule(tx, 'work', 'c', clock.now() + 1000)
        },
      },
    )
    await db.write(async (tx) => {
      for (const subject of ['a', 'b', 'c', 'd']) await schedule(tx, 'work', subject, clock.now())
    })
    await sweeper.sweep()
    expect(did).toEqual(['a', 'd'])
    expect((await jobs()).map((job) => job.subject)).toEqual(['c'])
  })
})

describe('two sweepers on one database', () => {
  it('never both work, however long the sweep of one takes', async () => {
    const did: string[] = []
    const others: Promise<number>[] = []
    const second = createSweeper(
      { db, clock, logger },
      { work: async (_tx, subject) => void did.push(`B ${subject}`) },
    )
    const first = createSweeper(
      { db, clock, logger },
      {
        work: async (_tx, subject) => {
          did.push(`A ${subject}`)
          // Several times as long as a lease, all in all and within one transaction.
          clock.advance(6)
          await setTimeout(2)
        },
      },
    )
    await scheduleAll(20)
    clock.advance(1)
    const knocking = setInterval(() => others.push(second.sweep()), 1)
    expect(await first.sweep()).toBe(20)
    clearInterval(knocking)
    expect(others.length).toBeGreaterThan(5)
    expect(did).toEqual(names(20).map((name) => `A ${name}`))
    expect(await Promise.all(others)).toEqual(others.map(() => 0))
    // It has the lease a while longer, and then the other one may.
    await scheduleAll(1)
    expect(await second.sweep()).toBe(0)
    clock.advance(15)
    expect(await second.sweep()).toBe(1)
  })

  it('stop where the lease was lost: what was read before is left to who has it now', async () => {
    const did: string[] = []
    const handlers = (who: string): Record<string, DueHandler> => ({
      work: async (_tx, subject) => void did.push(`${who} ${subject}`),
    })
    let reads = 0
    let goOn: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let isStuck = false
    /** The process stands still after its third look: suspended, or its machine asleep. */
    const sleepy: Database = {
      ...db,
      read: async (work) => {
        const found = await db.read(work)
        if (++reads === 3) {
          isStuck = true
          await gate
        }
        return found
      },
    }
    const first = createSweeper({ db: sleepy, clock, logger }, handlers('A'))
    const second = createSweeper({ db, clock, logger }, handlers('B'))
    await scheduleAll(12)
    clock.advance(1)
    const sweeping = first.sweep()
    await eventually(() => expect(isStuck).toBe(true))
    clock.advance(16)
    expect(await second.sweep()).toBe(8)
    await db.write((tx) => schedule(tx, 'work', 'job-99', clock.now()))
    goOn()
    expect(await sweeping).toBe(4)
    expect(did).toEqual([
      ...names(4).map((name) => `A ${name}`),
      ...names(12)
        .slice(4)
        .map((name) => `B ${name}`),
    ])
    expect(await first.sweep()).toBe(0)
    expect(await second.sweep()).toBe(1)
    expect(did.at(-1)).toBe('B job-99')
  })

  it('leave alone what waits for another machine at the other one, as long as that lives', async () => {
    const calls: string[] = []
    let answer: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      answer = resolve
    })
    const sweeperOf = (who: string) =>
      createSweeper(
        { db, clock, logger },
        { work: async () => undefined },
        {
          net: async () => {
            calls.push(who)
            await slow
          },
        },
        {},
        { beatMs: 10 },
      )
    const first = sweeperOf('A')
    const second = sweeperOf('B')
    await db.write((tx) => schedule(tx, 'net', 'mail', clock.now()))
    await first.sweep()
    for (let round = 0; round < 12; round++) {
      clock.advance(4)
      await eventually(async () => expect((await jobs())[0]?.dueAt).toBe(clock.now() + 15_000))
      // Whoever holds the lease by now finds other work, but not this.
      await db.write((tx) => schedule(tx, 'work', 'other', clock.now()))
      await second.sweep()
      await first.sweep()
    }
    answer()
    await eventually(async () => expect(await jobs()).toEqual([]))
    expect(calls).toEqual(['A'])
  })
})
