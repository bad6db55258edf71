import type { Context } from 'hono'
import { sha256 } from '../lib/ids'
import type { AppEnv } from './env'
import { type Repeat, repeatOf } from './idempotency'

/** A raw body that is a file, not read yet. */
export interface IncomingUpload {
  body: ReadableStream<Uint8Array>
  signal: AbortSignal
  /** Content-Length, where the sender told it. */
  sizeBytes: number | undefined
  /** Where the answer to this Idempotency-Key is kept; null without one. */
  repeat: { scope: Repeat; fingerprint: string } | null
}

/** The upload in a request. Its bytes are no part of the fingerprint: they have not been read yet. */
export const incomingUpload = (c: Context<AppEnv>, actorId: string): IncomingUpload => {
  const key = c.req.header('idempotency-key')
  return {
    body: c.req.raw.body ?? new Blob([]).stream(),
    signal: c.req.raw.signal,
    sizeBytes: contentLength(c),
    repeat:
      key === undefined
        ? null
        : {
            scope: repeatOf(key, actorId, 'PUT', c.req.path),
            fingerprint: sha256(JSON.stringify(c.req.query())),
          },
  }
}

const contentLength = (c: Context<AppEnv>): number | undefined => {
  const header = c.req.header('content-length')
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
