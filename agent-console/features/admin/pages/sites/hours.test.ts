import { describe, expect, it } from 'vitest'
import { blocksOf, copyToDays, formatSpans, openMinutes, parseSpans, withDay } from './hours'

const workday = [
  { from: '09:00', to: '12:00' },
  { from: '13:30', to: '17:00' },
]

describe('opening hours as typed', () => {
  it.each(['9-12, 13:30-17', '09:00–12:00，13：30～17：00', '1330-1700；9至12'])('reads %s', (text) => {
    expect(parseSpans(text)).toEqual({ spans: workday })
  })
  it('reads what it writes', () => {
    expect(parseSpans(formatSpans(workday))).toEqual({ spans: workday })
    expect(parseSpans('  ')).toEqual({ spans: [] })
    expect(parseSpans('0-24')).toEqual({ spans: [{ from: '00:00', to: '24:00' }] })
  })
  it.each([
    ['nine to five', 'unreadable'],
    ['9-25', 'unreadable'],
    ['9-9', 'unreadable'],
    ['9:60-10', 'unreadable'],
    ['9-12, 11-13', 'overlap'],
    ['22-2, 23-24', 'overlap'],
    ['1-2,3-4,5-6,7-8,9-10,11-12,13-14', 'many'],
  ])('refuses %s as %s', (text, problem) => {
    expect(parseSpans(text)).toEqual({ problem })
  })
})

describe('the week', () => {
  it('leaves closed days out and copies days', () => {
    const week = copyToDays([{ day: 1, spans: workday }], 1, [1, 2, 3, 4, 5])
    expect(week.map((one) => one.day)).toEqual([1, 2, 3, 4, 5])
    expect(withDay(week, 3, []).map((one) => one.day)).toEqual([1, 2, 4, 5])
    expect(openMinutes(week)).toBe(5 * 390)
  })
  it('draws a night shift on both days', () => {
    const week = [{ day: 7, spans: [{ from: '22:00', to: '02:00' }] }]
    expect(blocksOf(week, 7)).toEqual([{ from: 1320, to: 1440, isFromYesterday: false }])
    expect(blocksOf(week, 1)).toEqual([{ from: 0, to: 120, isFromYesterday: true }])
  })
})
