import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endpointPatienceMs } from '../../../contract/outgoing.rules'
import { createOutgoingHttp } from '../../lib/outgoing-http'
import { addAgent, addDepartment, addKey, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'

let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let admin: Awaited<ReturnType<typeof addAgent>>
let site: Awaited<ReturnType<typeof addSite>>
const closers: (() => void)[] = []

beforeEach(async () => {
  test = await createTestApp()
  test.deps.callOut = createOutgoingHttp({ allowPrivate: ['127.0.0.0/8'] })
  city = await addDepartment(test, '市')
  site = await addSite(test, city, 'demo')
  admin = await addAgent(test, city, ['admin', 'agent'], '管理员')
})
afterEach(async () => {
  for (const close of closers.splice(0)) close()
  await test.close()
})

interface Got {
  headers: IncomingHttpHeaders
  body: string
}

/** A real receiver that answers with `statuses` in turn, then 204. */
const startReceiver = async (statuses: number[] = [], more: Record<string, string> = {}) => {
  const got: Got[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    got.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
    response.writeHead(statuses.shift() ?? 204, more).end('answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got, statuses }
}

const as = (body?: unknown) => ({ cookie: admin.cookie, ...(body === undefined ? {} : { body }) })
const subscribe = async (url: string, eventTypes: string[]) =>
  (await test.request('POST', '/webhooks', as({ url, eventTypes, departmentId: city.id }))).body as {
    endpoint: { id: string }
    secret: string
  }
const openTicket = async () =>
  (
    await test.request(
      'POST',
      '/tickets',
      as({
        siteId: site.id,
        topic: '营业执照',
        description: '只给内部看的描述',
        contactName: '王芳',
        contactPhone: '13800000000',
      }),
    )
  ).body.ticket as { id: string; number: string }
const deliveriesOf = async (id: string) =>
  (await test.request('GET', `/webhooks/${id}/deliveries`, as())).body.items as Record<string, unknown>[]
const settled = async (id: string, state: string) =>
  eventually(async () => {
    await test.sweep()
    expect(new Set((await deliveriesOf(id)).map((each) => each.state))).toEqual(new Set([state]))
  })

describe('outgoing webhooks', () => {
  it('tell what an endpoint asked for, signed, without anything personal', async () => {
    const receiver = await startReceiver()
    const { endpoint, secret } = await subscribe(receiver.url, ['ticket.created', 'ticket.status_changed'])
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const ticket = await openTicket()
    await test.request('POST', `/tickets/${ticket.id}/replies`, as({ kind: 'note', body: '内部备注' }))
    await test.request('POST', `/tickets/${ticket.id}/status`, as({ command: 'resolve' }))
    await eventually(async () => {
      await test.sweep()
      expect(receiver.got).toHaveLength(2)
    })
    const events = receiver.got.map(({ headers, body }) => {
      // The library's own check of id, time and signature; the time is the test's clock.
      vi.setSystemTime(test.clock.now())
      return new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>
    })
    vi.useRealTimers()
    const created = events.find((each) => each.type === 'ticket.created')
    expect(created).toMatchObject({ data: { ticket: { number: ticket.number }, change: {} } })
    expect(events.find((each) => each.type === 'ticket.status_changed')).toMatchObject({
      data: { change: { from: 'new', to: 'resolved' } },
    })
    expect(receiver.got.map((each) => each.body).join()).not.toMatch(/王芳|13800000000|内部/)
    await settled(endpoint.id, 'delivered')
    const again = receiver.got.length
    test.clock.advance(24 * 3600)
    await test.sweep()
    expect(receiver.got).toHaveLength(again)
    expect(() =>
      new Webhook(secret).verify('{}', receiver.got[0]?.headers as Record<string, string>),
    ).toThrow()
  })

  it('try again under the same id until the receiver takes it', async () => {
    const receiver = await startReceiver([500, 503])
    const { endpoint } = await subscribe(receiver.url, ['ticket.created'])
    await openTicket()
    await test.sweep()
    await eventually(async () =>
      expect((await deliveriesOf(endpoint.id))[0]).toMatchObject({
        state: 'waiting',
        attempts: 1,
        responseStatus: 500,
        responseText: 'answer',
        dueAt: new Date(test.clock.now() + 5_000).toISOString(),
      }),
    )
    test.clock.advance(5)
    await eventually(async () => {
      await test.sweep()
      expect((await deliveriesOf(endpoint.id))[0]).toMatchObject({ attempts: 2, responseStatus: 503 })
    })
    test.clock.advance(300)
    await settled(endpoint.id, 'delivered')
    expect(receiver.got).toHaveLength(3)
    expect(new Set(receiver.got.map((each) => each.headers['webhook-id'])).size).toBe(1)
  })

  it('do not follow redirects', async () => {
    const target = await startReceiver()
    const receiver = await startReceiver([302], { location: target.url })
    const { endpoint } = await subscribe(receiver.url, ['ticket.created'])
    await openTicket()
    await test.sweep()
    await eventually(async () =>
      expect((await deliveriesOf(endpoint.id))[0]).toMatchObject({
        state: 'waiting',
        responseStatus: 302,
        error: expect.stringMatching(/Redirect/),
      }),
    )
    expect(target.got).toHaveLength(0)
  })

  it('sign with both secrets while they overlap', async () => {
    const receiver = await startReceiver()
    const { endpoint, secret: old } = await subscribe(receiver.url, ['ticket.created'])
    const { secret } = (await test.request('POST', `/webhooks/${endpoint.id}/secret`, as())).body
    await test.request('POST', `/webhooks/${endpoint.id}/test`, as())
    await settled(endpoint.id, 'delivered')
    vi.setSystemTime(test.clock.now())
    const [first] = receiver.got
    for (const each of [old, secret])
      expect(
        new Webhook(each).verify(first?.body ?? '', first?.headers as Record<string, string>),
      ).toMatchObject({
        type: 'webhook.test',
      })
    vi.useRealTimers()
    test.clock.advance(24 * 3600 + 1)
    await test.request('POST', `/webhooks/${endpoint.id}/test`, as())
    await eventually(async () => {
      await test.sweep()
      expect(receiver.got).toHaveLength(2)
    })
    vi.setSystemTime(test.clock.now())
    const last = receiver.got[1]
    expect(() => new Webhook(old).verify(last?.body ?? '', last?.headers as Record<string, string>)).toThrow()
    vi.useRealTimers()
  })

  it('are switched off when gone, or after days without a success, and are sent again by hand', async () => {
    const receiver = await startReceiver([410])
    const { endpoint } = await subscribe(receiver.url, ['ticket.created'])
    await openTicket()
    await settled(endpoint.id, 'failed')
    const off = (await test.request('GET', '/webhooks', as())).body.items[0]
    expect(off).toMatchObject({ isActive: false, disabledReason: 'gone' })
    const [delivery] = await deliveriesOf(endpoint.id)
    const early = await test.request('POST', `/webhook-deliveries/${delivery?.id}/resend`, as())
    expect([early.status, early.body.code]).toEqual([409, 'webhooks.wrong_state'])
    await test.request('PATCH', `/webhooks/${endpoint.id}`, as({ isActive: true }))
    await test.request('POST', `/webhook-deliveries/${delivery?.id}/resend`, as())
    await settled(endpoint.id, 'delivered')

    receiver.statuses.push(...Array.from({ length: 40 }, () => 500))
    // A later moment, so that the newest delivery is the first of the list.
    test.clock.advance(1)
    await openTicket()
    await eventually(async () => {
      await test.sweep()
      expect((await deliveriesOf(endpoint.id))[0]).toMatchObject({ attempts: 1 })
    })
    test.clock.advance(endpointPatienceMs / 1000)
    await eventually(async () => {
      await test.sweep()
      const [now] = (await test.request('GET', '/webhooks', as())).body.items
      expect(now).toMatchObject({ isActive: false, disabledReason: 'failing' })
    })
  })

  it('made by a program and switched off, are told to whoever gave it its key', async () => {
    const receiver = await startReceiver([410])
    const key = { name: '热线', scopes: ['webhooks:manage'], departmentId: city.id }
    const { token } = (await test.request('POST', '/api-keys', as(key))).body
    const body = { url: receiver.url, eventTypes: ['ticket.created'], departmentId: city.id }
    const made = await test.request('POST', '/webhooks', { bearer: token, body })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    await openTicket()
    await settled(made.body.endpoint.id, 'failed')
    await test.project()
    const { items } = (await test.request('GET', '/notifications', as())).body
    expect(items.map((each: { kind: string }) => each.kind)).toContain('webhook_disabled')
  })

  it('belong to a branch: a key of another one neither sees nor changes them', async () => {
    const receiver = await startReceiver()
    const { endpoint } = await subscribe(receiver.url, ['ticket.created'])
    const elsewhere = await addDepartment(test, '别处')
    const { token } = await addKey(test, elsewhere, ['webhooks:manage'])
    expect((await test.request('GET', '/webhooks', { bearer: token })).body.items).toEqual([])
    const change = await test.request('PATCH', `/webhooks/${endpoint.id}`, { bearer: token, body: {} })
    expect(change.status).toBe(404)
    const own = (await addKey(test, city, ['webhooks:manage'])).token
    expect((await test.request('GET', '/webhooks', { bearer: own })).body.items).toHaveLength(1)
    expect((await test.request('DELETE', `/webhooks/${endpoint.id}`, { bearer: own })).status).toBe(200)
    expect((await test.request('GET', '/webhooks', { bearer: own })).body.items).toEqual([])
  })
})

describe('addresses', () => {
  it.each([
    'https://127.0.0.1/x',
    'https://10.1.2.3/x',
    'https://192.168.1.1/x',
    'https://172.16.0.1/x',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/x',
    'https://0.0.0.0/x',
    'https://[::1]/x',
    'https://[fd00::1]/x',
    'https://[fe80::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://[::127.0.0.1]/x',
    'https://[64:ff9b::10.0.0.1]/x',
    'https://[4000::1]/x',
    'https://0x7f.1/x',
    'https://2130706433/x',
    'http://example.org/x',
    'ftp://example.org/x',
    'https://user:password@example.org/x',
    'not an address',
  ])('%s is refused when it is typed, and when it is called', async (url) => {
    test.deps.callOut = createOutgoingHttp({ allowPrivate: [] })
    const answer = await test.request(
      'POST',
      '/webhooks',
      as({ url, eventTypes: ['ticket.created'], departmentId: city.id }),
    )
    expect([answer.status, answer.body.code]).toEqual([422, 'webhooks.url_refused'])
    if (!url.includes('password')) await expect(test.deps.callOut.post(url, {}, '{}')).rejects.toThrow()
  })

  it('a name that changes its mind (DNS rebinding) reaches nothing inside', async () => {
    const receiver = await startReceiver()
    const { port } = new URL(receiver.url)
    let answers = 0
    const lookup = ((_name: string, _options: unknown, callback: (...found: unknown[]) => void) => {
      answers++
      callback(null, [{ address: '127.0.0.1', family: 4 }])
    }) as unknown as LookupFunction
    const callOut = createOutgoingHttp({ allowPrivate: ['10.0.0.0/8'], lookup: lookup as never })
    // The name looks harmless: nothing is refused before the connection is made.
    expect(callOut.refusal(`http://hook.example.org:${port}/x`)).toBeNull()
    for (const protocol of ['http', 'https'])
      await expect(callOut.post(`${protocol}://hook.example.org:${port}/x`, {}, '{}')).rejects.toThrow(
        /public internet/,
      )
    expect(answers).toBe(2)
    expect(receiver.got).toHaveLength(0)
  })

  it('an endless answer is cut off', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200)
      const more = setInterval(() => response.write('x'.repeat(1000)), 5)
      response.on('close', () => clearInterval(more))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closers.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const answer = await test.deps.callOut.post(`http://127.0.0.1:${port}/`, {}, '{}')
    expect(answer.text.length).toBeLessThanOrEqual(1024)
  })
})
