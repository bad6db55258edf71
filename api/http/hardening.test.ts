import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../app'
import { readConfig } from '../config'
import { createLogger } from '../lib/logger'
import { addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../testing/app'
import type { AppEnv } from './env'
import { connectsTo } from './pages'
import { createSignallingProxy } from './signalling-proxy'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } }) as never

describe('/metrics', () => {
  const ask = async (address: string, headers: Record<string, string> = {}) =>
    (await test.app.request('/metrics', { headers }, from(address))).status

  it('answers on this machine, and elsewhere to the token alone', async () => {
    expect(await ask('127.0.0.1')).toBe(200)
    expect(await ask('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).toBe(401)
    expect(await ask('203.0.113.9')).toBe(401)
    test.deps.config.metricsToken = 'a-long-token'
    expect(await ask('203.0.113.9', { authorization: 'Bearer a-long-token' })).toBe(200)
    expect(await ask('203.0.113.9', { authorization: 'Bearer wrong' })).toBe(401)
  })
})

describe('headers', () => {
  it('pin https only where we are reached by it', async () => {
    const plain = await test.app.request('/healthz')
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    const secure = createApp({
      ...test.deps,
      config: { ...test.deps.config, publicUrl: 'https://help.example' },
    })
    const answer = await secure.app.request('/healthz')
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=[1-9]/)
  })

  const policyFor = async (host: string, publicUrl: string | null) => {
    const app = new Hono<AppEnv>()
    const config = {
      ...test.deps.config,
      livekit: publicUrl ? { url: '', apiKey: '', apiSecret: '', publicUrl, isManaged: false } : null,
    }
    app.get('/', (c) => c.text(connectsTo(c, { ...test.deps, config })))
    return (await app.request('/', { headers: { host } })).text()
  }
  it('let pages connect to our own origin and the video server, and nowhere else', async () => {
    expect(await policyFor('help.example:8787', null)).toBe(' ws://help.example:8787')
    expect(await policyFor('help.example', 'wss://lk.example')).toBe(
      ' ws://help.example wss://lk.example https://lk.example',
    )
    expect(await policyFor("x; script-src 'unsafe-inline'", null)).toBe('')
  })
})

it('reads TRUST_PROXY as a number of proxies', () => {
  const hops = (value?: string) => readConfig(value === undefined ? {} : { TRUST_PROXY: value }).trustedHops
  expect([hops(), hops(''), hops('0'), hops('1'), hops('true'), hops('2')]).toEqual([0, 0, 0, 1, 1, 2])
  expect(() => hops('yes please')).toThrow(/TRUST_PROXY/)
})

describe('limits', () => {
  it('slow one visitor down and nobody else, with the time to wait', async () => {
    const city = await addDepartment(test, '市')
    await addSite(test, city, 'demo')
    const noisy = await addVisitor(test, 'demo')
    const other = await addVisitor(test, 'demo')
    const ask = (bearer: string) => test.request('POST', '/visitors/me/resume-codes', { bearer, body: {} })
    const asked = await Promise.all(Array.from({ length: 21 }, () => ask(noisy.bearer)))
    expect(asked.filter((each) => each.status === 201)).toHaveLength(20)
    const refused = asked.find((each) => each.status !== 201)
    expect([refused?.status, refused?.body.code]).toEqual([429, 'request.too_many'])
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await ask(other.bearer)).status).toBe(201)
    const consultation = await test.request('POST', '/consultations', {
      bearer: noisy.bearer,
      body: { channel: 'chat', topic: '' },
    })
    const say = () =>
      test.request('POST', `/consultations/${consultation.body.state.consultation.id}/messages`, {
        bearer: noisy.bearer,
        body: { body: '在吗' },
      })
    // At once: one after another, a busy machine takes longer than the minute that is counted.
    const statuses = (await Promise.all(Array.from({ length: 121 }, say))).map((each) => each.status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(120)
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
  })

  it('hold streams of one visitor to twelve at once', async () => {
    await addSite(test, await addDepartment(test, '市'), 'demo')
    const { bearer } = await addVisitor(test, 'demo')
    const abort = new AbortController()
    const open = () =>
      test.app.request('/api/v1/events', {
        headers: { authorization: `Bearer ${bearer}` },
        signal: abort.signal,
      })
    const streams = await Promise.all(Array.from({ length: 12 }, open))
    expect(streams.every((each) => each.status === 200)).toBe(true)
    expect((await open()).status).toBe(429)
    for (const each of streams) await each.body?.cancel()
    expect((await open()).status).toBe(200)
    abort.abort()
  })
})

describe('the signalling proxy', () => {
  const upstream = createServer()
  const listen = (server: Server) =>
    new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    )

  it('leaves nothing open towards LiveKit when the browser goes before it has answered', async () => {
    const reached = new Promise<Socket>((resolve) => {
      upstream.on('upgrade', (_request, socket) => resolve(socket as Socket))
    })
    const proxy = createServer()
    const target = `ws://127.0.0.1:${await listen(upstream)}`
    proxy.on('upgrade', createSignallingProxy(target, createLogger('silent')))
    const client = connect(await listen(proxy), '127.0.0.1', () =>
      client.write('GET /rtc HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    )
    const waiting = await reached
    const left = new Promise<void>((resolve) => waiting.on('end', resolve).on('close', () => resolve()))
    waiting.on('error', () => undefined).resume()
    client.destroy()
    await left
    waiting.destroy()
    proxy.close()
    upstream.close()
  })
})
