import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Logger } from '../lib/logger'

const isSignalling = (url: string | undefined): boolean => url !== undefined && /^\/rtc(\/|\?|$)/.test(url)

const answerAndClose = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

const maxEarlyBytes = 65_536

/**
 * A socket that nobody reads does not say that its other end is gone. Until LiveKit has answered it is read
 * here: what comes is kept, and whoever leaves takes the way to LiveKit along.
 */
const watchUntilAnswered = (socket: Duplex, head: Buffer, leave: () => void): { stop(): Buffer[] } => {
  const chunks = head.length > 0 ? [head] : []
  let bytes = head.length
  const keep = (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxEarlyBytes) socket.destroy()
  }
  const end = () => socket.destroy()
  socket.on('data', keep).on('end', end).on('close', leave)
  return {
    stop() {
      socket.off('data', keep).off('end', end).off('close', leave)
      return chunks
    },
  }
}

/**
 * Passes LiveKit's signalling (`/rtc`, `/rtc/v1`) on to the managed server, so that one origin and one
 * certificate serve a small installation. Everything else that asks for an upgrade is refused.
 */
export const createSignallingProxy =
  (target: string | null, logger: Logger) =>
  (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', (error) => logger.debug({ err: error }, 'signalling client went away'))
    if (!target || !isSignalling(incoming.url)) {
      answerAndClose(socket, '404 Not Found')
      return
    }
    const to = new URL(target.replace(/^ws/, 'http'))
    const headers = { ...incoming.headers, host: to.host }
    const outgoing = (to.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: to.hostname,
      port: to.port,
      method: 'GET',
      path: incoming.url,
      headers,
    })
    const early = watchUntilAnswered(socket, head, () => outgoing.destroy())
    outgoing.on('upgrade', (response, upstream, upstreamHead) => {
      const lines = Object.entries(response.headers).flatMap(([name, value]) =>
        (Array.isArray(value) ? value : [value]).map((each) => `${name}: ${each}`),
      )
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      if (upstreamHead.length > 0) socket.write(upstreamHead)
      for (const chunk of early.stop()) upstream.write(chunk)
      upstream.on('error', (error) => {
        logger.debug({ err: error }, 'signalling server went away')
        socket.destroy()
      })
      socket.on('close', () => upstream.destroy())
      upstream.on('close', () => socket.destroy())
      upstream.pipe(socket).pipe(upstream)
    })
    outgoing.on('response', (response) => {
      answerAndClose(socket, `${response.statusCode ?? 502} ${response.statusMessage ?? 'Bad Gateway'}`)
      response.resume()
    })
    outgoing.on('error', (error) => {
      if (socket.destroyed) return
      logger.warn({ err: error }, 'LiveKit’s signalling cannot be reached')
      answerAndClose(socket, '502 Bad Gateway')
    })
    outgoing.end()
  }

/** LiveKit's client asks `/rtc/validate` by plain GET when a socket fails, to learn why. */
export const forwardValidation = async (target: string, url: URL): Promise<Response> => {
  const to = new URL(url.pathname + url.search, target.replace(/^ws/, 'http'))
  const answer = await fetch(to, { signal: AbortSignal.timeout(5000), redirect: 'manual' })
  return new Response(await answer.text(), {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' },
  })
}
