import { backoffMs } from '../../../contract/backoff.rules'
import type { FeedEvent } from '../../../contract/feed.rules'
import { createSseParser, eventOf } from '../../../contract/feed-stream.rules'
import type { LinkState } from './feed-messages'

export interface FeedConnectionEvents {
  onEvent(event: FeedEvent): void
  onLink(state: LinkState): void
  onResync(): void
}

/** The server sends a comment every 15 s; a stream silent for three of them is a dead connection. */
const silenceMs = 45_000

/**
 * Follows `GET /api/v1/events` from a cursor: resumes after the last event seen, backs off with jitter, and
 * gives up a silent stream. Runs in the shared worker as well as in a page: it uses nothing of the document.
 */
export class FeedConnection {
  private cursor: number
  private abort = new AbortController()
  private isClosed = false
  private attempt = 0
  private endPause: () => void = () => undefined

  constructor(
    cursor: number,
    private readonly events: FeedConnectionEvents,
  ) {
    this.cursor = cursor
    void this.run()
  }

  /** Seq of the last event handed out. */
  get position(): number {
    return this.cursor
  }

  wake(): void {
    this.endPause()
  }

  close(): void {
    this.isClosed = true
    this.abort.abort()
    this.endPause()
  }

  private async run(): Promise<void> {
    this.events.onLink('connecting')
    while (!this.isClosed) {
      const outcome = await this.stream().catch(() => 'failed' as const)
      if (this.isClosed) return
      if (outcome === 'denied' || outcome === 'resync') return this.finish(outcome)
      // A stream that merely ended is reopened at once: a server that restarts ends all of them.
      if (outcome === 'failed' || this.attempt > 0) this.events.onLink('offline')
      await this.pause(backoffMs(this.attempt, Math.random()))
      this.attempt += 1
    }
  }

  private finish(outcome: 'denied' | 'resync'): void {
    this.isClosed = true
    if (outcome === 'denied') this.events.onLink('denied')
    else this.events.onResync()
  }

  private async stream(): Promise<'failed' | 'ended' | 'denied' | 'resync'> {
    const abort = new AbortController()
    this.abort = abort
    let timer = setTimeout(() => abort.abort(), silenceMs)
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(() => abort.abort(), silenceMs)
    }
    try {
      const response = await fetch(`/api/v1/events?cursor=${this.cursor}`, {
        headers: {
          Accept: 'text/event-stream',
          'Last-Event-ID': String(this.cursor),
          'X-Bangban-Client': 'console',
        },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: abort.signal,
      })
      if (response.status === 401) return 'denied'
      // The cursor is not one of this database (restored, re-seeded): only a snapshot helps.
      if (response.status === 400) return 'resync'
      if (!response.ok || !response.body) return 'failed'
      this.attempt = 0
      this.events.onLink('online')
      return await this.read(response.body, alive)
    } finally {
      clearTimeout(timer)
      abort.abort()
    }
  }

  private async read(body: ReadableStream<Uint8Array>, alive: () => void): Promise<'ended' | 'resync'> {
    const reader = body.getReader()
    const decoder = new TextDecoder()
    let wantsResync = false
    const push = createSseParser((message) => {
      if (wantsResync || this.isClosed) return
      const event = eventOf(message)
      if (event) this.hand(event)
      else wantsResync = true
    })
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return 'ended'
      alive()
      push(decoder.decode(value, { stream: true }))
      if (wantsResync) return 'resync'
    }
  }

  private hand(event: FeedEvent): void {
    // seq 0 is ephemeral (typing): it has no place in the order.
    if (event.seq > 0) {
      if (event.seq <= this.cursor) return
      this.cursor = event.seq
    }
    this.events.onEvent(event)
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
