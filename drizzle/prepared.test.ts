import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { asc, count, eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, type Tx } from './database'
import { migrate } from './migrate'
import { prepared } from './prepared'
import * as schema from './schema/index'

const { agents, departments, events, presence, settings } = schema
let directory: string
let path: string
let db: Database

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'bangban-prepared-'))
  path = join(directory, 'bangban.db')
  migrate(path, join(import.meta.dirname, 'migrations/sqlite'), () => 0)
  db = openDatabase(path, { readers: 2 })
  await db.write(async (tx) => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) await tx.insert(settings).values({ key, value: key })
    await tx
      .insert(departments)
      .values({ id: 'dep_1', parentId: null, name: 'one', level: 'city', path: '/dep_1/', createdAt: 7 })
    for (const [at, id] of ['agt_1', 'agt_2'].entries())
      await tx.insert(agents).values({
        id,
        username: id,
        name: id,
        passwordHash: null,
        roles: ['agent', 'admin'],
        departmentId: 'dep_1',
        isActive: at === 0,
        createdAt: at,
      })
    await tx.insert(presence).values({
      agentId: 'agt_1',
      availability: 'away',
      reason: 'by_hand',
      since: 1,
      idleSince: 1,
      returnTo: 'away',
    })
  })
})
afterEach(async () => {
  await db.close()
  rmSync(directory, { recursive: true, force: true })
})

let built = 0
const valuesOf = prepared((tx, v: { keys: string[] }) => {
  built++
  return tx
    .select({ value: settings.value })
    .from(settings)
    .where(inArray(settings.key, v.keys))
    .orderBy(asc(settings.key))
}, 'keys')
const addEvent = prepared((tx, row: typeof events.$inferInsert) => tx.insert(events).values(row).returning())
const event = { type: 't', at: 1, subject: 's', actorKind: 'system' as const, audience: '', facts: { n: 1 } }

describe('prepared', () => {
  it('runs one built query with other values, on the writer and on readers', async () => {
    built = 0
    for (const keys of [['a'], ['b'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e'], ['x']]) {
      const expected = keys.filter((key) => key !== 'x')
      const seen = async (tx: Tx) => (await valuesOf(tx, { keys })).map((row) => row.value)
      expect(await db.read(seen)).toEqual(expected)
      expect(await db.write(seen)).toEqual(expected)
    }
    // Lists of 1, 2, 4 and 8 on two connections.
    expect(built).toBe(8)
  })

  it('writes null as NULL into JSON, and JSON as JSON', async () => {
    const [row] = await db.write((tx) => addEvent(tx, { ...event, agentData: null, visitorData: { a: [1] } }))
    expect(row).toMatchObject({ agentData: null, visitorData: { a: [1] }, facts: { n: 1 }, ticketId: null })
    const file = new Sqlite(path, { readonly: true })
    expect(file.prepare('SELECT agent_data, visitor_data, facts FROM events').get()).toEqual({
      agent_data: null,
      visitor_data: '{"a":[1]}',
      facts: '{"n":1}',
    })
    file.close()
  })

  it('keeps a list that is one value of a JSON column in one piece', async () => {
    const change = prepared((tx, v: { roles: (typeof agents.$inferSelect)['roles'] }) =>
      tx.update(agents).set(v).where(eq(agents.id, 'agt_2')).returning({ roles: agents.roles }),
    )
    await db.write(async (tx) => {
      expect(await change(tx, { roles: ['agent'] })).toEqual([{ roles: ['agent'] }])
      expect(await change(tx, { roles: ['admin', 'auditor'] })).toEqual([{ roles: ['admin', 'auditor'] }])
      expect(await change(tx, { roles: [] })).toEqual([{ roles: [] }])
    })
  })

  it('treats what is undefined as not given, as the builder does', async () => {
    const change = prepared(
      (tx, { thisId, ...set }: Partial<typeof agents.$inferInsert> & { thisId: string }) =>
        tx
          .update(agents)
          .set(set)
          .where(eq(agents.id, thisId))
          .returning({ name: agents.name, on: agents.isActive }),
    )
    await db.write(async (tx) => {
      expect(await change(tx, { thisId: 'agt_2', name: 'new', isActive: undefined })).toEqual([
        { name: 'new', on: false },
      ])
      expect(await change(tx, { thisId: 'agt_2', isActive: true })).toEqual([{ name: 'new', on: true }])
      expect(await change(tx, { thisId: 'agt_9', isActive: true })).toEqual([])
    })
  })

  it('rejects where the database refuses', async () => {
    const add = prepared((tx, v: typeof settings.$inferInsert) => tx.insert(settings).values(v))
    await expect(db.write((tx) => add(tx, { key: 'a', value: 'again' }))).rejects.toThrow(/UNIQUE/)
  })
})

/** Our rows against those of the query builder's own session, for each way a row can be put together. */
it('rows are put together as the query builder does it', async () => {
  const queries = (tx: Tx): PromiseLike<unknown>[] => [
    tx.select().from(agents).orderBy(asc(agents.id)),
    tx.select({ n: count() }).from(settings),
    tx
      .select({ person: agents, where: presence, city: departments.name, nested: { at: presence.since } })
      .from(agents)
      .leftJoin(presence, eq(presence.agentId, agents.id))
      .innerJoin(departments, eq(departments.id, agents.departmentId))
      .orderBy(asc(agents.id)),
    tx
      .select({ name: agents.name, mixed: { since: presence.since, name: agents.name } })
      .from(agents)
      .leftJoin(presence, eq(presence.agentId, agents.id))
      .orderBy(asc(agents.id)),
    tx.query.agents.findMany({ orderBy: asc(agents.id) }),
    tx.query.agents.findFirst({ where: eq(agents.id, 'agt_2') }),
  ]
  const own = drizzle(new Sqlite(path, { readonly: true }), { schema }) as unknown as Tx
  const expected = await Promise.all(queries(own))
  expect(await db.read((tx) => Promise.all(queries(tx)))).toEqual(expected)
  expect(expected[2]).toMatchObject([{ where: { agentId: 'agt_1' } }, { where: null }])
})
