import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { backoffMs } from '../../../contract/backoff.rules'
import type { FeedEvent } from '../../../contract/feed.rules'
import { connectFeed, type FeedClient } from './feed-client'
import type { FeedSignal, LinkState } from './feed-messages'

/** A snapshot loaded between two events must not miss the second: this many are kept for it. */
const keptEvents = 1000

/** The feed of this page: who wants events subscribes; who holds a snapshot reloads it on `resync`. */
export const useLiveStore = defineStore('live', () => {
  const link = shallowRef<LinkState>('connecting')
  const listeners = new Set<(event: FeedEvent) => void>()
  const reloaders = new Set<() => Promise<unknown>>()
  let recent: FeedEvent[] = []
  let client: FeedClient | null = null
  let loadCursor: () => Promise<number> = () => Promise.resolve(0)

  function receive(event: FeedEvent): void {
    if (event.seq > 0) recent = [...recent.slice(1 - keptEvents), event]
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        // One broken view must not cost the others the event.
        reportError(error)
      }
    }
  }

  async function follow(): Promise<void> {
    const mine = client
    const cursor = await loadCursor()
    if (mine !== null && mine === client) mine.post({ kind: 'follow', cursor })
  }

  function onSignal(signal: FeedSignal): void {
    if (signal.kind === 'event') receive(signal.event)
    else if (signal.kind === 'link') link.value = signal.state
    else resync()
  }

  function resync(): void {
    recent = []
    for (const reload of reloaders) reload().catch(reportError)
    void followAgain(0)
  }

  /** No snapshot, no stream: it is asked for until there is one. */
  async function followAgain(attempt: number): Promise<void> {
    const mine = client
    try {
      await follow()
    } catch {
      // The reason is on the screen as `offline`; what counts is to try again.
      link.value = 'offline'
      setTimeout(() => mine === client && void followAgain(attempt + 1), backoffMs(attempt, Math.random()))
    }
  }

  /** Starts following from the cursor that `load` answers; repeated after every `resync`. */
  async function start(load: () => Promise<number>): Promise<void> {
    stop()
    loadCursor = load
    client = connectFeed(onSignal)
    await follow()
  }

  function stop(): void {
    client?.close()
    client = null
    recent = []
    link.value = 'connecting'
  }

  /** Events after `cursor` that this page has already seen. */
  const eventsAfter = (cursor: number): FeedEvent[] => recent.filter((event) => event.seq > cursor)

  function onEvent(listener: (event: FeedEvent) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  function onResync(reload: () => Promise<unknown>): () => void {
    reloaders.add(reload)
    return () => reloaders.delete(reload)
  }

  return { link, start, stop, resync, eventsAfter, onEvent, onResync }
})
