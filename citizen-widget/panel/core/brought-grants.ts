import type { GrantView } from '../../../contract/consultations.schema'

/** A token lives for ten minutes: one that lay about for half of them is not worth a try. */
const FRESH_MS = 300_000

const kept = new Map<string, { grant: GrantView; at: number }>()
const waiting = new Map<string, (grant: GrantView) => void>()

/** Keeps a grant that the server brought by the feed, together with the news that the call is on. */
export function keepGrant(grant: GrantView): void {
  const wanted = waiting.get(grant.callId)
  if (wanted) wanted(grant)
  else kept.set(grant.callId, { grant, at: Date.now() })
}

/** The grant brought for a call, once; null where none comes within `patienceMs`. */
export function takeGrant(callId: string, patienceMs: number): Promise<GrantView | null> {
  const here = kept.get(callId)
  kept.delete(callId)
  if (here && Date.now() - here.at < FRESH_MS) return Promise.resolve(here.grant)
  if (patienceMs === 0) return Promise.resolve(null)
  return new Promise((resolve) => {
    const done = (grant: GrantView | null) => {
      clearTimeout(timer)
      waiting.delete(callId)
      resolve(grant)
    }
    const timer = setTimeout(done, patienceMs, null)
    waiting.set(callId, done)
  })
}
