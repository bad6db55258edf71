import { describe, expect, it } from 'vitest'
import { compileCalendar } from './calendar.rules'
import { drawClock, kindsIn, type SentStretch } from './clock-drawing.rules'
import { stretchesOf } from './clock-picture.rules'
import type { SlaClock, SlaInterval } from './sla.rules'

const week = [1, 2, 3, 4, 5].map((day) => ({
  day,
  spans: [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:00' },
  ],
}))
const at = (text: string) => new Date(`${text}+08:00`).getTime()
const calendarOf = (days: typeof week) =>
  compileCalendar(
    { timeZone: 'Asia/Shanghai', week: days, exceptions: [] },
    at('2026-11-01T00:00'),
    at('2027-02-01T00:00'),
  )
const office = calendarOf(week)
const interval = (
  state: 'running' | 'paused',
  from: string,
  to: string | null,
  isOurs = false,
): SlaInterval => ({
  from: at(from),
  to: to === null ? null : at(to),
  state,
  reason: 'created',
  isOurs,
  by: { kind: 'system', id: null, name: '' },
  waitingOn: null,
  workingMs: 0,
})
const hour = 3_600_000
/** From Friday 16:00 with seven hours: due on Monday at 16:00 where nothing rests. */
const clock = (more: Partial<SlaClock>): SlaClock => ({
  kind: 'resolution',
  round: 0,
  targetMs: 7 * hour,
  startedAt: at('2026-11-20T16:00'),
  intervals: [interval('running', '2026-11-20T16:00', null)],
  dueAt: at('2026-11-23T16:00'),
  stoppedAt: null,
  stoppedBy: null,
  outcome: 'running',
  elapsedWorkingMs: 0,
  breachedAt: null,
  isLate: false,
  ...more,
})
const sent = (one: SlaClock, now: string, calendar = office): SentStretch[] =>
  (stretchesOf(one, calendar, at(now)) ?? []).map((each) => ({
    ...each,
    from: new Date(each.from).toISOString(),
    to: new Date(each.to).toISOString(),
  }))
const hours = (stretches: SentStretch[]) =>
  stretches.map(({ day, kind, from, to }) => [
    day.slice(8),
    kind,
    (new Date(to).getTime() - new Date(from).getTime()) / hour,
  ])

describe('the working time of a clock', () => {
  it('is what counted and what is left, without weekend and lunch', () => {
    expect(hours(sent(clock({}), '2026-11-23T10:00'))).toEqual([
      ['20', 'counted', 1],
      ['23', 'counted', 1],
      ['23', 'left', 2],
      ['23', 'left', 3],
    ])
  })

  it('shows what rested and through whom, and what is too much', () => {
    const late = clock({
      intervals: [
        interval('running', '2026-11-20T16:00', '2026-11-23T09:00'),
        interval('paused', '2026-11-23T09:00', '2026-11-23T10:00'),
        interval('paused', '2026-11-23T10:00', '2026-11-23T11:00', true),
        interval('running', '2026-11-23T11:00', null),
      ],
      targetMs: 2 * hour,
      dueAt: at('2026-11-23T12:00'),
      breachedAt: at('2026-11-23T12:00'),
      isLate: true,
    })
    expect(hours(sent(late, '2026-11-23T14:00'))).toEqual([
      ['20', 'counted', 1],
      ['23', 'paused', 1],
      ['23', 'ours', 1],
      ['23', 'counted', 1],
      ['23', 'late', 1],
    ])
  })

  it('of a resting clock goes on as if it ran on now; of a stopped one it ends there', () => {
    const resting = clock({
      intervals: [
        interval('running', '2026-11-20T16:00', '2026-11-20T17:00'),
        interval('paused', '2026-11-20T17:00', null),
      ],
      dueAt: null,
      outcome: 'paused',
      elapsedWorkingMs: hour,
    })
    expect(hours(sent(resting, '2026-11-23T12:00')).map(([, kind]) => kind)).toEqual([
      'counted',
      'paused',
      'left',
      'left',
    ])
    const stopped = clock({ stoppedAt: at('2026-11-20T16:30'), outcome: 'met' })
    expect(hours(sent(stopped, '2026-11-23T12:00'))).toEqual([['20', 'counted', 0.5]])
  })

  it('around the clock has a box for each day, and is left out where it is too many', () => {
    const always = calendarOf(
      [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] })),
    )
    const one = clock({ dueAt: at('2026-11-22T04:00') })
    expect(hours(sent(one, '2026-11-20T16:00', always))).toEqual([
      ['20', 'left', 8],
      ['21', 'left', 24],
      ['22', 'left', 4],
    ])
    expect(stretchesOf(clock({ dueAt: at('2027-01-30T04:00') }), always, at('2026-11-20T16:00'))).toBeNull()
  })
})

describe('the drawing of a clock', () => {
  const drawn = (stretches: SentStretch[], now: string, dueAt: string | null, isRunning = true) =>
    drawClock(stretches, { now: at(now), dueAt: dueAt === null ? null : at(dueAt), isRunning })

  it('fills the width, days as wide as their work, with now and the limit in their places', () => {
    const drawing = drawn(sent(clock({}), '2026-11-23T10:00'), '2026-11-23T10:00', '2026-11-23T16:00')
    expect(drawing.days.map((day) => [day.day, day.hasLabel])).toEqual([
      ['2026-11-20', true],
      ['2026-11-23', false],
    ])
    const [friday, monday] = drawing.days
    expect((friday?.width ?? 0) * 6).toBeCloseTo(monday?.width ?? 0)
    expect((monday?.x ?? 0) + (monday?.width ?? 0)).toBeCloseTo(100)
    expect(drawing.due).toBeCloseTo(100)
    expect(drawing.now).toBeCloseTo((monday?.x ?? 0) + (monday?.width ?? 0) / 6)
    expect(kindsIn(drawing)).toEqual(['counted', 'left'])
  })

  it('counts on between two answers', () => {
    const fetched = sent(clock({}), '2026-11-23T10:00')
    const later = drawn(fetched, '2026-11-23T11:00', '2026-11-23T16:00')
    expect(later.days[1]?.sums.counted).toBe(2 * hour)
    const whole = (drawing: typeof later) => drawing.days.map((day) => [day.x, day.width])
    expect(whole(later)).toEqual(whole(drawn(fetched, '2026-11-23T10:00', '2026-11-23T16:00')))
    expect(drawn(fetched, '2026-11-23T11:00', null, false)).toMatchObject({ now: null, due: null })
  })

  it('never lets names of days run into each other', () => {
    const long = drawn(
      sent(clock({ dueAt: at('2026-12-18T10:00') }), '2026-11-23T10:00'),
      '2026-11-23T10:00',
      null,
    )
    const labelled = long.days.filter((day) => day.hasLabel)
    expect(labelled.length).toBeGreaterThan(2)
    for (const [index, day] of labelled.slice(1).entries())
      expect(day.x - (labelled[index]?.x ?? 0)).toBeGreaterThanOrEqual(20)
  })
})
