import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSseParser, eventOf, type SseMessage } from './feed-stream.rules'

function parse(...pieces: string[]): SseMessage[] {
  const got: SseMessage[] = []
  const push = createSseParser((m) => got.push(m))
  for (const piece of pieces) push(piece)
  return got
}

describe('createSseParser', () => {
  it('reads id, event and data', () => {
    expect(parse('id: 7\nevent: queue\ndata: {"a":1}\n\n')).toEqual([
      { id: '7', event: 'queue', data: '{"a":1}' },
    ])
  })

  it('joins data lines, skips comments and blank messages, keeps the last id', () => {
    expect(parse(': ping\n\nid:1\ndata:a\ndata: b\n\ndata\n\n\n')).toEqual([
      { id: '1', event: 'message', data: 'a\nb' },
      { id: '1', event: 'message', data: '' },
    ])
  })

  it('takes LF, CRLF and CR', () => {
    const want = [{ id: '1', event: 'message', data: 'x' }]
    expect(parse('id:1\r\ndata:x\r\n\r\n')).toEqual(want)
    expect(parse('id:1\rdata:x\r\r', '\n')).toEqual(want)
  })

  it('gives the same messages however the stream is cut', () => {
    const stream = 'id: 1\r\ndata: 帮办\r\n\r\n: ping\n\nid: 2\nevent: e\ndata: a\ndata: b\n\n'
    const whole = parse(stream)
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const pieces = at.slice(1).map((end, i) => stream.slice(at[i], end))
        expect(parse(...pieces)).toEqual(whole)
      }),
    )
  })

  it('hands nothing out before the blank line', () => {
    expect(parse('data: half')).toEqual([])
  })
})

describe('eventOf', () => {
  const event = { seq: 3, type: 't', at: '', subject: '', data: {} }
  const message = (data: string, name = 'message'): SseMessage => ({ id: '3', event: name, data })

  it('reads an event', () => {
    expect(eventOf(message(JSON.stringify(event)))).toEqual(event)
  })

  it.each([
    '',
    '{"seq":3,',
    'null',
    '[]',
    '{"seq":"3","type":"t","data":{}}',
    '{"seq":3,"type":"t","data":null}',
  ])('finds no event in %j', (data) => {
    expect(eventOf(message(data))).toBeNull()
  })

  it('takes a resync for what it is, whatever it carries', () => {
    expect(eventOf(message(JSON.stringify(event), 'resync'))).toBeNull()
  })
})
