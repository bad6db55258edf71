import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { availabilities } from '../../../contract/presence.rules'
import { agents } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import {
  findPresence,
  insertPresence,
  listNotOffline,
  listOnline,
  listPresence,
  type PresenceRow,
  presenceViewOf,
  updatePresence,
} from './presence.store'

let test: TestApp
let people: { id: string; name: string }[]
let city: { id: string; path: string }

const rowOf = (agentId: string, more: Partial<PresenceRow> = {}): PresenceRow => ({
  agentId,
  availability: 'offline',
  reason: 'signed_out',
  since: 1000,
  idleSince: 1000,
  returnTo: 'available',
  ...more,
})

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  people = []
  for (const availability of availabilities) people.push(await addAgent(test, city, ['agent'], availability))
  await test.db.write(async (tx) => {
    for (const [at, availability] of availabilities.entries())
      await insertPresence(tx, rowOf(people[at]?.id ?? '', { availability, idleSince: 5000 - at * 1000 }))
  })
})
afterAll(() => test.close())

const idOf = (availability: (typeof availabilities)[number]) =>
  people[availabilities.indexOf(availability)]?.id ?? ''

describe('presence', () => {
  it('keeps the first row of an agent', async () => {
    const fresh = await addAgent(test, city, ['agent'], 'fresh')
    expect(await test.db.read((tx) => findPresence(tx, fresh.id))).toBeNull()
    await test.db.write((tx) => insertPresence(tx, rowOf(fresh.id)))
    await test.db.write((tx) => insertPresence(tx, rowOf(fresh.id, { availability: 'busy' })))
    expect(await test.db.read((tx) => findPresence(tx, fresh.id))).toEqual(rowOf(fresh.id))
  })

  it('changes once from the same state, whoever else changes it', async () => {
    const agent = await addAgent(test, city, ['agent'], 'raced')
    const from = rowOf(agent.id)
    await test.db.write((tx) => insertPresence(tx, from))
    const results = await Promise.all(
      (['available', 'away', 'busy'] as const).map((availability) =>
        test.db.write((tx) => updatePresence(tx, from, { availability, since: 2000 })),
      ),
    )
    expect(results.filter(Boolean)).toHaveLength(1)
    const after = await test.db.read((tx) => findPresence(tx, agent.id))
    expect(after?.availability).not.toBe('offline')
    expect(after?.since).toBe(2000)
    await test.db.write((tx) => updatePresence(tx, after as PresenceRow, { availability: 'offline' }))
  })

  it('lists who is online, the longest idle first, and only those asked for', async () => {
    const online = await test.db.read((tx) => listOnline(tx))
    expect(online.map((row) => row.agentId)).toEqual(
      (['away', 'wrapping_up', 'busy', 'available'] as const).map(idOf),
    )
    expect(online[0]).toEqual({
      agentId: idOf('away'),
      availability: 'away',
      roles: ['agent'],
      path: city.path,
    })
    expect((await test.db.read((tx) => listOnline(tx, ['available']))).map((row) => row.agentId)).toEqual([
      idOf('available'),
    ])
    const rest = (await test.db.read(listNotOffline)).map((row) => row.agentId)
    expect(rest.sort()).toEqual(online.map((row) => row.agentId).sort())
  })

  it('breaks equal idleness by id, so that every process rings the same agent', async () => {
    const twins = [await addAgent(test, city, ['agent'], 'a'), await addAgent(test, city, ['agent'], 'b')]
    for (const twin of twins)
      await test.db.write((tx) =>
        insertPresence(tx, rowOf(twin.id, { availability: 'available', idleSince: 1 })),
      )
    const first = (await test.db.read((tx) => listOnline(tx, ['available']))).slice(0, 2)
    expect(first.map((row) => row.agentId)).toEqual(twins.map((twin) => twin.id).sort())
    for (const twin of twins)
      await test.db.write(async (tx) => {
        const row = await findPresence(tx, twin.id)
        if (row) await updatePresence(tx, row, { availability: 'offline' })
      })
  })

  it('shows names and departments, and forgets who was switched off', async () => {
    expect(await test.db.read((tx) => presenceViewOf(tx, idOf('busy')))).toEqual({
      agent: { id: idOf('busy'), name: 'busy', departmentName: '市' },
      availability: 'busy',
      reason: 'signed_out',
      since: '1970-01-01T00:00:01.000Z',
    })
    expect(await test.db.read((tx) => presenceViewOf(tx, 'agt_nobody'))).toBeNull()
    const shown = async () => (await test.db.read(listPresence)).map((view) => view.agent.id)
    expect(await shown()).toEqual([...(await shown())].sort())
    expect(await shown()).toContain(idOf('busy'))
    await test.db.write(async (tx) => {
      await tx
        .update(agents)
        .set({ isActive: false })
        .where(eq(agents.id, idOf('busy')))
    })
    expect(await shown()).not.toContain(idOf('busy'))
    expect((await test.db.read((tx) => listOnline(tx))).map((row) => row.agentId)).not.toContain(idOf('busy'))
  })
})
