import { CompactSign, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { verifyIdentity } from './identity.usecases'

const now = Date.parse('2026-11-20T02:00:00Z')
const site = { key: 'demo', secret: 'a-secret-of-at-least-thirty-two-bytes' }
const good = {
  sub: 'c-1',
  name: '张桂兰',
  phone: '13900001234',
  site: 'demo',
  jti: 'j-1',
  exp: now / 1000 + 300,
}

const sign = (claims: Record<string, unknown>, secret = site.secret, alg = 'HS256') =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))

describe('verifyIdentity', () => {
  it('takes what the host signed', async () => {
    expect(await verifyIdentity(site, await sign(good), now)).toEqual({
      subject: 'c-1',
      name: '张桂兰',
      phone: '13900001234',
      jti: 'j-1',
      expiresAt: now + 305_000,
    })
  })

  it('needs no phone', async () => {
    const { phone: _, ...claims } = good
    expect((await verifyIdentity(site, await sign(claims), now)).phone).toBeNull()
  })

  it.each([
    ['an expired token', { exp: now / 1000 - 10 }],
    ['a life of more than ten minutes', { exp: now / 1000 + 700 }],
    ['no end', { exp: undefined }],
    ['another site', { site: 'other' }],
    ['no site', { site: undefined }],
    ['no subject', { sub: undefined }],
    ['no name', { name: undefined }],
    ['an empty name', { name: '  ' }],
    ['a name that is a number', { name: 7 }],
    ['no jti', { jti: undefined }],
    ['an endless jti', { jti: 'j'.repeat(200) }],
    ['a phone that is none', { phone: 'call me' }],
    ['not yet valid', { nbf: now / 1000 + 100 }],
  ])('refuses %s', async (_name, change) => {
    await expect(verifyIdentity(site, await sign({ ...good, ...change }), now)).rejects.toMatchObject({
      code: 'visitors.identity_invalid',
    })
  })

  it('refuses another secret, another algorithm, no signature and no token', async () => {
    const notClaims = await new CompactSign(new TextEncoder().encode('[1]'))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(site.secret))
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part(good)}.`
    const tokens = [
      await sign(good, 'another-secret-of-thirty-two-bytes!!'),
      await sign(good, site.secret.repeat(2), 'HS512'),
      unsigned,
      notClaims,
      'nonsense',
      '',
    ]
    for (const token of tokens) {
      await expect(verifyIdentity(site, token, now)).rejects.toMatchObject({
        code: 'visitors.identity_invalid',
      })
    }
  })
})
