import type { FeedEvent } from '../../../contract/feed.rules'
import { FeedConnection, type FeedConnectionEvents } from './feed-connection'
import type { FeedRequest, FeedSignal, LinkState } from './feed-messages'

/** One page listening to the stream. */
export interface FeedListener {
  send(signal: FeedSignal): void
}

interface Connection {
  readonly position: number
  wake(): void
  close(): void
}

type Connect = (cursor: number, events: FeedConnectionEvents) => Connection

/** Enough for a tab that opens while another has been following for a while; beyond it, a fresh snapshot. */
const keptEvents = 2000

/**
 * Shares one stream between any number of pages. A page says which snapshot it holds (`follow`); it gets what
 * came after, or `resync` where that is no longer known. The stream ends when the last page has left.
 */
export class FeedHub {
  private readonly followers = new Set<FeedListener>()
  private readonly members = new Set<FeedListener>()
  private recent: FeedEvent[] = []
  /** Everything after this seq is in `recent`. */
  private since = 0
  private link: LinkState = 'connecting'
  private connection: Connection | null = null

  constructor(private readonly connect: Connect = (cursor, events) => new FeedConnection(cursor, events)) {}

  handle(listener: FeedListener, request: FeedRequest): void {
    this.members.add(listener)
    if (request.kind === 'follow') this.follow(listener, request.cursor)
    else if (request.kind === 'wake') this.connection?.wake()
    else this.leave(listener)
  }

  private follow(listener: FeedListener, cursor: number): void {
    if (!this.connection) this.open(cursor)
    if (cursor < this.since) {
      listener.send({ kind: 'resync' })
      return
    }
    this.followers.add(listener)
    listener.send({ kind: 'link', state: this.link })
    for (const event of this.recent) if (event.seq > cursor) listener.send({ kind: 'event', event })
  }

  private leave(listener: FeedListener): void {
    this.followers.delete(listener)
    this.members.delete(listener)
    if (this.members.size > 0) return
    this.connection?.close()
    this.connection = null
  }

  private open(cursor: number): void {
    this.recent = []
    this.since = cursor
    this.link = 'connecting'
    this.connection = this.connect(cursor, {
      onEvent: (event) => this.onEvent(event),
      onLink: (state) => {
        this.link = state
        if (state === 'denied') this.connection = null
        this.tell({ kind: 'link', state })
      },
      onResync: () => {
        this.connection = null
        this.tell({ kind: 'resync' })
        // Each comes back with `follow` once it has a snapshot; until then nothing may reach it.
        this.followers.clear()
      },
    })
  }

  private onEvent(event: FeedEvent): void {
    if (event.seq > 0) {
      this.recent.push(event)
      if (this.recent.length > keptEvents) this.since = this.recent.shift()?.seq ?? this.since
    }
    this.tell({ kind: 'event', event })
  }

  private tell(signal: FeedSignal): void {
    for (const listener of this.followers) listener.send(signal)
  }
}
