import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addConsultationRow } from '../../testing/rows'

let test: TestApp
let city: { id: string; path: string; name: string }
beforeEach(async () => {
  test = await createTestApp({ withoutLivekit: true })
  city = await addDepartment(test, '市')
  await addSite(test, city, 'demo')
})
afterEach(() => test.close())

const set = (cookie: string, availability: string) =>
  test.request('PUT', '/presence', { cookie, body: { availability } })
const ask = async (bearer: string): Promise<string> =>
  (await test.request('POST', '/consultations', { bearer, body: { channel: 'chat', topic: '办事' } })).body
    .state.consultation.id
const ringsAt = async (cookie: string): Promise<string[]> =>
  (await test.request('GET', '/desk', { cookie })).body.state.offers.map(
    (offer: { consultationId: string }) => offer.consultationId,
  )
const accept = (cookie: string, id: string) =>
  test.request('POST', `/consultations/${id}/accept`, { cookie, body: { tab: 'tab-123456' } })

describe('whoever waits is rung for as soon as somebody is free', () => {
  it('because the citizen it rang for left', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await set(agent.cookie, 'available')
    const [early, late] = [await addVisitor(test, 'demo'), await addVisitor(test, 'demo')]
    const first = await ask(early.bearer)
    const second = await ask(late.bearer)
    expect(await ringsAt(agent.cookie)).toEqual([first])
    await test.request('POST', `/consultations/${first}/leave`, { bearer: early.bearer, body: {} })
    expect(await ringsAt(agent.cookie)).toEqual([second])
  })

  it('because a busy colleague took the one it rang for', async () => {
    const [agent, colleague] = [await addAgent(test, city, ['agent']), await addAgent(test, city, ['agent'])]
    await set(colleague.cookie, 'away')
    const visitors = [
      await addVisitor(test, 'demo'),
      await addVisitor(test, 'demo'),
      await addVisitor(test, 'demo'),
    ]
    const ids: string[] = []
    for (const visitor of visitors) ids.push(await ask(visitor.bearer))
    await accept(colleague.cookie, ids[0] ?? '')
    await set(agent.cookie, 'available')
    expect(await ringsAt(agent.cookie)).toEqual([ids[1]])
    expect((await accept(colleague.cookie, ids[1] ?? '')).status).toBe(200)
    expect(await ringsAt(agent.cookie)).toEqual([ids[2]])
  })

  it('because a minute has passed since that agent let it ring, whatever else happened in it', async () => {
    const [agent, other] = [await addAgent(test, city, ['agent']), await addAgent(test, city, ['agent'])]
    await set(agent.cookie, 'available')
    const visitor = await addVisitor(test, 'demo')
    const id = await ask(visitor.bearer)
    const [offer] = (await test.request('GET', '/desk', { cookie: agent.cookie })).body.state.offers
    await test.request('POST', `/offers/${offer.id}/decline`, { cookie: agent.cookie, body: {} })
    test.clock.advance(50)
    // Looks at the queue again, and must not put the next look off.
    await set(other.cookie, 'away')
    await set(agent.cookie, 'away')
    await set(agent.cookie, 'available')
    expect(await ringsAt(agent.cookie)).toEqual([])
    test.clock.advance(10)
    await test.sweep()
    expect(await ringsAt(agent.cookie)).toEqual([id])
  })

  it('also behind a long queue of a line that nobody free serves', async () => {
    const [east, west] = [await addDepartment(test, '东', city), await addDepartment(test, '西', city)]
    const site = await addSite(test, east, 'east')
    await addSite(test, west, 'west')
    const eastern = await addAgent(test, east, ['agent'])
    const western = await addAgent(test, west, ['agent'])
    await set(eastern.cookie, 'away')
    for (let queueSeq = 1; queueSeq <= 205; queueSeq++)
      await addConsultationRow(test, { siteId: site.id, departmentId: east.id, queueSeq })
    await set(western.cookie, 'away')
    test.clock.advance(1)
    const visitor = await addVisitor(test, 'west')
    const id = await ask(visitor.bearer)
    await set(western.cookie, 'available')
    expect(await ringsAt(western.cookie)).toEqual([id])
  })
})
