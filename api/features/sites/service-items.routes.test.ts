import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit, events, searchMarks } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let admin: { cookie: string }
let countyAdmin: { cookie: string }
let agent: { cookie: string }
let site: { id: string; key: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '青云区', city)
  admin = await addAgent(test, city, ['admin'])
  countyAdmin = await addAgent(test, county, ['admin'])
  agent = await addAgent(test, county, ['agent'])
  site = await addSite(test, county, 'items')
})
afterAll(() => test.close())

const add = async (who: { cookie: string }, body: object) =>
  test.request('POST', '/admin/service-items', { cookie: who.cookie, body })
const change = (who: { cookie: string }, id: string, body: object, more: Record<string, string> = {}) =>
  test.request('PATCH', `/admin/service-items/${id}`, { cookie: who.cookie, body, headers: more })
const offered = async (): Promise<string[]> =>
  (await test.request('GET', `/sites/${site.key}/service-items`)).body.items.map(
    (each: { id: string }) => each.id,
  )
const newsOf = (id: string) =>
  test.db.read((tx) => tx.select().from(events).where(eq(events.subject, id)).orderBy(events.seq))
const auditOf = (id: string) =>
  test.db.read((tx) => tx.select().from(audit).where(eq(audit.thing, id)).orderBy(audit.seq))
const open = (body: object) =>
  test.request('POST', '/tickets', {
    cookie: agent.cookie,
    body: { siteId: site.id, topic: '来信', ...body },
  })

describe('service items', () => {
  it('are added in the own branch, one of a name in each department', async () => {
    const made = await add(countyAdmin, { name: ' 养老认证 ', departmentId: county.id })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ name: '养老认证', nameEn: '养老认证', isActive: true })
    expect(await offered()).toContain(made.body.id)
    const again = await add(countyAdmin, { name: '养老认证', departmentId: county.id })
    expect([again.status, again.body.code]).toEqual([409, 'service_items.name_taken'])
    expect((await add(countyAdmin, { name: '户口', departmentId: city.id })).status).toBe(404)
    expect((await add(countyAdmin, { name: '  ', departmentId: county.id })).status).toBe(400)
    expect((await add(agent, { name: '户口', departmentId: county.id })).status).toBe(403)
    const { items } = (await test.request('GET', '/admin/service-items', { cookie: countyAdmin.cookie })).body
    expect(items).toEqual([made.body])
  })

  it('are renamed: marked for search, told and written down once', async () => {
    const { body: item } = await add(admin, { name: '居住证', nameEn: 'Permit', departmentId: city.id })
    expect((await change(countyAdmin, item.id, { name: '证' })).status).toBe(404)
    const renamed = await change(admin, item.id, { name: '居住证申领' }, { 'idempotency-key': 'rename-1' })
    expect(renamed.body).toEqual({ ...item, name: '居住证申领' })
    const repeated = await change(admin, item.id, { name: '居住证申领' }, { 'idempotency-key': 'rename-1' })
    expect(repeated.body).toEqual(renamed.body)
    // The same wish once more, under no key or another, is no news either.
    expect((await change(admin, item.id, { name: '居住证申领', isActive: true })).status).toBe(200)
    const news = await newsOf(item.id)
    expect(news.map((each) => each.type)).toEqual(['service_item.created', 'service_item.changed'])
    expect(news[1]?.facts).toEqual({ name: '居住证申领', previousName: '居住证' })
    expect((await auditOf(item.id)).map((each) => each.action)).toEqual([
      'service_items.created',
      'service_items.changed',
    ])
    const marks = await test.db.read((tx) =>
      tx.select().from(searchMarks).where(eq(searchMarks.subject, item.id)),
    )
    expect(marks.map((mark) => mark.kind)).toEqual(['service_item'])
  })

  it('are moved where nobody else offers the same, within the own branch', async () => {
    const { body: item } = await add(admin, { name: '低保', departmentId: city.id })
    await add(admin, { name: '低保', departmentId: county.id })
    expect((await change(admin, item.id, { departmentId: county.id })).body.code).toBe(
      'service_items.name_taken',
    )
    const { body: other } = await add(admin, { name: '公租房', departmentId: county.id })
    expect((await change(countyAdmin, other.id, { departmentId: city.id })).status).toBe(404)
    expect((await change(admin, other.id, { departmentId: city.id })).body.departmentId).toBe(city.id)
    expect((await newsOf(other.id)).at(-1)?.facts).toEqual({
      name: '公租房',
      fromDepartmentName: '青云区',
      toDepartmentName: '市',
    })
    expect((await change(countyAdmin, other.id, { name: '租房' })).status).toBe(404)
    expect(
      await test.db.read((tx) => tx.select().from(searchMarks).where(eq(searchMarks.subject, other.id))),
    ).toEqual([])
  })

  it('that are retired stay on tickets, are offered for nothing new, and can come back', async () => {
    const { body: item } = await add(admin, { name: '旧证换发', departmentId: county.id })
    const kept = (await open({ serviceItemId: item.id })).body.ticket
    expect(kept.serviceItemName).toBe('旧证换发')
    expect((await change(admin, item.id, { isActive: false })).body.isActive).toBe(false)
    expect(await offered()).not.toContain(item.id)
    const known = async (who: { cookie: string }) =>
      (await test.request('GET', '/service-items', { cookie: who.cookie })).body.items.find(
        (each: { id: string }) => each.id === item.id,
      )
    expect(await known(agent)).toEqual({
      id: item.id,
      name: '旧证换发',
      departmentName: '青云区',
      isActive: false,
    })
    expect(await known(await addAgent(test, await addDepartment(test, '安宁县', city), ['agent']))).toBe(
      undefined,
    )
    const refused = await open({ serviceItemId: item.id })
    expect([refused.status, refused.body.code]).toEqual([422, 'service_items.retired'])
    const plain = (await open({})).body.ticket
    const edit = (id: string, body: object) =>
      test.request('PATCH', `/tickets/${id}`, { cookie: agent.cookie, body })
    expect((await edit(plain.id, { serviceItemId: item.id })).body.code).toBe('service_items.retired')
    const edited = await edit(kept.id, { serviceItemId: item.id, topic: '换发旧证' })
    expect(edited.body.ticket).toMatchObject({ serviceItemId: item.id, serviceItemName: '旧证换发' })
    // The name is free meanwhile; what has taken it keeps the retired one from coming back.
    const { body: next } = await add(admin, { name: '旧证换发', departmentId: county.id })
    expect((await change(admin, item.id, { isActive: true })).body.code).toBe('service_items.name_taken')
    await change(admin, next.id, { name: '新证换发' })
    expect((await change(admin, item.id, { isActive: true })).status).toBe(200)
    expect(await offered()).toContain(item.id)
    expect((await edit(plain.id, { serviceItemId: item.id })).status).toBe(200)
  })

  it('that were retired while a citizen’s page was open leave the wish its words and its department', async () => {
    const { body: item } = await add(admin, { name: '生育登记', departmentId: city.id })
    await change(admin, item.id, { isActive: false })
    const visitor = await addVisitor(test, site.key)
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '', serviceItemId: item.id },
    })
    expect(started.status).toBe(201)
    expect(started.body.state.consultation).toMatchObject({ topic: '生育登记', serviceItem: null })
  })
})
