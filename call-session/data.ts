/**
 * Small messages between the participants of a call. They are not kept: whatever must last goes over HTTP.
 * The version is part of the topic, so that a page of an older release ignores what it does not know.
 */
export interface CallMessage {
  type: 'typing'
  isTyping: boolean
}

const typingTopic = 'bangban.typing.v1'
const maxBytes = 256

export function encodeMessage(message: CallMessage): { topic: string; payload: Uint8Array<ArrayBuffer> } {
  const payload = new TextEncoder().encode(JSON.stringify({ isTyping: message.isTyping }))
  return { topic: typingTopic, payload }
}

/** The message, or null for whatever is foreign, malformed or oversized: the sender may be anybody's code. */
export function decodeMessage(topic: string | undefined, payload: Uint8Array): CallMessage | null {
  if (topic !== typingTopic || payload.byteLength > maxBytes) return null
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    if (typeof value !== 'object' || value === null || !('isTyping' in value)) return null
    return typeof value.isTyping === 'boolean' ? { type: 'typing', isTyping: value.isTyping } : null
  } catch {
    // Not JSON or not UTF-8: not one of ours.
    return null
  }
}
