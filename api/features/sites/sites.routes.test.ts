import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoServiceItems } from '../../../drizzle/demo/service-items.demo'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { insertServiceItem } from './service-items.store'
import { findSite } from './sites.store'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let other: { id: string; path: string }
let admin: { cookie: string }
let countyAdmin: { cookie: string }
let agent: { cookie: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '青云区', city)
  other = await addDepartment(test, '安宁县', city)
  admin = await addAgent(test, city, ['admin'])
  countyAdmin = await addAgent(test, county, ['admin'])
  agent = await addAgent(test, county, ['agent'])
})
afterAll(() => test.close())

const add = (cookie: string, body: object) => test.request('POST', '/admin/sites', { cookie, body })
const change = (cookie: string, id: string, body: object) =>
  test.request('PATCH', `/admin/sites/${id}`, { cookie, body })
const newSite = (key: string, departmentId = county.id) => ({
  key,
  name: '区政府网',
  departmentId,
  origins: ['https://WWW.qy.example:443'],
})

describe('administration of sites', () => {
  it('adds one with usable defaults and shows the secret once', async () => {
    const made = await add(countyAdmin.cookie, newSite('qy'))
    expect(made.status).toBe(201)
    expect(made.body.secret).toMatch(/^[0-9A-Za-z]{43}$/)
    expect(made.body.site).toMatchObject({
      origins: ['https://www.qy.example'],
      timeZone: 'Asia/Shanghai',
      isActive: true,
      isIdentityRequired: false,
    })
    const { items } = (await test.request('GET', '/admin/sites', { cookie: countyAdmin.cookie })).body
    expect(items).toEqual([made.body.site])
    expect(JSON.stringify(items)).not.toContain(made.body.secret)
    expect((await add(countyAdmin.cookie, newSite('qy'))).body.code).toBe('sites.key_taken')
    expect((await add(countyAdmin.cookie, newSite('an', other.id))).body.code).toBe('departments.not_found')
  })

  it('changes it, and rotates the secret', async () => {
    const { site, secret } = (await add(admin.cookie, newSite('rotating'))).body
    const changed = await change(admin.cookie, site.id, {
      name: '新名',
      timeZone: 'Asia/Urumqi',
      hours: [],
      isActive: false,
    })
    expect(changed.body).toMatchObject({
      name: '新名',
      timeZone: 'Asia/Urumqi',
      hours: [],
      isActive: false,
      origins: site.origins,
    })
    expect((await change(admin.cookie, site.id, {})).status).toBe(200)
    const rotated = await test.request('POST', `/admin/sites/${site.id}/secret`, { cookie: admin.cookie })
    expect(rotated.body.secret).not.toBe(secret)
    expect((await test.db.read((tx) => findSite(tx, site.id)))?.secret).toBe(rotated.body.secret)
  })

  it('hides sites of other branches', async () => {
    const { site } = (await add(admin.cookie, newSite('city-site', city.id))).body
    expect((await change(countyAdmin.cookie, site.id, { name: '越界' })).body.code).toBe('sites.not_found')
    expect(
      (await test.request('POST', `/admin/sites/${site.id}/secret`, { cookie: countyAdmin.cookie })).status,
    ).toBe(404)
    const { items } = (await test.request('GET', '/admin/sites', { cookie: countyAdmin.cookie })).body
    expect(items.some((item: { key: string }) => item.key === 'city-site')).toBe(false)
  })

  it('is for those who may, with a body that fits', async () => {
    const { id } = await addSite(test, county, 'forbidden')
    const answers = [
      await test.request('GET', '/admin/sites', { cookie: agent.cookie }),
      await add(agent.cookie, newSite('x1')),
      await change(agent.cookie, id, { name: '无权' }),
      await test.request('POST', `/admin/sites/${id}/secret`, { cookie: agent.cookie }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403, 403])
    const bad = [
      { ...newSite('Bad Key') },
      { ...newSite('ok'), origins: ['javascript:alert(1)'] },
      { ...newSite('ok'), origins: ['https://a.example/path'] },
      { ...newSite('ok'), origins: ['https://a.example:99999'] },
      { ...newSite('ok'), timeZone: 'Mars/Base' },
      { ...newSite('ok'), hours: [{ day: 8, spans: [] }] },
      { ...newSite('ok'), hours: [{ day: 1, spans: [{ from: '9:00', to: '25:00' }] }] },
      { ...newSite('ok'), theme: { color: 'red', title: '', greeting: '' } },
      { ...newSite('ok'), secret: 'mine' },
    ]
    for (const body of bad) expect((await add(admin.cookie, body)).body.code).toBe('request.invalid')
  })
})

describe('sites an agent serves', () => {
  it('lists those of the own line, without their secrets', async () => {
    const served = await addSite(test, county, 'line')
    const foreign = await addSite(test, other, 'off-line')
    const { status, body } = await test.request('GET', '/sites', { cookie: agent.cookie })
    expect(status).toBe(200)
    const ids = body.items.map((site: { id: string }) => site.id)
    expect(ids).toContain(served.id)
    expect(ids).not.toContain(foreign.id)
    expect(JSON.stringify(body)).not.toContain('secret')
    // Who manages or audits chooses sites and topics in filters and imports too.
    expect((await test.request('GET', '/sites', { cookie: admin.cookie })).body.items).not.toEqual([])
    expect((await test.request('GET', '/sites')).status).toBe(401)
  })
})

describe('a site for everybody', () => {
  it('tells whether it is open and staffed, and no secret', async () => {
    const { id } = await addSite(test, county, 'public')
    const look = async () => (await test.request('GET', '/sites/public')).body
    expect(await look()).toMatchObject({
      key: 'public',
      isOpen: true,
      isStaffed: false,
      isVideoAvailable: true,
    })
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
    expect((await look()).isStaffed).toBe(true)
    await change(admin.cookie, id, { departmentId: other.id, hours: [] })
    expect(await look()).toMatchObject({ isOpen: false, isStaffed: false })
    expect(Object.keys(await look())).not.toContain('secret')
    await change(admin.cookie, id, { isActive: false })
    expect((await test.request('GET', '/sites/public')).body.code).toBe('sites.not_found')
    expect((await test.request('GET', '/sites/none')).status).toBe(404)
  })

  it('suggests service items of its line, in the language asked for', async () => {
    await addSite(test, county, 'items')
    await test.db.write(async (tx) => {
      for (const [at, { department: _, ...item }] of demoServiceItems.entries()) {
        await insertServiceItem(tx, {
          ...item,
          id: newId('itm'),
          departmentId: at === 1 ? other.id : city.id,
          createdAt: at,
        })
      }
    })
    const ask = async (q: string, language = 'zh-CN') =>
      (
        await test.request('GET', `/sites/items/service-items?q=${encodeURIComponent(q)}`, {
          headers: { 'accept-language': language },
        })
      ).body.items
    expect((await ask('我想给孩子办护照'))[0]).toMatchObject({
      name: '普通护照首次申领',
      departmentName: '市',
      fee: '每本120元',
    })
    expect((await ask('passport', 'en-GB,zh;q=0.5'))[0].name).toBe('First ordinary passport')
    expect((await ask('食品经营许可')).map((item: { name: string }) => item.name)).not.toContain(
      '食品经营许可证核发',
    )
    expect(await ask('')).toHaveLength(11)
    expect(await ask('%')).toEqual([])
    expect((await test.request('GET', `/sites/items/service-items?q=${'x'.repeat(201)}`)).status).toBe(400)
    expect((await test.request('GET', '/sites/items/service-items?other=1')).status).toBe(400)
    expect((await test.request('GET', '/sites/none/service-items')).status).toBe(404)
  })
})
