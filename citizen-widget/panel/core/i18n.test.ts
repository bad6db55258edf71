import { describe, expect, it } from 'vitest'
import en from '../../locales/en.json'
import zh from '../../locales/zh-CN.json'
import { format, type Message, pickLang } from './i18n'

const names = (message: Message) => {
  const text = typeof message === 'string' ? message : Object.values(message).join(' ')
  return [...new Set(text.match(/\{\w+\}/g))].sort()
}

describe('format', () => {
  it('chooses the plural form of the language', () => {
    const files = { one: '{count} file', other: '{count} files' }
    expect(format(files, 'en', { count: 1 })).toBe('1 file')
    expect(format(files, 'en', { count: 0 })).toBe('0 files')
    expect(format({ other: '{count} 份材料' }, 'zh-CN', { count: 1 })).toBe('1 份材料')
  })

  it('replaces names, groups digits, and leaves unknown names to be seen', () => {
    expect(format('{name}: {n}{x}', 'en', { name: '王', n: 1200 })).toBe('王: 1,200{x}')
  })

  it('never runs replacement patterns out of a value', () => {
    expect(format('{name}', 'en', { name: '$& {name}' })).toBe('$& {name}')
  })
})

describe('locales', () => {
  it('have the same keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  })

  it('take the same parameters in both languages', () => {
    const keys = Object.keys(zh) as (keyof typeof zh)[]
    const of = (messages: Record<string, Message>) =>
      Object.fromEntries(keys.map((k) => [k, names(messages[k] ?? '')]))
    expect(of(en)).toEqual(of(zh))
  })

  it('fall back to Chinese', () => {
    expect(pickLang('en-GB')).toBe('en')
    expect(pickLang('fr')).toBe('zh-CN')
    expect(pickLang(null)).toBe('zh-CN')
  })
})
