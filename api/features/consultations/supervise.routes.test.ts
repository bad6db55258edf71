import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

interface Person {
  id: string
  cookie: string
}
let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let county: typeof city
let owner: Person
let supervisor: Person
let siteIds: string[]

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '清河市')
  county = await addDepartment(test, '青云区', city)
  siteIds = [(await addSite(test, city, 'demo')).id, (await addSite(test, county, 'west')).id]
  owner = await addAgent(test, county, ['agent'], '小张')
  supervisor = await addAgent(test, city, ['supervisor'], '班长')
})
afterEach(() => test.close())

/** A citizen asks, and `by` answers. */
const serve = async (by: Person, key = 'west', topic = '过户') => {
  // Where nobody is there, the question is put off to a chat.
  await test.request('PUT', '/presence', { cookie: by.cookie, body: { availability: 'available' } })
  const visitor = await addVisitor(test, key)
  const started = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'video', topic },
  })
  const { id } = started.body.state.consultation
  const accepted = await test.request('POST', `/consultations/${id}/accept`, {
    cookie: by.cookie,
    body: { tab: 'tab-123456' },
  })
  expect(accepted.status).toBe(200)
  return { id, visitor }
}
const running = (by: Person, query = '') =>
  test.request('GET', `/consultations/running${query}`, { cookie: by.cookie })
const idsOf = async (by: Person, query = ''): Promise<string[]> =>
  (await running(by, query)).body.items.map((each: { id: string }) => each.id)
const join = (by: Person, id: string) =>
  test.request('POST', `/consultations/${id}/join`, { cookie: by.cookie, body: {} })

describe('what goes on now', () => {
  it('is listed for supervisors with who, since when, where and with whom, the longest first, in pages', async () => {
    const first = await serve(owner)
    test.clock.advance(60)
    const second = await serve(await addAgent(test, city, ['agent'], '小李'), 'demo', '开办企业')
    const { body } = await running(supervisor)
    expect(body).toMatchObject({
      items: [
        { id: first.id, topic: '过户', siteId: siteIds[1], owner: { name: '小张' }, status: 'active' },
        { id: second.id, topic: '开办企业', siteId: siteIds[0], owner: { name: '小李' } },
      ],
      nextCursor: null,
    })
    const page = (await running(supervisor, '?limit=1')).body
    expect(page.items.map((each: { id: string }) => each.id)).toEqual([first.id])
    expect(await idsOf(supervisor, `?limit=1&cursor=${page.nextCursor}`)).toEqual([second.id])
    expect(await idsOf(supervisor, `?siteId=${siteIds[0]}`)).toEqual([second.id])
    expect((await running(supervisor, '?cursor=x')).status).toBe(400)
  })

  it('is of the own branch only, and forgets what has ended', async () => {
    const { id } = await serve(owner)
    expect(await idsOf(await addAgent(test, county, ['supervisor']))).toEqual([id])
    expect(
      await idsOf(await addAgent(test, await addDepartment(test, '望湖区', city), ['supervisor'])),
    ).toEqual([])
    expect((await running(owner)).status).toBe(403)
    await test.request('POST', `/consultations/${id}/end`, { cookie: owner.cookie, body: {} })
    expect(await idsOf(supervisor)).toEqual([])
  })
})

describe('a supervisor who comes in unasked', () => {
  it('helps beside the owner, may enter the call and write, and goes again', async () => {
    const { id, visitor } = await serve(owner)
    const joined = await join(supervisor, id)
    expect(joined.body).toMatchObject({ owner: { id: owner.id }, participants: [{ id: supervisor.id }] })
    const grant = await test.request('POST', `/calls/${joined.body.callId}/grants`, {
      cookie: supervisor.cookie,
      body: { tab: 'tab-654321' },
    })
    expect(grant.body).toMatchObject({ callId: joined.body.callId })
    const said = await test.request('POST', `/consultations/${id}/messages`, {
      cookie: supervisor.cookie,
      body: { body: '我来帮一下' },
    })
    expect(said.status).toBe(201)
    expect((await test.request('GET', '/desk', { cookie: supervisor.cookie })).body.state.mine).toMatchObject(
      [{ id }],
    )
    const state = (await test.request('GET', '/visitors/me', { bearer: visitor.bearer })).body.state
    expect(state.consultation.agent.name).toBe('小张')
    const left = await test.request('POST', `/consultations/${id}/step-out`, {
      cookie: supervisor.cookie,
      body: {},
    })
    expect(left.status).toBe(200)
    expect((await running(supervisor)).body.items[0].participants).toEqual([])
  })

  it('is there once however often it is asked, and is written into the audit log', async () => {
    const { id } = await serve(owner)
    await join(supervisor, id)
    expect((await join(supervisor, id)).body.participants).toHaveLength(1)
    const auditor = await addAgent(test, city, ['auditor'])
    const { body } = await test.request('GET', '/audit?action=consultation.joined', {
      cookie: auditor.cookie,
    })
    expect(body.items).toMatchObject([{ thing: id, actor: { id: supervisor.id }, data: { owner: owner.id } }])
  })

  it('is nobody else: no agent, no auditor, nobody from elsewhere, and not once it is over', async () => {
    const { id } = await serve(owner)
    expect((await join(await addAgent(test, county, ['agent']), id)).status).toBe(404)
    expect((await join(await addAgent(test, city, ['auditor']), id)).status).toBe(403)
    expect(
      (await join(await addAgent(test, await addDepartment(test, '望湖区', city), ['supervisor']), id))
        .status,
    ).toBe(404)
    await test.request('POST', `/consultations/${id}/end`, { cookie: owner.cookie, body: {} })
    expect((await join(supervisor, id)).body.code).toBe('consultations.wrong_state')
  })
})
