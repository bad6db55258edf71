/** Text that must survive a reload, by key; a browser that refuses storage keeps it for the page only. */
const memory = new Map<string, string>()
const prefix = 'bangban.kept.'

export function keptText(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key) ?? memory.get(key) ?? null
  } catch {
    return memory.get(key) ?? null
  }
}

export function keepText(key: string, text: string | null): void {
  if (text === null) memory.delete(key)
  else memory.set(key, text)
  try {
    if (text === null) localStorage.removeItem(prefix + key)
    else localStorage.setItem(prefix + key, text)
  } catch {
    // Full or forbidden: `memory` still has it.
    memory.set(key, text ?? '')
  }
}
