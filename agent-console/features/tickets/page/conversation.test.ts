import { describe, expect, it } from 'vitest'
import { openWordAt, replaceWord } from './composer-menu'
import { isShown, splitMentions } from './conversation'
import { holdPresets } from './hold-presets'

const entry = (type: string) => ({
  seq: 1,
  type,
  at: '',
  actor: { kind: 'agent' as const, id: null, name: null },
  consultationId: null,
  data: {},
})

describe('the conversation', () => {
  it('shows each line where it belongs', () => {
    const places = (type: string) =>
      (['all', 'citizen', 'internal', 'events'] as const).filter((filter) => isShown(entry(type), filter))
    expect(places('ticket.replied')).toEqual(['all', 'citizen'])
    expect(places('ticket.noted')).toEqual(['all', 'internal'])
    expect(places('ticket.assigned')).toEqual(['all', 'events'])
    expect(places('document.opened')).toEqual(['events'])
  })

  it('marks names, the longest first, and nothing else', () => {
    expect(splitMentions('@王敏强 看一下 @别人', ['王敏', '王敏强'])).toEqual([
      { text: '@王敏强', isMention: true },
      { text: ' 看一下 @别人', isMention: false },
    ])
  })
})

describe('@ and / in the composer', () => {
  it.each([
    ['请@王', '@', '王'],
    ['@', '@', ''],
    ['您好 /材', '/', '材'],
    ['请/材', '/', '材'],
  ])('%s opens %s for “%s”', (text, sign, query) => {
    expect(openWordAt(text, text.length, ['@', '/'])).toMatchObject({ sign, query })
  })
  it.each(['a@b', '1/2', 'http://', '@王 敏', '好的'])('%s opens nothing', (text) => {
    expect(openWordAt(text, text.length, ['@', '/'])).toBeNull()
  })
  it('opens only what is allowed, and replaces only the word', () => {
    expect(openWordAt('@王', 2, ['/'])).toBeNull()
    const word = openWordAt('请@王看', 3, ['@'])
    expect(word && replaceWord('请@王看', word, '@王敏 ')).toEqual({ text: '请@王敏 看', caret: 5 })
  })
})

describe('hold', () => {
  it.each(['2026-11-20T10:00', '2026-11-22T10:00', '2026-11-23T08:00'])(
    'from %s leads to mornings to come',
    (now) => {
      const at = new Date(now)
      for (const preset of holdPresets(at)) expect(preset.at.getTime()).toBeGreaterThan(at.getTime())
      const monday = holdPresets(at).find((each) => each.id === 'next_monday')?.at
      expect([monday?.getDay(), monday?.getHours()]).toEqual([1, 9])
    },
  )
})
