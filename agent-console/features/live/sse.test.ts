import { describe, expect, it } from 'vitest'
import { createSseParser, type SseMessage } from './sse'

const parse = (pieces: string[]) => {
  const seen: SseMessage[] = []
  const push = createSseParser((message) => seen.push(message))
  pieces.forEach(push)
  return seen
}

describe('createSseParser', () => {
  it('reads id, event and data', () => {
    expect(parse(['id: 7\nevent: resync\ndata: {"a":1}\n\n'])).toEqual([
      { id: '7', event: 'resync', data: '{"a":1}' },
    ])
  })

  it('gives the same messages however the text is cut', () => {
    const text = ': hello\r\n\r\nid: 1\r\ndata: one\r\ndata: two\r\n\r\nid: 2\ndata: 三\n\n'
    const whole = parse([text])
    expect(whole.map((message) => message.data)).toEqual(['one\ntwo', '三'])
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(parse([text.slice(0, cut), text.slice(cut)])).toEqual(whole)
    }
  })

  it('keeps an unfinished message to itself', () => {
    expect(parse(['data: half'])).toEqual([])
  })
})
