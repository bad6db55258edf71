import { describe, expect, it, vi } from 'vitest'
import { createIdentityDesk, isOver, mustForget, subjectOf } from './identity'

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

describe('isOver', () => {
  it('reads the end of the token', () => {
    expect(isOver(jwt({ exp: 100 }), 99_999)).toBe(false)
    expect(isOver(jwt({ exp: 100 }), 100_000)).toBe(true)
    expect(isOver(jwt({}), 1e15)).toBe(false)
    expect(isOver('nonsense', 1e15)).toBe(false)
  })
})

describe('asking the host for a fresh token', () => {
  it('goes on as soon as one is given', async () => {
    const desk = createIdentityDesk(60_000)
    desk.give('old')
    desk.askBy(() => desk.give('new'))
    expect(await desk.renew()).toBe(true)
    expect(desk.current()).toBe('new')
  })

  it('gives up on a host that does not answer, and takes a late answer for the next time', async () => {
    vi.useFakeTimers()
    try {
      const desk = createIdentityDesk(8000)
      const asked = vi.fn()
      desk.askBy(asked)
      const renewed = desk.renew()
      await vi.advanceTimersByTimeAsync(8000)
      expect(await renewed).toBe(false)
      expect(asked).toHaveBeenCalledTimes(1)
      desk.give('late')
      expect(desk.current()).toBe('late')
    } finally {
      vi.useRealTimers()
    }
  })

  it('asks nobody on a page of its own', async () => {
    expect(await createIdentityDesk().renew()).toBe(false)
  })
})
