import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { RuleView } from '../../../contract/sla.schema'
import { events, firedSteps, slaIntervals, tickets } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { addVisitor } from '../../testing/app'
import { writeEvent } from '../events/events.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import {
  admin,
  changeDefault,
  city,
  clock,
  clocks,
  command,
  eventsOf,
  hour,
  minute,
  open,
  site,
  tell,
  test,
  ticketOf,
  useWorld,
} from './testing/sla.world'

useWorld()

describe('the clocks of a ticket', () => {
  it('run in working time: one hour from Friday 16:30 is Monday 09:30', async () => {
    test.clock.advance(6.5 * hour)
    const { id } = await open()
    await test.project()
    const view = await clocks(id)
    expect(view.clocks.map((each: { kind: string }) => each.kind)).toEqual(['first_response', 'resolution'])
    expect(view.clocks[0].dueAt).toBe('2026-11-23T01:30:00.000Z')
    expect(view.spans[0]).toEqual({ from: '2026-11-20T08:30:00.000Z', to: '2026-11-20T09:00:00.000Z' })
    expect(view.spans[1]).toEqual({ from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T04:00:00.000Z' })
    expect(await ticketOf(id)).toMatchObject({
      slaState: 'running',
      nextDueAt: Date.parse('2026-11-23T01:30:00Z'),
    })
  })

  it('pause while they wait for the citizen, and go on at once with the reply', async () => {
    const { id } = await open()
    await command(id, 'take')
    await tell(id, 'ticket.replied')
    test.clock.advance(30 * minute)
    await command(id, 'wait_citizen')
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({
      outcome: 'paused',
      dueAt: null,
      elapsedSeconds: 1800,
    })
    expect((await ticketOf(id)).slaState).toBe('paused')
    test.clock.advance(2 * 24 * hour)
    await tell(id, 'ticket.citizen_replied')
    await test.project()
    const resolution = await clock(id, 'resolution')
    expect(resolution).toMatchObject({ outcome: 'running', elapsedSeconds: 1800 })
    expect(resolution.intervals.map((each: { state: string }) => each.state)).toEqual([
      'running',
      'paused',
      'running',
    ])
    expect(await clock(id, 'next_response')).toMatchObject({ targetSeconds: 4 * hour })
    expect(resolution.ledger.map((line: { key: string }) => line.key)).toEqual([
      'started',
      'paused',
      'resumed',
      'due',
    ])
    const kept = await test.db.read((tx) => tx.select().from(slaIntervals))
    expect(kept.filter((each) => each.ticketId === id && each.kind === 'resolution')).toHaveLength(3)
  })

  it('holding over a closure takes nothing away where the policy does not pause on it', async () => {
    const { id } = await open()
    await command(id, 'hold')
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'running' })
    await changeDefault({ pausesOn: ['waiting_citizen', 'on_hold'] })
    await test.sweep()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'paused' })
    const [interval] = (await clock(id, 'resolution')).intervals
    expect(interval).toMatchObject({ state: 'paused', reason: 'on_hold', isOurs: true })
  })

  it('go on with the time already used when it is reopened', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    test.clock.advance(hour)
    await command(id, 'resolve')
    await test.project()
    expect((await ticketOf(id)).slaState).toBe('met')
    expect((await ticketOf(id)).nextDueAt).toBeNull()
    test.clock.advance(24 * hour)
    await command(id, 'reopen')
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'running', elapsedSeconds: hour })
  })

  it('take a late event where it belongs', async () => {
    const { id } = await open()
    test.clock.advance(3 * hour)
    await test.sweep()
    expect(await clock(id, 'first_response')).toMatchObject({ isLate: true })
    await tell(id, 'ticket.replied', test.clock.now() - 2.5 * hour * 1000)
    await test.project()
    expect(await clock(id, 'first_response')).toMatchObject({ outcome: 'met', isLate: false })
  })

  it('stop with what was just done, also where the machine’s clock was set back since', async () => {
    const { id } = await open()
    await command(id, 'take')
    test.clock.advance(30 * minute)
    await command(id, 'resolve')
    test.clock.advance(-20)
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'met', elapsedSeconds: 1800 })
    expect((await ticketOf(id)).slaState).toBe('met')
  })

  it('keep the earliest creation through a merge, and forget it when that is undone', async () => {
    const first = await open()
    test.clock.advance(hour)
    const second = await open()
    await test.db.write(async (tx) => {
      await tx.update(tickets).set({ mergedIntoId: second.id }).where(eq(tickets.id, first.id))
      await tellTicket(tx, await loadTicketRow(tx, second.id), 'ticket.absorbed', system, test.clock.now(), {
        ticketId: first.id,
      })
      await tellTicket(tx, await loadTicketRow(tx, first.id), 'ticket.merged', system, test.clock.now(), {
        from: 'new',
        to: 'merged',
        intoId: second.id,
      })
    })
    await test.project()
    expect((await clock(second.id, 'resolution')).startedAt).toBe('2026-11-20T02:00:00.000Z')
    expect(await clock(first.id, 'resolution')).toMatchObject({ outcome: 'cancelled' })
    await test.db.write(async (tx) => {
      await tx.update(tickets).set({ mergedIntoId: null, status: 'open' }).where(eq(tickets.id, first.id))
      await tellTicket(tx, await loadTicketRow(tx, first.id), 'ticket.unmerged', system, test.clock.now(), {
        from: 'merged',
        to: 'open',
      })
    })
    await test.project()
    expect((await clock(second.id, 'resolution')).startedAt).toBe('2026-11-20T03:00:00.000Z')
    expect(await clock(first.id, 'resolution')).toMatchObject({ outcome: 'running' })
    expect((await ticketOf(second.id)).nextDueAt).toBe(Date.parse('2026-11-20T04:00:00Z'))
  })

  it('are told to pages only when they change', async () => {
    const { id } = await open()
    await test.project()
    const news = async () =>
      (await test.db.read((tx) => tx.select().from(events))).filter(
        (row) => row.type === 'sla.clock' && row.subject === id,
      )
    expect((await news()).map((row) => row.agentData)).toMatchObject([
      { clocks: { ticketId: id, slaState: 'running' } },
    ])
    await tell(id, 'ticket.tagged')
    await test.project()
    expect(await news()).toHaveLength(1)
  })

  it('count the live answer, and what the citizen writes afterwards', async () => {
    const visitor = await addVisitor(test, 'demo')
    const asked = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '社保' },
    })
    const consultationId = asked.body.state?.consultation?.id ?? asked.body.consultation?.id ?? asked.body.id
    const [row] = await test.db.read((tx) => tx.select().from(tickets))
    if (!row || !consultationId) throw new Error('a consultation was expected')
    const say = (kind: 'agent' | 'visitor', type: string) =>
      test.db.write((tx) =>
        writeEvent(tx, {
          type,
          subject: consultationId,
          at: test.clock.now(),
          actor: kind === 'visitor' ? { kind: 'visitor', id: visitor.id, siteId: site.id } : system,
          ticketId: row.id,
          consultationId,
          audience: [],
        }),
      )
    await say('agent', 'consultation.accepted')
    await test.project()
    expect(await clock(row.id, 'first_response')).toMatchObject({ outcome: 'met' })
    await say('visitor', 'message.sent')
    await test.project()
    expect(await clock(row.id, 'next_response')).toBeUndefined()
    await say('agent', 'consultation.ended')
    await say('visitor', 'message.sent')
    await test.project()
    expect(await clock(row.id, 'next_response')).toMatchObject({ outcome: 'running' })
  })
})

describe('falling due', () => {
  it('warns, breaches and climbs, each once and in order', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    await test.project()
    // 21 working hours: Friday 10:00 → Wednesday 10:00.
    const seen: string[] = []
    for (let step = 0; step < 24 * 13; step++) {
      test.clock.advance(hour / 2)
      await test.sweep()
      const types = (await eventsOf(id, 'sla.')).map((each) => each.type)
      while (seen.length < types.length)
        seen.push(`${types[seen.length]} ${new Date(test.clock.now()).toISOString()}`)
    }
    expect(seen).toEqual([
      'sla.warned 2026-11-24T06:00:00.000Z',
      'sla.step 2026-11-24T06:00:00.000Z',
      'sla.breached 2026-11-25T02:00:00.000Z',
      'sla.step 2026-11-25T02:00:00.000Z',
      'sla.step 2026-11-25T04:00:00.000Z',
      'sla.step 2026-11-26T03:00:00.000Z',
    ])
    expect((await eventsOf(id, 'sla.step')).map((each) => Reflect.get(each, 'level'))).toEqual([1, 2, 3, 4])
    expect((await ticketOf(id)).slaState).toBe('breached')
  })

  it('after a stop fires everything once, in order, marked late and as caught up', async () => {
    const { id } = await open()
    await test.project()
    test.clock.advance(14 * 24 * hour)
    await test.restart()
    await test.sweep()
    const told = await eventsOf(id, 'sla.')
    expect(told.map((each) => [each.type, Reflect.get(each, 'kind')])).toEqual([
      ['sla.warned', 'first_response'],
      ['sla.step', 'first_response'],
      ['sla.breached', 'first_response'],
      ['sla.step', 'first_response'],
      ['sla.step', 'first_response'],
      ['sla.warned', 'resolution'],
      ['sla.step', 'resolution'],
      ['sla.breached', 'resolution'],
      ['sla.step', 'resolution'],
      ['sla.step', 'resolution'],
      ['sla.step', 'resolution'],
    ])
    expect(told.every((each) => Reflect.get(each, 'isLate') && Reflect.get(each, 'isCaughtUp'))).toBe(true)
    const dues = told.map((each) => Number(Reflect.get(each, 'dueAt')))
    expect(dues).toEqual([...dues].sort((a, b) => a - b))
    await test.sweep()
    expect(await eventsOf(id, 'sla.')).toHaveLength(11)
    expect(await test.db.read((tx) => tx.select().from(firedSteps))).toHaveLength(9)
  })

  it('raises the priority, which may bring another policy', async () => {
    const { items } = (await test.request('GET', '/sla/rules', { cookie: admin.cookie })).body
    const rule: RuleView = items.find((each: RuleView) => each.clockKind === 'first_response')
    const { id: ruleId, canEdit: _canEdit, ...body } = rule
    const steps = body.steps.map((step) =>
      step.trigger === 'warn' ? { ...step, action: 'raise_priority' as const } : step,
    )
    await test.request('PUT', `/sla/rules/${ruleId}`, { cookie: admin.cookie, body: { ...body, steps } })
    const { id } = await open()
    await test.project()
    test.clock.advance(50 * minute)
    await test.sweep()
    expect((await ticketOf(id)).priority).toBe('high')
    expect((await clocks(id)).policyName).toBe('加急')
    expect(await eventsOf(id, 'ticket.edited')).toMatchObject([
      { changes: [{ field: 'priority', before: 'normal', after: 'high' }] },
    ])
  })

  it('disturbs people in their own working time', async () => {
    const { items } = (await test.request('GET', '/sla/calendars', { cookie: admin.cookie })).body
    const [calendar] = items
    const mondays = await test.request('POST', '/sla/calendars', {
      cookie: admin.cookie,
      body: {
        name: '周一上午',
        timeZone: 'Asia/Shanghai',
        week: [{ day: 1, spans: [{ from: '09:00', to: '12:00' }] }],
        exceptions: [],
      },
    })
    expect(mondays.status).toBe(201)
    expect(calendar.departmentIds).toEqual([])
    const chosen = await test.request('PUT', `/sla/departments/${city.id}`, {
      cookie: admin.cookie,
      body: { calendarId: mondays.body.id },
    })
    expect(chosen.status).toBe(200)
    const { id } = await open()
    await test.sweep()
    test.clock.advance(2 * hour)
    await test.sweep()
    expect((await eventsOf(id, 'sla.')).map((each) => each.type)).toEqual(['sla.breached'])
    test.clock.advance(3 * 24 * hour)
    await test.sweep()
    expect((await eventsOf(id, 'sla.')).map((each) => each.type)).toEqual([
      'sla.breached',
      'sla.warned',
      'sla.step',
      'sla.step',
      'sla.step',
    ])
  })
})
