import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem, api, onUnauthenticated } from './api'

const answers: (Response | Error)[] = []
const calls: { url: string; init: RequestInit }[] = []

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
}
function headersOf(index: number): Headers {
  return new Headers(calls[index]?.init.headers)
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push({ url, init })
    const answer = answers.shift()
    if (!answer || answer instanceof Error) throw answer ?? new TypeError('no answer')
    return answer
  })
})
afterEach(() => {
  answers.length = 0
  calls.length = 0
  onUnauthenticated(() => undefined)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('requests', () => {
  it('builds the address and marks the client', async () => {
    answers.push(json(200, { items: [] }))
    await api.get('/tickets', { query: { limit: 20, cursor: undefined, status: ['open', 'new'] } })
    expect(calls[0]?.url).toBe('/api/v1/tickets?limit=20&status=open&status=new')
    expect(headersOf(0).get('X-Bangban-Client')).toBe('console')
    expect(headersOf(0).has('Idempotency-Key')).toBe(false)
  })

  it('gives every command its own key', async () => {
    answers.push(json(200, {}), json(200, {}))
    await api.post('/a')
    await api.post('/a')
    const keys = [0, 1].map((index) => headersOf(index).get('Idempotency-Key'))
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[0]).not.toBe(keys[1])
    expect(calls[0]?.init.body).toBe('{}')
  })

  it('answers 204 with undefined', async () => {
    answers.push(new Response(null, { status: 204 }))
    expect(await api.delete('/a')).toBeUndefined()
  })
})

describe('lost connections', () => {
  it('repeats a command with the same key', async () => {
    answers.push(new TypeError('down'), new TypeError('down'), json(200, { id: 'x' }))
    const answer = api.post<{ id: string }>('/a', { n: 1 })
    await vi.runAllTimersAsync()
    expect(await answer).toEqual({ id: 'x' })
    expect(new Set(calls.map((_, index) => headersOf(index).get('Idempotency-Key'))).size).toBe(1)
    expect(calls).toHaveLength(3)
  })

  it('gives up as network.unreachable', async () => {
    answers.push(new TypeError('down'), new TypeError('down'), new TypeError('down'))
    const failure = api.get('/a').catch((error: unknown) => error)
    await vi.runAllTimersAsync()
    expect(await failure).toMatchObject({ status: 0, code: 'network.unreachable' })
  })

  it('stops when aborted', async () => {
    const controller = new AbortController()
    answers.push(new TypeError('down'))
    const failure = api.get('/a', { signal: controller.signal }).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(10)
    controller.abort(new Error('left'))
    expect(await failure).toMatchObject({ message: 'left' })
    expect(calls).toHaveLength(1)
  })
})

describe('problems', () => {
  it('carries code, fields, request id and waiting time, and is not repeated', async () => {
    const body = {
      code: 'auth.throttled',
      detail: 'slow',
      requestId: 'r1',
      errors: [
        { path: 'a', message: '1' },
        { path: 'a', message: '2' },
      ],
    }
    answers.push(json(429, body, { 'Retry-After': '30' }))
    const error = await api.post('/auth/login').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiProblem)
    expect(error).toMatchObject({ status: 429, code: 'auth.throttled', requestId: 'r1', retryAfter: 30 })
    expect(error instanceof ApiProblem && error.fieldErrors()).toEqual({ a: '1' })
    expect(calls).toHaveLength(1)
  })

  it('survives an answer that is not JSON', async () => {
    answers.push(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'X-Request-Id': 'p7' } }))
    await expect(api.get('/a')).rejects.toMatchObject({
      status: 502,
      code: 'http.502',
      requestId: 'p7',
      retryAfter: undefined,
    })
  })

  it('tells that nobody is signed in, but not for a wrong password', async () => {
    const handler = vi.fn()
    onUnauthenticated(handler)
    answers.push(json(401, { code: 'auth.required' }))
    await expect(api.get('/a')).rejects.toMatchObject({ status: 401 })
    answers.push(json(401, { code: 'auth.wrong_credentials' }))
    await expect(api.post('/auth/password')).rejects.toMatchObject({ status: 401 })
    expect(handler).toHaveBeenCalledOnce()
  })
})
