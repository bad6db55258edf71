import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { addressOf, isLocalRequest, limitKeyOf } from './address'
import type { AppEnv } from './env'

const ask = async (hops: number, remoteAddress: string, forwarded?: string) => {
  const app = new Hono<AppEnv>()
  app.get('/', (c) => c.json([addressOf(c, { config: { trustedHops: hops } as never }), isLocalRequest(c)]))
  const answer = await app.request('/', forwarded ? { headers: { 'x-forwarded-for': forwarded } } : {}, {
    incoming: { socket: { remoteAddress } } as never,
  })
  return (await answer.json()) as [string, boolean]
}

describe('the caller’s address', () => {
  it.each([
    [0, '203.0.113.9', undefined, '203.0.113.9'],
    [0, '203.0.113.9', '1.1.1.1', '203.0.113.9'],
    [1, '127.0.0.1', '6.6.6.6, 198.51.100.7', '198.51.100.7'],
    [2, '127.0.0.1', '6.6.6.6, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    [2, '127.0.0.1', '198.51.100.7', '198.51.100.7'],
    [1, '127.0.0.1', undefined, '127.0.0.1'],
  ])('with %i trusted hops from %s with %s is %s', async (hops, remote, forwarded, expected) => {
    expect((await ask(hops, remote, forwarded))[0]).toBe(expected)
  })

  it('is this machine only where no proxy passed the request on', async () => {
    expect((await ask(0, '127.0.0.1'))[1]).toBe(true)
    expect((await ask(0, '::ffff:127.0.0.1'))[1]).toBe(true)
    expect((await ask(0, '127.0.0.1', '198.51.100.7'))[1]).toBe(false)
    expect((await ask(0, '203.0.113.9'))[1]).toBe(false)
  })
})

it('counts an IPv6 network of 64 bits as one', () => {
  expect(limitKeyOf('2001:db8:1:2:3:4:5:6')).toBe(limitKeyOf('2001:db8:1:2:ffff::1'))
  expect(limitKeyOf('2001:db8:1:2::1')).not.toBe(limitKeyOf('2001:db8:1:3::1'))
  expect(limitKeyOf('::ffff:198.51.100.7')).toBe('198.51.100.7')
  expect(limitKeyOf('unknown')).toBe('unknown')
})
