import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FeedConnection } from './feed-connection'

const stream = (...pieces: string[]) =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
        controller.close()
      },
    }),
  )
const event = (seq: number) =>
  `id: ${seq}\ndata: {"seq":${seq},"type":"t","at":"","subject":"","data":{}}\n\n`

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks for a snapshot, not for the same piece again, where a piece cannot be read', async () => {
  const asked: (string | null)[] = []
  vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get('Last-Event-ID'))
    return stream(event(6), 'id: 7\ndata: {"seq":7,\n\n', event(8))
  })
  const seen: number[] = []
  let resyncs = 0
  new FeedConnection(5, {
    onEvent: (each) => seen.push(each.seq),
    onLink: () => undefined,
    onResync: () => {
      resyncs += 1
    },
  })
  await vi.runAllTimersAsync()
  expect({ asked, seen, resyncs }).toEqual({ asked: ['5'], seen: [6], resyncs: 1 })
})
