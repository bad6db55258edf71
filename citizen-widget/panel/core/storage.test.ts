import { describe, expect, it } from 'vitest'
import { openKeep } from './storage'

function fakeStorage(): Storage {
  const map = new Map<string, string>()
  return {
    get length() {
      return map.size
    },
    clear: () => map.clear(),
    key: (i) => [...map.keys()][i] ?? null,
    getItem: (k) => map.get(k) ?? null,
    setItem: (k, v) => void map.set(k, v),
    removeItem: (k) => void map.delete(k),
  }
}

const denied = (): Storage => {
  throw new DOMException('denied', 'SecurityError')
}

describe('openKeep', () => {
  it('keeps in the storage given and leaves no probe behind', () => {
    const storage = fakeStorage()
    const keep = openKeep(() => storage)
    keep.set('a', '1')
    expect(keep.isLasting).toBe(true)
    expect(storage.getItem('a')).toBe('1')
    expect(storage.length).toBe(1)
    keep.set('a', null)
    expect(keep.get('a')).toBeNull()
  })

  it('falls back to memory where reading the property itself throws', () => {
    const keep = openKeep(denied)
    expect(keep.isLasting).toBe(false)
    keep.set('a', '1')
    expect(keep.get('a')).toBe('1')
    keep.set('a', null)
    expect(keep.get('a')).toBeNull()
  })

  it('survives a storage that fills up later', () => {
    const storage = fakeStorage()
    const keep = openKeep(() => storage)
    storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    keep.set('a', '1')
    expect(keep.get('a')).toBe('1')
  })
})
