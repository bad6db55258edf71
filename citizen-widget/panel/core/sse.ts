export interface SseMessage {
  id: string | null
  event: string
  data: string
}

/**
 * An incremental parser of `text/event-stream` (WHATWG HTML, "Interpreting an event stream"): feed it decoded
 * pieces of any size, it hands out whole messages. A comment counts as a sign of life, not as a message.
 */
export function createSseParser(onMessage: (message: SseMessage) => void) {
  let rest = ''
  let id: string | null = null
  let event = ''
  let data: string[] = []

  const dispatch = () => {
    if (data.length) onMessage({ id, event: event || 'message', data: data.join('\n') })
    event = ''
    data = []
  }
  const line = (text: string) => {
    if (text === '') return dispatch()
    const colon = text.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }
  return {
    push(piece: string) {
      rest += piece
      // A trailing CR may be the first half of CRLF: it waits for the next piece.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      lines.forEach(line)
    },
  }
}
