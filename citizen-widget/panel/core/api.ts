/** What went wrong, as the server said it (RFC 9457) or as the network did (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }
  get isOffline() {
    return this.status === 0
  }
}

export interface ApiOptions {
  token: () => string | null
  /** Called once on a 401 that carried a token; a new token repeats the request. */
  renew?: () => Promise<boolean>
  fetch?: typeof fetch
  wait?: (ms: number) => Promise<void>
}

interface Send {
  method: string
  path: string
  body?: BodyInit
  headers?: Record<string, string>
  signal?: AbortSignal
}

const TRIES = 4
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** A random key; `crypto.randomUUID` exists only in secure contexts, and a centre's intranet may not be one. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  )
}

async function problemOf(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('Retry-After')) || null
  try {
    const body = (await response.json()) as { code?: unknown; detail?: unknown }
    const code = typeof body.code === 'string' ? body.code : `http.${response.status}`
    return new ApiError(response.status, code, typeof body.detail === 'string' ? body.detail : code, retry)
  } catch {
    return new ApiError(response.status, `http.${response.status}`, response.statusText, retry)
  }
}

const isPassing = (e: ApiError) => e.isOffline || [502, 503, 504].includes(e.status)

/**
 * The panel's way to `/api/v1`. Every command carries an `Idempotency-Key` that stays the same over its
 * repeats, so a repeat after a lost answer cannot act twice.
 */
export function createApi(options: ApiOptions) {
  const doFetch = options.fetch ?? ((input, init) => fetch(input, init))
  const wait = options.wait ?? sleep

  async function once(send: Send): Promise<Response> {
    const token = options.token()
    const headers = { ...send.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) }
    let response: Response
    try {
      const { method, body, signal } = send
      response = await doFetch(`/api/v1${send.path}`, { method, body, signal, headers, credentials: 'omit' })
    } catch (error) {
      if (send.signal?.aborted) throw error
      throw new ApiError(0, 'network.unreachable', String(error))
    }
    if (response.ok) return response
    throw await problemOf(response)
  }

  async function request<T>(send: Send): Promise<T> {
    let isRenewed = false
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await once(send)
        return (response.status === 204 ? undefined : await response.json()) as T
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (error.status === 401 && !isRenewed && options.renew && (await options.renew())) isRenewed = true
        else if (attempt < TRIES && isPassing(error)) await wait(400 * 2 ** attempt)
        else if (attempt < TRIES && error.status === 429 && (error.retryAfterSeconds ?? 99) <= 5)
          await wait((error.retryAfterSeconds ?? 1) * 1000)
        else throw error
      }
    }
  }

  const json =
    (method: string) =>
    <T>(path: string, body: unknown = {}, key = randomKey()) =>
      request<T>({
        method,
        path,
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      })

  return {
    get: <T>(path: string, signal?: AbortSignal) => request<T>({ method: 'GET', path, signal }),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
  }
}

export type Api = ReturnType<typeof createApi>
