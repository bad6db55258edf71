/** The part of `Storage` we use. */
export interface Keep {
  get(key: string): string | null
  set(key: string, value: string | null): void
  /** False when the browser denies storage and only memory serves, until the page goes. */
  readonly isLasting: boolean
}

/**
 * Storage that never throws. In a cross-site iframe reading `window.localStorage` alone may throw, so the
 * storage is fetched inside the try and probed with a write.
 */
export function openKeep(open: () => Storage): Keep {
  const memory = new Map<string, string>()
  let storage: Storage | null = null
  try {
    storage = open()
    storage.setItem('bangban:probe', '1')
    storage.removeItem('bangban:probe')
  } catch {
    storage = null
  }
  return {
    isLasting: storage !== null,
    get(key) {
      if (memory.has(key)) return memory.get(key) ?? null
      try {
        return storage?.getItem(key) ?? null
      } catch {
        return null
      }
    },
    set(key, value) {
      if (value === null) memory.delete(key)
      try {
        if (value === null) storage?.removeItem(key)
        else if (storage) storage.setItem(key, value)
        else memory.set(key, value)
      } catch {
        if (value !== null) memory.set(key, value)
      }
    },
  }
}
