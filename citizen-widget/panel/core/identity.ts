/**
 * Whom a host's token is about, read without checking it: the server checks; here it only tells whether the
 * person has changed since the visitor session was made.
 */
export function subjectOf(jwt: string): string | null {
  const { sub } = claimsOf(jwt)
  return typeof sub === 'string' && sub !== '' ? sub : null
}

/** Whether the token is over, as it says itself; one without a time is left to the server. */
export function isOver(jwt: string, now: number): boolean {
  const { exp } = claimsOf(jwt)
  return typeof exp === 'number' && exp * 1000 <= now
}

function claimsOf(jwt: string): { sub?: unknown; exp?: unknown } {
  try {
    const base64 = (jwt.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
    return (JSON.parse(new TextDecoder().decode(bytes)) ?? {}) as { sub?: unknown; exp?: unknown }
  } catch {
    return {}
  }
}

/** How long the host page may take to bring a fresh token. */
const HOST_ANSWER_MS = 8000
const identityProblems = [
  'visitors.identity_required',
  'visitors.identity_invalid',
  'visitors.identity_replayed',
]
export const isIdentityProblem = (code: string) => identityProblems.includes(code)

/**
 * The token the host page gave, and the way to a fresh one: tokens last minutes and work once, a page stays
 * open for hours.
 */
export function createIdentityDesk(waitMs = HOST_ANSWER_MS) {
  let jwt: string | undefined
  let ask: (() => void) | null = null
  let answered: ((isFresh: boolean) => void) | null = null
  return {
    current: () => jwt,
    /** How the host page is asked; a page of our own has nobody to ask. */
    askBy(how: () => void) {
      ask = how
    },
    give(next: string) {
      jwt = next
      answered?.(true)
    },
    /** Asks for a fresh token; false where there is nobody to ask or no answer in time. */
    renew(): Promise<boolean> {
      if (!ask) return Promise.resolve(false)
      const how = ask
      return new Promise((resolve) => {
        const timer = setTimeout(() => answered?.(false), waitMs)
        answered = (isFresh) => {
          clearTimeout(timer)
          answered = null
          resolve(isFresh)
        }
        how()
      })
    },
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
