import { noteServerClock } from './server-clock'

/** A typed client for our own API: JSON in and out, problem+json as one error class. */

export interface ProblemField {
  path: string
  message: string
}

export class ApiProblem extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  /** `feature.reason`; also the translation key `errors.<code>`. */
  readonly code: string
  readonly detail: string
  readonly errors: readonly ProblemField[]
  readonly requestId: string | undefined
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | undefined

  constructor(
    status: number,
    body: {
      code?: string
      detail?: string
      errors?: readonly ProblemField[]
      requestId?: string
      retryAfter?: number
    },
  ) {
    super(body.detail ?? body.code ?? `HTTP ${status}`)
    this.name = 'ApiProblem'
    this.status = status
    this.code = body.code ?? `http.${status}`
    this.detail = body.detail ?? ''
    this.errors = body.errors ?? []
    this.requestId = body.requestId
    this.retryAfter = body.retryAfter
  }

  /** The first message per field, for forms. */
  fieldErrors(): Record<string, string> {
    return Object.fromEntries([...this.errors].reverse().map((field) => [field.path, field.message]))
  }
}

type QueryValue = string | number | boolean | undefined | null

export interface RequestOptions {
  query?: Record<string, QueryValue | readonly string[]>
  signal?: AbortSignal
  /** One per intention; made for you when left out. Pass your own to make a later retry count as the same. */
  idempotencyKey?: string
}

const baseUrl = '/api/v1'
const retryDelaysMs = [300, 1200]

let onSignedOut: () => void = () => undefined

/** Called whenever the API says that nobody is signed in (any more). */
export function onUnauthenticated(handler: () => void): void {
  onSignedOut = handler
}

export function apiUrl(path: string, query: RequestOptions['query'] = {}): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const item of value) params.append(key, item)
    else if (value !== undefined && value !== null) params.set(key, String(value))
  }
  const text = params.toString()
  return `${baseUrl}${path}${text ? `?${text}` : ''}`
}

export function clientHeaders(): Record<string, string> {
  return { Accept: 'application/json', 'X-Bangban-Client': 'console' }
}

/** Reads an error answer, whatever made it: our API, a proxy, or something that sends HTML. */
export function problemFrom(
  status: number,
  body: unknown,
  header: (name: string) => string | null,
): ApiProblem {
  const given = body !== null && typeof body === 'object' ? body : {}
  const seconds = Number(header('Retry-After'))
  const problem = new ApiProblem(status, {
    ...given,
    requestId: (Reflect.get(given, 'requestId') as string | undefined) ?? header('X-Request-Id') ?? undefined,
    retryAfter: header('Retry-After') !== null && Number.isFinite(seconds) ? seconds : undefined,
  })
  // A wrong password in a form is no lost session.
  if (status === 401 && problem.code !== 'auth.wrong_credentials') onSignedOut()
  return problem
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}

/** Only a missing answer is repeated; a command keeps its Idempotency-Key, so that it happens once. */
async function fetchWithRetry(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetch(url, init)
    } catch (error) {
      if (init.signal?.aborted) throw error
      const delay = retryDelaysMs[attempt]
      if (delay === undefined) throw new ApiProblem(0, { code: 'network.unreachable' })
      await wait(delay, init.signal ?? undefined)
    }
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Not ours: a proxy's HTML page. The status still says what happened.
    return undefined
  }
}

async function request<T>(method: string, path: string, body: unknown, options: RequestOptions): Promise<T> {
  const headers = clientHeaders()
  if (method !== 'GET') headers['Idempotency-Key'] = options.idempotencyKey ?? crypto.randomUUID()
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const response = await fetchWithRetry(apiUrl(path, options.query), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
    signal: options.signal,
  })
  noteServerClock(response.headers.get('x-bangban-clock'))
  const answer = await readBody(response)
  if (!response.ok) throw problemFrom(response.status, answer, (name) => response.headers.get(name))
  return answer as T
}

export const api = {
  get: <T>(path: string, options: RequestOptions = {}) => request<T>('GET', path, undefined, options),
  /** Commands always carry JSON; without a body an empty object. */
  post: <T>(path: string, body: unknown = {}, options: RequestOptions = {}) =>
    request<T>('POST', path, body, options),
  put: <T>(path: string, body: unknown = {}, options: RequestOptions = {}) =>
    request<T>('PUT', path, body, options),
  patch: <T>(path: string, body: unknown = {}, options: RequestOptions = {}) =>
    request<T>('PATCH', path, body, options),
  delete: <T>(path: string, options: RequestOptions = {}) => request<T>('DELETE', path, undefined, options),
}
