import { describe, expect, it } from 'vitest'
import { ApiError, createApi } from './api'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers })

function apiWith(answers: (Response | Error)[], renew?: () => Promise<boolean>) {
  const sent: { url: string; init: RequestInit }[] = []
  const waits: number[] = []
  const api = createApi({
    token: () => 'vis_token',
    renew,
    wait: async (ms) => void waits.push(ms),
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} })
      const next = answers.shift()
      if (next instanceof Error || !next) throw next ?? new Error('unexpected request')
      return next
    },
  })
  const header = (i: number, name: string) => new Headers(sent[i]?.init.headers).get(name)
  return { api, sent, waits, header }
}

describe('createApi', () => {
  it('sends the bearer token and reads JSON', async () => {
    const { api, sent, header } = apiWith([answer(200, { ok: 1 })])
    expect(await api.get('/x')).toEqual({ ok: 1 })
    expect(sent[0]?.url).toBe('/api/v1/x')
    expect(header(0, 'Authorization')).toBe('Bearer vis_token')
  })

  it('repeats a command with the same Idempotency-Key after a lost answer', async () => {
    const { api, sent, header, waits } = apiWith([
      new TypeError('lost'),
      answer(503, {}),
      answer(201, { id: 'con_1' }),
    ])
    expect(await api.post('/consultations', { a: 1 })).toEqual({ id: 'con_1' })
    expect(sent).toHaveLength(3)
    expect(header(0, 'Idempotency-Key')).toMatch(/^[\da-f]{32}$/)
    expect(header(2, 'Idempotency-Key')).toBe(header(0, 'Idempotency-Key'))
    expect(waits).toEqual([800, 1600])
  })

  it('never repeats a refusal, and keeps its code', async () => {
    const { api, sent } = apiWith([answer(409, { code: 'consultations.state_conflict', detail: 'gone' })])
    const error = await api.post('/x').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 409, code: 'consultations.state_conflict', message: 'gone' })
    expect(sent).toHaveLength(1)
  })

  it('gives up as offline after four tries', async () => {
    const lost = () => new TypeError('lost')
    const { api, sent } = apiWith([lost(), lost(), lost(), lost()])
    await expect(api.get('/x')).rejects.toMatchObject({ status: 0, isOffline: true })
    expect(sent).toHaveLength(4)
  })

  it('waits as told on 429 when it is short, else says so', async () => {
    const short = apiWith([
      answer(429, { code: 'limits.slow_down' }, { 'Retry-After': '2' }),
      answer(204, null),
    ])
    await short.api.post('/x')
    expect(short.waits).toEqual([2000])
    const long = apiWith([answer(429, { code: 'limits.slow_down' }, { 'Retry-After': '60' })])
    await expect(long.api.post('/x')).rejects.toMatchObject({ status: 429, retryAfterSeconds: 60 })
  })

  it('renews an expired visitor once', async () => {
    let renewals = 0
    const renew = async () => ++renewals > 0
    const { api } = apiWith(
      [answer(401, { code: 'auth.expired' }), answer(401, { code: 'auth.expired' })],
      renew,
    )
    await expect(api.get('/x')).rejects.toMatchObject({ status: 401 })
    expect(renewals).toBe(1)
  })
})
