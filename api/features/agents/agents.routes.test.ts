import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { findPresence } from '../presence/presence.store'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let other: { id: string; path: string }
let admin: { id: string; cookie: string }
let countyAdmin: { id: string; cookie: string }
let agent: { id: string; cookie: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '青云区', city)
  other = await addDepartment(test, '安宁县', city)
  admin = await addAgent(test, city, ['admin'], '管理员')
  countyAdmin = await addAgent(test, county, ['admin'], '区管理员')
  agent = await addAgent(test, county, ['agent'], '陈晓雯')
})
afterAll(() => test.close())

const list = async (cookie: string, query = '') =>
  (await test.request('GET', `/agents${query}`, { cookie })).body
const namesOf = (page: { items: { name: string }[] }) => page.items.map((item) => item.name).sort()
const add = (cookie: string, body: object) => test.request('POST', '/agents', { cookie, body })
const change = (cookie: string, id: string, body: object) =>
  test.request('PATCH', `/agents/${id}`, { cookie, body })
const newAgent = (username: string, departmentId = county.id) => ({
  username,
  name: '新同事',
  roles: ['agent'],
  departmentId,
})

describe('accounts', () => {
  it('are listed: a manager’s own branch, all colleagues for those who hand over', async () => {
    const outside = await addAgent(test, other, ['inspector'], '外县')
    expect(namesOf(await list(countyAdmin.cookie))).toEqual(['区管理员', '陈晓雯'].sort())
    expect(namesOf(await list(agent.cookie))).toContain('外县')
    expect(namesOf(await list(admin.cookie, `?departmentId=${other.id}`))).toEqual(['外县'])
    expect(namesOf(await list(admin.cookie, `?q=${encodeURIComponent('晓')}`))).toEqual(['陈晓雯'])
    expect((await list(admin.cookie, '?q=%25')).items).toEqual([])
    expect(
      (await test.request('GET', `/agents?departmentId=${other.id}`, { cookie: countyAdmin.cookie })).status,
    ).toBe(404)
    await change(admin.cookie, outside.id, { isActive: false })
    expect(namesOf(await list(agent.cookie))).not.toContain('外县')
    expect(namesOf(await list(admin.cookie))).toContain('外县')
  })

  it('come in pages, each once', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await list(admin.cookie, `?limit=2${cursor && `&cursor=${cursor}`}`)
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map((item: { id: string }) => item.id))
      cursor = page.nextCursor ?? ''
    } while (cursor)
    expect(seen.length).toBe((await list(admin.cookie)).items.length)
    expect(new Set(seen).size).toBe(seen.length)
    expect((await test.request('GET', '/agents?cursor=%00', { cookie: admin.cookie })).status).toBe(400)
    expect((await test.request('GET', '/agents?limit=0', { cookie: admin.cookie })).status).toBe(400)
  })

  it('are added with a link for the password', async () => {
    const made = await add(countyAdmin.cookie, newAgent('zhang.san'))
    expect(made.status).toBe(201)
    expect(made.body.agent).toMatchObject({
      username: 'zhang.san',
      hasPassword: false,
      isActive: true,
      departmentName: '青云区',
    })
    expect(made.body.setup.url).toMatch(/^http:\/\/127\.0\.0\.1:8787\/console\/setup\/[0-9A-Za-z]{43}$/)
    const token = made.body.setup.url.split('/').at(-1)
    expect((await test.request('GET', `/auth/setup?token=${token}`)).body).toEqual({
      username: 'zhang.san',
      name: '新同事',
    })
    expect((await add(countyAdmin.cookie, newAgent('zhang.san'))).body.code).toBe('agents.username_taken')
    expect((await add(countyAdmin.cookie, newAgent('li.si', other.id))).body.code).toBe(
      'departments.not_found',
    )
    const renewed = await test.request('POST', `/agents/${made.body.agent.id}/setup-link`, {
      cookie: countyAdmin.cookie,
    })
    expect(renewed.status).toBe(201)
    expect((await test.request('GET', `/auth/setup?token=${token}`)).status).toBe(404)
  })

  it('lose their sessions when roles change or they are switched off, not for a new name', async () => {
    const one = await addAgent(test, county, ['agent'])
    const me = () => test.request('GET', '/auth/me', { cookie: one.cookie })
    expect((await change(admin.cookie, one.id, { name: '改名', roles: ['agent'] })).body).toMatchObject({
      name: '改名',
    })
    expect((await me()).body.agent.name).toBe('改名')
    await change(admin.cookie, one.id, { roles: ['agent', 'inspector'] })
    expect((await me()).status).toBe(401)
    const two = await addAgent(test, county, ['agent'])
    await test.request('PUT', '/presence', { cookie: two.cookie, body: { availability: 'available' } })
    await change(admin.cookie, two.id, { isActive: false })
    expect((await test.request('GET', '/auth/me', { cookie: two.cookie })).status).toBe(401)
    expect(await test.db.read((tx) => findPresence(tx, two.id))).toMatchObject({ availability: 'offline' })
    expect(
      (await test.request('POST', `/agents/${two.id}/setup-link`, { cookie: admin.cookie })).status,
    ).toBe(404)
  })

  it('keep one administrator', async () => {
    expect((await change(admin.cookie, countyAdmin.id, { isActive: false })).status).toBe(200)
    for (const body of [{ isActive: false }, { roles: ['agent'] }]) {
      expect((await change(admin.cookie, admin.id, body)).body.code).toBe('agents.last_admin')
    }
    expect((await change(admin.cookie, admin.id, { roles: ['admin', 'agent'] })).status).toBe(200)
    admin = await addAgent(test, city, ['admin'], '管理员')
    countyAdmin = await addAgent(test, county, ['admin'], '区管理员')
  })

  it('are changed within the own branch only', async () => {
    const outside = await addAgent(test, other, ['agent'])
    expect((await change(countyAdmin.cookie, outside.id, { name: '改' })).body.code).toBe('agents.not_found')
    expect((await change(countyAdmin.cookie, agent.id, { departmentId: other.id })).body.code).toBe(
      'departments.not_found',
    )
    expect(
      (await test.request('POST', `/agents/${outside.id}/setup-link`, { cookie: countyAdmin.cookie })).status,
    ).toBe(404)
    expect((await change(admin.cookie, 'agt_0123456789ABCDEFGHIJ', { name: '改' })).status).toBe(404)
  })

  it('are changed by those who may, with a body that fits', async () => {
    expect((await add(agent.cookie, newAgent('wang.wu'))).status).toBe(403)
    expect((await change(agent.cookie, agent.id, { roles: ['admin'] })).status).toBe(403)
    expect(
      (await test.request('POST', `/agents/${agent.id}/setup-link`, { cookie: agent.cookie })).status,
    ).toBe(403)
    const bad = [
      { ...newAgent('Wang Wu') },
      { ...newAgent('ok'), roles: [] },
      { ...newAgent('ok'), roles: ['king'] },
      { ...newAgent('ok'), name: '' },
      {},
    ]
    for (const body of bad) expect((await add(admin.cookie, body)).body.code).toBe('request.invalid')
  })
})
