import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callParticipants } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { addConsultationRow } from '../../testing/rows'
import { eventsAfter } from '../events/events.store'
import { allowPerson, type CallRow, denyPerson, findCall, insertCall, pendingWebhooks } from './calls.store'
import { reconcileCalls } from './calls.usecases'
import { applyWebhooks } from './webhooks.usecases'

let test: TestApp
let call: CallRow
let agent: { id: string; cookie: string }
let visitor: { id: string; bearer: string }

beforeEach(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const site = await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'])
  visitor = await addVisitor(test, 'demo')
  const consultationId = await addConsultationRow(
    test,
    { siteId: site.id, departmentId: city.id, queueSeq: 1 },
    { status: 'active', ownerId: agent.id, visitorId: visitor.id, channel: 'video', consentAt: 1 },
  )
  call = await test.db.write((tx) =>
    insertCall(tx, {
      id: 'cal_00000000000000000001',
      consultationId,
      room: 'room-1',
      status: 'open',
      startedAt: test.clock.now(),
    }),
  )
  test.livekit.rooms.add('room-1')
})
afterEach(() => test.close())

const person = () => `visitor:${visitor.id}`
const hookOf = (id: string, type: string, more: object = {}) => ({
  id,
  type,
  createdAt: 1000,
  room: 'room-1',
  participant: { sid: 'PA_1', identity: `${person()}:tab-1` },
  body: {},
  ...more,
})
const post = async (hook: object | string, authorization = 'signed') => {
  const response = await test.app.request('/api/v1/livekit/webhook', {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/webhook+json' },
    body: typeof hook === 'string' ? hook : JSON.stringify(hook),
  })
  await response.text()
  return response.status
}
const applied = () =>
  eventually(async () => {
    await applyWebhooks(test.deps)
    expect(await test.db.read(pendingWebhooks)).toEqual([])
  })
const presences = () => test.db.read((tx) => tx.select().from(callParticipants))
const eventsOf = async (type: string) =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 500))).filter((row) => row.type === type)

const joined = () => hookOf('EV_1', 'participant_joined', { createdAt: 1000 })
const left = () => hookOf('EV_2', 'participant_left', { createdAt: 5000 })
const row = () => ({
  sid: 'PA_1',
  callId: call.id,
  identity: `${person()}:tab-1`,
  joinedAt: 1000,
  leftAt: 5000,
})

describe('webhooks', () => {
  it('end in the same row and the same events in whatever order and however often they come', async () => {
    const orders = [
      [joined(), left()],
      [left(), joined()],
      [joined(), joined(), left(), left(), joined()],
      [left(), left(), joined()],
    ]
    for (const [at, order] of orders.entries()) {
      const sid = `PA_${at}`
      for (const hook of order) {
        const participant = { ...hook.participant, sid }
        expect(await post({ ...hook, id: `${hook.id}_${at}`, participant })).toBe(200)
      }
      await applied()
      expect((await presences()).find((each) => each.sid === sid)).toEqual({ ...row(), sid })
      expect(await eventsOf('call.participant_joined')).toHaveLength(at + 1)
      expect(await eventsOf('call.participant_left')).toHaveLength(at + 1)
    }
  })

  it('with other ids but the same participant are news once: LiveKit repeats under new ids too', async () => {
    for (const id of ['a', 'b', 'c']) await post({ ...joined(), id })
    await applied()
    expect(await presences()).toHaveLength(1)
    expect(await eventsOf('call.participant_joined')).toHaveLength(1)
  })

  it('are applied once by two processes at the same time', async () => {
    await post(joined())
    await Promise.all([applyWebhooks(test.deps), applyWebhooks(test.deps), applyWebhooks(test.deps)])
    await applied()
    expect(await eventsOf('call.participant_joined')).toHaveLength(1)
  })

  it('that come after the call is over, of unknown kinds and of other rooms do no harm', async () => {
    await post(hookOf('1', 'room_finished', { participant: null }))
    await post(hookOf('2', 'egress_started', { room: null, participant: null }))
    await post(hookOf('3', 'participant_joined', { room: 'room-of-somebody-else' }))
    await post(hookOf('4', 'something_new'))
    await applied()
    expect(await presences()).toEqual([])
    expect((await test.db.read((tx) => findCall(tx, call.id))).status).toBe('open')
  })

  it('are refused unsigned, wrongly signed and too large', async () => {
    expect(await post(joined(), 'forged')).toBe(401)
    expect(await post('x'.repeat(300_000))).toBe(413)
    const unsigned = await test.app.request('/api/v1/livekit/webhook', {
      method: 'POST',
      body: JSON.stringify(joined()),
    })
    expect(unsigned.status).toBe(401)
    expect(await test.db.read(pendingWebhooks)).toEqual([])
    expect(await presences()).toEqual([])
  })
})

describe('somebody who may not be in the call', () => {
  beforeEach(() => {
    test.livekit.port.listIdentities = async () => [
      `${person()}:tab-1`,
      `${person()}:tab-2`,
      'agent:agt_x:tab-1',
    ]
  })

  it('is removed when joining, in every tab, and nobody else is', async () => {
    await test.db.write((tx) => denyPerson(tx, call.id, person(), 0))
    await post(joined())
    await applied()
    await test.sweep()
    await eventually(() => expect(test.livekit.removed.length).toBeGreaterThan(0))
    expect(test.livekit.removed[0]).toEqual({ room: 'room-1', identity: `${person()}:tab-1` })
    expect(test.livekit.removed.every((each) => each.identity.startsWith(person()))).toBe(true)
    const grant = await test.request('POST', `/calls/${call.id}/grants`, {
      bearer: visitor.bearer,
      body: { tab: 'tab-123456' },
    })
    expect(grant.body.code).toBe('calls.removed')
  })

  it('is left alone when let in again', async () => {
    await test.db.write((tx) => denyPerson(tx, call.id, person(), 0))
    await test.db.write((tx) => denyPerson(tx, call.id, person(), 1))
    await test.db.write((tx) => allowPerson(tx, call.id, person()))
    await post(joined())
    await applied()
    await test.sweep()
    expect(test.livekit.removed).toEqual([])
  })
})

describe('reconciling with LiveKit', () => {
  const statusAfter = async (...states: ('present' | 'absent' | 'unknown')[]) => {
    for (const state of states) {
      test.livekit.setDown(state === 'unknown')
      if (state === 'present') test.livekit.rooms.add('room-1')
      else test.livekit.rooms.delete('room-1')
      await reconcileCalls(test.deps)
    }
    return (await test.db.read((tx) => findCall(tx, call.id))).status
  }
  beforeEach(() => test.clock.advance(61))

  it.each([
    [['absent', 'absent'], 'ended'],
    [['absent'], 'open'],
    [['absent', 'present', 'absent'], 'open'],
    [['absent', 'present', 'absent', 'absent'], 'ended'],
    [['unknown', 'unknown', 'unknown', 'unknown'], 'open'],
    [['absent', 'unknown', 'unknown'], 'open'],
    [['absent', 'unknown', 'absent'], 'ended'],
    [['present', 'present', 'present'], 'open'],
  ] as const)('%j → %s', async (states, status) => {
    expect(await statusAfter(...states)).toBe(status)
    expect(await eventsOf('call.ended')).toHaveLength(status === 'ended' ? 1 : 0)
  })

  it('gives a young call time, and needs no LiveKit', async () => {
    test.clock.advance(-30)
    expect(await statusAfter('absent', 'absent', 'absent')).toBe('open')
    test.clock.advance(30)
    await reconcileCalls({ ...test.deps, livekit: null })
    expect(await statusAfter('absent')).toBe('open')
  })
})
