import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../testing/database'
import {
  extendJob,
  firstDue,
  holdLease,
  postponeJob,
  releaseLease,
  schedule,
  scheduleNoLater,
  takeJob,
  unschedule,
} from './due.store'

let db: Awaited<ReturnType<typeof openTestDatabase>>
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db.close())

const first = (now: number) => db.read((tx) => firstDue(tx, now))

describe('due jobs', () => {
  it('are moved by scheduling again, put off, and taken', async () => {
    await db.write((tx) => schedule(tx, 'b', 'x', 20))
    await db.write((tx) => schedule(tx, 'a', 'x', 20))
    await db.write((tx) => schedule(tx, 'c', 'x', 30))
    expect(await first(19)).toBeNull()
    expect(await first(20)).toEqual({ id: 'a:x', kind: 'a', subject: 'x', dueAt: 20, attempts: 0 })
    const job = await first(20)
    if (!job) throw new Error('a job was expected')
    expect(await db.write((tx) => postponeJob(tx, job, 20))).toEqual({ ...job, dueAt: 2020, attempts: 1 })
    expect(await first(20)).toMatchObject({ id: 'b:x' })
    expect(await first(2020)).toMatchObject({ id: 'b:x' })
    await db.write((tx) => schedule(tx, 'a', 'x', 10))
    expect(await first(2020)).toEqual({ ...job, dueAt: 10, attempts: 0 })
    // Moved meanwhile: neither put off nor done by whoever knows the earlier time.
    expect(await db.write((tx) => postponeJob(tx, job, 20))).toBeNull()
    expect(await db.write((tx) => takeJob(tx, job))).toBe(false)
    expect(await db.write((tx) => takeJob(tx, { ...job, dueAt: 10 }))).toBe(true)
    await db.write((tx) => unschedule(tx, 'b', 'x'))
    await db.write((tx) => unschedule(tx, 'b', 'nothing'))
    expect(await first(1e6)).toMatchObject({ id: 'c:x' })
  })
})

describe('a due job', () => {
  it('is brought forward and never put back by who wants it no later', async () => {
    const now = 5e6
    await db.write((tx) => unschedule(tx, 'c', 'x'))
    const want = (dueAt: number) => db.write((tx) => scheduleNoLater(tx, 'm', 'x', dueAt))
    for (const [wanted, due] of [
      [now, now],
      [now + 5, now],
      [now - 5, now - 5],
    ] as const) {
      await want(wanted)
      expect(await first(1e9)).toMatchObject({ id: 'm:x', dueAt: due })
    }
  })

  it('that is being done is kept from falling due, unless it was moved meanwhile', async () => {
    await db.write((tx) => schedule(tx, 'm', 'x', 100))
    const job = await first(1e9)
    if (!job) throw new Error('a job was expected')
    const later = await db.write((tx) => extendJob(tx, job, 900))
    expect(later).toEqual({ ...job, dueAt: 900 })
    expect(await db.write((tx) => extendJob(tx, job, 950))).toBeNull()
    expect(await first(899)).toBeNull()
    expect(await db.write((tx) => takeJob(tx, { ...job, dueAt: 900 }))).toBe(true)
  })
})

describe('the lease', () => {
  const hold = (holder: string, now: number) => db.write((tx) => holdLease(tx, 'l', holder, now, now + 15))

  it('has one holder, is renewed by that one, and taken over when it ran out or was given back', async () => {
    expect(
      (await Promise.all([hold('one', 0), hold('two', 0), hold('three', 0)])).filter(Boolean),
    ).toHaveLength(1)
    await db.write((tx) => releaseLease(tx, 'l', 'one'))
    expect(await hold('two', 1)).toBe(true)
    expect(await hold('one', 15)).toBe(false)
    expect(await hold('two', 10)).toBe(true)
    expect(await hold('one', 24)).toBe(false)
    expect(await hold('one', 25)).toBe(true)
    expect(await hold('two', 26)).toBe(false)
    await db.write((tx) => releaseLease(tx, 'l', 'two'))
    expect(await hold('two', 27)).toBe(false)
    await db.write((tx) => releaseLease(tx, 'l', 'one'))
    expect(await hold('two', 27)).toBe(true)
  })
})
