import type { FeedEvent } from '../../../contract/feed.rules'

/** What the connection is doing, as shown to the agent. `denied`: nobody is signed in any more. */
export type LinkState = 'connecting' | 'online' | 'offline' | 'denied'

/** From the stream to a page. */
export type FeedSignal =
  | { kind: 'event'; event: FeedEvent }
  | { kind: 'link'; state: LinkState }
  /** The server no longer has our place, or the page's is older than ours: fetch snapshots, then `follow`. */
  | { kind: 'resync' }

/** From a page to the stream. */
export type FeedRequest =
  | { kind: 'follow'; cursor: number }
  /** The network or the page came back: do not wait for the back-off. */
  | { kind: 'wake' }
  | { kind: 'bye' }
