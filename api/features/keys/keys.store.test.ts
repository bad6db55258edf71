import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { AgentActor } from '../../lib/actor'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { addDepartment, createTestApp, type TestApp } from '../../testing/app'
import {
  findKeyByHash,
  insertKey,
  type KeyRow,
  listKeys,
  loadKey,
  noteKeyUse,
  revokeKeyRow,
} from './keys.store'

type Department = Awaited<ReturnType<typeof addDepartment>>
let test: TestApp
let city: Department
let county: Department
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '县', city)
})

const add = async (department: Department, more: Partial<KeyRow> = {}): Promise<KeyRow> => {
  const row = {
    id: newId('key'),
    name: '12345 热线',
    prefix: 'bbk_012345',
    tokenHash: sha256(newSecret()),
    scopes: ['tickets:create', 'tickets:read'],
    departmentId: department.id,
    perMinute: 60,
    sourceId: null,
    createdById: newId('agt'),
    createdAt: 1000,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...more,
  }
  await test.db.write((tx) => insertKey(tx, row))
  return { ...row, departmentName: department.name, departmentPath: department.path }
}
const at = (department: Department) => ({ kind: 'agent', departmentPath: department.path }) as AgentActor

it('a key is found by the hash of its token, with the department it reaches', async () => {
  const key = await add(county)
  expect(await test.db.read((tx) => findKeyByHash(tx, key.tokenHash))).toEqual(key)
  expect(await test.db.read((tx) => findKeyByHash(tx, sha256('another')))).toBeNull()
  await expect(add(city, { tokenHash: key.tokenHash })).rejects.toThrow()
})

it('its use is noted, and it ends once', async () => {
  const key = await add(city)
  await test.db.write((tx) => noteKeyUse(tx, key.id, 2000))
  const revoke = (moment: number) => test.db.write((tx) => revokeKeyRow(tx, key.id, moment))
  expect([await revoke(3000), await revoke(4000)]).toEqual([true, false])
  expect(await test.db.read((tx) => loadKey(tx, at(city), key.id))).toMatchObject({
    lastUsedAt: 2000,
    revokedAt: 3000,
  })
})

it('only who stands above sees it', async () => {
  const key = await add(city)
  expect((await test.db.read((tx) => loadKey(tx, at(city), key.id))).id).toBe(key.id)
  await expect(test.db.read((tx) => loadKey(tx, at(county), key.id))).rejects.toMatchObject({
    code: 'keys.not_found',
  })
  await expect(test.db.read((tx) => loadKey(tx, at(city), newId('key')))).rejects.toMatchObject({
    code: 'keys.not_found',
  })
})

it('keys of a branch are paged newest first, each once, also those of one moment', async () => {
  const made = []
  for (const createdAt of [3000, 1000, 2000, 2000, 2000]) made.push(await add(county, { createdAt }))
  const above = await add(city, { createdAt: 5000 })
  const order = [...made].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  const all = async (path: string) => {
    const seen: string[] = []
    let after: KeyRow | null = null
    for (;;) {
      const rows: KeyRow[] = await test.db.read((tx) => listKeys(tx, { path, after, limit: 2 }))
      if (rows.length === 0) return seen
      seen.push(...rows.map((row) => row.id))
      after = rows.at(-1) ?? null
    }
  }
  expect(await all(county.path)).toEqual(order.map((row) => row.id))
  expect(await all(city.path)).toEqual([above.id, ...order.map((row) => row.id)])
})
