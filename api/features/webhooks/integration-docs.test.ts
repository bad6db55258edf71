import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problem } from '../../../contract/common.schema'
import { errorCodes } from '../../../contract/error-codes'
import { handOverBody, publicTicket } from '../../../contract/hotline.schema'
import { publicEvent, webhookTypes } from '../../../contract/webhooks.rules'
import { projectRoot } from '../../lib/project'
import { signWebhook } from '../../lib/webhook-signature'

const text = readFileSync(join(projectRoot, 'docs/integration.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '')
const examples = blocks('json').map((block) => JSON.parse(block) as Record<string, unknown>)
const exampleWith = (key: string) => examples.find((example) => key in example)

/** What makers of other systems read is what they get. */
describe('docs/integration.md', () => {
  it('shows bodies that fit', () => {
    const curl = blocks('sh').find((block) => block.includes('-X POST')) ?? ''
    const sent = JSON.parse(curl.slice(curl.indexOf("'{") + 1, curl.lastIndexOf("'")))
    expect(handOverBody.parse(sent)).toEqual(sent)
    const event = exampleWith('timestamp') as { type: string; data: { ticket: unknown; change: object } }
    expect(publicTicket.parse(event.data.ticket)).toEqual(event.data.ticket)
    expect(problem.parse(exampleWith('requestId'))).toEqual(exampleWith('requestId'))
  })

  it('shows every kind of event with all that it tells', () => {
    const rows = [...text.matchAll(/^\| `([a-z._]+)`\s+\|[^|]*\| `(\{.*\})`\s+\|$/gm)]
    expect(rows.map((row) => row[1])).toEqual([...webhookTypes])
    for (const [, type = '', json = '{}'] of rows) {
      const change = JSON.parse(json) as Record<string, unknown>
      const inner = type === 'ticket.status_changed' ? 'ticket.resolved' : type
      const offered = { ...change, secretNote: 'x', contactName: 'x', comment: 'x' }
      expect([type, publicEvent(inner, offered)]).toEqual([type, { type, change }])
    }
  })

  it('names codes that exist, under their status', () => {
    const rows = [...text.matchAll(/\b(4\d\d) ((?:`[a-z_]+\.[a-z_]+`(?:, )?)+)/g)]
    expect(rows.length).toBeGreaterThan(6)
    for (const [, status, codes = ''] of rows)
      for (const [, code = ''] of codes.matchAll(/`([^`]+)`/g))
        expect([code, Reflect.get(errorCodes, code)]).toEqual([code, Number(status)])
  })

  it('checks a signature the way it says', async () => {
    const script = blocks('js').find((block) => block.includes('timingSafeEqual')) ?? ''
    const module = `data:text/javascript,${encodeURIComponent(`${script}\nexport { verify }`)}`
    const { verify } = (await import(/* @vite-ignore */ module)) as {
      verify: (secret: string, headers: Record<string, string>, body: string) => boolean
    }
    const secrets = ['one', 'two'].map((word) => `whsec_${createHmac('sha256', word).digest('base64')}`)
    const [secret = '', other = ''] = secrets
    const body = '{"type":"webhook.test","data":{"message":"您好"}}'
    const headers = signWebhook(secrets, { id: 'whd_1', at: Date.now(), body })
    expect([verify(secret, headers, body), verify(other, headers, body)]).toEqual([true, true])
    expect(verify(secret, headers, `${body} `)).toBe(false)
    expect(verify('whsec_AAAA', headers, body)).toBe(false)
    const old = signWebhook(secrets, { id: 'whd_1', at: Date.now() - 600_000, body })
    expect(verify(secret, old, body)).toBe(false)
  })
})
