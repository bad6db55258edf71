import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let admin: { id: string; cookie: string }
let auditor: { id: string; cookie: string }
let countyAuditor: { cookie: string }
let agent: { cookie: string }
let county: { id: string }

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  county = await addDepartment(test, '青云区', city)
  admin = await addAgent(test, city, ['admin'], '李思远')
  auditor = await addAgent(test, city, ['auditor'])
  countyAuditor = await addAgent(test, county, ['auditor'])
  agent = await addAgent(test, county, ['agent'])
  const countyAdmin = await addAgent(test, county, ['admin'])
  for (const name of ['甲', '乙', '丙']) {
    await test.request('POST', '/departments', {
      cookie: admin.cookie,
      body: { parentId: county.id, name, level: 'office' },
    })
  }
  await test.request('PATCH', `/departments/${county.id}`, {
    cookie: countyAdmin.cookie,
    body: { name: '青云新区' },
  })
})
afterAll(() => test.close())

const get = (cookie: string, path: string) => test.request('GET', path, { cookie })

describe('the audit log', () => {
  it('tells who did what, newest first, in pages', async () => {
    const first = (await get(auditor.cookie, `/audit?limit=2&action=departments.created`)).body
    expect(first.items[0]).toMatchObject({
      action: 'departments.created',
      actor: { kind: 'agent', id: admin.id, name: '李思远' },
      data: { name: '丙' },
    })
    const second = (
      await get(auditor.cookie, `/audit?limit=2&action=departments.created&cursor=${first.nextCursor}`)
    ).body
    expect(second.items.map((item: { data: { name: string } }) => item.data.name)).toEqual(['甲'])
    expect(second.nextCursor).toBeNull()
    expect((await get(auditor.cookie, `/audit?actorId=${admin.id}`)).body.items).toHaveLength(3)
  })

  it('shows a county what the county did', async () => {
    const { items } = (await get(countyAuditor.cookie, '/audit')).body
    expect(items.map((item: { action: string }) => item.action)).toEqual(['departments.changed'])
  })

  it('is for those who may, with a query that fits', async () => {
    for (const path of ['/audit', '/audit/verify']) {
      expect((await get(agent.cookie, path)).status).toBe(403)
      expect((await test.request('GET', path)).status).toBe(401)
    }
    for (const query of ['limit=101', 'cursor=x', 'cursor=-1', 'other=1']) {
      expect((await get(auditor.cookie, `/audit?${query}`)).body.code).toBe('request.invalid')
    }
  })

  it('notices a changed and a missing entry', async () => {
    expect((await get(auditor.cookie, '/audit/verify')).body).toEqual({
      isIntact: true,
      entries: 4,
      brokenAt: null,
    })
    const set = (data: string) =>
      test.db.write((tx) =>
        tx
          .update(audit)
          .set({ data })
          .where(eq(audit.seq, 2))
          .then(() => undefined),
      )
    const [row] = await test.db.read((tx) => tx.select().from(audit).where(eq(audit.seq, 2)))
    await set('{"name":"别的"}')
    expect((await get(auditor.cookie, '/audit/verify')).body).toMatchObject({ isIntact: false, brokenAt: 2 })
    await set(row?.data ?? '')
    expect((await get(auditor.cookie, '/audit/verify')).body.isIntact).toBe(true)
    await test.db.write((tx) =>
      tx
        .delete(audit)
        .where(eq(audit.seq, 3))
        .then(() => undefined),
    )
    expect((await get(auditor.cookie, '/audit/verify')).body).toMatchObject({ isIntact: false, brokenAt: 4 })
  })
})
