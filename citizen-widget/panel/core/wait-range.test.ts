import { beforeAll, describe, expect, it, vi } from 'vitest'
import { setLang } from './i18n'
import { clockText, dayText, sizeText, timeText, waitText } from './wait-range'

beforeAll(async () => {
  vi.stubGlobal('document', { documentElement: {} })
  await setLang('zh-CN')
})

describe('waitText', () => {
  it('says nothing when nothing is known or it makes no sense', () => {
    expect(waitText(null)).toBeNull()
    expect(waitText({ low: 6, high: 3 })).toBeNull()
  })

  it('gives a range, one number, or less than a minute', () => {
    expect(waitText({ low: 3, high: 6 })).toBe('大约 3–6 分钟')
    expect(waitText({ low: 4, high: 4 })).toBe('大约 4 分钟')
    expect(waitText({ low: 0, high: 1 })).toBe('不到 1 分钟')
  })

  it('speaks English', async () => {
    await setLang('en')
    expect(waitText({ low: 3, high: 6 })).toBe('About 3–6 minutes')
    await setLang('zh-CN')
  })
})

describe('clockText', () => {
  it.each([
    [0, '0:00'],
    [-5, '0:00'],
    [65.9, '1:05'],
    [3725, '1:02:05'],
  ])('%d → %s', (seconds, text) => expect(clockText(seconds)).toBe(text))
})

describe('sizeText', () => {
  it.each([
    [10, '1 kB'],
    [204_800, '200 kB'],
    [1_572_864, '1.5 MB'],
    [52_428_800, '50 MB'],
  ])('%d → %s', (bytes, text) => expect(sizeText(bytes, 'en')).toBe(text))
})

describe('dayText', () => {
  const midnight = new Date(2026, 10, 3, 0, 5).toISOString()

  it('names the month to readers of English, who read 11/3 as two different days', () => {
    expect(dayText(midnight, 'en')).toBe('Nov 3, 00:05')
    expect(dayText(midnight, 'zh-CN')).toBe('11/3 00:05')
  })

  it('calls the minutes after midnight 00', () => {
    expect(timeText(midnight, 'en')).toBe('00:05')
  })
})
