import { Webhook } from 'standardwebhooks'

/** The headers of Standard Webhooks for a body sent at `at`; every secret signs, so that they can overlap. */
export const signWebhook = (
  secrets: readonly string[],
  { id, at, body }: { id: string; at: number; body: string },
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(at), body)).join(' '),
})
