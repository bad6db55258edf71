import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DashboardAgents, DashboardView } from '../../../contract/dashboard.schema'
import { availabilities } from '../../../contract/presence.rules'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

interface Person {
  id: string
  cookie: string
}
let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let county: typeof city
let helper: Person
let clerk: Person
let supervisor: Person
let countySupervisor: Person

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '清河市')
  county = await addDepartment(test, '青云区', city)
  await addSite(test, city, 'demo')
  await addSite(test, county, 'west')
  helper = await addAgent(test, county, ['agent'], '小张')
  clerk = await addAgent(test, city, ['agent'], '小李')
  supervisor = await addAgent(test, city, ['supervisor'], '班长')
  countySupervisor = await addAgent(test, county, ['supervisor'], '区班长')
})
afterEach(() => test.close())

const become = (person: Person, availability: string) =>
  test.request('PUT', '/presence', { cookie: person.cookie, body: { availability } })
const serve = async (by: Person, key: string, topic: string): Promise<string> => {
  await become(by, 'available')
  const visitor = await addVisitor(test, key)
  const { body } = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'chat', topic },
  })
  const { id } = body.state.consultation
  const accepted = await test.request('POST', `/consultations/${id}/accept`, {
    cookie: by.cookie,
    body: { tab: 'tab-123456' },
  })
  expect(accepted.status).toBe(200)
  return id
}
const listed = async (by: Person, query = ''): Promise<DashboardAgents> => {
  const { status, body } = await test.request('GET', `/dashboard/agents${query}`, { cookie: by.cookie })
  expect(status).toBe(200)
  return body
}

describe('agents by state', () => {
  it('are as many as the dashboard says, state by state, with since when and on what', async () => {
    const since = test.clock.now()
    const id = await serve(helper, 'west', '过户')
    test.clock.advance(60)
    await become(clerk, 'away')
    const { body } = await test.request('GET', '/dashboard', { cookie: supervisor.cookie })
    const { agents } = (body as DashboardView).live
    for (const availability of availabilities) {
      const page = await listed(supervisor, `?availability=${availability}`)
      expect([availability, page.count, page.items.length]).toEqual([
        availability,
        agents[availability],
        agents[availability],
      ])
    }
    expect((await listed(supervisor, '?availability=busy')).items).toEqual([
      {
        id: helper.id,
        name: '小张',
        departmentName: '青云区',
        availability: 'busy',
        reason: 'in_consultation',
        since: new Date(since).toISOString(),
        consultations: [
          expect.objectContaining({ id, topic: '过户', channel: 'chat', isOwner: true, isWrapUp: false }),
        ],
        elsewhere: 0,
      },
    ])
    expect((await listed(supervisor, '?availability=away')).items).toMatchObject([
      { name: '小李', consultations: [], since: new Date(since + 60_000).toISOString() },
    ])
  })

  it('shows what is to be wrapped up, and who has joined as a colleague', async () => {
    const id = await serve(helper, 'west', '过户')
    await test.request('POST', `/consultations/${id}/join`, { cookie: supervisor.cookie, body: {} })
    const joined = (await listed(supervisor)).items.find((each) => each.id === supervisor.id)
    expect(joined?.consultations).toMatchObject([{ id, isOwner: false }])
    await test.request('POST', `/consultations/${id}/end`, { cookie: helper.cookie, body: {} })
    expect((await listed(supervisor, '?availability=wrapping_up')).items).toMatchObject([
      { id: helper.id, consultations: [{ id, isWrapUp: true }] },
    ])
  })

  it("is the own branch's: other people are not listed, others' consultations only counted", async () => {
    await serve(helper, 'west', '过户')
    await serve(clerk, 'demo', '开办企业')
    const { items } = await listed(countySupervisor, '?availability=busy')
    expect(items.map((each) => each.name)).toEqual(['小张'])
    const outside = `/dashboard/agents?departmentId=${city.id}`
    expect((await test.request('GET', outside, { cookie: countySupervisor.cookie })).status).toBe(404)
    expect((await test.request('GET', '/dashboard/agents', { cookie: helper.cookie })).status).toBe(403)
    // A clerk of the city helps at the city's site: the county, where the clerk now works, learns that much.
    const admin = await addAgent(test, city, ['admin'])
    const moved = await test.request('PATCH', `/agents/${clerk.id}`, {
      cookie: admin.cookie,
      body: { departmentId: county.id },
    })
    expect(moved.status).toBe(200)
    const after = await listed(countySupervisor, '?availability=busy')
    expect(after.items.find((each) => each.id === clerk.id)).toMatchObject({
      consultations: [],
      elsewhere: 1,
    })
  })

  it('comes in pages, those who have waited longest first; a foreign cursor is refused', async () => {
    for (const person of [clerk, helper, countySupervisor]) {
      test.clock.advance(10)
      await become(person, 'away')
    }
    const first = await listed(supervisor, '?availability=away&limit=2')
    expect(first.items.map((each) => each.id)).toEqual([clerk.id, helper.id])
    expect(first.count).toBe(3)
    const cursor = encodeURIComponent(first.nextCursor ?? '')
    const second = await listed(supervisor, `?availability=away&limit=2&cursor=${cursor}`)
    expect(second.items.map((each) => each.id)).toEqual([countySupervisor.id])
    expect(second.nextCursor).toBeNull()
    const bad = await test.request('GET', '/dashboard/agents?cursor=x', { cookie: supervisor.cookie })
    expect(bad.status).toBe(400)
  })
})
