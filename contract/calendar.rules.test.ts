import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addWorkingMs,
  compileCalendar,
  isWorking,
  nextWorkingInstant,
  type WorkingCalendar,
  type WorkingSpan,
  workingMsBetween,
} from './calendar.rules'
import { calendarProblems } from './calendar-check.rules'

const hour = 3_600_000
const minute = 60_000
const at = (text: string) => Date.parse(text)
const day = (...spans: string[]): WorkingSpan[] =>
  spans.map((span) => ({ from: span.slice(0, 5), to: span.slice(6) }))
const week = (days: number[], ...spans: string[]) => days.map((one) => ({ day: one, spans: day(...spans) }))
const allDays = [1, 2, 3, 4, 5, 6, 7]
const calendar = (parts: Partial<WorkingCalendar> = {}): WorkingCalendar => ({
  timeZone: 'Asia/Shanghai',
  week: week([1, 2, 3, 4, 5], '09:00-17:00'),
  exceptions: [],
  ...parts,
})
const compiled = (parts: Partial<WorkingCalendar> = {}) => {
  const start = at('2026-11-20T00:00Z')
  return compileCalendar(calendar(parts), start, start + 1)
}
const lunch = { week: week([1, 2, 3, 4, 5], '09:00-12:00', '13:00-17:00') }
const holiday = { exceptions: [{ date: '2026-11-23', name: '假日', spans: [] }] }
const makeUp = { exceptions: [{ date: '2026-11-21', name: '调休', spans: day('09:00-17:00') }] }

describe('addWorkingMs', () => {
  it.each([
    ['Friday 16:30, one hour → Monday 09:30', {}, '2026-11-20T16:30+08:00', hour, '2026-11-23T09:30+08:00'],
    ['over lunch', lunch, '2026-11-20T11:30+08:00', hour, '2026-11-20T13:30+08:00'],
    ['used up exactly at lunch', lunch, '2026-11-20T11:00+08:00', hour, '2026-11-20T12:00+08:00'],
    ['from within lunch', lunch, '2026-11-20T12:20+08:00', hour, '2026-11-20T14:00+08:00'],
    ['over a holiday', holiday, '2026-11-20T16:30+08:00', hour, '2026-11-24T09:30+08:00'],
    ['on a make-up Saturday', makeUp, '2026-11-20T16:30+08:00', hour, '2026-11-21T09:30+08:00'],
    ['exactly at opening', {}, '2026-11-20T09:00+08:00', hour, '2026-11-20T10:00+08:00'],
    ['exactly at closing', {}, '2026-11-20T17:00+08:00', hour, '2026-11-23T10:00+08:00'],
    ['until closing time', {}, '2026-11-20T16:00+08:00', hour, '2026-11-20T17:00+08:00'],
    ['five whole days', {}, '2026-11-20T09:00+08:00', 40 * hour, '2026-11-26T17:00+08:00'],
    ['nothing, at work', {}, '2026-11-20T10:00+08:00', 0, '2026-11-20T10:00+08:00'],
    ['nothing, at night', {}, '2026-11-20T20:00+08:00', 0, '2026-11-23T09:00+08:00'],
    ['before the unrolled range', {}, '2020-01-03T16:30+08:00', hour, '2020-01-06T09:30+08:00'],
    ['a year of work', {}, '2026-11-20T09:00+08:00', 52 * 40 * hour, '2027-11-18T17:00+08:00'],
  ])('%s', (_name, parts, start, ms, expected) => {
    expect(new Date(addWorkingMs(compiled(parts), at(start), ms))).toEqual(new Date(expected))
  })

  it('refuses negative time and centuries', () => {
    expect(() => addWorkingMs(compiled(), at('2026-11-20T09:00Z'), -1)).toThrow(RangeError)
    expect(() => addWorkingMs(compiled(), at('2026-11-20T09:00Z'), 1e15)).toThrow(RangeError)
    expect(() => addWorkingMs(compiled(), at('2026-11-20T09:00Z'), Number.NaN)).toThrow(RangeError)
  })
})

describe('zones', () => {
  it('gives other moments when a site moves from Shanghai to Urumqi', () => {
    const start = at('2026-11-20T16:30+08:00')
    const urumqi = compiled({ timeZone: 'Asia/Urumqi' })
    expect(addWorkingMs(urumqi, start, hour)).toBe(at('2026-11-20T17:30+08:00'))
    expect(isWorking(urumqi, at('2026-11-20T09:30+08:00'))).toBe(false)
  })

  it.each([
    ['a day of 23 hours', '00:00-24:00', '2026-03-29', 23],
    ['a day of 25 hours', '00:00-24:00', '2026-10-25', 25],
    ['an hour that is skipped', '02:00-03:00', '2026-03-29', 0],
    ['half in the skipped hour', '02:30-04:00', '2026-03-29', 1],
    ['an hour that comes twice', '02:00-03:00', '2026-10-25', 2],
    ['half of the hour that comes twice', '02:30-04:00', '2026-10-25', 2],
    ['an ordinary Sunday', '09:00-17:00', '2026-03-29', 8],
  ])('Berlin: %s', (_name, span, date, hours) => {
    const berlin = compiled({ timeZone: 'Europe/Berlin', week: week([7], span) })
    const around = [at(`${date}T00:00Z`) - 6 * hour, at(`${date}T00:00Z`) + 30 * hour] as const
    expect(workingMsBetween(berlin, ...around) / hour).toBe(hours)
  })

  it('keeps opening time on the wall through both changes', () => {
    const berlin = compiled({ timeZone: 'Europe/Berlin' })
    expect(nextWorkingInstant(berlin, at('2026-03-28T12:00Z'))).toBe(at('2026-03-30T07:00Z'))
    expect(nextWorkingInstant(berlin, at('2026-10-24T12:00Z'))).toBe(at('2026-10-26T08:00Z'))
  })

  it('agrees every quarter of an hour with the clock on the wall', () => {
    const zones = [
      'Europe/Berlin',
      'Asia/Shanghai',
      'America/St_Johns',
      'Africa/Casablanca',
      'Australia/Lord_Howe',
    ]
    const spans = ['01:30-02:15', '02:30-09:00', '22:00-24:00']
    for (const timeZone of zones) {
      const wall = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' })
      const c = compiled({ timeZone, week: week(allDays, ...spans) })
      for (const date of ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-25', '2026-10-04', '2026-11-01'])
        for (let now = at(`${date}T00:00Z`) - 12 * hour; now < at(`${date}T23:59Z`); now += 15 * minute) {
          const reads = wall.format(now)
          const expected = day(...spans).some(({ from, to }) => reads >= from && reads < to)
          expect([timeZone, new Date(now), isWorking(c, now)]).toEqual([timeZone, new Date(now), expected])
        }
    }
  })
})

describe('round the clock', () => {
  const always = compiled({ timeZone: 'Europe/Berlin', week: week(allDays, '00:00-24:00') })
  it('is one span, however far it goes', () => {
    const start = at('2026-11-20T03:00Z')
    expect(addWorkingMs(always, start, 3650 * 24 * hour)).toBe(start + 3650 * 24 * hour)
    expect(workingMsBetween(always, at('2000-01-01T00:00Z'), start)).toBe(start - at('2000-01-01T00:00Z'))
    expect(always.starts).toHaveLength(1)
  })
})

describe('calendarProblems', () => {
  it('lists everything wrong at once', () => {
    const problems = calendarProblems({
      timeZone: 'Asia/Nowhere',
      week: [
        { day: 1, spans: day('09:00-12:00', '11:00-17:00', '18:00-18:00', '9:00-10:00') },
        { day: 1, spans: [] },
        { day: 8, spans: day('09:00-25:00') },
      ],
      exceptions: [
        { date: '2026-02-30', name: '', spans: [] },
        { date: '2026-10-01', name: '国庆节', spans: [] },
        { date: '2026-10-01', name: '国庆节', spans: day('12:00-09:00') },
      ],
    })
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'timeZone time_zone_unknown',
      'week.0.spans.2 span_without_length',
      'week.0.spans.3 time_malformed',
      'week.0.spans.1 spans_overlap',
      'week.1 day_twice',
      'week.2 day_unknown',
      'week.2.spans.0 time_malformed',
      'exceptions.0 date_malformed',
      'exceptions.2 date_twice',
      'exceptions.2.spans.0 span_without_length',
    ])
  })

  it('refuses a week without work, takes touching spans and 24:00', () => {
    const empty = calendar({ week: [{ day: 1, spans: [] }], exceptions: makeUp.exceptions })
    expect(calendarProblems(empty)).toEqual([{ path: 'week', code: 'no_working_time' }])
    expect(() => compileCalendar(empty, 0, 1)).toThrow('no_working_time')
    expect(calendarProblems(calendar({ week: week([1], '00:00-12:00', '12:00-24:00') }))).toEqual([])
  })
})

describe('for any calendar', () => {
  const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu']
  const anyDay = fc
    .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 2, maxLength: 6 })
    .map((quarters) => {
      const clock = (quarter: number) =>
        `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
      const sorted = quarters.sort((a, b) => a - b)
      const spans: WorkingSpan[] = []
      for (let index = 0; index + 1 < sorted.length; index += 2)
        spans.push({ from: clock(sorted[index]!), to: clock(sorted[index + 1]!) })
      return spans
    })
  const anyCalendar = fc.record({
    timeZone: fc.constantFrom(...zones),
    week: fc.uniqueArray(fc.record({ day: fc.integer({ min: 1, max: 7 }), spans: anyDay }), {
      minLength: 1,
      selector: (each) => each.day,
    }),
    exceptions: fc.uniqueArray(
      fc.record({
        date: fc.integer({ min: 1, max: 28 }).map((of) => `2026-03-${String(of).padStart(2, '0')}`),
        name: fc.constant('x'),
        spans: fc.oneof(fc.constant([]), anyDay),
      }),
      { selector: (each) => each.date },
    ),
  })
  const anyMoment = fc.integer({ min: at('2026-02-20T00:00Z'), max: at('2026-04-10T00:00Z') })
  const anyAmount = fc.integer({ min: 0, max: 100 * hour })

  it('adding is the inverse of measuring, earliest, monotone and within working time', () => {
    fc.assert(
      fc.property(anyCalendar, anyMoment, anyAmount, anyAmount, (made, start, one, other) => {
        expect(calendarProblems(made)).toEqual([])
        const c = compileCalendar(made, start, start + 1)
        const due = addWorkingMs(c, start, one)
        expect(workingMsBetween(c, start, due)).toBe(one)
        // The moment before is working time and not enough, or nothing was asked for.
        if (one > 0) expect(workingMsBetween(c, start, due - 1)).toBe(one - 1)
        if (one > 0) expect(isWorking(c, due - 1)).toBe(true)
        else expect(isWorking(c, due)).toBe(true)
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        expect(addWorkingMs(c, start, less)).toBeLessThanOrEqual(addWorkingMs(c, start, more))
        if (one > 0 && other > 0)
          expect(addWorkingMs(c, due, other)).toBe(addWorkingMs(c, start, one + other))
      }),
      { numRuns: 600 },
    )
  })

  it('growing in both directions gives what unrolling at once gives', () => {
    fc.assert(
      fc.property(anyCalendar, anyMoment, anyMoment, anyMoment, (made, seed, one, other) => {
        const grown = compileCalendar(made, seed, seed + 1)
        const whole = compileCalendar(made, at('2025-01-01T00:00Z'), at('2027-01-01T00:00Z'))
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        expect(workingMsBetween(grown, from, to)).toBe(workingMsBetween(whole, from, to))
        expect(nextWorkingInstant(grown, from)).toBe(nextWorkingInstant(whole, from))
        expect(isWorking(grown, seed - 400 * 24 * hour)).toBe(isWorking(whole, seed - 400 * 24 * hour))
      }),
      { numRuns: 100 },
    )
  })
})
