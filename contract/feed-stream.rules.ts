import type { FeedEvent } from './feed.rules'

export interface SseMessage {
  /** Last id seen, as the standard keeps it. */
  id: string | null
  event: string
  data: string
}

/**
 * An incremental parser of `text/event-stream` (WHATWG HTML, "Interpreting an event stream"): takes decoded
 * pieces of any size, hands out whole messages. Comments are signs of life and yield nothing.
 */
export function createSseParser(onMessage: (message: SseMessage) => void): (piece: string) => void {
  let rest = ''
  let id: string | null = null
  let event = ''
  let data: string[] = []

  const dispatch = () => {
    if (data.length) onMessage({ id, event: event || 'message', data: data.join('\n') })
    event = ''
    data = []
  }
  const readLine = (line: string) => {
    if (line === '') return dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }

  return (piece) => {
    rest += piece
    // A trailing CR may be the first half of CRLF: it waits for the next piece.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    lines.forEach(readLine)
  }
}

/**
 * The event a message brings; null where only a snapshot helps: the server no longer has our place, or what came
 * cannot be read. Asking again from the same place would bring the same unreadable piece for ever.
 */
export function eventOf(message: SseMessage): FeedEvent | null {
  if (message.event === 'resync') return null
  try {
    const event: unknown = JSON.parse(message.data)
    return isEvent(event) ? event : null
  } catch {
    return null
  }
}

const isEvent = (value: unknown): value is FeedEvent =>
  typeof value === 'object' &&
  value !== null &&
  Number.isSafeInteger((value as FeedEvent).seq) &&
  typeof (value as FeedEvent).type === 'string' &&
  typeof (value as FeedEvent).data === 'object' &&
  (value as FeedEvent).data !== null
