import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { audit } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { listAudit, listNames, verifyAudit, writeAudit } from './audit.store'

let test: TestApp
let agents: { near: { id: string }; far: { id: string } }
let county: { path: string }
beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const below = await addDepartment(test, '县', city)
  county = below
  agents = {
    near: await addAgent(test, below, ['agent'], '近'),
    far: await addAgent(test, city, ['agent'], '远'),
  }
})
afterAll(() => test.close())
beforeEach(() =>
  test.db.write(async (tx) => {
    await tx.delete(audit)
  }),
)

const actorOf = (id: string) => ({ kind: 'visitor', id, siteId: 'sit_x' }) as const
const write = (action: string, id: string | null = null, data: Record<string, unknown> = {}) =>
  test.db.write((tx) =>
    writeAudit(tx, { at: 1000, actor: id === null ? system : actorOf(id), action, thing: 'thing', data }),
  )
const rows = () => test.db.read((tx) => tx.select().from(audit).orderBy(audit.seq))
const verdict = () => test.db.read(verifyAudit)

describe('the audit chain', () => {
  it('is intact when empty, and after entries written at once', async () => {
    expect(await verdict()).toEqual({ isIntact: true, entries: 0, brokenAt: null })
    await Promise.all(Array.from({ length: 20 }, (_, at) => write('a', null, { at, words: '中文' })))
    expect(await verdict()).toEqual({ isIntact: true, entries: 20, brokenAt: null })
  })

  it.each([
    ['at', { at: 999 }],
    ['actorKind', { actorKind: 'agent' as const }],
    ['actorId', { actorId: 'agt_x' }],
    ['action', { action: 'b' }],
    ['thing', { thing: 'other' }],
    ['data', { data: '{}' }],
    ['hash', { hash: '0'.repeat(64) }],
    ['previousHash', { previousHash: '' }],
  ])('shows that %s of a row was changed, and which', async (_field, change) => {
    for (let at = 0; at < 4; at++) await write('a', null, { at })
    const seq = (await rows())[2]?.seq ?? 0
    await test.db.write(async (tx) => {
      await tx.update(audit).set(change).where(eq(audit.seq, seq))
    })
    expect(await verdict()).toEqual({ isIntact: false, entries: 2, brokenAt: seq })
  })

  it('shows that a row in the middle, or the first, was taken out', async () => {
    for (const victim of [1, 0]) {
      await test.db.write(async (tx) => {
        await tx.delete(audit)
      })
      for (let at = 0; at < 4; at++) await write('a', null, { at })
      const all = await rows()
      await test.db.write(async (tx) => {
        await tx.delete(audit).where(eq(audit.seq, all[victim]?.seq ?? 0))
      })
      expect(await verdict()).toMatchObject({ isIntact: false, brokenAt: all[victim + 1]?.seq })
    }
  })

  it.each([1, 7, 10, 21, 22])('is read in pages of %i', async (pageSize) => {
    for (let at = 0; at < 21; at++) await write('a', null, { at })
    const paged = () => test.db.read((tx) => verifyAudit(tx, pageSize))
    expect(await paged()).toEqual({ isIntact: true, entries: 21, brokenAt: null })
    const last = (await rows())[20]?.seq ?? 0
    await test.db.write(async (tx) => {
      await tx.update(audit).set({ thing: 'x' }).where(eq(audit.seq, last))
    })
    expect(await paged()).toEqual({ isIntact: false, entries: 20, brokenAt: last })
  })
})

describe('the list', () => {
  it('is newest first, filtered, paged and kept to a branch', async () => {
    await write('a', agents.near.id)
    await write('b', agents.far.id)
    await write('a', agents.far.id)
    await write('a')
    const list = async (filter: Partial<Parameters<typeof listAudit>[1]>) =>
      (await test.db.read((tx) => listAudit(tx, { beforeSeq: null, path: null, limit: 10, ...filter }))).map(
        (row) => `${row.action} ${row.actorId ?? 'system'}`,
      )
    const { near, far } = agents
    expect(await list({})).toEqual(['a system', `a ${far.id}`, `b ${far.id}`, `a ${near.id}`])
    expect(await list({ limit: 2 })).toEqual(['a system', `a ${far.id}`])
    expect(await list({ beforeSeq: (await rows())[1]?.seq ?? 0 })).toEqual([`a ${near.id}`])
    expect(await list({ action: 'b' })).toEqual([`b ${far.id}`])
    expect(await list({ actorId: far.id })).toEqual([`a ${far.id}`, `b ${far.id}`])
    expect(await list({ path: county.path })).toEqual([`a ${near.id}`])
  })

  it('knows names', async () => {
    const { near, far } = agents
    const names = await test.db.read((tx) => listNames(tx, [near.id, far.id, near.id, 'agt_gone']))
    expect([...names].sort()).toEqual(
      [
        [near.id, '近'],
        [far.id, '远'],
      ].sort(),
    )
    expect((await test.db.read((tx) => listNames(tx, []))).size).toBe(0)
  })
})
