import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callParticipants, callQualities } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addConsultationRow } from '../../testing/rows'
import {
  allowPerson,
  callViewOf,
  denyPerson,
  findCall,
  findCallByRoom,
  findOpenCallOf,
  insertCall,
  isDenied,
  keepWebhook,
  listCalls,
  listOpenCalls,
  markApplied,
  moveToEnded,
  noteParticipant,
  pendingWebhooks,
  saveQuality,
  setAbsentCount,
} from './calls.store'

let test: TestApp
let consultationId: string
beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const site = await addSite(test, city, 'demo')
  consultationId = await addConsultationRow(test, { siteId: site.id, departmentId: city.id, queueSeq: 1 })
})
afterAll(() => test.close())

const add = (startedAt: number, room = newId('room')) =>
  test.db.write((tx) => insertCall(tx, { id: newId('cal'), consultationId, room, status: 'open', startedAt }))

describe('calls', () => {
  it('are found by id and room, listed in order, and end once', async () => {
    const later = await add(2000)
    const call = await add(1000)
    expect(await test.db.read((tx) => findCall(tx, call.id))).toEqual(call)
    await expect(test.db.read((tx) => findCall(tx, 'cal_x'))).rejects.toMatchObject({
      code: 'calls.not_found',
    })
    expect(await test.db.read((tx) => findCallByRoom(tx, call.room))).toEqual(call)
    expect(await test.db.read((tx) => findCallByRoom(tx, 'nowhere'))).toBeNull()
    expect((await test.db.read((tx) => listCalls(tx, consultationId))).map((row) => row.id)).toEqual([
      call.id,
      later.id,
    ])
    await expect(add(1, call.room)).rejects.toThrow()
    const ends = await Promise.all(
      [5000, 6000, 7000].map((at) => test.db.write((tx) => moveToEnded(tx, call.id, at))),
    )
    expect(ends.filter(Boolean)).toHaveLength(1)
    const ended = ends.find(Boolean)
    expect(await test.db.read((tx) => findCall(tx, call.id))).toEqual(ended)
    expect(ended && callViewOf(ended)).toMatchObject({
      status: 'ended',
      startedAt: '1970-01-01T00:00:01.000Z',
    })
    expect(await test.db.read(listOpenCalls)).toEqual([later])
    expect(await test.db.read((tx) => findOpenCallOf(tx, consultationId))).toEqual(later)
    await test.db.write((tx) => setAbsentCount(tx, later.id, 1))
    expect((await test.db.read((tx) => findCall(tx, later.id))).absentCount).toBe(1)
  })

  it('keep people out, once, until let in again', async () => {
    const { id } = await add(1)
    const denied = (person: string) => test.db.read((tx) => isDenied(tx, id, person))
    await test.db.write((tx) => denyPerson(tx, id, 'agent:a', 1))
    await test.db.write((tx) => denyPerson(tx, id, 'agent:a', 2))
    expect([await denied('agent:a'), await denied('agent:b'), await denied('visitor:a')]).toEqual([
      true,
      false,
      false,
    ])
    await test.db.write((tx) => allowPerson(tx, id, 'agent:a'))
    expect(await denied('agent:a')).toBe(false)
  })

  it('keep the last quality of each side', async () => {
    const { id: callId } = await add(1)
    const quality = {
      maxWidth: 1280,
      maxHeight: 720,
      lossPercent: 0.5,
      roundTripMs: 12.25,
      reconnects: 0,
      transport: 'udp',
      firstFrameMs: null,
    }
    const save = (side: 'agent' | 'visitor', at: number, more: object = {}) =>
      test.db.write((tx) => saveQuality(tx, { callId, side, ...quality, at, ...more }))
    await save('agent', 1)
    await save('visitor', 2)
    await save('agent', 3, { reconnects: 2, firstFrameMs: 800.5 })
    const rows = (await test.db.read((tx) => tx.select().from(callQualities))).filter(
      (row) => row.callId === callId,
    )
    expect(rows).toHaveLength(2)
    expect(rows.find((row) => row.side === 'agent')).toEqual({
      callId,
      side: 'agent',
      ...quality,
      at: 3,
      reconnects: 2,
      firstFrameMs: 800.5,
    })
  })
})

describe('webhooks', () => {
  it('are kept once, applied oldest first', async () => {
    const keep = (id: string, receivedAt: number) =>
      test.db.write((tx) => keepWebhook(tx, { id, type: 'x', body: { words: '中文' }, receivedAt }))
    expect((await Promise.all([keep('b', 2), keep('b', 2), keep('b', 2)])).filter(Boolean)).toHaveLength(1)
    expect(await keep('a', 1)).toBe(true)
    const pending = await test.db.read(pendingWebhooks)
    expect(pending.map((row) => row.id)).toEqual(['a', 'b'])
    expect(pending[0]?.body).toEqual({ words: '中文' })
    await test.db.write((tx) => markApplied(tx, 'a', 5))
    expect((await test.db.read(pendingWebhooks)).map((row) => row.id)).toEqual(['b'])
  })

  it('end in one row per participant, the first times kept, in any order', async () => {
    const { id: callId } = await add(1)
    const note = (sid: string, more: { joinedAt?: number; leftAt?: number }) =>
      test.db.write((tx) => noteParticipant(tx, { sid, callId, identity: 'agent:a:tab', ...more }))
    const came = { joinedAt: 10 }
    const went = { leftAt: 20 }
    for (const [sid, order] of Object.entries({
      PA_1: [came, went, { joinedAt: 11 }, { leftAt: 21 }],
      PA_2: [went, came, went],
    })) {
      const news: boolean[] = []
      for (const each of order) news.push(await note(sid, each))
      expect(news).toEqual(order.map((_, at) => at < 2))
      const rows = await test.db.read((tx) => tx.select().from(callParticipants))
      expect(rows.filter((row) => row.sid === sid)).toEqual([
        { sid, callId, identity: 'agent:a:tab', joinedAt: 10, leftAt: 20 },
      ])
    }
  })
})
