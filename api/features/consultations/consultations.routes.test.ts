import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let city: { id: string; path: string; name: string }
beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市中心')
  await addSite(test, city, 'demo')
})
afterEach(() => test.close())

const tab = 'tab-123456'
const available = (cookie: string) =>
  test.request('PUT', '/presence', { cookie, body: { availability: 'available' } })
const start = async (bearer: string, more: object = {}) =>
  (
    await test.request('POST', '/consultations', {
      bearer,
      body: { channel: 'video', topic: '营业执照', ...more },
    })
  ).body.state
const accept = (cookie: string, id: string) =>
  test.request('POST', `/consultations/${id}/accept`, { cookie, body: { tab } })
const desk = async (cookie: string) => (await test.request('GET', '/desk', { cookie })).body.state
const mine = async (bearer: string) => (await test.request('GET', '/visitors/me', { bearer })).body.state

describe('the queue', () => {
  it('rings the longest-idle available agent for 20 s, then the next, and keeps the place', async () => {
    const first = await addAgent(test, city, ['agent'])
    const second = await addAgent(test, city, ['agent'])
    await available(first.cookie)
    test.clock.advance(5)
    await available(second.cookie)
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    expect(consultation.status).toBe('waiting')
    expect((await desk(first.cookie)).offers).toHaveLength(1)
    expect((await desk(second.cookie)).offers).toHaveLength(0)

    test.clock.advance(19)
    await test.sweep()
    expect((await desk(first.cookie)).offers).toHaveLength(1)
    test.clock.advance(1)
    await test.sweep()
    const after = await desk(second.cookie)
    expect(after.offers).toHaveLength(1)
    expect(
      after.presence.find((each: { agent: { id: string } }) => each.agent.id === first.id),
    ).toMatchObject({ availability: 'away', reason: 'offer_ignored' })
    expect((await mine(visitor.bearer)).consultation.isRinging).toBe(true)
  })

  it('serves first come first, tells places, and lets declined offers move on', async () => {
    const agent = await addAgent(test, city, ['agent'])
    const other = await addAgent(test, city, ['agent'])
    await available(agent.cookie)
    await test.request('PUT', '/presence', { cookie: other.cookie, body: { availability: 'away' } })
    const early = await addVisitor(test, 'demo')
    const late = await addVisitor(test, 'demo')
    const one = await start(early.bearer)
    test.clock.advance(1)
    const two = await start(late.bearer)
    expect(two.ahead).toEqual([one.consultation.queueSeq])
    const offer = (await desk(agent.cookie)).offers[0]
    expect(offer.consultationId).toBe(one.consultation.id)
    expect(
      (await test.request('POST', `/offers/${offer.id}/decline`, { cookie: agent.cookie, body: {} })).status,
    ).toBe(200)
    // Nobody else is free for the first, so the second one rings meanwhile; the first keeps the place.
    expect((await desk(agent.cookie)).offers[0].consultationId).toBe(two.consultation.id)
    await available(other.cookie)
    expect((await desk(other.cookie)).offers[0].consultationId).toBe(one.consultation.id)
    expect((await mine(late.bearer)).ahead).toHaveLength(1)
  })

  it('passes a silent citizen over without removing them, for 15 minutes', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    const { silenceVisitor, expireConsultation } = await import('./silence.usecases')
    await test.db.write((tx) => silenceVisitor(tx, test.deps, consultation.id))
    await available(agent.cookie)
    const state = await desk(agent.cookie)
    expect(state.offers).toHaveLength(0)
    expect(state.queue[0].silentSince).not.toBeNull()
    const { visitorConnected } = await import('./silence.usecases')
    await visitorConnected(test.deps, visitor.id)
    expect((await desk(agent.cookie)).offers).toHaveLength(1)
    await test.db.write((tx) => silenceVisitor(tx, test.deps, consultation.id))
    test.clock.advance(15 * 60)
    await test.sweep()
    expect((await mine(visitor.bearer)).consultation.status).toBe('abandoned')
    await test.db.write((tx) => expireConsultation(tx, test.deps, consultation.id))
  })

  it('turns a request nobody can answer into a ticket', async () => {
    const visitor = await addVisitor(test, 'demo')
    expect((await start(visitor.bearer)).consultation).toMatchObject({
      status: 'deferred',
      deferredReason: 'no_agent',
    })
    await addSite(test, city, 'closed', { hours: [] })
    const outside = await addVisitor(test, 'closed')
    const { consultation } = await start(outside.bearer)
    expect(consultation).toMatchObject({ status: 'deferred', deferredReason: 'outside_hours' })
    expect(consultation.ticketNumber).toMatch(/^\d{8}-\d{5}$/)
  })

  it('defers those waiting when the last agent goes offline', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    await start(visitor.bearer)
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'offline' } })
    expect((await mine(visitor.bearer)).consultation.status).toBe('deferred')
  })

  it('gives each of 1,000 concurrent accepts exactly one winner', async () => {
    const agents = await Promise.all(
      Array.from({ length: 10 }, (_, at) => addAgent(test, city, ['agent'], `坐席${at}`)),
    )
    for (const agent of agents)
      await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const ids: string[] = []
    for (let at = 0; at < 100; at++) {
      const visitor = await addVisitor(test, 'demo')
      ids.push((await start(visitor.bearer, { channel: 'chat' })).consultation.id)
    }
    const tries = ids
      .flatMap((id) => agents.map((agent) => ({ id, agent })))
      .sort((a, b) => (a.id + a.agent.id < b.id + b.agent.id ? -1 : 1))
    const answers = await Promise.all(
      tries.map(async (each) => ({ ...each, status: (await accept(each.agent.cookie, each.id)).status })),
    )
    for (const id of ids) {
      const won = answers.filter((each) => each.id === id && each.status === 200)
      expect(won).toHaveLength(1)
      expect(
        (await test.request('GET', `/consultations/${id}`, { cookie: won[0]?.agent.cookie ?? '' })).body.state
          .consultation.owner.id,
      ).toBe(won[0]?.agent.id)
      expect(answers.filter((each) => each.id === id && each.status === 409)).toHaveLength(9)
    }
  })
})

describe('a consultation', () => {
  it('goes from asking to a closed ticket', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await available(agent.cookie)
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer, { name: '李女士', phone: '13800000000' })
    const accepted = await accept(agent.cookie, consultation.id)
    expect(accepted.status).toBe(200)
    expect(accepted.body.grant.identity).toBe(`agent:${agent.id}:${tab}`)
    const callId = accepted.body.consultation.callId
    // No picture of the citizen before the notice was agreed to.
    expect(
      (await test.request('POST', `/calls/${callId}/grants`, { bearer: visitor.bearer, body: { tab } })).body
        .code,
    ).toBe('consultations.consent_required')
    await test.request('POST', `/consultations/${consultation.id}/consent`, {
      bearer: visitor.bearer,
      body: {},
    })
    expect(
      (await test.request('POST', `/calls/${callId}/grants`, { bearer: visitor.bearer, body: { tab } }))
        .status,
    ).toBe(200)

    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/messages`, {
          bearer: visitor.bearer,
          body: { body: '您好' },
        })
      ).status,
    ).toBe(201)
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/messages`, {
          cookie: agent.cookie,
          body: { body: '您好，请说' },
        })
      ).status,
    ).toBe(201)
    await test.request('PUT', `/consultations/${consultation.id}/wrap-up`, {
      cookie: agent.cookie,
      body: { note: '草稿' },
    })
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/end`, {
          cookie: agent.cookie,
          body: {},
        })
      ).body.status,
    ).toBe('wrap_up')
    expect((await desk(agent.cookie)).presence[0].availability).toBe('wrapping_up')
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/rating`, {
          bearer: visitor.bearer,
          body: { stars: 5, comment: '好' },
        })
      ).status,
    ).toBe(201)
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/rating`, {
          bearer: visitor.bearer,
          body: { stars: 1 },
        })
      ).status,
    ).toBe(409)
    const closed = await test.request('POST', `/consultations/${consultation.id}/wrap-up`, {
      cookie: agent.cookie,
      body: { outcome: 'solved', topic: '营业执照', note: '办结' },
    })
    expect(closed.body.status).toBe('closed')
    expect((await desk(agent.cookie)).presence[0].availability).toBe('available')
    const ticket = (
      await test.request('GET', `/tickets/${consultation.ticketNumber}`, { cookie: agent.cookie })
    ).body
    expect(ticket.ticket.status).toBe('resolved')
    const types = ticket.timeline.map((entry: { type: string }) => entry.type)
    for (const type of [
      'ticket.created',
      'consultation.queued',
      'offer.ringing',
      'consultation.accepted',
      'call.started',
      'message.sent',
      'call.ended',
      'consultation.ended',
      'rating.given',
      'consultation.closed',
    ]) {
      expect(types, type).toContain(type)
    }
  })

  it('is handed over with a note; a refusal with its reason returns it; it always has one owner', async () => {
    const owner = await addAgent(test, city, ['agent'], '甲')
    const colleague = await addAgent(test, city, ['agent'], '乙')
    await available(owner.cookie)
    await test.request('PUT', '/presence', { cookie: colleague.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    await accept(owner.cookie, consultation.id)
    const ask = (kind: string) =>
      test.request('POST', `/consultations/${consultation.id}/invitations`, {
        cookie: owner.cookie,
        body: { kind, agentId: colleague.id, note: '请接手' },
      })
    const refused = (await ask('hand_over')).body
    expect(
      (
        await test.request('POST', `/invitations/${refused.id}/refuse`, {
          cookie: colleague.cookie,
          body: { reason: '在开会' },
        })
      ).body.reason,
    ).toBe('在开会')
    const view = async (cookie: string) =>
      (await test.request('GET', `/consultations/${consultation.id}`, { cookie })).body.state.consultation
    expect((await view(owner.cookie)).owner.id).toBe(owner.id)
    const accepted = (await ask('hand_over')).body
    await test.request('POST', `/invitations/${accepted.id}/accept`, { cookie: colleague.cookie, body: {} })
    expect((await view(colleague.cookie)).owner.id).toBe(colleague.id)
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/end`, {
          cookie: owner.cookie,
          body: {},
        })
      ).status,
    ).toBe(403)
    expect((await desk(owner.cookie)).mine).toHaveLength(0)
    const callId = (await view(colleague.cookie)).callId
    expect(
      (await test.request('POST', `/calls/${callId}/grants`, { cookie: owner.cookie, body: { tab } })).status,
    ).toBe(404)
  })

  it('is joined by the six digits read out on the telephone', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await available(agent.cookie)
    const site = (await test.db.read((tx) => tx.query.sites.findFirst()))?.id
    const opened = (
      await test.request('POST', '/consultations/telephone', {
        cookie: agent.cookie,
        body: { siteId: site, topic: '电话咨询' },
      })
    ).body
    expect(opened.joinCode).toMatch(/^\d{6}$/)
    expect(
      (
        await test.request('POST', '/visitors', {
          body: { site: 'demo', code: '000000' === opened.joinCode ? '111111' : '000000' },
        })
      ).status,
    ).toBe(404)
    const joined = await test.request('POST', '/visitors', { body: { site: 'demo', code: opened.joinCode } })
    expect(joined.status).toBe(201)
    expect((await mine(joined.body.token)).consultation).toMatchObject({
      id: opened.id,
      status: 'active',
      agent: { id: agent.id },
    })
    expect(
      (await test.request('POST', '/visitors', { body: { site: 'demo', code: opened.joinCode } })).status,
    ).toBe(404)
  })

  it('moves to another page by a one-time code', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    const { code, url } = (
      await test.request('POST', '/visitors/me/resume-codes', { bearer: visitor.bearer, body: {} })
    ).body
    expect(url).toContain('/help/demo?resume=')
    const moved = (await test.request('POST', '/visitors', { body: { site: 'demo', code } })).body
    expect((await mine(moved.token)).consultation.id).toBe(consultation.id)
    expect((await test.request('POST', '/visitors', { body: { site: 'demo', code } })).status).toBe(404)
  })

  it('answers a repeated command with the first answer, and refuses the key for another', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    const send = (body: string) =>
      test.request('POST', `/consultations/${consultation.id}/messages`, {
        bearer: visitor.bearer,
        body: { body },
        headers: { 'idempotency-key': 'key-1' },
      })
    const [one, two] = [await send('一'), await send('一')]
    expect(two.body.id).toBe(one.body.id)
    expect((await send('二')).status).toBe(422)
    expect((await mine(visitor.bearer)).messages).toHaveLength(1)
  })

  it('belongs to nobody else: other visitors, other lines and other agents find nothing', async () => {
    const agent = await addAgent(test, city, ['agent'])
    await available(agent.cookie)
    const elsewhere = await addDepartment(test, '别的市')
    const stranger = await addAgent(test, elsewhere, ['agent', 'supervisor', 'admin'])
    const visitor = await addVisitor(test, 'demo')
    const other = await addVisitor(test, 'demo')
    const { consultation } = await start(visitor.bearer)
    expect((await desk(stranger.cookie)).queue).toHaveLength(0)
    expect((await accept(stranger.cookie, consultation.id)).status).toBe(404)
    expect(
      (await test.request('GET', `/consultations/${consultation.id}`, { cookie: stranger.cookie })).status,
    ).toBe(404)
    expect(
      (
        await test.request('POST', `/consultations/${consultation.id}/leave`, {
          bearer: other.bearer,
          body: {},
        })
      ).status,
    ).toBe(404)
    expect(
      (await test.request('GET', `/consultations/${consultation.id}/messages`, { bearer: other.bearer }))
        .status,
    ).toBe(404)
  })
})
