import { describe, expect, it } from 'vitest'
import type { ClockView, TicketClocksView } from '../../../contract/sla.schema'
import { durationWords, isWorkingAt, nextStart, remainingMs, segmentsOf } from './clock-view'

const friday = (time: string) => `2026-11-20T${time}:00.000Z`
const ms = (text: string) => new Date(text).getTime()
const running: ClockView = {
  kind: 'resolution',
  round: 0,
  outcome: 'running',
  isLate: false,
  targetSeconds: 7200,
  elapsedSeconds: 1800,
  remainingSeconds: 5400,
  startedAt: friday('08:00'),
  dueAt: null,
  stoppedAt: null,
  breachedAt: null,
  intervals: [],
  ledger: [],
  picture: null,
}
const view: TicketClocksView = {
  ticketId: 'tkt_00000000000000000000',
  now: friday('08:30'),
  slaState: 'running',
  nextDueAt: null,
  policyName: '',
  calendarName: '',
  timeZone: 'Asia/Shanghai',
  spans: [
    { from: friday('08:30'), to: friday('09:00') },
    { from: '2026-11-23T01:00:00.000Z', to: '2026-11-23T04:00:00.000Z' },
  ],
  clocks: [running],
}

describe('counting down', () => {
  it('stops outside working hours and goes on when work begins', () => {
    expect(remainingMs(view, running, ms(friday('08:45')))).toBe(75 * 60_000)
    expect(remainingMs(view, running, ms(friday('20:00')))).toBe(60 * 60_000)
    expect(remainingMs(view, running, ms('2026-11-23T02:30:00.000Z'))).toBe(-30 * 60_000)
    expect(remainingMs(view, { ...running, outcome: 'paused' }, ms(friday('20:00')))).toBe(90 * 60_000)
    expect([
      isWorkingAt(view.spans, ms(friday('08:59'))),
      isWorkingAt(view.spans, ms(friday('09:00'))),
    ]).toEqual([true, false])
    expect(nextStart(view.spans, ms(friday('09:00')))).toBe(ms('2026-11-23T01:00:00.000Z'))
    expect(nextStart(view.spans, ms('2026-11-24T01:00:00.000Z'))).toBeNull()
  })
})

describe('the picture of a clock', () => {
  const interval = (state: 'running' | 'paused', workingSeconds: number, more = {}) => ({
    from: friday('08:00'),
    to: friday('08:30'),
    state,
    reason: 'created',
    isOurs: false,
    byName: '',
    waitingOn: null,
    workingSeconds,
    ...more,
  })
  it('shows what ran, what was paused and by whom, and what was too much', () => {
    const clock: ClockView = {
      ...running,
      targetSeconds: 100,
      intervals: [
        interval('running', 50),
        interval('paused', 20, { isOurs: true }),
        interval('running', 80, { to: null }),
      ],
    }
    const { segments, target } = segmentsOf(clock, 150_000)
    expect(segments.map(({ kind, share }) => [kind, Math.round(share * 170)])).toEqual([
      ['running', 50],
      ['ours', 20],
      ['running', 50],
      ['late', 50],
    ])
    expect(target * 170).toBeCloseTo(120)
  })
})

describe('durations in words', () => {
  it.each([
    [59_000, { key: 'seconds', seconds: 59 }],
    [60_000, { key: 'minutes', minutes: 1 }],
    [7_200_000, { key: 'hours', hours: 2 }],
    [-7_260_000, { key: 'hoursMinutes', hours: 2, minutes: 1 }],
  ] as const)('%s', (value, expected) => {
    expect(durationWords(value)).toEqual(expected)
  })
})
