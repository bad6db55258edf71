import { describe, expect, it } from 'vitest'
import { compileCalendar, type WorkingCalendar } from './calendar.rules'
import type { ClockKind, SlaActor, SlaClock, SlaFact, SlaPolicy } from './sla.rules'
import { applyFact, clocksOf, nextDueAt, openTicketClocks, recomputeClocks, warnAt } from './sla.rules'
import { describeLedger } from './sla-ledger.rules'

const hour = 3_600_000
const minute = 60_000
const at = (text: string) => Date.parse(`2026-11-${text}+08:00`)
const week = [1, 2, 3, 4, 5].map((day) => ({ day, spans: [{ from: '09:00', to: '17:00' }] }))
const calendarOf = (parts: Partial<WorkingCalendar> = {}) =>
  compileCalendar(
    { timeZone: 'Asia/Shanghai', week, exceptions: [], ...parts },
    at('01T00:00'),
    at('30T00:00'),
  )
const office = calendarOf()
const policy: SlaPolicy = {
  id: 'normal',
  targets: { first_response: hour, next_response: 2 * hour, resolution: 16 * hour },
  pausesOn: ['waiting_citizen', 'on_hold'],
}
const citizen: SlaActor = { kind: 'citizen', id: 'c1', name: '王女士' }
const agent: SlaActor = { kind: 'agent', id: 'a1', name: '李工' }

/** A history from `[moment, what, more]`, numbered as it is written. */
type Told = [moment: string, kind: SlaFact['kind'], more?: object]
const story = (...told: Told[]): SlaFact[] =>
  told.map(([moment, kind, more], seq) => {
    const by = ['created', 'citizen_replied', 'reopened'].includes(kind) ? citizen : agent
    return { at: at(moment), seq, by, kind, ...more } as SlaFact
  })
const clockIn = (
  facts: SlaFact[],
  kind: ClockKind,
  now: string,
  changes: Partial<SlaPolicy> = {},
  round = 0,
) => {
  const clocks = recomputeClocks(facts, { ...policy, ...changes }, office, at(now))
  return clocks.find((each) => each.kind === kind && each.round === round) as SlaClock
}
const waits = (to: string, waitingOn?: string) => ({ to, waitingOn })

describe('first response', () => {
  it('created Friday 16:30, one hour, 9–17 → Monday 09:30', () => {
    const clock = clockIn(story(['20T16:30', 'created']), 'first_response', '21T12:00')
    expect(clock).toMatchObject({ dueAt: at('23T09:30'), outcome: 'running', elapsedWorkingMs: hour / 2 })
  })

  it.each([
    ['in time', '23T09:10', 'met', null],
    ['exactly when due', '23T09:30', 'met', null],
    ['a minute late', '23T09:31', 'breached', at('23T09:30')],
  ])('answered %s', (_name, moment, outcome, breachedAt) => {
    const facts = story(['20T16:30', 'created'], [moment, 'agent_replied'])
    const clock = clockIn(facts, 'first_response', '24T12:00')
    expect(clock).toMatchObject({ outcome, breachedAt, stoppedAt: at(moment), stoppedBy: agent })
  })

  it('counts a live answer, and is late while nobody answers', () => {
    const live = story(['20T10:00', 'created'], ['20T10:05', 'consultation_accepted'])
    expect(clockIn(live, 'first_response', '20T12:00').outcome).toBe('met')
    const open = story(['20T10:00', 'created'])
    expect(clockIn(open, 'first_response', '20T10:59').isLate).toBe(false)
    expect(clockIn(open, 'first_response', '20T11:00')).toMatchObject({ outcome: 'running', isLate: true })
  })

  it('is cancelled where the ticket is resolved unanswered, and goes on after reopening', () => {
    const facts = story(['20T10:00', 'created'], ['20T10:20', 'status_changed', waits('resolved')])
    expect(clockIn(facts, 'first_response', '20T16:00').outcome).toBe('cancelled')
    const again = [...facts, ...story(['23T10:00', 'reopened']).map((fact) => ({ ...fact, seq: 9 }))]
    expect(clockIn(again, 'first_response', '23T10:10')).toMatchObject({
      dueAt: at('23T10:40'),
      elapsedWorkingMs: 30 * minute,
    })
  })

  it('counts a reply sent together with the end, whichever is written first', () => {
    const facts = story(
      ['20T10:00', 'created'],
      ['20T10:20', 'status_changed', waits('resolved')],
      ['20T10:20', 'agent_replied'],
    )
    expect(clockIn(facts, 'first_response', '20T16:00').outcome).toBe('met')
  })

  it('with a target of zero falls due with the next working instant', () => {
    const targets = { ...policy.targets, first_response: 0 }
    const clock = clockIn(story(['21T10:00', 'created']), 'first_response', '22T10:00', { targets })
    expect(clock).toMatchObject({ dueAt: at('23T09:00'), isLate: false })
  })

  it('does not exist without a target', () => {
    const targets = { ...policy.targets, first_response: null }
    const clocks = recomputeClocks(
      story(['20T10:00', 'created']),
      { ...policy, targets },
      office,
      at('20T11:00'),
    )
    expect(clocks.map((each) => each.kind)).toEqual(['resolution'])
  })
})

describe('next response', () => {
  const facts = story(
    ['20T09:00', 'created'],
    ['20T09:10', 'citizen_replied'],
    ['20T09:30', 'agent_replied'],
    ['20T10:00', 'citizen_replied'],
    ['20T10:40', 'citizen_replied'],
    ['20T11:00', 'agent_replied'],
    ['20T16:00', 'citizen_replied'],
  )
  it('runs from the first unanswered reply, a clock for each round', () => {
    expect(clockIn(facts, 'next_response', '20T16:30')).toMatchObject({
      startedAt: at('20T10:00'),
      elapsedWorkingMs: hour,
      outcome: 'met',
    })
    expect(clockIn(facts, 'next_response', '20T16:30', {}, 1).dueAt).toBe(at('23T10:00'))
    expect(recomputeClocks(facts, policy, office, at('20T16:30'))).toHaveLength(4)
  })

  it('starts with the reopening when the citizen wrote on an ended ticket', () => {
    const ended = story(
      ['20T09:00', 'created'],
      ['20T09:30', 'agent_replied'],
      ['20T10:00', 'status_changed', waits('resolved')],
      ['20T11:00', 'citizen_replied'],
      ['20T12:00', 'reopened'],
    )
    expect(clockIn(ended.slice(0, 4), 'next_response', '20T12:30')).toBeUndefined()
    expect(clockIn(ended, 'next_response', '20T12:30').startedAt).toBe(at('20T12:00'))
  })
})

describe('resolution', () => {
  it('pauses over a closure and resumes with the citizen at once', () => {
    const facts = story(
      ['20T10:00', 'created'],
      ['20T16:00', 'status_changed', waits('waiting_citizen')],
      ['23T11:00', 'citizen_replied'],
    )
    expect(clockIn(facts.slice(0, 2), 'resolution', '20T18:00')).toMatchObject({
      outcome: 'paused',
      dueAt: null,
      elapsedWorkingMs: 6 * hour,
    })
    const clock = clockIn(facts, 'resolution', '23T12:00')
    // Six hours used; an hour on Friday and two on Monday are not counted; ten remain from Monday 11:00.
    expect(clock).toMatchObject({ dueAt: at('24T13:00'), elapsedWorkingMs: 7 * hour, outcome: 'running' })
    expect(
      clock.intervals.map((each) => [each.state, each.reason, each.workingMs / hour, each.by.name]),
    ).toEqual([
      ['running', 'created', 6, '王女士'],
      ['paused', 'waiting_citizen', 3, '李工'],
      ['running', 'citizen_replied', 1, '王女士'],
    ])
  })

  it('pauses only where the policy says so, and flags a pause that is ours', () => {
    const facts = story(
      ['20T10:00', 'created'],
      ['20T11:00', 'status_changed', waits('waiting_department', '市场监管局')],
    )
    expect(clockIn(facts, 'resolution', '20T12:00').intervals).toHaveLength(1)
    const clock = clockIn(facts, 'resolution', '20T12:00', { pausesOn: ['waiting_department'] })
    expect(clock.intervals[1]).toMatchObject({ state: 'paused', isOurs: true, waitingOn: '市场监管局' })
    const citizens = story(['20T10:00', 'created'], ['20T11:00', 'status_changed', waits('waiting_citizen')])
    expect(clockIn(citizens, 'resolution', '20T12:00').intervals[1]?.isOurs).toBe(false)
  })

  it('goes on after reopening with the time already used', () => {
    const facts = story(
      ['20T10:00', 'created'],
      ['20T15:00', 'status_changed', waits('resolved')],
      ['20T16:00', 'closed'],
      ['24T09:00', 'reopened'],
    )
    expect(clockIn(facts.slice(0, 3), 'resolution', '24T08:00')).toMatchObject({
      outcome: 'met',
      stoppedAt: at('20T15:00'),
    })
    expect(clockIn(facts, 'resolution', '24T10:00')).toMatchObject({
      dueAt: at('25T12:00'),
      stoppedAt: null,
      elapsedWorkingMs: 6 * hour,
    })
  })

  it('is cancelled by closing unresolved and by a merge, breached where it was late', () => {
    const closed = story(['20T10:00', 'created'], ['20T12:00', 'closed'])
    expect(clockIn(closed, 'resolution', '24T12:00').outcome).toBe('cancelled')
    const late = story(['20T10:00', 'created'], ['25T12:00', 'closed'])
    expect(clockIn(late, 'resolution', '26T12:00')).toMatchObject({
      outcome: 'breached',
      breachedAt: at('24T10:00'),
    })
    const merged = story(['20T10:00', 'created'], ['25T12:00', 'status_changed', waits('merged')])
    expect(clockIn(merged, 'resolution', '26T12:00').outcome).toBe('cancelled')
  })

  it('is not late by a pause that begins exactly when it is due, and late when it resumes', () => {
    const facts = story(
      ['20T09:00', 'created'],
      ['23T17:00', 'status_changed', waits('on_hold')],
      ['25T20:00', 'status_changed', waits('open')],
    )
    expect(clockIn(facts.slice(0, 2), 'resolution', '24T12:00')).toMatchObject({ isLate: false, dueAt: null })
    expect(clockIn(facts, 'resolution', '25T21:00')).toMatchObject({ isLate: false, dueAt: at('26T09:00') })
  })
})

describe('what changes the whole history', () => {
  const facts = story(
    ['20T10:00', 'created'],
    ['20T11:00', 'status_changed', waits('waiting_department')],
    ['20T13:00', 'status_changed', waits('open')],
  )
  const urgent: SlaPolicy = {
    id: 'urgent',
    targets: { first_response: 30 * minute, next_response: hour, resolution: 4 * hour },
    pausesOn: ['waiting_department'],
  }
  it('a policy counts from the beginning: target and pauses', () => {
    const changed: SlaFact = { at: at('20T14:00'), seq: 7, by: agent, kind: 'policy_changed', policy: urgent }
    const clock = clockIn([...facts, changed], 'resolution', '20T14:00')
    expect(clock).toMatchObject({ targetMs: 4 * hour, elapsedWorkingMs: 2 * hour, dueAt: at('20T16:00') })
    const first = clockIn([...facts, changed], 'first_response', '20T14:00')
    expect(first.breachedAt).toBe(at('20T10:30'))
  })

  it('a calendar counts from the beginning', () => {
    const calendar = calendarOf({ exceptions: [{ date: '2026-11-23', name: '假日', spans: [] }] })
    const changed: SlaFact = { at: at('20T14:00'), seq: 7, by: agent, kind: 'calendar_changed', calendar }
    expect(clockIn(facts, 'resolution', '20T14:00').dueAt).toBe(at('24T10:00'))
    expect(clockIn([...facts, changed], 'resolution', '20T14:00').dueAt).toBe(at('25T10:00'))
  })

  it('a merge keeps the earliest creation and its answer; undone, both are gone', () => {
    const firstAnswer = { at: at('19T15:20'), by: agent }
    const merge = { ticketId: 't2', createdAt: at('19T15:00'), firstAnswer }
    const merged = [
      ...facts,
      { at: at('20T14:00'), seq: 8, by: agent, kind: 'merged_from', ...merge } as SlaFact,
    ]
    expect(clockIn(merged, 'resolution', '20T14:30').dueAt).toBe(at('23T15:00'))
    expect(clockIn(merged, 'first_response', '20T14:30')).toMatchObject({
      outcome: 'met',
      stoppedAt: at('19T15:20'),
    })
    const undone: SlaFact = { at: at('20T15:00'), seq: 9, by: agent, kind: 'merge_undone', ticketId: 't2' }
    const clock = clockIn([...merged, undone], 'first_response', '20T15:30')
    expect(clock).toMatchObject({ startedAt: at('20T10:00'), stoppedAt: null, isLate: true })
  })

  it('a fact that arrives late takes its place, a repeated one changes nothing', () => {
    const late = [facts[0]!, facts[2]!, facts[1]!, facts[1]!].reduce(
      applyFact,
      openTicketClocks(urgent, office),
    )
    expect(clocksOf(late, at('20T14:00'))).toEqual(recomputeClocks(facts, urgent, office, at('20T14:00')))
  })
})

describe('warnings and the ledger', () => {
  const facts = story(
    ['20T10:00', 'created'],
    ['20T16:00', 'status_changed', waits('on_hold')],
    ['23T11:00', 'status_changed', waits('open')],
    ['24T15:00', 'status_changed', waits('resolved')],
  )
  it('warns at a share of the target, past or to come', () => {
    const clock = clockIn(facts.slice(0, 3), 'resolution', '23T11:30')
    expect(warnAt(clock, office, 25)).toBe(at('20T14:00'))
    expect(warnAt(clock, office, 50)).toBe(at('23T13:00'))
    expect(warnAt(clockIn(facts.slice(0, 2), 'resolution', '21T11:00'), office, 50)).toBeNull()
    expect(nextDueAt(recomputeClocks(facts.slice(0, 1), policy, office, at('20T10:30')))).toBe(at('20T11:00'))
  })

  it('tells a late clock in order', () => {
    const lines = describeLedger(clockIn(facts, 'resolution', '25T12:00'))
    expect(lines.map(({ key, at: moment }) => [key, moment])).toEqual([
      ['started', at('20T10:00')],
      ['paused_ours', at('20T16:00')],
      ['resumed', at('23T11:00')],
      ['breached', at('24T13:00')],
      ['stopped_late', at('24T15:00')],
    ])
    expect(lines[1]?.params).toMatchObject({ by: '李工', reason: 'on_hold', workingMs: 3 * hour })
    expect(lines[2]?.params).toEqual({ by: '李工', reason: 'status_changed', usedMs: 6 * hour })
    expect(lines[4]?.params).toMatchObject({ usedMs: 18 * hour, targetMs: 16 * hour })
  })

  it('tells when an open clock is due and how a met one ended', () => {
    const open = describeLedger(clockIn(facts.slice(0, 3), 'resolution', '23T12:00'))
    expect(open.at(-1)).toEqual({ key: 'due', at: at('24T13:00'), params: { remainingMs: 9 * hour } })
    const met = clockIn(
      story(['20T10:00', 'created'], ['20T10:30', 'agent_replied']),
      'first_response',
      '21T10:00',
    )
    expect(describeLedger(met).map(({ key }) => key)).toEqual(['started', 'met'])
  })
})
