import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { failureText } from './errors'
import { setLang } from './i18n'

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} })
  await setLang('en')
})
afterAll(() => vi.unstubAllGlobals())

const tooMany = (retryAfterSeconds: number | null) =>
  failureText({ status: 429, code: 'request.too_many', retryAfterSeconds })

describe('what a refused request says', () => {
  it('names the moment to try again, in seconds or minutes', () => {
    expect(tooMany(1)).toContain('in 1 second.')
    expect(tooMany(42)).toContain('in 42 seconds.')
    expect(tooMany(600)).toContain('in 10 minutes.')
  })

  it('promises no moment where the server names none, and none for other reasons', () => {
    expect(tooMany(null)).not.toMatch(/\d/)
    const other = { status: 413, code: 'documents.too_large', retryAfterSeconds: 9 }
    expect(failureText(other)).toContain('50 MB')
  })
})
