/**
 * Whom a host's token is about, read without checking it: the server checks; here it only tells whether the
 * person has changed since the visitor session was made.
 */
export function subjectOf(jwt: string): string | null {
  try {
    const base64 = (jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    const { sub } = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown }
    return typeof sub === 'string' && sub !== '' ? sub : null
  } catch {
    return null
  }
}

/**
 * Whether the visitor session at hand must be given up for the person the host names now: always when it is
 * somebody else's; an anonymous one only while nothing is going on in it.
 */
export function mustForget(known: string | null, now: string | null, isLive: boolean): boolean {
  if (now === null || now === known) return false
  return known !== null || !isLive
}
