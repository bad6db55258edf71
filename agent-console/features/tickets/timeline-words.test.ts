import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { durationText, keyOf, knownTypes, qualityOf } from './timeline-words'

const texts = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../locales/${locale}/tickets.json`, import.meta.url), 'utf8')).events

describe('timeline words', () => {
  it.each(['zh-CN', 'en'])('has words for every kind of event in %s', (locale) => {
    const known = texts(locale)
    expect(knownTypes.map(keyOf).filter((key) => !known[key])).toEqual([])
  })

  it('writes durations', () => {
    expect([0, 59.6, 95].map(durationText)).toEqual(['0:00', '1:00', '1:35'])
  })

  it('reads the measurements of both sides and survives foreign data', () => {
    const entry = (data: Record<string, unknown>) =>
      ({
        seq: 1,
        type: 'call.ended',
        at: '',
        actor: { kind: 'agent', id: null, name: null },
        consultationId: null,
        data,
      }) as const
    expect(
      qualityOf(entry({ quality: [{ side: 'agent', maxWidth: 1280, maxHeight: 720 }, null] })),
    ).toMatchObject([{ side: 'agent', width: 1280, height: 720, reconnects: 0 }])
    expect(qualityOf(entry({}))).toEqual([])
  })
})
