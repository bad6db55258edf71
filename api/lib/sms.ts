import { request } from 'undici'

/** One text message, as the gateway wants it: registered templates, filled in. */
export interface Sms {
  /** The outbox's id: a gateway that knows it sends a repeat only once. */
  id: string
  to: string
  /** The gateway's own name of the template. */
  template: string
  params: Record<string, string>
}

/** Sends text messages. Throws where the gateway did not take it. Use cases call `queueSms`, not this. */
export interface SmsPort {
  send(sms: Sms): Promise<void>
}

const timeoutMs = 10_000
const maxAnswerBytes = 4096

/**
 * A gateway spoken to over HTTP: `POST` of the message as JSON, with the token as bearer and the id as
 * `Idempotency-Key`; any 2xx is "taken". Providers with another form stand behind a small adapter of theirs.
 */
export const connectSms = ({ url, token }: { url: string; token: string | undefined }): SmsPort => ({
  async send(sms) {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': sms.id,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(sms),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const answer = await readStart(body, maxAnswerBytes)
    if (statusCode < 200 || statusCode > 299)
      throw new Error(`The gateway answered ${statusCode}: ${answer.slice(0, 200)}`)
  },
})

/** The first `maxBytes` of an answer; the rest is not waited for. */
export const readStart = async (
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  maxBytes: number,
): Promise<string> => {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part)
    size += part.length
    if (size >= maxBytes) break
  }
  body.destroy()
  return Buffer.concat(parts).subarray(0, maxBytes).toString('utf8')
}
