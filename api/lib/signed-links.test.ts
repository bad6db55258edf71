import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from './errors'
import { checkLink, linkSeconds, matchLink, signLink } from './signed-links'

const key = 'k'.repeat(43)
const now = 1_800_000_000_500
const made = () => {
  const { query, expiresAt } = signLink(key, 'document', 'doc_1', now)
  const given = new URLSearchParams(query)
  return { exp: Number(given.get('exp')), sig: given.get('sig') ?? '', expiresAt }
}
const codeOf = (check: () => unknown): string => {
  try {
    check()
    return 'open'
  } catch (error) {
    return error instanceof AppError ? error.code : `unexpected: ${error}`
  }
}

describe('signed addresses', () => {
  it('open for five minutes', () => {
    const link = made()
    expect(codeOf(() => checkLink(key, 'document', 'doc_1', link, now))).toBe('open')
    expect(codeOf(() => checkLink(key, 'document', 'doc_1', link, link.expiresAt))).toBe('open')
    expect(codeOf(() => checkLink(key, 'document', 'doc_1', link, link.expiresAt + 1))).toBe(
      'documents.link_expired',
    )
    expect(link.expiresAt - now).toBeLessThanOrEqual(linkSeconds * 1000)
  })

  it('open nothing else: no other document, scope, key or later time', () => {
    const link = made()
    expect(codeOf(() => checkLink(key, 'document', 'doc_2', link, now))).toBe('documents.not_found')
    expect(codeOf(() => checkLink(key, 'export-agent', 'doc_1', link, now))).toBe('documents.not_found')
    expect(codeOf(() => checkLink('other', 'document', 'doc_1', link, now))).toBe('documents.not_found')
    expect(codeOf(() => checkLink(key, 'document', 'doc_1', { ...link, exp: link.exp + 1 }, now))).toBe(
      'documents.not_found',
    )
  })

  it('refuse every signature but their own', () => {
    const link = made()
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .nat(link.sig.length - 1)
            .map((at) => link.sig.slice(0, at) + (link.sig[at] === 'A' ? 'B' : 'A') + link.sig.slice(at + 1)),
        ),
        (sig) => {
          fc.pre(sig !== link.sig)
          expect(codeOf(() => checkLink(key, 'document', 'doc_1', { ...link, sig }, now))).toBe(
            'documents.not_found',
          )
        },
      ),
    )
  })

  it('tell which of several scopes they were signed for', () => {
    const given = new URLSearchParams(signLink(key, 'export-visitor', 'con_1', now).query)
    const link = { exp: Number(given.get('exp')), sig: given.get('sig') ?? '' }
    expect(matchLink(key, ['export-agent', 'export-visitor'], 'con_1', link, now)).toBe('export-visitor')
  })
})
