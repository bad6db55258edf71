import { describe, expect, it } from 'vitest'
import { mustForget, subjectOf } from './identity'

const jwt = (payload: unknown) => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`

describe('subjectOf', () => {
  it('reads the subject, Chinese included', () => {
    expect(subjectOf(jwt({ sub: 'u-42' }))).toBe('u-42')
    expect(subjectOf(jwt({ sub: '王小明' }))).toBe('王小明')
  })

  it.each(['', 'a.b', 'a.%%.c', jwt({}), jwt({ sub: 5 }), jwt(null)])('gives null for %s', (text) =>
    expect(subjectOf(text)).toBeNull(),
  )
})

describe('mustForget', () => {
  it.each([
    ['somebody else, even in the middle of a call', 'a', 'b', true, true],
    ['the same person', 'a', 'a', false, false],
    ['anonymous and idle becomes known', null, 'a', false, true],
    ['anonymous in the queue keeps the place', null, 'a', true, false],
    ['a token that says nothing', 'a', null, false, false],
  ] as const)('%s', (_case, known, now, isLive, expected) => {
    expect(mustForget(known, now, isLive)).toBe(expected)
  })
})
