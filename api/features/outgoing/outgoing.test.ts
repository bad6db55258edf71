import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectMail } from '../../lib/mail'
import { connectSms } from '../../lib/sms'
import { createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { startMailServer } from '../../testing/mail-server'
import { findOutgoing, saveSmsTemplates } from './outgoing.store'
import { queueMail, queueSms, sendOutgoing } from './outgoing.usecases'

let test: TestApp
const closers: (() => unknown)[] = []
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await test.close()
})

const stateOf = async (id: string) => (await test.db.read((tx) => findOutgoing(tx, id)))?.state

const mail = {
  to: 'wang@example.org',
  subject: '工单提醒',
  text: '正文',
  html: '<p>正文</p>',
  purpose: 'test',
}

describe('the outbox of e-mail', () => {
  it('hands a message to the server once, under its own Message-ID', async () => {
    const server = await startMailServer(0)
    closers.push(server.close)
    test.deps.mail = connectMail({ url: server.url, from: 'Bangban <help@example.org>' })
    const id = await test.db.write((tx) => queueMail(tx, test.deps, mail))
    await test.sweep()
    await eventually(async () => expect(await stateOf(id)).toBe('sent'))
    expect(server.mails).toHaveLength(1)
    expect(server.mails[0]).toContain(`Message-ID: <${id}@example.org>`)
    expect(server.mails[0]).toContain('To: wang@example.org')
    expect(server.mails[0]).toContain('text/html')
    // A job that runs again, for whatever reason, finds it sent.
    await sendOutgoing(test.deps, id)
    test.clock.advance(3600)
    await test.sweep()
    expect(server.mails).toHaveLength(1)
  })

  it('tries again after longer and longer pauses where the server refuses', async () => {
    const server = await startMailServer(2)
    closers.push(server.close)
    test.deps.mail = connectMail({ url: server.url, from: 'help@example.org' })
    const id = await test.db.write((tx) => queueMail(tx, test.deps, mail))
    await test.sweep()
    await eventually(async () => {
      const row = await test.db.read((tx) => findOutgoing(tx, id))
      expect(row).toMatchObject({ state: 'waiting', attempts: 1, error: expect.stringContaining('451') })
    })
    expect((await test.db.read((tx) => findOutgoing(tx, id)))?.dueAt).toBe(test.clock.now() + 10_000)
    test.clock.advance(10)
    await eventually(async () => {
      await test.sweep()
      expect(server.refusals()).toBe(2)
    })
    test.clock.advance(60)
    await eventually(async () => {
      await test.sweep()
      expect(await stateOf(id)).toBe('sent')
    })
    expect(server.mails).toHaveLength(1)
  })

  it('gives up after about a day, and says why', async () => {
    const id = await test.db.write((tx) => queueMail(tx, test.deps, mail))
    let again: number | undefined = test.clock.now()
    let count = 0
    while (again !== undefined) {
      test.clock.advance((again - test.clock.now()) / 1000)
      again = await sendOutgoing(test.deps, id)
      count++
    }
    expect(count).toBe(8)
    const row = await test.db.read((tx) => findOutgoing(tx, id))
    expect(row).toMatchObject({ state: 'failed', error: expect.stringContaining('SMTP_URL') })
  })

  it('waits until its time has come', async () => {
    const server = await startMailServer(0)
    closers.push(server.close)
    test.deps.mail = connectMail({ url: server.url, from: 'help@example.org' })
    const dueAt = test.clock.now() + 3_600_000
    const id = await test.db.write((tx) => queueMail(tx, test.deps, { ...mail, dueAt }))
    await test.sweep()
    expect(await stateOf(id)).toBe('waiting')
    test.clock.advance(3600)
    await test.sweep()
    await eventually(async () => expect(await stateOf(id)).toBe('sent'))
  })
})

describe('the outbox of text messages', () => {
  const startGateway = async (statuses: number[]) => {
    const got: { headers: IncomingMessage['headers']; body: Record<string, unknown> }[] = []
    const server: Server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      got.push({ headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString()) })
      response.writeHead(statuses.shift() ?? 200).end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`, got }
  }

  it("fills the gateway's own template, and repeats under the same id", async () => {
    const gateway = await startGateway([500])
    test.deps.sms = connectSms({ url: gateway.url, token: 'secret' })
    await test.db.write((tx) => saveSmsTemplates(tx, { lookup_code: 'SMS_4711' }))
    const id = await test.db.write((tx) =>
      queueSms(tx, test.deps, {
        to: '13800000000',
        template: 'lookup_code',
        params: { code: '123456', minutes: '10' },
        purpose: 'lookup',
      }),
    )
    await test.sweep()
    await eventually(async () =>
      expect(await test.db.read((tx) => findOutgoing(tx, id))).toMatchObject({
        state: 'waiting',
        error: expect.stringContaining('500'),
      }),
    )
    test.clock.advance(10)
    await eventually(async () => {
      await test.sweep()
      expect(await stateOf(id)).toBe('sent')
    })
    expect(gateway.got).toHaveLength(2)
    for (const { headers, body } of gateway.got) {
      expect(headers).toMatchObject({ authorization: 'Bearer secret', 'idempotency-key': id })
      expect(body).toEqual({
        id,
        to: '13800000000',
        template: 'SMS_4711',
        params: { code: '123456', minutes: '10' },
      })
    }
  })
})
