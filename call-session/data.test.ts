import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from './data'

const bytes = (text: string) => new TextEncoder().encode(text)
const topic = 'bangban.typing.v1'

describe('call messages', () => {
  it.each([true, false])('carries typing %s', (isTyping) => {
    const sent = encodeMessage({ type: 'typing', isTyping })
    expect(decodeMessage(sent.topic, sent.payload)).toEqual({ type: 'typing', isTyping })
  })

  it.each([
    ['a foreign topic', 'other', bytes('{"isTyping":true}')],
    ['no topic', undefined, bytes('{"isTyping":true}')],
    ['a newer version', 'bangban.typing.v2', bytes('{"isTyping":true}')],
    ['no JSON', topic, bytes('typing')],
    ['a wrong type', topic, bytes('{"isTyping":"yes"}')],
    ['null', topic, bytes('null')],
    ['an array', topic, bytes('[true]')],
    ['broken UTF-8', topic, new Uint8Array([0xff, 0xfe])],
    ['too many bytes', topic, bytes(`{"isTyping":true,"x":"${'x'.repeat(300)}"}`)],
  ])('ignores %s', (_name, on, payload) => {
    expect(decodeMessage(on, payload)).toBeNull()
  })
})
