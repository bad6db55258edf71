import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { findDepartment } from './departments.store'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let town: { id: string; path: string }
let other: { id: string; path: string }
let admin: { cookie: string }
let countyAdmin: { cookie: string }
let agent: { cookie: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '青云区', city)
  town = await addDepartment(test, '柳林镇', county)
  other = await addDepartment(test, '安宁县', city)
  admin = await addAgent(test, city, ['admin'])
  countyAdmin = await addAgent(test, county, ['admin'])
  agent = await addAgent(test, town, ['agent'])
})
afterAll(() => test.close())

const names = async (cookie: string) =>
  (await test.request('GET', '/departments', { cookie })).body.items.map(
    (item: { name: string }) => item.name,
  )
const add = (cookie: string, body: object) => test.request('POST', '/departments', { cookie, body })
const change = (cookie: string, id: string, body: object) =>
  test.request('PATCH', `/departments/${id}`, { cookie, body })
const pathOf = async (id: string) => (await test.db.read((tx) => findDepartment(tx, id)))?.path

describe('departments', () => {
  it('are listed parents first: a manager’s own branch, all names for everybody else', async () => {
    expect((await names(admin.cookie))[0]).toBe('市')
    expect(await names(countyAdmin.cookie)).toEqual(['青云区', '柳林镇'])
    expect((await names(agent.cookie)).length).toBe(4)
    const { items } = (await test.request('GET', '/departments', { cookie: countyAdmin.cookie })).body
    expect(items[1]).toEqual({
      id: town.id,
      parentId: county.id,
      name: '柳林镇',
      level: 'county',
      agentCount: 1,
    })
  })

  it('are added below the own branch only', async () => {
    const made = await add(countyAdmin.cookie, { parentId: town.id, name: '柳林村', level: 'village' })
    expect(made.status).toBe(201)
    expect(await pathOf(made.body.id)).toBe(`${town.path}${made.body.id}/`)
    expect(
      (await add(countyAdmin.cookie, { parentId: city.id, name: '越界', level: 'office' })).body.code,
    ).toBe('departments.not_found')
    expect((await add(admin.cookie, { parentId: null, name: '另一个根', level: 'city' })).status).toBe(404)
  })

  it('move with all below them', async () => {
    const moved = await add(admin.cookie, { parentId: county.id, name: '石桥镇', level: 'town' })
    const below = await add(admin.cookie, { parentId: moved.body.id, name: '南关村', level: 'village' })
    const answer = await change(admin.cookie, moved.body.id, { parentId: other.id, name: '石桥街道' })
    expect(answer.body).toMatchObject({ parentId: other.id, name: '石桥街道', level: 'town' })
    expect(await pathOf(below.body.id)).toBe(`${other.path}${moved.body.id}/${below.body.id}/`)
    expect(await pathOf(town.id)).toBe(town.path)
  })

  it('cannot come to lie below themselves', async () => {
    expect((await change(admin.cookie, county.id, { parentId: town.id })).body.code).toBe('departments.cycle')
    expect((await change(admin.cookie, county.id, { parentId: county.id })).status).toBe(422)
  })

  it('out of the own branch are not there', async () => {
    for (const id of [other.id, city.id, 'dep_0123456789ABCDEFGHIJ']) {
      expect((await change(countyAdmin.cookie, id, { name: '新名' })).body.code).toBe('departments.not_found')
      expect(
        (await test.request('DELETE', `/departments/${id}`, { cookie: countyAdmin.cookie })).status,
      ).toBe(404)
    }
    expect((await change(countyAdmin.cookie, town.id, { parentId: other.id })).status).toBe(404)
  })

  it('are deleted only when nothing refers to them', async () => {
    const empty = await add(admin.cookie, { parentId: city.id, name: '空科室', level: 'office' })
    const used = await add(admin.cookie, { parentId: city.id, name: '有站点', level: 'office' })
    await addSite(test, { id: used.body.id }, 'of-an-office')
    const remove = (id: string) => test.request('DELETE', `/departments/${id}`, { cookie: admin.cookie })
    expect((await remove(used.body.id)).body.code).toBe('departments.not_empty')
    expect((await remove(town.id)).status).toBe(409)
    expect((await remove(county.id)).status).toBe(409)
    expect((await remove(empty.body.id)).body).toEqual({ ok: true })
    expect((await remove(empty.body.id)).status).toBe(404)
  })

  it('are changed by those who may, with a body that fits', async () => {
    expect((await add(agent.cookie, { parentId: town.id, name: '无权', level: 'office' })).status).toBe(403)
    expect((await change(agent.cookie, town.id, { name: '无权' })).status).toBe(403)
    expect((await test.request('DELETE', `/departments/${town.id}`, { cookie: agent.cookie })).status).toBe(
      403,
    )
    for (const body of [{ name: '' }, { level: 'galaxy' }, { parentId: 'x' }, { unknown: 1 }]) {
      expect((await change(admin.cookie, town.id, body)).body.code).toBe('request.invalid')
    }
  })
})
