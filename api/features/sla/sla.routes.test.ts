import { describe, expect, it } from 'vitest'
import { dueJobs } from '../../../drizzle/schema/index'
import { ensureSla } from './ensure-sla.usecases'
import {
  admin,
  agent,
  changeDefault,
  city,
  clocks,
  command,
  eventsOf,
  hour,
  minute,
  open,
  policies,
  site,
  tell,
  test,
  ticketOf,
  useWorld,
} from './testing/sla.world'

useWorld()

describe('a change of policy', () => {
  it('gives open tickets the right answer, and settled ones their old one', async () => {
    const [kept, settled] = [await open(), await open()]
    await command(settled.id, 'resolve')
    await test.project()
    const before = await ticketOf(settled.id)
    expect((await changeDefault({ firstResponseSeconds: 2 * hour })).status).toBe(200)
    await test.sweep()
    expect((await ticketOf(kept.id)).nextDueAt).toBe(Date.parse('2026-11-20T04:00:00Z'))
    expect(await ticketOf(settled.id)).toEqual(before)
    const { body } = await test.request('GET', '/sla/recompute', { cookie: admin.cookie })
    expect(body.recompute).toMatchObject({ isRunning: false, percent: 100, done: 1 })
  })

  it('takes back a breach that is none any more, and tells it again when it comes', async () => {
    const { id } = await open()
    await test.project()
    test.clock.advance(1.5 * hour)
    await test.sweep()
    expect((await ticketOf(id)).slaState).toBe('breached')
    await changeDefault({ firstResponseSeconds: 3 * hour })
    await test.sweep()
    expect((await ticketOf(id)).slaState).toBe('running')
    test.clock.advance(4 * hour)
    await test.sweep()
    expect(await eventsOf(id, 'sla.breached')).toHaveLength(2)
  })

  it('a policy that is switched off takes nothing and escalates nothing', async () => {
    const urgent = (await policies()).find((each) => each.name === '加急')
    if (!urgent) throw new Error('a policy was expected')
    const {
      id,
      position: _position,
      isDefault: _isDefault,
      updatedAt: _updatedAt,
      canEdit: _canEdit,
      ...body
    } = urgent
    const ticket = await open({ priority: 'urgent' })
    await test.project()
    expect((await clocks(ticket.id)).policyName).toBe('加急')
    await test.request('PUT', `/sla/policies/${id}`, {
      cookie: admin.cookie,
      body: { ...body, isActive: false },
    })
    await test.sweep()
    expect((await clocks(ticket.id)).policyName).toBe('默认时限')
    test.clock.advance(40 * minute)
    await test.sweep()
    expect(await eventsOf(ticket.id, 'sla.')).toEqual([])
  })

  it('a rule made later says nothing about what was settled before', async () => {
    const { id } = await open()
    await test.project()
    test.clock.advance(3 * hour)
    await command(id, 'resolve')
    await tell(id, 'ticket.replied')
    await test.sweep()
    const before = await eventsOf(id, 'sla.')
    test.clock.advance(minute)
    await test.request('POST', '/sla/rules', {
      cookie: admin.cookie,
      body: {
        name: '再提醒',
        clockKind: 'first_response',
        policyId: null,
        isActive: true,
        steps: [{ trigger: 'warn', atPercent: 50, afterSeconds: null, action: 'notify', level: 1 }],
      },
    })
    await test.sweep()
    await tell(id, 'ticket.tagged')
    await test.sweep()
    expect(await eventsOf(id, 'sla.')).toEqual(before)
    expect(
      (await test.db.read((tx) => tx.select().from(dueJobs))).filter((job) => job.subject === id),
    ).toEqual([])
  })
})

describe('settings', () => {
  it('names every problem of a calendar at once', async () => {
    const { status, body } = await test.request('POST', '/sla/calendars', {
      cookie: admin.cookie,
      body: {
        name: '错',
        timeZone: 'Asia/Nowhere',
        week: [{ day: 1, spans: [{ from: '12:00', to: '09:00' }] }],
        exceptions: [
          { date: '2026-02-30', name: '', spans: [] },
          { date: '2026-10-01', name: '国庆节', spans: [] },
          { date: '2026-10-01', name: '国庆节', spans: [] },
        ],
      },
    })
    expect([status, body.code]).toEqual([422, 'sla.calendar_invalid'])
    expect(body.errors).toEqual([
      { path: 'body.timeZone', message: 'time_zone_unknown' },
      { path: 'body.week.0.spans.0', message: 'span_without_length' },
      { path: 'body.exceptions.0', message: 'date_malformed' },
      { path: 'body.exceptions.2', message: 'date_twice' },
    ])
  })

  it('keeps what is in use, and exactly one default policy', async () => {
    const all = await policies()
    const fallback = all.at(-1)
    expect(fallback).toMatchObject({ isDefault: true, name: '默认时限' })
    const refuse = (path: string) => test.request('DELETE', path, { cookie: admin.cookie })
    expect((await refuse(`/sla/policies/${fallback?.id}`)).body.code).toBe('sla.default_policy')
    expect((await refuse(`/sla/calendars/${fallback?.calendarId}`)).body.code).toBe('sla.in_use')
    expect((await changeDefault({ isActive: false })).body.code).toBe('sla.default_policy')
    expect((await refuse(`/sla/policies/${all[0]?.id}`)).status).toBe(200)
    expect(await policies()).toHaveLength(all.length - 1)
  })

  it('says which policy would take a ticket, and when it would be due', async () => {
    const preview = (more: object) =>
      test.request('POST', '/sla/preview', {
        cookie: admin.cookie,
        body: { siteId: site.id, departmentId: city.id, at: '2026-11-20T08:30:00Z', ...more },
      })
    expect((await preview({})).body).toMatchObject({
      policyName: '默认时限',
      dues: [
        { kind: 'first_response', targetSeconds: 3600, dueAt: '2026-11-23T01:30:00.000Z' },
        { kind: 'resolution', dueAt: '2026-11-25T08:30:00.000Z' },
      ],
    })
    expect((await preview({ isComplaint: true, priority: 'urgent' })).body.policyName).toBe('投诉举报')
    const order = (await policies()).filter((each) => !each.isDefault).map((each) => each.id)
    await test.request('POST', '/sla/policies/order', {
      cookie: admin.cookie,
      body: { ids: order.reverse() },
    })
    expect((await preview({ isComplaint: true, priority: 'urgent' })).body.policyName).toBe('加急')
  })

  it('brings the public holidays of a year', async () => {
    const id = (await policies())[0]?.calendarId
    const { body } = await test.request('GET', `/sla/calendars/${id}/holidays?year=2026`, {
      cookie: admin.cookie,
    })
    expect(body.items).toContainEqual({ date: '2026-10-01', name: '国庆节', spans: [] })
    expect(body.items.some((each: { spans: unknown[] }) => each.spans.length === 2)).toBe(true)
  })

  it('is set up once, and every change is in the audit log', async () => {
    await ensureSla(test.deps)
    expect(await policies()).toHaveLength(3)
    await changeDefault({ name: '一般时限' })
    const { body } = await test.request('GET', '/audit?action=sla.policy_changed', { cookie: admin.cookie })
    expect(body.items).toMatchObject([{ actor: { id: admin.id }, data: { name: '一般时限' } }])
    expect((await test.request('GET', '/sla/policies', { cookie: agent.cookie })).status).toBe(403)
  })
})
