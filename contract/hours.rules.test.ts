import { describe, expect, it } from 'vitest'
import { isOpenAt, isTimeZone } from './hours.rules'

const workdays = [1, 2, 3, 4, 5].map((day) => ({
  day,
  spans: [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ],
}))
const shanghai = { hours: workdays, timeZone: 'Asia/Shanghai' }
const at = (text: string) => Date.parse(text)

describe('isOpenAt', () => {
  it.each([
    ['Monday at opening', '2026-11-23T09:00:00+08:00', true],
    ['a minute before opening', '2026-11-23T08:59:59+08:00', false],
    ['the last minute of the morning', '2026-11-23T11:59:59+08:00', true],
    ['noon: the end is not open', '2026-11-23T12:00:00+08:00', false],
    ['the afternoon', '2026-11-23T16:59:00+08:00', true],
    ['the evening', '2026-11-23T17:00:00+08:00', false],
    ['Saturday', '2026-11-21T10:00:00+08:00', false],
    ['Monday in Shanghai while it is Sunday in UTC', '2026-11-23T01:30:00Z', true],
  ])('%s', (_name, moment, expected) => {
    expect(isOpenAt(shanghai, at(moment))).toBe(expected)
  })

  it.each([
    ['midnight', '2026-11-22T00:00:00+08:00'],
    ['the last second', '2026-11-22T23:59:59+08:00'],
  ])('is open around the clock with 00:00 to 24:00: %s', (_name, moment) => {
    const hours = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] }))
    expect(isOpenAt({ hours, timeZone: 'Asia/Shanghai' }, at(moment))).toBe(true)
  })

  it.each([
    ['before midnight', '2026-11-23T23:00:00+08:00', true],
    ['after midnight, on the next day', '2026-11-24T01:59:00+08:00', true],
    ['after its end', '2026-11-24T02:00:00+08:00', false],
    ['the early morning of its own day', '2026-11-23T01:00:00+08:00', false],
  ])('a span past midnight: %s', (_name, moment, expected) => {
    const hours = [{ day: 1, spans: [{ from: '22:00', to: '02:00' }] }]
    expect(isOpenAt({ hours, timeZone: 'Asia/Shanghai' }, at(moment))).toBe(expected)
  })

  it('follows summer time', () => {
    const hours = [{ day: 7, spans: [{ from: '09:00', to: '17:00' }] }]
    const berlin = { hours, timeZone: 'Europe/Berlin' }
    expect(isOpenAt(berlin, at('2026-03-29T07:00:00Z'))).toBe(true)
    expect(isOpenAt(berlin, at('2026-03-22T07:00:00Z'))).toBe(false)
  })

  it('is closed without hours and where a span is empty', () => {
    expect(isOpenAt({ hours: [], timeZone: 'UTC' }, 0)).toBe(false)
    expect(
      isOpenAt({ hours: [{ day: 4, spans: [{ from: '00:00', to: '00:00' }] }], timeZone: 'UTC' }, 0),
    ).toBe(false)
  })
})

describe('isTimeZone', () => {
  it('knows IANA names only', () => {
    expect(isTimeZone('Asia/Shanghai')).toBe(true)
    expect(isTimeZone('Asia/Nowhere')).toBe(false)
  })
})
