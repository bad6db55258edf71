export interface Unsent {
  /** Also the Idempotency-Key: however often it is tried, it arrives once. */
  key: string
  consultationId: string
  body: string
  state: 'sending' | 'waiting' | 'refused'
  error: unknown
}

/** What one attempt came to; `later` means no answer, so nothing is known and it must be tried again. */
export type Attempt = { kind: 'sent' } | { kind: 'later' } | { kind: 'refused'; error: unknown }

/** The outbox after an attempt: sent leaves, unanswered waits for the network, refused shows why. */
export function afterAttempt(outbox: readonly Unsent[], key: string, attempt: Attempt): Unsent[] {
  if (attempt.kind === 'sent') return outbox.filter((each) => each.key !== key)
  return outbox.map((each) => {
    if (each.key !== key) return each
    return attempt.kind === 'later'
      ? { ...each, state: 'waiting' }
      : { ...each, state: 'refused', error: attempt.error }
  })
}

/** What to keep over a reload; a message that was being sent may or may not have arrived, so it waits. */
export const toKeep = (outbox: readonly Unsent[]): string =>
  JSON.stringify(outbox.map(({ key, consultationId, body }) => ({ key, consultationId, body })))

/** Reads what was kept; anything unreadable is dropped rather than breaking the page. */
export function fromKept(text: string | null): Unsent[] {
  if (!text) return []
  try {
    const kept = JSON.parse(text) as Pick<Unsent, 'key' | 'consultationId' | 'body'>[]
    return kept.map((each) => ({ ...each, state: 'waiting', error: null }))
  } catch {
    // Written by another release.
    return []
  }
}
