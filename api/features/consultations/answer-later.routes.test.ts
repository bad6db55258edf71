import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeferredList } from '../../../contract/consultations.schema'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let city: { id: string; path: string; name: string }
let agent: { id: string; cookie: string }
beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市中心')
  await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'], '小张')
})
afterEach(() => test.close())

const ask = async (bearer: string, topic = '夜里想问社保') =>
  (await test.request('POST', '/consultations', { bearer, body: { channel: 'video', topic } })).body.state
    .consultation
const answer = (cookie: string, id: string) =>
  test.request('POST', `/consultations/${id}/accept`, { cookie, body: { tab: 'tab-123456' } })
const listed = async (cookie: string): Promise<DeferredList> =>
  (await test.request('GET', '/desk/deferred', { cookie })).body
const mine = async (bearer: string) => (await test.request('GET', '/visitors/me', { bearer })).body.state
const ticketOf = async (number: string) =>
  (await test.request('GET', `/tickets/${number}`, { cookie: agent.cookie })).body.ticket

describe('what was asked outside hours', () => {
  it('stands in a list, the oldest first, for those who serve the site and nobody else', async () => {
    const early = await ask((await addVisitor(test, 'demo')).bearer, '先问')
    test.clock.advance(60)
    const late = await ask((await addVisitor(test, 'demo')).bearer, '后问')
    expect(early.status).toBe('deferred')
    const { items, total } = await listed(agent.cookie)
    expect(items.map((each) => each.id)).toEqual([early.id, late.id])
    expect(total).toBe(2)
    const elsewhere = await addAgent(test, await addDepartment(test, '别处'), ['agent'])
    expect((await listed(elsewhere.cookie)).items).toEqual([])
    expect((await answer(elsewhere.cookie, early.id)).status).toBe(404)
    const editor = await addAgent(test, city, ['editor'])
    expect((await listed(editor.cookie)).items).toEqual([])
    expect((await answer(editor.cookie, early.id)).status).toBe(403)
  })

  it('is answered in the morning, in writing; the citizen finds the answer', async () => {
    const visitor = await addVisitor(test, 'demo')
    const { id, ticketNumber } = await ask(visitor.bearer)
    expect((await ticketOf(ticketNumber)).status).toBe('new')
    // Before taking it the agent reads what was written.
    const seen = await test.request('GET', `/consultations/${id}`, { cookie: agent.cookie })
    expect(seen.status).toBe(200)

    test.clock.advance(11 * 3600)
    const accepted = await answer(agent.cookie, id)
    expect(accepted.status).toBe(200)
    expect(accepted.body.consultation).toMatchObject({ status: 'active', channel: 'chat', endedAt: null })
    expect(accepted.body.grant).toBeNull()
    expect((await listed(agent.cookie)).items).toEqual([])
    expect(await ticketOf(ticketNumber)).toMatchObject({ status: 'open', assignee: { id: agent.id } })
    const desk = (await test.request('GET', '/desk', { cookie: agent.cookie })).body.state
    expect(desk.mine.map((each: { id: string }) => each.id)).toEqual([id])
    expect(desk.presence[0]).toMatchObject({ availability: 'busy' })

    await test.request('POST', `/consultations/${id}/messages`, {
      cookie: agent.cookie,
      body: { body: '可以网上办' },
    })
    expect(await mine(visitor.bearer)).toMatchObject({
      consultation: { id, status: 'active', agent: { name: '小张' }, deferredReason: 'no_agent' },
      messages: [{ body: '可以网上办' }],
    })
    // Nobody is connected: the desk sees it.
    test.clock.advance(11)
    await test.sweep()
    const silent = await test.request('GET', `/consultations/${id}`, { cookie: agent.cookie })
    expect(silent.body.state.consultation.silentSince).not.toBeNull()

    const video = await test.request('POST', `/consultations/${id}/calls`, { cookie: agent.cookie, body: {} })
    expect(video.status).toBe(201)
  })

  it('is answered once, whoever is faster, and twice by the same is the same', async () => {
    const other = await addAgent(test, city, ['agent'])
    const { id } = await ask((await addVisitor(test, 'demo')).bearer)
    const answers = await Promise.all([answer(agent.cookie, id), answer(other.cookie, id)])
    expect(answers.map((each) => each.status).sort()).toEqual([200, 409])
    const winner = answers[0]?.status === 200 ? agent : other
    expect((await answer(winner.cookie, id)).status).toBe(200)
  })

  it('waits while the citizen is being helped elsewhere, and comes back to the screen afterwards', async () => {
    const visitor = await addVisitor(test, 'demo')
    const { id } = await ask(visitor.bearer)
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const second = await ask(visitor.bearer, '又来问')
    expect((await answer(agent.cookie, id)).body.code).toBe('consultations.already_open')
    await test.request('POST', `/consultations/${second.id}/leave`, { bearer: visitor.bearer, body: {} })
    expect((await answer(agent.cookie, id)).status).toBe(200)
    expect((await mine(visitor.bearer)).consultation.id).toBe(id)
  })

  it('counts neither as a wait in the queue nor into the figures of the day’s wait', async () => {
    const { id } = await ask((await addVisitor(test, 'demo')).bearer)
    test.clock.advance(3600)
    await answer(agent.cookie, id)
    const { body } = await test.request('GET', '/desk/today', { cookie: agent.cookie })
    expect(body).toEqual({ mine: 1, averageWaitSeconds: null, rating: null })
  })

  it('leaves the list when its ticket is settled', async () => {
    const { id } = await ask((await addVisitor(test, 'demo')).bearer)
    const { eq } = await import('drizzle-orm')
    const { consultations, tickets } = await import('../../../drizzle/schema/index')
    await test.db.write(async (tx) => {
      const [row] = await tx.select().from(consultations).where(eq(consultations.id, id))
      await tx
        .update(tickets)
        .set({ status: 'closed' })
        .where(eq(tickets.id, row?.ticketId ?? ''))
    })
    expect(await listed(agent.cookie)).toEqual({ items: [], total: 0 })
    expect((await answer(agent.cookie, id)).status).toBe(409)
  })
})

describe('today’s figures', () => {
  it('are the agent’s own, of this day at the site', async () => {
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { id } = await ask(visitor.bearer)
    test.clock.advance(90)
    await answer(agent.cookie, id)
    await test.request('POST', `/consultations/${id}/end`, { cookie: agent.cookie, body: {} })
    await test.request('POST', `/consultations/${id}/rating`, { bearer: visitor.bearer, body: { stars: 4 } })
    const figures = async (cookie: string) => (await test.request('GET', '/desk/today', { cookie })).body
    expect(await figures(agent.cookie)).toEqual({ mine: 1, averageWaitSeconds: 90, rating: 4 })
    const other = await addAgent(test, city, ['agent'])
    expect(await figures(other.cookie)).toEqual({ mine: 0, averageWaitSeconds: 90, rating: null })
    // From ten in the morning to two at night, with a look in between that keeps the session.
    test.clock.advance(8 * 3600)
    await figures(agent.cookie)
    test.clock.advance(8 * 3600)
    expect(await figures(agent.cookie)).toEqual({ mine: 0, averageWaitSeconds: null, rating: null })
  })
})
