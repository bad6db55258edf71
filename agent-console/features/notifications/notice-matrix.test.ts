import { describe, expect, it } from 'vitest'
import {
  defaultQuiet,
  isLocked,
  kindsOfTopic,
  type NoticePreference,
  preferencesFrom,
} from '../../../contract/notifications.rules'
import type { NoticeSettings } from '../../../contract/notifications.schema'
import { channelsOf, gapOf, groupChange, groupState } from './notice-matrix'

const settings = (chosen: NoticePreference[] = [], more: Partial<NoticeSettings> = {}): NoticeSettings => ({
  preferences: preferencesFrom(chosen).map((each) => ({
    ...each,
    isLocked: isLocked(each.kind, each.channel),
  })),
  quiet: defaultQuiet,
  email: 'wang@example.org',
  phone: null,
  isMailAvailable: true,
  isSmsAvailable: true,
  ...more,
})

describe('the matrix of notices', () => {
  it('shows channels that work here, and says what a person lacks', () => {
    expect(channelsOf(settings())).toEqual(['inbox', 'browser', 'email', 'sms'])
    expect(channelsOf(settings([], { isSmsAvailable: false }))).toEqual(['inbox', 'browser', 'email'])
    expect([gapOf(settings(), ['mention'], 'sms'), gapOf(settings(), ['mention'], 'email')]).toEqual([
      'needsPhone',
      null,
    ])
    const silent = settings([{ kind: 'mention', channel: 'inbox', isOn: false }])
    expect([gapOf(silent, ['mention'], 'browser'), gapOf(silent, ['assigned'], 'browser')]).toEqual([
      'needsInbox',
      null,
    ])
  })

  it('switches a group on, then off but for what one answers for', () => {
    const before = settings()
    expect(groupState(before, 'escalation', 'email')).toBe('some')
    const on = settings(groupChange(before, 'escalation', 'email'))
    expect(groupState(on, 'escalation', 'email')).toBe('all')
    const off = groupChange(on, 'escalation', 'email')
    expect(off.map((each) => each.kind)).toEqual(kindsOfTopic('escalation'))
    expect(groupState(settings(off), 'escalation', 'email')).toBe('none')
    const quiet = groupChange(before, 'escalation', 'inbox')
    expect(quiet.map((each) => each.isOn)).not.toContain(true)
    expect(quiet.map((each) => each.kind)).not.toContain('escalation_raised')
    expect(groupState(settings(quiet), 'escalation', 'inbox')).toBe('some')
    // Pressed again it comes back.
    expect(
      groupState(settings(groupChange(settings(quiet), 'escalation', 'inbox')), 'escalation', 'inbox'),
    ).toBe('all')
  })
})
