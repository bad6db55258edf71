import { describe, expect, it } from 'vitest'
import { system } from '../../lib/actor'
import { changeTicketState } from '../tickets/tickets.usecases'
import {
  admin,
  changeDefault,
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

const edit = (id: string, body: Record<string, unknown>) =>
  test.request('PATCH', `/tickets/${id}`, { cookie: admin.cookie, body })
describe('what changes about a clock that has stopped', () => {
  it('is judged anew and alarms nobody: another priority after the end', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    // 16 working hours: in time for the default (21 h), late for an urgent one (14 h).
    test.clock.advance(4 * 24 * hour)
    await command(id, 'resolve')
    await test.sweep()
    expect((await ticketOf(id)).slaState).toBe('met')
    const before = await eventsOf(id, 'sla.')
    expect((await edit(id, { priority: 'urgent' })).status).toBe(200)
    await test.sweep()
    await test.sweep()
    expect(await clock(id, 'resolution')).toMatchObject({ isLate: true, outcome: 'breached' })
    expect(await eventsOf(id, 'sla.')).toEqual(before)
    expect(await eventsOf(id, 'escalation.')).toEqual([])
  })

  it('keeps its verdict when targets change: on its page, in the figures, and when it is tagged afterwards', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    test.clock.advance(2 * hour)
    await command(id, 'resolve')
    await test.sweep()
    const seen = async () => ({
      listed: (await ticketOf(id)).slaState,
      page: (await clocks(id)).slaState,
      resolution: (({ outcome, targetSeconds, dueAt }) => ({ outcome, targetSeconds, dueAt }))(
        await clock(id, 'resolution'),
      ),
      figures: (({ sla_met_resolution: met, sla_breached_resolution: late }) => ({ met, late }))(
        (await test.request('GET', '/dashboard', { cookie: admin.cookie })).body.counts,
      ),
    })
    const before = await seen()
    expect(before).toMatchObject({ listed: 'met', page: 'met', figures: { met: 1, late: 0 } })
    await changeDefault({ resolutionSeconds: hour })
    await test.sweep()
    expect(await seen()).toEqual(before)
    const tagged = await test.request('PUT', `/tickets/${id}/tags`, {
      cookie: admin.cookie,
      body: { tags: ['已归档'] },
    })
    expect(tagged.status).toBe(200)
    await test.sweep()
    expect(await seen()).toEqual(before)
    // Back in work it is a matter of today.
    await command(id, 'reopen')
    await test.sweep()
    expect(await clock(id, 'resolution')).toMatchObject({ isLate: true, targetSeconds: hour })
  })

  it('still tells what was due before it stopped and had not been looked at', async () => {
    const { id } = await open()
    await test.project()
    test.clock.advance(2 * hour)
    await tell(id, 'ticket.replied')
    await test.project()
    await test.sweep()
    expect((await eventsOf(id, 'sla.')).map((each) => each.type)).toContain('sla.breached')
  })
})

describe('a merge', () => {
  const merge = (id: string, intoId: string) =>
    test.request('POST', `/tickets/${id}/merge`, { cookie: admin.cookie, body: { intoId } })

  it('carries on what was owed on the ticket that is merged away, until somebody answers', async () => {
    const into = await open()
    await tell(into.id, 'ticket.replied')
    test.clock.advance(30 * minute)
    const asked = await open()
    test.clock.advance(30 * minute)
    const merged = await merge(asked.id, into.id)
    expect(merged.status).toBe(200)
    await test.project()
    expect(await clock(into.id, 'first_response')).toMatchObject({ outcome: 'met' })
    // Four working hours since 10:30, over the lunch break.
    expect(await clock(into.id, 'next_response')).toMatchObject({
      outcome: 'running',
      startedAt: '2026-11-20T02:30:00.000Z',
      dueAt: '2026-11-20T07:30:00.000Z',
    })
    await tell(into.id, 'ticket.replied')
    await test.project()
    expect(await clock(into.id, 'next_response')).toMatchObject({ outcome: 'met' })
  })

  it('owes nothing for what was answered by the survivor before, and forgets it when it is undone', async () => {
    const asked = await open()
    test.clock.advance(10 * minute)
    const into = await open()
    test.clock.advance(10 * minute)
    await tell(into.id, 'ticket.replied')
    expect((await merge(asked.id, into.id)).status).toBe(200)
    await test.project()
    expect(await clock(into.id, 'next_response')).toBeUndefined()

    const again = await open()
    const done = await merge(again.id, into.id)
    await test.project()
    expect(await clock(into.id, 'next_response')).toMatchObject({ outcome: 'running' })
    const undone = await test.request('POST', `/operations/${done.body.operation.id}/undo`, {
      cookie: admin.cookie,
    })
    expect(undone.status).toBe(200)
    await test.project()
    expect(await clock(into.id, 'next_response')).toBeUndefined()
    expect(await clock(again.id, 'first_response')).toMatchObject({ outcome: 'running' })
  })
})

describe('what is undone', () => {
  const bulk = async (id: string, change: Record<string, unknown>) => {
    const { body } = await test.request('POST', '/tickets/bulk', {
      cookie: admin.cookie,
      body: { ids: [id], change },
    })
    expect(body.changed, JSON.stringify(body)).toBe(1)
    return () => test.request('POST', `/operations/${body.operationId}/undo`, { cookie: admin.cookie })
  }
  const seen = async (id: string) => {
    await test.sweep()
    return (await clocks(id)).clocks.map((each: Record<string, unknown>) =>
      Object.fromEntries(
        ['kind', 'outcome', 'dueAt', 'stoppedAt', 'breachedAt', 'intervals'].map((name) => [
          name,
          name === 'intervals'
            ? (each.intervals as { state: string }[]).map(({ state }) => state)
            : each[name],
        ]),
      ),
    )
  }

  it.each([
    ['waiting for the citizen', { command: 'wait_citizen' }],
    ['resolved', { command: 'resolve' }],
  ])('%s by mistake for hours: the citizen is owed no later', async (_what, change) => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    const before = await seen(id)
    const undo = await bulk(id, change)
    await test.sweep()
    test.clock.advance(3 * hour)
    expect((await undo()).status).toBe(200)
    expect(await seen(id)).toEqual(before)
  })

  it('opened again by mistake: it was settled when it was', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    await command(id, 'resolve')
    const before = await seen(id)
    test.clock.advance(hour)
    const undo = await bulk(id, { command: 'keep_open' })
    await test.sweep()
    test.clock.advance(6 * hour)
    expect((await undo()).status).toBe(200)
    expect(await seen(id)).toEqual(before)
  })

  it('but not what came after another change of status', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    const undo = await bulk(id, { command: 'wait_citizen' })
    test.clock.advance(hour)
    await command(id, 'resume')
    await undo()
    await test.sweep()
    const { intervals } = await clock(id, 'resolution')
    expect(intervals.map(({ state }: { state: string }) => state)).toEqual(['paused', 'running'])
  })
})

describe('the end', () => {
  it('by the citizen’s own word is a resolution in time; by leaving the queue it is none', async () => {
    const { id } = await open()
    await tell(id, 'ticket.replied')
    await command(id, 'wait_citizen')
    test.clock.advance(hour)
    const visitor = { kind: 'visitor', id: 'vis_1', siteId: site.id } as const
    await test.db.write((tx) => changeTicketState(tx, test.deps, visitor, id, 'close', { isConfirmed: true }))
    const left = await open()
    await test.db.write((tx) => changeTicketState(tx, test.deps, visitor, left.id, 'close'))
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'met' })
    expect(await clock(left.id, 'resolution')).toMatchObject({ outcome: 'cancelled' })
  })
})

describe('on hold until', () => {
  it('ends the pause when it was to end, though nobody looked until later', async () => {
    await changeDefault({ pausesOn: ['on_hold'] })
    const { id } = await open()
    await tell(id, 'ticket.replied')
    const holdUntil = test.clock.now() + hour * 1000
    await test.db.write((tx) => changeTicketState(tx, test.deps, system, id, 'hold', { holdUntil }))
    await test.sweep()
    // Down for the rest of the weekend.
    test.clock.advance(3 * 24 * hour)
    await test.sweep()
    expect((await ticketOf(id)).status).toBe('open')
    const resolution = await clock(id, 'resolution')
    // Friday 11:00–12:00, 13:00–17:00 and Monday 9:00–10:00.
    expect(resolution).toMatchObject({ outcome: 'running', elapsedSeconds: 6 * hour })
    expect(resolution.intervals[0]).toMatchObject({ state: 'paused', to: '2026-11-20T03:00:00.000Z' })
  })
})

describe('on hold until a time that has passed by an undoing', () => {
  it('is open, and its clocks run', async () => {
    await changeDefault({ pausesOn: ['on_hold'] })
    const { id } = await open()
    await tell(id, 'ticket.replied')
    const holdUntil = test.clock.now() + hour * 1000
    await test.db.write((tx) => changeTicketState(tx, test.deps, system, id, 'hold', { holdUntil }))
    const bulk = await test.request('POST', '/tickets/bulk', {
      cookie: admin.cookie,
      body: { ids: [id], change: { command: 'resume' } },
    })
    expect(bulk.status, JSON.stringify(bulk.body)).toBeLessThan(300)
    test.clock.advance(2 * hour)
    const undone = await test.request('POST', `/operations/${bulk.body.operationId}/undo`, {
      cookie: admin.cookie,
    })
    expect(undone.status).toBe(200)
    expect((await ticketOf(id)).status).toBe('on_hold')
    await test.sweep()
    expect((await ticketOf(id)).status).toBe('open')
    await test.project()
    expect(await clock(id, 'resolution')).toMatchObject({ outcome: 'running' })
  })
})

describe('a tag that goes into another one', () => {
  it('takes the policy for it along, and its tickets', async () => {
    const { items } = (await test.request('GET', '/sla/policies', { cookie: admin.cookie })).body
    const standard = items.find((each: { isDefault: boolean }) => each.isDefault)
    const { id } = await open()
    const other = await open()
    const tagged = async (ticketId: string, name: string) =>
      (
        await test.request('PUT', `/tickets/${ticketId}/tags`, {
          cookie: admin.cookie,
          body: { tags: [name] },
        })
      ).body.ticket.tags[0].id as string
    const [vip, key] = [await tagged(id, '特办'), await tagged(other.id, '重点')]
    const made = await test.request('POST', '/sla/policies', {
      cookie: admin.cookie,
      body: {
        name: '特办',
        isActive: true,
        calendarId: standard.calendarId,
        firstResponseSeconds: 600,
        nextResponseSeconds: 600,
        resolutionSeconds: 7200,
        pausesOn: [],
        conditions: [{ field: 'tag', op: 'in', values: [vip] }],
      },
    })
    expect(made.status).toBe(201)
    await test.sweep()
    expect((await clocks(id)).policyName).toBe('特办')
    expect((await clocks(other.id)).policyName).not.toBe('特办')
    const gone = await test.request('POST', `/tags/${vip}/merge`, {
      cookie: admin.cookie,
      body: { intoId: key },
    })
    expect(gone.status, JSON.stringify(gone.body)).toBe(200)
    await test.sweep()
    await test.sweep()
    for (const each of [id, other.id])
      expect((await ticketOf(each)).nextDueAt).toBe(Date.parse('2026-11-20T02:10:00Z'))
  })
})
