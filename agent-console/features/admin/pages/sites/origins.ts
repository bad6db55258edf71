const originPattern = /^https?:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?$/
export const maxOrigins = 50

/** What people paste, cut down to its origin: a whole address, capitals, or a bare host (then https). */
export function toOrigin(text: string): string | undefined {
  const given = text.trim()
  if (!given) return undefined
  try {
    const { origin } = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`)
    return originPattern.test(origin) ? origin : undefined
  } catch {
    // Not an address at all.
    return undefined
  }
}

/** Reads one address per line. `bad` holds the lines that are none. */
export function readOrigins(text: string): { good: string[]; bad: string[] } {
  const lines = text.split(/[\n,，;；\s]+/).filter(Boolean)
  const good = new Set<string>()
  const bad: string[] = []
  for (const line of lines) {
    const origin = toOrigin(line)
    if (origin) good.add(origin)
    else bad.push(line)
  }
  return { good: [...good], bad }
}
