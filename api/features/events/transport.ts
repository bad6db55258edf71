import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import type { AppEnv } from '../../http/env'

/** A reader whose unread bytes pass this is too slow. */
const maxQueuedBytes = 1024 * 1024

/** The way to one reader. */
export interface Transport {
  response: Response
  /** False where the reader is gone or too slow. */
  send(bytes: Uint8Array): boolean
  /** True while more than is good waits to be read. */
  isFull(): boolean
  close(): void
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
}

/** Opens the stream to the caller of `c`; `onGone` is told when the other side went away. */
export const openTransport = (c: Context<AppEnv>, onGone: () => void): Transport =>
  c.env?.outgoing ? overSocket(c, c.env.outgoing as ServerResponse, onGone) : overWebStream(c, onGone)

/**
 * Straight to Node's response: the way through a web stream costs several promises per reader and event,
 * which at thousands of readers is most of the processor. Without chunk framing (the stream ends with
 * its connection) a write hands the shared buffer to the socket as it is.
 */
const overSocket = (c: Context<AppEnv>, outgoing: ServerResponse, onGone: () => void): Transport => {
  outgoing.removeHeader('transfer-encoding')
  outgoing.writeHead(200, {
    ...headers,
    connection: 'close',
    'x-request-id': c.get('requestId'),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  })
  outgoing.on('close', onGone)
  outgoing.on('error', onGone)
  // Gone before anybody listened.
  if (outgoing.destroyed) queueMicrotask(onGone)
  const isFull = () => outgoing.writableLength > maxQueuedBytes
  return {
    response: RESPONSE_ALREADY_SENT,
    send(bytes) {
      if (outgoing.destroyed || outgoing.writableEnded || isFull()) return false
      outgoing.write(bytes)
      return true
    },
    isFull,
    close: () => void outgoing.end(),
  }
}

/** Where there is no Node response, as in tests that call the application directly. */
const overWebStream = (c: Context<AppEnv>, onGone: () => void): Transport => {
  let control: ReadableStreamDefaultController<Uint8Array> | null = null
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        control = controller
      },
      cancel() {
        control = null
        onGone()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxQueuedBytes }),
  )
  c.req.raw.signal.addEventListener('abort', onGone)
  const isFull = () => (control?.desiredSize ?? 0) < 0
  return {
    response: new Response(stream, { headers }),
    send(bytes) {
      if (!control || isFull()) return false
      control.enqueue(bytes)
      return true
    },
    isFull,
    close() {
      control?.close()
      control = null
    },
  }
}
