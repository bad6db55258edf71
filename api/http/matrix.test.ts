import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorCodes } from '../../contract/error-codes'
import { type KeyScope, keyScopes } from '../../contract/keys.rules'
import { permissionsOf, type Role, roles } from '../../contract/permissions.rules'
import {
  addAgent,
  addDepartment,
  addKey,
  addSite,
  addVisitor,
  createTestApp,
  type TestApp,
} from '../testing/app'
import { absentIds, minimalBodies, minimalQueries, prefixOf } from '../testing/requests'
import type { RouteRecord } from './routes'

interface Caller {
  name: string
  kind: 'nobody' | 'visitor' | 'agent' | 'key'
  roles: readonly Role[]
  /** Below the topmost department. */
  isBelow?: boolean
  scopes?: readonly KeyScope[]
  headers: Record<string, string>
}

let test: TestApp
let callers: Caller[]
let all: Caller
let visitor: Caller
let program: Caller
let routes: readonly RouteRecord[]

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const county = await addDepartment(test, '县', city)
  const elsewhere = await addDepartment(test, '别处')
  await addSite(test, city, 'demo')
  await addSite(test, elsewhere, 'other')
  const agentOf = async (name: string, department: { id: string }, held: Role[]): Promise<Caller> => ({
    name,
    kind: 'agent',
    roles: held,
    headers: { cookie: (await addAgent(test, department, held)).cookie },
  })
  const visitorOf = async (name: string, site: string): Promise<Caller> => ({
    name,
    kind: 'visitor',
    roles: [],
    headers: { authorization: `Bearer ${(await addVisitor(test, site)).bearer}` },
  })
  const keyFor = async (department: { id: string }, scopes: KeyScope[]): Promise<Caller> => ({
    name: `key with ${scopes.length} scopes`,
    kind: 'key',
    roles: [],
    scopes,
    headers: { authorization: `Bearer ${(await addKey(test, department, scopes)).token}` },
  })
  visitor = await visitorOf('visitor', 'demo')
  all = await agentOf('every role', city, [...roles])
  program = await keyFor(city, [...keyScopes])
  callers = [
    { name: 'nobody', kind: 'nobody', roles: [], headers: {} },
    program,
    await keyFor(city, []),
    await visitorOf('visitor of another site', 'other'),
    visitor,
    ...(await Promise.all(roles.map((role) => agentOf(role, city, [role])))),
    await agentOf('every role elsewhere', elsewhere, [...roles]),
    { ...(await agentOf('every role in a county', county, [...roles])), isBelow: true },
    all,
  ]
  // Signing out ends the caller, so it comes last.
  routes = [...test.routes].sort(
    (a, b) => Number(a.path === '/auth/logout') - Number(b.path === '/auth/logout'),
  )
})
afterAll(() => test.close())

const keyOf = (route: RouteRecord) => `${route.method} ${route.path}`
const addressOf = (route: RouteRecord): string => {
  const path = route.path
    .replace('{key}', 'nowhere')
    .replace('{macroId}', absentIds.mac ?? '')
    .replace('{id}', absentIds[prefixOf(route.path)] ?? 'unknown')
  const query = minimalQueries[keyOf(route)]
  return `/api/v1${path}${query ? `?${query}` : ''}`
}
const isJson = (route: RouteRecord) => keyOf(route) in minimalBodies
const isUpload = (route: RouteRecord) => route.method === 'PUT' && /(documents|snapshots)$/.test(route.path)

interface Answer {
  status: number
  code: string
  headers: Headers
}

/** Sends it and checks that a refusal is a whole problem document. */
const send = async (method: string, address: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await test.app.request(address, { ...init, method })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { status: response.status, code: '', headers: response.headers }
  }
  const text = await response.text()
  if (response.status < 400) return { status: response.status, code: '', headers: response.headers }
  const where = `${method} ${address}: ${text}`
  expect(response.headers.get('content-type'), where).toBe('application/problem+json')
  const body = JSON.parse(text)
  expect(body, where).toMatchObject({ status: response.status, detail: expect.stringMatching(/\S/) })
  expect(errorCodes[body.code as keyof typeof errorCodes], where).toBe(response.status)
  expect(body.requestId, where).toMatch(/^[\w-]{8,64}$/)
  expect(response.headers.get('x-request-id'), where).toBe(body.requestId)
  return { status: response.status, code: body.code, headers: response.headers }
}

const sendAs = (
  caller: Caller,
  route: RouteRecord,
  more: { body?: string; headers?: Record<string, string> } = {},
) => {
  const body = more.body ?? (isJson(route) ? JSON.stringify(minimalBodies[keyOf(route)]) : undefined)
  return send(route.method, addressOf(route), {
    headers: {
      ...(isJson(route) ? { 'content-type': 'application/json' } : {}),
      ...caller.headers,
      ...more.headers,
    },
    ...(body === undefined ? {} : { body }),
    ...(isUpload(route) && body === undefined ? { body: new Uint8Array([1, 2, 3]) } : {}),
  })
}

type Refusal = 'auth.required' | 'auth.forbidden' | 'auth.organisation_only'
const expected = (route: RouteRecord, caller: Caller): Refusal | null => {
  if (route.auth === 'public') return null
  if (caller.kind === 'nobody') return 'auth.required'
  if (caller.kind === 'key')
    return /key$/.test(route.auth) && route.scope && caller.scopes?.includes(route.scope)
      ? null
      : 'auth.forbidden'
  const auth = route.auth === 'citizen' ? 'visitor' : route.auth
  if (auth !== 'any' && !auth.split('_or_').includes(caller.kind)) return 'auth.forbidden'
  if (caller.kind === 'agent' && route.permission && !permissionsOf(caller.roles).includes(route.permission))
    return 'auth.forbidden'
  return caller.isBelow && route.isOrganisationWide ? 'auth.organisation_only' : null
}

/** Refusals that are about what was sent, not about who sent it. */
const aboutContent: Record<string, string> = {
  'POST /auth/login': 'auth.wrong_credentials',
  'POST /auth/password': 'auth.wrong_credentials',
  'POST /livekit/webhook': 'livekit.signature_invalid',
  'GET /documents/{id}/content': 'documents.link_expired',
  'GET /documents/{id}/thumbnail': 'documents.link_expired',
  'GET /consultations/{id}/export': 'documents.link_expired',
}

/** What is sent to them would hold for everybody; something narrower would be taken. */
const everybodys = ['POST /sla/policies', 'POST /sla/rules', 'POST /ticket-fields']

/** Somebody whom the route lets in. */
const allowedFor = (route: RouteRecord): Caller =>
  route.auth === 'key' ? program : route.auth === 'visitor' || route.auth === 'citizen' ? visitor : all

describe('who may call what', () => {
  it('is as written down in docs/permissions.md', async () => {
    const holders = (route: RouteRecord): string => {
      if (route.auth === 'public') return 'everybody'
      const agents = route.permission
        ? roles
            .filter((role) => route.permission && permissionsOf([role]).includes(route.permission))
            .join(', ')
        : 'every agent'
      if (route.auth === 'visitor') return 'visitor'
      if (route.auth === 'citizen') return 'visitor, holder of a follow session'
      if (route.auth === 'key') return `keys with ${route.scope}`
      if (route.auth === 'agent_or_key') return `${agents}, keys with ${route.scope}`
      return route.auth === 'any' ? `visitor, ${agents}` : agents
    }
    const rows = [...test.routes]
      .sort((a, b) => (a.path === b.path ? (a.method < b.method ? -1 : 1) : a.path < b.path ? -1 : 1))
      .map(
        (route) =>
          `| \`${keyOf(route)}\` | ${route.auth} | ${route.permission ?? ''}${route.isOrganisationWide ? ', topmost department' : ''} | ${holders(route)} |`,
      )
    const page = [
      '# Who may call what',
      '',
      'Generated from the declared routes by `api/http/matrix.test.ts`; after a change that is meant, run it with `npx vitest run api/http/matrix.test.ts -u`. All paths are below `/api/v1`. Scope (own department and below, own consultation) comes on top: what is out of it answers 404. *Topmost department*: it sets what holds for the whole organisation, so people of the departments below are refused with `auth.organisation_only` ([why](adr/0009-who-sets-what-holds-for-everybody.md)); policies, rules and fields that are limited to departments are set by those departments and the ones above them.',
      '',
      '| route | caller | permission | held by |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
    await expect(page).toMatchFileSnapshot('../../docs/permissions.md')
  })

  it('declares each route once, and describes each in the OpenAPI document', async () => {
    const declared = test.routes.map(keyOf)
    expect(new Set(declared).size).toBe(declared.length)
    const document = (await (await test.app.request('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>
    }
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods)) {
        const key = `${method.toUpperCase()} ${path.replace('/api/v1', '')}`
        expect(declared, key).toContain(key)
        const takesJson = operation.requestBody?.content['application/json'] !== undefined
        expect(takesJson, `minimal body of ${key}`).toBe(key in minimalBodies)
      }
    for (const key of Object.keys(minimalBodies)) expect(declared, key).toContain(key)
  })

  it('holds for every caller and route', async () => {
    for (const route of routes)
      for (const caller of callers) {
        const answer = await sendAs(caller, route)
        const where = `${keyOf(route)} as ${caller.name}: ${answer.status} ${answer.code}`
        const refusal = expected(route, caller)
        if (refusal) expect(answer.code, where).toBe(refusal)
        else if (answer.status === 401 || answer.status === 403)
          expect(answer.code, where).toBe(
            caller.isBelow && everybodys.includes(keyOf(route))
              ? 'auth.organisation_only'
              : aboutContent[keyOf(route)],
          )
        else expect(answer.status, where).toBeLessThan(500)
      }
    // Signing out has ended them; who comes back is nobody.
    const me = routes.find((route) => keyOf(route) === 'GET /auth/me')
    expect(me && (await sendAs(all, me)).code).toBe('auth.required')
    all = {
      ...all,
      headers: { cookie: (await addAgent(test, await addDepartment(test, '新'), [...roles])).cookie },
    }
  })

  it('refuses a token that is not one, even where the cookie is good', async () => {
    for (const route of routes.filter((each) => each.auth !== 'public'))
      for (const authorization of ['Bearer nonsense', 'Basic YTpi', `Bearer ${'x'.repeat(43)}`])
        expect((await sendAs(all, route, { headers: { authorization } })).code, keyOf(route)).toBe(
          'auth.required',
        )
  })

  it('accepts commands with a session from our own pages only', async () => {
    const commands = routes.filter((route) => route.method !== 'GET' && /agent|any/.test(route.auth))
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const route of commands)
      for (const headers of foreign)
        expect((await sendAs(all, route, { headers })).code, keyOf(route)).toBe('request.wrong_origin')
  })
})

describe('what is sent', () => {
  const json = () => routes.filter((route) => isJson(route))

  it('must be JSON, of the type, of the size and of the shape', async () => {
    for (const route of json()) {
      const as = allowedFor(route)
      const minimal = minimalBodies[keyOf(route)] ?? {}
      const codeOf = async (more: Parameters<typeof sendAs>[2]) => (await sendAs(as, route, more)).code
      const where = keyOf(route)
      expect(await codeOf({ body: '{"a":' }), where).toBe('request.malformed')
      expect(await codeOf({ body: '' }), where).toMatch(/^request\.(malformed|invalid)$/)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])
        expect(await codeOf({ headers: { 'content-type': type } }), where).toBe('request.unsupported_type')
      for (const body of ['[]', 'null', '"text"', '1', JSON.stringify({ ...minimal, zzz: 1 })])
        expect(await codeOf({ body }), `${where} ${body}`).toBe('request.invalid')
      for (const field of Object.keys(minimal)) {
        const wrong = typeof minimal[field] === 'string' ? 1 : 'text'
        const { [field]: _, ...missing } = minimal
        expect(
          await codeOf({ body: JSON.stringify({ ...minimal, [field]: wrong }) }),
          `${where} ${field}`,
        ).toBe('request.invalid')
        expect(await codeOf({ body: JSON.stringify(missing) }), `${where} ${field}`).toBe('request.invalid')
      }
    }
  })

  it('is at most 128 KiB, told or not', async () => {
    const body = JSON.stringify({ filling: 'x'.repeat(200_000) })
    for (const route of json()) {
      const as = allowedFor(route)
      const told = { 'content-length': String(body.length) }
      expect((await sendAs(as, route, { body, headers: told })).code, keyOf(route)).toBe('request.too_large')
      // A chunked body does not say how long it is.
      expect((await sendAs(as, route, { body })).code, keyOf(route)).toBe('request.too_large')
    }
  })

  it('answers 405 with Allow to another method on a known path', async () => {
    const paths = new Set(routes.map((route) => route.path))
    const isOtherRoute = (path: string, method: string) =>
      routes.some(
        (route) =>
          route.method === method &&
          new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path.replace(/\{\w+\}/g, 'x')),
      )
    for (const path of paths)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (isOtherRoute(path, method)) continue
        const route = { method, path, auth: 'public' as const, permission: null }
        const answer = await send(method, addressOf(route), { headers: all.headers })
        expect(answer.code, `${method} ${path}`).toBe('request.method_not_allowed')
        const allowed = routes.filter((each) => each.path === path).map((each) => each.method)
        expect(answer.headers.get('allow'), path).toBe([...allowed].sort().join(', '))
      }
  })

  it('finds nothing under ids of the wrong form and unknown addresses', async () => {
    for (const route of routes.filter((each) => each.path.includes('{id}'))) {
      const address = `/api/v1${route.path.replace('{id}', 'x')}`
      const body = isJson(route) ? { body: JSON.stringify(minimalBodies[keyOf(route)]) } : {}
      const headers = { ...allowedFor(route).headers, 'content-type': 'application/json' }
      const query = minimalQueries[keyOf(route)]
      const answer = await send(route.method, `${address}${query ? `?${query}` : ''}`, { headers, ...body })
      expect(answer.status, `${keyOf(route)} ${answer.code}`).toBe(
        route.auth === 'public' ? answer.status : 404,
      )
      expect(answer.status, keyOf(route)).toBeGreaterThanOrEqual(400)
      expect(answer.status, keyOf(route)).toBeLessThan(500)
    }
    expect((await send('GET', '/api/v1/nothing/here')).code).toBe('request.not_found')
  })
})
