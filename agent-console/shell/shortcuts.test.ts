import { describe, expect, it } from 'vitest'
import en from '../locales/en/shell.json'
import zh from '../locales/zh-CN/shell.json'
import { shortcutGroups } from './shortcuts'

const ids = shortcutGroups.flatMap((group) => group.shortcuts.map((each) => each.id))

describe('the list of keys', () => {
  it.each([
    ['zh-CN', zh],
    ['en', en],
  ] as const)('has words for every key and no others in %s', (_locale, { shortcuts }) => {
    expect(new Set(Object.keys(shortcuts.does))).toEqual(new Set(ids))
    expect(Object.keys(shortcuts.groups)).toEqual(shortcutGroups.map((group) => group.id))
  })

  it('gives a key one meaning in a place', () => {
    for (const { id, shortcuts } of shortcutGroups) {
      const keys = shortcuts.flatMap((each) => each.keys)
      expect(new Set(keys).size, id).toBe(keys.length)
    }
  })
})
