import { describe, expect, it } from 'vitest'
import { compileCalendar, nextWorkingInstant } from './calendar.rules'
import { loudHours, noticeChannels, noticeTopics, preferencesFrom } from './notifications.rules'

const loudFrom = (from: string, to: string, at: string, timeZone = 'Asia/Shanghai'): string => {
  const moment = Date.parse(at)
  const calendar = compileCalendar(
    loudHours({ from, to }, timeZone),
    moment - 86_400_000,
    moment + 86_400_000,
  )
  return new Date(nextWorkingInstant(calendar, moment)).toISOString()
}

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', '2026-11-20T13:59:59.000Z', '2026-11-20T13:59:59.000Z'],
    ['22:00', '07:00', '2026-11-20T14:00:00.000Z', '2026-11-20T23:00:00.000Z'],
    ['22:00', '07:00', '2026-11-20T20:00:00.000Z', '2026-11-20T23:00:00.000Z'],
    ['22:00', '07:00', '2026-11-20T23:00:00.000Z', '2026-11-20T23:00:00.000Z'],
    ['12:00', '14:00', '2026-11-20T05:00:00.000Z', '2026-11-20T06:00:00.000Z'],
    ['00:00', '08:00', '2026-11-20T18:00:00.000Z', '2026-11-21T00:00:00.000Z'],
    ['18:00', '00:00', '2026-11-20T15:00:00.000Z', '2026-11-20T16:00:00.000Z'],
  ])('from %s to %s: what comes at %s is told at %s', (from, to, at, told) => {
    expect(loudFrom(from, to, at)).toBe(told)
  })

  it('are those of the place, summer time included', () => {
    expect(loudFrom('22:00', '07:00', '2026-03-29T02:00:00.000Z', 'Europe/Berlin')).toBe(
      '2026-03-29T05:00:00.000Z',
    )
  })
})

describe('preferences', () => {
  it('are complete: what was chosen, else the default', () => {
    const all = preferencesFrom([{ topic: 'sla', channel: 'email', isOn: false }])
    expect(all).toHaveLength(noticeTopics.length * noticeChannels.length)
    const isOn = (topic: string, channel: string) =>
      all.find((each) => each.topic === topic && each.channel === channel)?.isOn
    expect([isOn('sla', 'email'), isOn('escalation', 'email'), isOn('escalation', 'sms')]).toEqual([
      false,
      true,
      false,
    ])
    expect(noticeTopics.every((topic) => isOn(topic, 'inbox'))).toBe(true)
  })
})
