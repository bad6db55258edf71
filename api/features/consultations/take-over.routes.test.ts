import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let agent: { id: string; cookie: string }
let supervisor: { id: string; cookie: string }
let visitor: { id: string; bearer: string }
let id: string
beforeEach(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市中心')
  await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'], '小张')
  supervisor = await addAgent(test, city, ['supervisor'], '班长')
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
  visitor = await addVisitor(test, 'demo')
  const started = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'video', topic: '过户' },
  })
  id = started.body.state.consultation.id
  await test.request('POST', `/consultations/${id}/accept`, {
    cookie: agent.cookie,
    body: { tab: 'tab-123456' },
  })
})
afterEach(() => test.close())

const takeOver = (cookie: string) =>
  test.request('POST', `/consultations/${id}/take-over`, { cookie, body: {} })
const lose = async () => {
  const { agentDisconnected } = await import('../presence/presence.usecases')
  await agentDisconnected(test.deps, agent.id)
  test.clock.advance(30)
  await test.sweep()
}
const presenceOf = async (agentId: string) =>
  (await test.request('GET', '/desk', { cookie: supervisor.cookie })).body.state.presence.find(
    (each: { agent: { id: string } }) => each.agent.id === agentId,
  )

describe('taking over from an agent who is gone', () => {
  it('is refused while the agent is there, and for two minutes after the line was lost', async () => {
    expect((await takeOver(supervisor.cookie)).body.code).toBe('consultations.owner_present')
    await lose()
    test.clock.advance(119)
    expect((await takeOver(supervisor.cookie)).body.code).toBe('consultations.owner_present')
    test.clock.advance(1)
    expect((await takeOver(supervisor.cookie)).status).toBe(200)
  })

  it('makes the supervisor the owner, tells both sides and rings at nobody who is not there', async () => {
    await lose()
    test.clock.advance(120)
    // The next citizen waits: nobody may ring at the closed laptop.
    const next = await addVisitor(test, 'demo')
    await test.request('POST', '/consultations', {
      bearer: next.bearer,
      body: { channel: 'chat', topic: '下一位' },
    })
    const taken = await takeOver(supervisor.cookie)
    expect(taken.body).toMatchObject({ status: 'active', owner: { id: supervisor.id } })
    const state = (await test.request('GET', '/visitors/me', { bearer: visitor.bearer })).body.state
    expect(state.consultation).toMatchObject({ status: 'active', agent: { name: '班长' } })
    expect((await test.request('GET', '/desk', { cookie: agent.cookie })).body.state).toMatchObject({
      mine: [],
      offers: [],
    })
    expect(await presenceOf(agent.id)).toMatchObject({
      availability: 'offline',
      reason: 'connection_lost',
    })
    expect(await presenceOf(supervisor.id)).toMatchObject({ availability: 'busy' })
    const number = state.consultation.ticketNumber
    const ticket = (await test.request('GET', `/tickets/${number}`, { cookie: supervisor.cookie })).body
    expect(ticket.ticket.assignee.id).toBe(supervisor.id)
    expect(ticket.timeline.map((each: { type: string }) => each.type)).toContain('consultation.taken_over')
    await test.sweep()
    expect(test.livekit.removed).toEqual([])
    const grant = await test.request('POST', `/calls/${state.consultation.callId}/grants`, {
      cookie: agent.cookie,
      body: { tab: 'tab-123456' },
    })
    expect(grant.status).toBe(404)
    // Twice is the same; ending is the new owner's.
    expect((await takeOver(supervisor.cookie)).status).toBe(200)
    const end = await test.request('POST', `/consultations/${id}/end`, {
      cookie: supervisor.cookie,
      body: {},
    })
    expect(end.status).toBe(200)
  })

  it('is a supervisor’s, of the own branch, and of a running consultation', async () => {
    await lose()
    test.clock.advance(120)
    const city = { id: (await ownDepartment()).id }
    const colleague = await addAgent(test, city, ['agent'])
    const auditor = await addAgent(test, city, ['auditor'])
    const stranger = await addAgent(test, await addDepartment(test, '别处'), ['supervisor'])
    expect((await takeOver(colleague.cookie)).status).toBe(404)
    expect((await takeOver(auditor.cookie)).status).toBe(403)
    expect((await takeOver(stranger.cookie)).status).toBe(404)
    await test.request('POST', `/consultations/${id}/end`, { cookie: agent.cookie, body: {} })
    expect((await takeOver(supervisor.cookie)).body.code).toBe('consultations.wrong_state')
  })

  it('is written into the audit log', async () => {
    await lose()
    test.clock.advance(120)
    await takeOver(supervisor.cookie)
    const root = await addAgent(test, await ownDepartment(), ['auditor'])
    const { body } = await test.request('GET', '/audit?action=consultation.taken_over', {
      cookie: root.cookie,
    })
    expect(body.items).toMatchObject([{ thing: id, actor: { id: supervisor.id }, data: { from: agent.id } }])
  })
})

const ownDepartment = async () => {
  const { departments } = await import('../../../drizzle/schema/index')
  const [row] = await test.db.read((tx) => tx.select().from(departments))
  return row as { id: string; path: string }
}
