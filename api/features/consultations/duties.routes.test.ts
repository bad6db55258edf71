import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { maxMessages } from '../../../contract/consultations.rules'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { applyWebhooks, receiveWebhook } from '../calls/webhooks.usecases'
import { findPresence } from '../presence/presence.store'
import { agentConnected, applyPresence, losePresence } from '../presence/presence.usecases'
import { findConsultation } from './consultations.store'
import { insertMessage } from './messages.store'

let test: TestApp
let city: { id: string; path: string }
let site: { id: string; key: string }
beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  site = await addSite(test, city, 'demo')
})
afterEach(() => test.close())

const tab = 'tab-123456'
const come = async (name: string) => {
  const agent = await addAgent(test, city, ['agent'], name)
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
  return agent
}
const post = (cookie: string, path: string, body: object = {}, headers: Record<string, string> = {}) =>
  test.request('POST', path, { cookie, body, headers })
const ask = async () => {
  const visitor = await addVisitor(test, 'demo')
  const { body } = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'video', topic: '营业执照' },
  })
  return { ...visitor, consultationId: body.state.consultation.id as string }
}
const mine = async (bearer: string) => (await test.request('GET', '/visitors/me', { bearer })).body.state
const availabilityOf = async (id: string) => (await test.db.read((tx) => findPresence(tx, id)))?.availability
const invite = (cookie: string, consultationId: string, kind: string, agentId: string) =>
  post(cookie, `/consultations/${consultationId}/invitations`, { kind, agentId, note: '' })

describe('an account that may serve no more', () => {
  it('leaves nobody in a call that nobody can end', async () => {
    const admin = await addAgent(test, city, ['admin'])
    const agent = await come('甲')
    const visitor = await ask()
    await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    expect(test.livekit.rooms.size).toBe(1)
    const off = await test.request('PATCH', `/agents/${agent.id}`, {
      cookie: admin.cookie,
      body: { isActive: false },
    })
    expect(off.status).toBe(200)
    expect((await mine(visitor.bearer)).consultation.status).toBe('wrap_up')
    expect(await availabilityOf(agent.id)).toBe('offline')
    await test.sweep()
    await expect.poll(() => test.livekit.rooms.size).toBe(0)
  })

  it('leaves a ticket that the citizen’s words after the end bring back into work', async () => {
    const agent = await come('甲')
    const visitor = await ask()
    await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    await post(agent.cookie, `/consultations/${visitor.consultationId}/end`)
    const row = await test.db.read((tx) => findConsultation(tx, visitor.consultationId))
    const ticketId = row?.ticketId ?? ''
    const waits = await post(agent.cookie, `/tickets/${ticketId}/status`, { command: 'wait_citizen' })
    expect(waits.body.ticket.status).toBe('waiting_citizen')
    const said = await test.request('POST', `/consultations/${visitor.consultationId}/messages`, {
      bearer: visitor.bearer,
      body: { body: '材料已寄出' },
    })
    expect(said.status).toBeLessThan(300)
    const ticket = await test.request('GET', `/tickets/${ticketId}`, { cookie: agent.cookie })
    expect(ticket.body.ticket.status).toBe('open')
  })

  it('is out of the calls of others, which go on', async () => {
    const admin = await addAgent(test, city, ['admin'])
    const owner = await come('甲')
    const guest = await come('乙')
    const visitor = await ask()
    await post(owner.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    const asked = await invite(owner.cookie, visitor.consultationId, 'join', guest.id)
    await post(guest.cookie, `/invitations/${asked.body.id}/accept`)
    await test.request('PATCH', `/agents/${guest.id}`, {
      cookie: admin.cookie,
      body: { roles: ['editor'] },
    })
    const { consultation } = await mine(visitor.bearer)
    expect(consultation).toMatchObject({ status: 'active', participants: [] })
    expect(await availabilityOf(guest.id)).toBe('offline')
  })
})

describe('invitations', () => {
  it('go to those who may answer, and end when they go offline', async () => {
    const owner = await come('甲')
    const colleague = await come('乙')
    const editor = await addAgent(test, city, ['editor'])
    const visitor = await ask()
    await post(owner.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    const wrong = await invite(owner.cookie, visitor.consultationId, 'join', editor.id)
    expect(wrong.body.code).toBe('invitations.not_available')
    await invite(owner.cookie, visitor.consultationId, 'hand_over', colleague.id)
    await test.request('PUT', '/presence', {
      cookie: colleague.cookie,
      body: { availability: 'offline' },
    })
    const { body } = await test.request('GET', '/desk', { cookie: owner.cookie })
    expect(body.state.invitations).toEqual([])
    const detail = await test.request('GET', `/consultations/${visitor.consultationId}`, {
      cookie: owner.cookie,
    })
    expect(detail.body.state.invitations).toMatchObject([{ status: 'lapsed' }])
  })

  it.each(['withdrawn', 'ended'])('tell who %s them from what became of them', async (how) => {
    const owner = await come('甲')
    const colleague = await come('乙')
    const visitor = await ask()
    await post(owner.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    const { body } = await invite(owner.cookie, visitor.consultationId, 'join', colleague.id)
    if (how === 'withdrawn') await post(owner.cookie, `/invitations/${body.id}/cancel`)
    else await post(owner.cookie, `/consultations/${visitor.consultationId}/end`)
    const detail = await test.request('GET', `/consultations/${visitor.consultationId}`, {
      cookie: owner.cookie,
    })
    expect(detail.body.state.invitations).toMatchObject([
      { status: how === 'withdrawn' ? 'cancelled' : 'lapsed' },
    ])
  })

  it('give no way back: a repeated accept after a hand-over mints nothing', async () => {
    const owner = await come('甲')
    const colleague = await come('乙')
    const visitor = await ask()
    const key = { 'idempotency-key': 'accept-once' }
    const path = `/consultations/${visitor.consultationId}/accept`
    expect((await post(owner.cookie, path, { tab }, key)).body.grant).not.toBeNull()
    const asked = await invite(owner.cookie, visitor.consultationId, 'hand_over', colleague.id)
    await post(colleague.cookie, `/invitations/${asked.body.id}/accept`)
    const again = await post(owner.cookie, path, { tab }, key)
    expect(again.status).toBe(200)
    expect(again.body.grant).toBeNull()
  })

  it('keep out who handed over, even where LiveKit could not be told at first', async () => {
    const owner = await come('甲')
    const colleague = await come('乙')
    const visitor = await ask()
    const { body } = await post(owner.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    const asked = await invite(owner.cookie, visitor.consultationId, 'hand_over', colleague.id)
    await post(colleague.cookie, `/invitations/${asked.body.id}/accept`)
    const identity = `agent:${owner.id}:${tab}`
    const { port } = test.livekit
    port.listIdentities = async () => {
      throw new Error('LiveKit is down')
    }
    await test.sweep()
    const [room = ''] = test.livekit.rooms
    await receiveWebhook(test.deps, {
      id: 'ev-1',
      type: 'participant_joined',
      createdAt: test.clock.now(),
      room,
      participant: { sid: 'PA_1', identity },
      body: {},
    })
    await applyWebhooks(test.deps)
    expect(body.grant.identity).toBe(identity)
    port.listIdentities = async () => [identity]
    test.clock.advance(300)
    await test.sweep()
    await expect.poll(() => test.livekit.removed).toContainEqual({ room, identity })
  })
})

describe('presence', () => {
  it('ends offline for a laptop closed in a call, whenever the call ends', async () => {
    const agent = await come('甲')
    const visitor = await ask()
    await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    await test.db.write((tx) => losePresence(tx, test.deps, agent.id))
    test.clock.advance(10 * 60)
    await test.sweep()
    expect(await availabilityOf(agent.id)).toBe('busy')
    await test.request('POST', `/consultations/${visitor.consultationId}/leave`, {
      bearer: visitor.bearer,
      body: {},
    })
    expect(await availabilityOf(agent.id)).toBe('wrapping_up')
    test.clock.advance(10 * 60)
    await test.sweep()
    expect(await availabilityOf(agent.id)).toBe('offline')
  })
})

describe('telephone codes', () => {
  it('cost a guess each, whatever other codes are redeemed in between', async () => {
    const guess = (code: string) => test.request('POST', '/visitors', { body: { site: site.key, code } })
    const own = await addVisitor(test, 'demo')
    const statuses: number[] = []
    for (let at = 0; at < 12; at++) {
      statuses.push((await guess(`00000${at % 10}`)).status)
      const { body } = await test.request('POST', '/visitors/me/resume-codes', {
        bearer: own.bearer,
        body: {},
      })
      expect((await guess(body.code)).status).toBe(201)
    }
    expect(statuses.slice(0, 10)).not.toContain(429)
    expect(statuses.slice(10)).toEqual([429, 429])
  })
})

it('asks nothing of a site that was switched off', async () => {
  const admin = await addAgent(test, city, ['admin'])
  const visitor = await addVisitor(test, 'demo')
  await test.request('PATCH', `/admin/sites/${site.id}`, {
    cookie: admin.cookie,
    body: { isActive: false },
  })
  const { status } = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'chat', topic: '社保' },
  })
  expect(status).toBe(404)
})

it('holds a thousand messages, which a snapshot carries whole', async () => {
  await come('甲')
  const visitor = await ask()
  const say = (body: string) =>
    test.request('POST', `/consultations/${visitor.consultationId}/messages`, {
      bearer: visitor.bearer,
      body: { body },
    })
  expect((await say('第一句')).status).toBe(201)
  await test.db.write(async (tx) => {
    for (let at = 1; at < maxMessages; at++)
      await insertMessage(tx, {
        id: newId('msg'),
        consultationId: visitor.consultationId,
        from: 'visitor',
        body: `${at}`,
        createdAt: test.clock.now(),
      })
  })
  expect((await say('再一句')).body.code).toBe('request.too_many')
  expect((await mine(visitor.bearer)).messages).toHaveLength(maxMessages)
})

it('takes a few files at a time from one person', async () => {
  await come('甲')
  const visitor = await ask()
  const slow = Array.from({ length: 8 }, () => {
    let finish: () => void = () => undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        finish = () => controller.close()
      },
    })
    return { body, finish: () => finish() }
  })
  const put = (body: ReadableStream<Uint8Array> | string) =>
    test.app.request(`/api/v1/consultations/${visitor.consultationId}/documents?name=a.pdf`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${visitor.bearer}` },
      body,
      duplex: 'half',
    } as RequestInit)
  const pending = slow.map((each) => put(each.body))
  await expect.poll(async () => (await put('x')).status).toBe(429)
  for (const each of slow) each.finish()
  await Promise.all(pending)
  expect((await put('x')).status).toBe(415)
})

it('writes down who looks at a conversation of others', async () => {
  const agent = await come('甲')
  const auditor = await addAgent(test, city, ['auditor'])
  const visitor = await ask()
  await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
  const look = (cookie: string) => test.request('GET', `/consultations/${visitor.consultationId}`, { cookie })
  expect((await look(agent.cookie)).status).toBe(200)
  expect((await look(auditor.cookie)).status).toBe(200)
  const read = await test.request('GET', '/audit?action=consultations.read', { cookie: auditor.cookie })
  expect(read.body.items).toHaveLength(1)
  expect(JSON.stringify(read.body.items)).toContain(auditor.id)
})

describe('signing out in a consultation', () => {
  it.each(['leave', 'end'])('ends offline, not free for the next citizen, when they %s', async (how) => {
    const agent = await come('甲')
    const colleague = await come('乙')
    const visitor = await ask()
    await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    if (how === 'end') {
      // A hand-over leaves nothing to wrap up.
      const asked = await invite(agent.cookie, visitor.consultationId, 'hand_over', colleague.id)
      await post(agent.cookie, '/auth/logout')
      expect(await availabilityOf(agent.id)).toBe('busy')
      await post(colleague.cookie, `/invitations/${asked.body.id}/accept`)
    } else {
      await post(agent.cookie, '/auth/logout')
      expect(await availabilityOf(agent.id)).toBe('busy')
      await test.request('POST', `/consultations/${visitor.consultationId}/leave`, {
        bearer: visitor.bearer,
        body: {},
      })
    }
    expect(await availabilityOf(agent.id)).toBe('offline')
  })

  it('is forgotten by whoever comes back before the end', async () => {
    const agent = await come('甲')
    const visitor = await ask()
    await post(agent.cookie, `/consultations/${visitor.consultationId}/accept`, { tab })
    await test.db.write((tx) => applyPresence(tx, test.deps, agent.id, 'go_offline', 'signed_out'))
    await agentConnected(test.deps, agent.id)
    await post(agent.cookie, `/consultations/${visitor.consultationId}/end`)
    expect(await availabilityOf(agent.id)).toBe('wrapping_up')
  })
})
