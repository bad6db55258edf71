import { describe, expect, it } from 'vitest'
import { compileCalendar, nextWorkingInstant } from './calendar.rules'
import {
  kindsOfTopic,
  loudHours,
  mustHaveKinds,
  type NoticeChannel,
  type NoticeKind,
  type NoticePreference,
  noticeChannels,
  noticeKinds,
  noticeTopics,
  preferencesFrom,
} from './notifications.rules'

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
  const isOn = (chosen: NoticePreference[], kind: NoticeKind, channel: NoticeChannel) =>
    preferencesFrom(chosen).find((each) => each.kind === kind && each.channel === channel)?.isOn

  it('are complete: what was chosen, else the default', () => {
    expect(preferencesFrom([])).toHaveLength(noticeKinds.length * noticeChannels.length)
    expect(noticeTopics.flatMap(kindsOfTopic).sort()).toEqual([...noticeKinds].sort())
    const chosen: NoticePreference[] = [
      { kind: 'sla_warned', channel: 'email', isOn: false },
      { kind: 'mention', channel: 'inbox', isOn: false },
      { kind: 'citizen_replied', channel: 'sms', isOn: true },
    ]
    expect([isOn(chosen, 'sla_warned', 'email'), isOn(chosen, 'sla_step', 'email')]).toEqual([false, true])
    expect([isOn(chosen, 'mention', 'inbox'), isOn(chosen, 'mention', 'email')]).toEqual([false, true])
    expect([isOn(chosen, 'citizen_replied', 'sms'), isOn(chosen, 'urged', 'sms')]).toEqual([true, false])
  })

  it('tell everything in the inbox, and by SMS nothing that was not asked for', () => {
    expect(noticeKinds.every((kind) => isOn([], kind, 'inbox') && !isOn([], kind, 'sms'))).toBe(true)
  })

  it('leave what one answers for in the inbox', () => {
    const off = noticeKinds.flatMap((kind) =>
      noticeChannels.map((channel) => ({ kind, channel, isOn: false })),
    )
    const left = preferencesFrom(off).filter((each) => each.isOn)
    expect(left.map((each) => each.kind)).toEqual(noticeKinds.filter((kind) => mustHaveKinds.includes(kind)))
    expect(left.every((each) => each.channel === 'inbox')).toBe(true)
    expect(mustHaveKinds).toContain('escalation_raised')
  })
})
