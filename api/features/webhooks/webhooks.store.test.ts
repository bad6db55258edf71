import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AgentActor } from '../../lib/actor'
import { newId } from '../../lib/ids'
import { addDepartment, createTestApp, type TestApp } from '../../testing/app'
import {
  type DeliveryRow,
  deleteEndpointRow,
  deleteOldDeliveries,
  type EndpointRow,
  findDelivery,
  findEndpoint,
  insertDelivery,
  insertEndpoint,
  listActiveEndpoints,
  listDeliveries,
  listEndpoints,
  loadEndpoint,
  moveDelivery,
  patchEndpoint,
} from './webhooks.store'

type Department = Awaited<ReturnType<typeof addDepartment>>
let test: TestApp
let city: Department
let county: Department
let seq = 0
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '县', city)
})

const add = async (department: Department, more: Partial<EndpointRow> = {}): Promise<EndpointRow> => {
  const row = {
    id: newId('whk'),
    departmentId: department.id,
    url: 'https://hook.example.org/x',
    description: '市热线',
    eventTypes: ['ticket.created', 'sla.breached'],
    secret: 'whsec_one',
    previousSecret: null,
    previousSecretUntil: null,
    isActive: true,
    failingSince: null,
    disabledReason: null,
    createdById: null,
    createdAt: 1000,
    updatedAt: 1000,
    ...more,
  }
  await test.db.write((tx) => insertEndpoint(tx, row))
  return { ...row, departmentName: department.name, departmentPath: department.path }
}
const deliver = async (endpointId: string, more: Partial<DeliveryRow> = {}) => {
  const row: DeliveryRow = {
    id: newId('whd'),
    endpointId,
    eventSeq: ++seq,
    type: 'ticket.created',
    body: '{"words":"中文 \\"quoted\\""}',
    state: 'waiting',
    attempts: 0,
    createdAt: 1000,
    dueAt: 1000,
    attemptedAt: null,
    responseStatus: null,
    responseText: null,
    error: null,
    durationMs: null,
    ...more,
  }
  return { row, isNew: await test.db.write((tx) => insertDelivery(tx, row)) }
}
const at = (department: Department) => ({ kind: 'agent', departmentPath: department.path }) as AgentActor
/** Newest first; of one moment by id. */
const newestFirst = <T extends { createdAt: number; id: string }>(rows: readonly T[]) =>
  [...rows].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)).map((row) => row.id)
const allPages = async <T extends { createdAt: number; id: string }>(
  page: (after: T | null) => Promise<T[]>,
): Promise<string[]> => {
  const seen: string[] = []
  let after: T | null = null
  for (;;) {
    const rows: T[] = await page(after)
    if (rows.length === 0) return seen
    seen.push(...rows.map((row) => row.id))
    after = rows.at(-1) ?? null
  }
}

describe('endpoints', () => {
  it('are found with their department, by those above it', async () => {
    const endpoint = await add(city)
    expect(await test.db.read((tx) => findEndpoint(tx, endpoint.id))).toEqual(endpoint)
    expect(await test.db.read((tx) => loadEndpoint(tx, at(city), endpoint.id))).toEqual(endpoint)
    await expect(test.db.read((tx) => loadEndpoint(tx, at(county), endpoint.id))).rejects.toMatchObject({
      code: 'webhooks.not_found',
    })
  })

  it('are changed, switched off and left out of those to be told', async () => {
    const [on, off] = [await add(city), await add(city)]
    await test.db.write((tx) =>
      patchEndpoint(tx, off.id, { isActive: false, disabledReason: 'gone', failingSince: 5, updatedAt: 6 }),
    )
    expect(await test.db.read((tx) => findEndpoint(tx, off.id))).toEqual({
      ...off,
      isActive: false,
      disabledReason: 'gone',
      failingSince: 5,
      updatedAt: 6,
    })
    const told = (await test.db.read(listActiveEndpoints)).map((each) => each.id)
    expect([told.includes(on.id), told.includes(off.id)]).toEqual([true, false])
  })

  it('of a branch are paged newest first, each once, also those of one moment', async () => {
    const made = []
    for (const createdAt of [3000, 1000, 2000, 2000, 2000]) made.push(await add(county, { createdAt }))
    await add(city, { createdAt: 2500 })
    const below = (path: string) =>
      allPages<EndpointRow>((after) => test.db.read((tx) => listEndpoints(tx, { path, after, limit: 2 })))
    expect(await below(county.path)).toEqual(newestFirst(made))
    expect(await below(city.path)).toHaveLength(6)
  })

  it('go with what they were told', async () => {
    const endpoint = await add(city)
    const { row } = await deliver(endpoint.id)
    await test.db.write((tx) => deleteEndpointRow(tx, endpoint.id))
    expect(await test.db.read((tx) => findEndpoint(tx, endpoint.id))).toBeNull()
    expect(await test.db.read((tx) => findDelivery(tx, row.id))).toBeNull()
  })
})

describe('deliveries', () => {
  it('are made once for an event and endpoint, tests as often as wanted', async () => {
    const [one, other] = [await add(city), await add(city)]
    const { row, isNew } = await deliver(one.id)
    expect(isNew).toBe(true)
    expect((await deliver(one.id, { eventSeq: row.eventSeq })).isNew).toBe(false)
    expect((await deliver(other.id, { eventSeq: row.eventSeq })).isNew).toBe(true)
    expect((await deliver(one.id, { eventSeq: null })).isNew).toBe(true)
    expect((await deliver(one.id, { eventSeq: null })).isNew).toBe(true)
    expect(await test.db.read((tx) => findDelivery(tx, row.id))).toEqual(row)
  })

  it('leave a state only once', async () => {
    const { row } = await deliver((await add(city)).id)
    const set = { state: 'delivered', attempts: 1, dueAt: null, responseStatus: 204, durationMs: 12 } as const
    const move = () => test.db.write((tx) => moveDelivery(tx, row.id, 'waiting', set))
    expect((await Promise.all([move(), move()])).sort()).toEqual([false, true])
    expect(await test.db.read((tx) => findDelivery(tx, row.id))).toEqual({ ...row, ...set })
  })

  it('are listed by state, newest first, and forgotten in the end', async () => {
    const { id: endpointId } = await add(city)
    const made = []
    for (const createdAt of [3000, 1000, 2000, 2000, 2000])
      made.push((await deliver(endpointId, { createdAt })).row)
    const failed = (await deliver(endpointId, { createdAt: 2000, state: 'failed' })).row
    const list = (state?: DeliveryRow['state']) =>
      allPages<DeliveryRow>((after) =>
        test.db.read((tx) =>
          listDeliveries(tx, { endpointId, after, limit: 2, ...(state ? { state } : {}) }),
        ),
      )
    expect(await list()).toEqual(newestFirst([...made, failed]))
    expect(await list('waiting')).toEqual(newestFirst(made))
    expect(await list('failed')).toEqual([failed.id])
    await test.db.write((tx) => deleteOldDeliveries(tx, 2000))
    expect(await list()).toEqual(newestFirst([...made.filter((row) => row.createdAt >= 2000), failed]))
  })
})
