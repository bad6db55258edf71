import { describe, expect, it } from 'vitest'
import en from '../../locales/en/integrations.json'
import zh from '../../locales/zh-CN/integrations.json'
import { reasonOf } from './delivery-words'

const answered = (responseStatus: number) => reasonOf({ responseStatus, error: null })
const failed = (error: string) => reasonOf({ responseStatus: null, error })

describe('what became of a delivery', () => {
  it('says what the other side answered', () => {
    expect([200, 204, 302, 401, 404, 410, 422, 429, 500, 503, 504].map(answered)).toEqual([
      'received',
      'received',
      'moved',
      'unauthorised',
      'notFound',
      'gone',
      'refused',
      'tooMany',
      'theirFault',
      'theirFault',
      'tooSlow',
    ])
  })

  it.each([
    ['getaddrinfo ENOTFOUND nobody.invalid', 'noSuchName'],
    ['connect ECONNREFUSED 203.0.113.4:443', 'nobodyListens'],
    ['The operation was aborted due to timeout', 'tooSlow'],
    ['Connect Timeout Error (attempted address: hook.example:443, timeout: 5000ms)', 'tooSlow'],
    ['unable to verify the first certificate', 'certificate'],
    ['The address 10.0.0.4 is not on the public internet (see WEBHOOK_ALLOW_PRIVATE).', 'notPublic'],
    ['The webhook is switched off.', 'switchedOff'],
    ['other side closed', 'cutOff'],
    ['something new', 'unreachable'],
  ])('knows the network’s words: %s', (error, reason) => {
    expect(failed(error)).toBe(reason)
  })

  it('says nothing before the first attempt', () => {
    expect(reasonOf({ responseStatus: null, error: null })).toBeNull()
  })

  it('has a sentence for each reason in both languages', () => {
    const all = [...[200, 302, 401, 404, 410, 413, 422, 429, 500, 504].map(answered)]
    const words = ['switched off', 'not on the public internet', 'ENOTFOUND', 'ECONNREFUSED', 'certificate']
    for (const reason of [...all, ...[...words, 'ECONNRESET', '?'].map(failed)]) {
      expect(Object.keys(zh.log.reasons)).toContain(reason)
      expect(Object.keys(en.log.reasons)).toContain(reason)
    }
  })
})
