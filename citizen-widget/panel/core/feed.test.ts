import { afterEach, describe, expect, it, vi } from 'vitest'
import type { FeedEvent } from '../../../contract/feed.rules'
import { openFeed } from './feed'

const encoder = new TextEncoder()

/** A stream that says its pieces and then ends. */
const stream = (...pieces: string[]) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(encoder.encode(piece))
        controller.close()
      },
    }),
  )
const event = (seq: number) =>
  `id: ${seq}\ndata: {"seq":${seq},"type":"t","at":"","subject":"","data":{}}\n\n`

function follow(answers: (Response | Error)[], unbearable?: number) {
  const cursors: (string | null)[] = []
  const events: FeedEvent[] = []
  const online: boolean[] = []
  let resyncs = 0
  let isDenied = false
  const quiet = { addEventListener: () => undefined, removeEventListener: () => undefined }
  vi.stubGlobal('window', quiet)
  vi.stubGlobal('document', quiet)
  vi.stubGlobal('reportError', () => undefined)
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    cursors.push(new Headers(init.headers).get('Last-Event-ID'))
    const next = answers.shift() ?? new Response(null, { status: 401 })
    if (next instanceof Error) throw next
    return next
  })
  vi.useFakeTimers()
  const close = openFeed({
    token: () => 'tok',
    cursor: '5',
    tab: 'tab-of-mine',
    onEvent: (e) => {
      if (e.seq === unbearable) throw new Error('This one cannot be applied.')
      events.push(e)
    },
    onResync: async () => {
      resyncs++
      return '90'
    },
    onOnline: (isOnline) => online.push(isOnline),
    onDenied: () => {
      isDenied = true
    },
  })
  return { close, cursors, events, online, count: () => resyncs, denied: () => isDenied }
}

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('openFeed', () => {
  it('resumes after the last event seen and stops when the token is refused', async () => {
    const feed = follow([stream(event(6), event(7)), new TypeError('lost'), stream(event(8))])
    await vi.runAllTimersAsync()
    expect(feed.events.map((e) => e.seq)).toEqual([6, 7, 8])
    expect(feed.cursors).toEqual(['5', '7', '7', '8'])
    expect(feed.online).toEqual([true, false, true])
    expect(feed.denied()).toBe(true)
  })

  it('fetches a snapshot on resync and goes on from its cursor', async () => {
    const feed = follow([stream('id: 80\nevent: resync\ndata: {"cursor":"80"}\n\n'), stream(event(91))])
    await vi.runAllTimersAsync()
    expect(feed.count()).toBe(1)
    expect(feed.cursors).toEqual(['5', '90', '91'])
    expect(feed.events.map((e) => e.seq)).toEqual([91])
  })

  it.each([
    ['an unreadable piece', 'id: 6\ndata: {"seq":6,\n\n', undefined],
    ['an event that cannot be applied', event(6), 6],
  ])('does not ask for %s again: it fetches a snapshot', async (_what, piece, unbearable) => {
    const feed = follow([stream(piece, event(7)), stream(event(91))], unbearable)
    await vi.runAllTimersAsync()
    expect(feed.count()).toBe(1)
    expect(feed.cursors).toEqual(['5', '90', '91'])
    expect(feed.events.map((e) => e.seq)).toEqual([91])
  })

  it('asks nothing more once closed', async () => {
    const feed = follow([stream(event(6))])
    feed.close()
    await vi.runAllTimersAsync()
    expect(feed.cursors).toHaveLength(1)
    expect(feed.denied()).toBe(false)
  })
})
