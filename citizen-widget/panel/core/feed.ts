import { backoffMs } from '../../../contract/backoff.rules'
import type { FeedEvent } from '../../../contract/feed.rules'
import { createSseParser, eventOf, type SseMessage } from '../../../contract/feed-stream.rules'

export interface FeedOptions {
  token: () => string | null
  cursor: string | number
  /** This tab: a grant for a call is made for one tab, and brought to it. */
  tab: string
  onEvent: (event: FeedEvent) => void
  /** The server no longer has our place: fetch a snapshot, and go on from the cursor it brings. */
  onResync: () => Promise<string | number>
  onOnline: (isOnline: boolean) => void
  /** The token is no longer accepted. */
  onDenied: () => void
}

/** The server sends a comment every few seconds; a stream silent for this long is a dead connection. */
const SILENCE_MS = 45_000

/**
 * Follows `GET /api/v1/events` over fetch (an EventSource cannot carry a bearer token), resumes from the last
 * event seen, and wakes at once when the network or the page comes back.
 */
export function openFeed(options: FeedOptions) {
  let cursor = String(options.cursor)
  let attempt = 0
  let isClosed = false
  let abort = new AbortController()
  let wake: (() => void) | null = null
  let pending: Promise<void> = Promise.resolve()

  /** A snapshot holds whatever could not be read or applied: asking for it again would fail for ever. */
  const resync = () => {
    pending = options.onResync().then((next) => {
      cursor = String(next)
    })
    abort.abort()
  }
  const handle = (message: SseMessage) => {
    const event = eventOf(message)
    if (!event) return resync()
    if (message.id) cursor = message.id
    try {
      options.onEvent(event)
    } catch (error) {
      reportError(error)
      resync()
    }
  }

  async function read(body: ReadableStream<Uint8Array>, alive: () => void) {
    const reader = body.getReader()
    const decoder = new TextDecoder()
    const push = createSseParser((m) => {
      if (!abort.signal.aborted) handle(m)
    })
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      alive()
      push(decoder.decode(value, { stream: true }))
    }
  }

  async function connect() {
    abort = new AbortController()
    const own = abort
    let timer = setTimeout(() => own.abort(), SILENCE_MS)
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(() => own.abort(), SILENCE_MS)
    }
    try {
      const response = await fetch(`/api/v1/events?cursor=${encodeURIComponent(cursor)}&tab=${options.tab}`, {
        headers: {
          Accept: 'text/event-stream',
          Authorization: `Bearer ${options.token() ?? ''}`,
          'Last-Event-ID': cursor,
        },
        credentials: 'omit',
        cache: 'no-store',
        signal: own.signal,
      })
      if (response.status === 401) return 'denied'
      if (!response.ok || !response.body) return 'failed'
      attempt = 0
      options.onOnline(true)
      await read(response.body, alive)
      return 'ended'
    } finally {
      clearTimeout(timer)
    }
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function run() {
    while (!isClosed) {
      const outcome = await connect().catch(() => 'failed')
      if (isClosed) return
      if (outcome === 'denied') return options.onDenied()
      const resynced = await pending.then(
        () => true,
        () => false,
      )
      if (outcome === 'failed' || !resynced) options.onOnline(false)
      pending = Promise.resolve()
      await pause(backoffMs(attempt++, Math.random()))
    }
  }

  const onWake = () => {
    if (document.visibilityState === 'visible') wake?.()
  }
  window.addEventListener('online', onWake)
  document.addEventListener('visibilitychange', onWake)
  void run()
  return () => {
    isClosed = true
    window.removeEventListener('online', onWake)
    document.removeEventListener('visibilitychange', onWake)
    abort.abort()
    wake?.()
  }
}
