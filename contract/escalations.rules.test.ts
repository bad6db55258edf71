import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCalendar, workingMsBetween } from './calendar.rules'
import { areSound, escalationTimeNames, standardTimes, timeLimits } from './escalation-times.rules'
import {
  acknowledgeDue,
  ageBucketOf,
  ageBuckets,
  ageLimitsMs,
  dueOf,
  monthSpan,
  reasonGroup,
  redLightAt,
  settleDue,
} from './escalations.rules'

const calendar = compileCalendar(
  {
    timeZone: 'Asia/Shanghai',
    week: [1, 2, 3, 4, 5].map((day) => ({
      day,
      spans: [
        { from: '09:00', to: '12:00' },
        { from: '13:00', to: '17:00' },
      ],
    })),
    exceptions: [{ date: '2026-11-24', name: '放假', spans: [] }],
  },
  Date.parse('2026-11-01T00:00:00Z'),
  Date.parse('2026-12-31T00:00:00Z'),
)
const pace = { calendar, times: standardTimes }
/** Wall clock in Shanghai, November 2026. */
const at = (day: number, clock: string) =>
  Date.parse(`2026-11-${String(day).padStart(2, '0')}T${clock}:00+08:00`)
const matter = {
  status: 'raised' as const,
  acknowledgeBy: at(20, '12:00'),
  settleBy: at(25, '10:00'),
  nextActionAt: null as number | null,
  touchedAt: at(20, '10:00'),
}

describe('the red light', () => {
  it.each([
    ['by day', at(20, '10:00'), at(20, '10:20')],
    ['into the lunch break', at(20, '11:50'), at(20, '13:10')],
    ['into the weekend', at(20, '16:45'), at(23, '09:05')],
    ['at night', at(20, '03:00'), at(20, '09:20')],
    ['over a holiday', at(23, '16:50'), at(25, '09:10')],
  ])('counts 20 working minutes from the last touch: %s', (_, touchedAt, expected) => {
    expect(redLightAt(pace, { ...matter, touchedAt })).toBe(expected)
    expect(redLightAt(pace, { ...matter, status: 'referred', touchedAt })).toBe(expected)
  })

  it('waits for a promised next step, and counts from the touch where its date has passed', () => {
    const acknowledged = { ...matter, status: 'acknowledged' as const }
    expect(redLightAt(pace, { ...acknowledged, nextActionAt: at(23, '15:00') })).toBe(at(23, '15:20'))
    expect(redLightAt(pace, { ...acknowledged, nextActionAt: at(19, '15:00') })).toBe(at(20, '10:20'))
    expect(redLightAt(pace, acknowledged)).toBe(at(20, '10:20'))
  })

  it('is off for good once closed', () => {
    expect(redLightAt(pace, { ...matter, status: 'closed' })).toBeNull()
    expect(dueOf({ ...matter, status: 'closed' })).toBeNull()
  })

  it('is exactly so much working time after the touch, whenever that was', () => {
    const moment = fc.integer({ min: at(1, '00:00'), max: at(29, '00:00') })
    fc.assert(
      fc.property(moment, (touchedAt) => {
        const red = redLightAt(pace, { ...matter, touchedAt }) ?? 0
        expect(workingMsBetween(calendar, touchedAt, red)).toBe(standardTimes.redLightMinutes * 60_000)
        expect(workingMsBetween(calendar, touchedAt, red - 1)).toBeLessThan(
          standardTimes.redLightMinutes * 60_000,
        )
      }),
    )
  })
})

it('what is due next: to acknowledge, the next step, the end', () => {
  expect(dueOf(matter)).toBe(matter.acknowledgeBy)
  expect(dueOf({ ...matter, status: 'referred' })).toBe(matter.acknowledgeBy)
  expect(dueOf({ ...matter, status: 'acknowledged' })).toBe(matter.settleBy)
  expect(dueOf({ ...matter, status: 'acknowledged', nextActionAt: at(23, '09:00') })).toBe(at(23, '09:00'))
  const late = at(27, '09:00')
  expect(dueOf({ ...matter, status: 'acknowledged', nextActionAt: late })).toBe(matter.settleBy)
})

it('deadlines in working time', () => {
  expect(acknowledgeDue(pace, at(20, '16:00'))).toBe(at(23, '10:00'))
  expect(acknowledgeDue(pace, at(20, '22:00'))).toBe(at(23, '11:00'))
  expect(settleDue(pace, at(20, '10:00'))).toBe(at(26, '10:00'))
})

it('deadlines follow the times an administrator sets', () => {
  const quick = { calendar, times: { acknowledgeMinutes: 30, settleMinutes: 60, redLightMinutes: 5 } }
  expect(acknowledgeDue(quick, at(20, '16:45'))).toBe(at(23, '09:15'))
  expect(settleDue(quick, at(20, '16:30'))).toBe(at(23, '09:30'))
  expect(redLightAt(quick, matter)).toBe(at(20, '10:05'))
})

it('times are sound within their limits, and acknowledging comes before settling', () => {
  expect(areSound(standardTimes)).toBe(true)
  for (const name of escalationTimeNames) {
    expect(areSound({ ...standardTimes, [name]: timeLimits[name].min - 1 })).toBe(false)
    expect(areSound({ ...standardTimes, [name]: timeLimits[name].max + 1 })).toBe(false)
    expect(areSound({ ...standardTimes, [name]: timeLimits[name].min + 0.5 })).toBe(false)
  }
  expect(areSound({ ...standardTimes, acknowledgeMinutes: 90, settleMinutes: 60 })).toBe(false)
})

it('puts every age into one bucket', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (age) => {
      const now = at(20, '10:00')
      const bucket = ageBucketOf(now - age, now)
      const holding = ageBuckets.filter((each) => age >= ageLimitsMs[each].from && age < ageLimitsMs[each].to)
      expect(holding).toEqual([bucket])
    }),
  )
})

it('a month begins and ends on the wall of its zone', () => {
  const span = monthSpan('2026-11', 'Asia/Shanghai')
  expect(new Date(span.from).toISOString()).toBe('2026-10-31T16:00:00.000Z')
  expect(new Date(span.to).toISOString()).toBe('2026-11-30T16:00:00.000Z')
  const berlin = monthSpan('2026-10', 'Europe/Berlin')
  expect(new Date(berlin.from).toISOString()).toBe('2026-09-30T22:00:00.000Z')
  expect(new Date(berlin.to).toISOString()).toBe('2026-10-31T23:00:00.000Z')
  expect(monthSpan('2026-12', 'UTC').to).toBe(Date.UTC(2027, 0, 1))
})

it('warnings and breaches are one matter', () => {
  expect(reasonGroup('sla_breached')).toEqual(reasonGroup('sla_warned'))
  expect(reasonGroup('urged')).toEqual(['urged'])
})
