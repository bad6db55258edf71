/** The messages between the loader in the host page and the panel in its iframe. */

export const PROTOCOL = 1

export type PanelMessage =
  | { type: 'ready' }
  | { type: 'unread'; count: number }
  | { type: 'close' }
  /** `resume`, a one-time code, is given only where the panel's own storage is denied; null forgets it. */
  | { type: 'live'; live: boolean; resume?: string | null }
  | { type: 'event'; name: string; payload: unknown }

export type HostMessage =
  | { type: 'identify'; jwt: string }
  | { type: 'open' }
  | { type: 'close' }
  | { type: 'resume'; code: string | null }

type Envelope<T> = T & { bangban: typeof PROTOCOL }
type Shape = Record<string, unknown>

/** Adds the protocol version, so that an old loader and a new panel ignore each other instead of guessing. */
export function seal<T extends PanelMessage | HostMessage>(message: T): Envelope<T> {
  return { ...message, bangban: PROTOCOL }
}

function envelope(data: unknown): Shape | null {
  if (typeof data !== 'object' || data === null) return null
  const shape = data as Shape
  return shape.bangban === PROTOCOL ? shape : null
}

const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= max

/** The message a panel sent, or null if it has another version or shape. */
export function readPanelMessage(data: unknown): PanelMessage | null {
  const m = envelope(data)
  if (!m) return null
  if (m.type === 'ready' || m.type === 'close') return { type: m.type }
  if (m.type === 'unread' && Number.isInteger(m.count) && (m.count as number) >= 0)
    return { type: 'unread', count: m.count as number }
  if (m.type === 'live' && typeof m.live === 'boolean') {
    const resume = m.resume === null || isText(m.resume, 900) ? m.resume : undefined
    return { type: 'live', live: m.live, resume }
  }
  if (m.type === 'event' && isText(m.name, 60)) return { type: 'event', name: m.name, payload: m.payload }
  return null
}

/** The message a host page sent, or null if it has another version or shape. */
export function readHostMessage(data: unknown): HostMessage | null {
  const m = envelope(data)
  if (!m) return null
  if (m.type === 'open' || m.type === 'close') return { type: m.type }
  if (m.type === 'identify' && isText(m.jwt, 8000)) return { type: 'identify', jwt: m.jwt }
  if (m.type === 'resume' && (m.code === null || isText(m.code, 900))) return { type: 'resume', code: m.code }
  return null
}
