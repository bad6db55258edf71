import { describe, expect, it } from 'vitest'
import type { FeedEvent } from '../../../contract/feed.rules'
import type { FeedConnectionEvents } from './feed-connection'
import { FeedHub } from './feed-hub'
import type { FeedSignal } from './feed-messages'

function setUp() {
  const opened: { cursor: number; events: FeedConnectionEvents; isClosed: boolean }[] = []
  const hub = new FeedHub((cursor, events) => {
    const one = { cursor, events, isClosed: false }
    opened.push(one)
    return { position: cursor, wake: () => undefined, close: () => (one.isClosed = true) }
  })
  const page = () => {
    const got: FeedSignal[] = []
    const listener = { send: (signal: FeedSignal) => got.push(signal) }
    const seqs = () => got.flatMap((signal) => (signal.kind === 'event' ? [signal.event.seq] : []))
    return { got, listener, seqs }
  }
  return { hub, opened, page }
}
const event = (seq: number): FeedEvent => ({ seq, type: 'x', at: '', subject: '', data: {} })

describe('FeedHub', () => {
  it('opens one stream for several pages and replays what a later one lacks', () => {
    const { hub, opened, page } = setUp()
    const first = page()
    const second = page()
    hub.handle(first.listener, { kind: 'follow', cursor: 10 })
    opened[0]?.events.onEvent(event(11))
    opened[0]?.events.onEvent(event(12))
    hub.handle(second.listener, { kind: 'follow', cursor: 11 })
    opened[0]?.events.onEvent(event(13))
    expect(opened).toHaveLength(1)
    expect(first.seqs()).toEqual([11, 12, 13])
    expect(second.seqs()).toEqual([12, 13])
  })

  it('sends a page older than the stream back for a snapshot', () => {
    const { hub, page } = setUp()
    const first = page()
    const late = page()
    hub.handle(first.listener, { kind: 'follow', cursor: 10 })
    hub.handle(late.listener, { kind: 'follow', cursor: 9 })
    expect(late.got).toEqual([{ kind: 'resync' }])
  })

  it('keeps silent towards a page that was told to resync until it follows again', () => {
    const { hub, opened, page } = setUp()
    const one = page()
    hub.handle(one.listener, { kind: 'follow', cursor: 10 })
    opened[0]?.events.onResync()
    hub.handle(one.listener, { kind: 'follow', cursor: 50 })
    opened[1]?.events.onEvent(event(51))
    expect(opened[1]?.cursor).toBe(50)
    expect(one.seqs()).toEqual([51])
  })

  it('ends the stream with the last page', () => {
    const { hub, opened, page } = setUp()
    const one = page()
    hub.handle(one.listener, { kind: 'follow', cursor: 1 })
    hub.handle(one.listener, { kind: 'bye' })
    expect(opened[0]?.isClosed).toBe(true)
  })
})
