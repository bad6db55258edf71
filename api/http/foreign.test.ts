import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyScopes } from '../../contract/keys.rules'
import { roles } from '../../contract/permissions.rules'
import { reportRuns } from '../../drizzle/schema/index'
import { newId } from '../lib/ids'
import {
  addAgent,
  addDepartment,
  addKey,
  addSite,
  addVisitor,
  createTestApp,
  type TestApp,
} from '../testing/app'
import { minimalBodies, minimalQueries, prefixOf } from '../testing/requests'
import type { RouteRecord } from './routes'

/**
 * Two branches of one organisation with one of everything in each. Whoever may do everything in the one gets at
 * nothing in the other, by whatever route, whether the id stands in the path or in the body.
 */
type Who = Awaited<ReturnType<typeof addAgent>>
type Ids = Record<string, string>
interface Branch {
  department: { id: string; path: string }
  site: { id: string; key: string }
  who: Who
  colleague: Who
  visitor: { id: string; bearer: string }
  key: string
  ids: Ids
  /** As the citizen says it. */
  number: string
}

let test: TestApp
let theirs: Branch
let ours: Branch

const send = async (headers: Headers, method: string, path: string, body?: unknown) => {
  const response = await test.app.request(`/api/v1${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}
type Headers = Record<string, string>
const asAgent = (who: Who): Headers => ({ cookie: who.cookie })
const asBearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })

const makeBranch = async (name: string, top: { id: string; path: string }): Promise<Branch> => {
  const department = await addDepartment(test, name, top)
  const below = await addDepartment(test, `${name}下级`, department)
  const site = await addSite(test, department, name)
  const who = await addAgent(test, department, [...roles], `${name}主任`)
  const colleague = await addAgent(test, below, ['agent'], `${name}坐席`)
  const done = async (method: string, path: string, body?: unknown, as = asAgent(who)) => {
    const answer = await send(as, method, path, body)
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
    return answer.body
  }
  const visitor = await addVisitor(test, name)
  const asked = await done(
    'POST',
    '/consultations',
    { channel: 'video', topic: '执照' },
    asBearer(visitor.bearer),
  )
  const consultation = asked.state.consultation
  await done('POST', `/consultations/${consultation.id}/accept`, { tab: 'tab-123456' })
  await done('POST', `/consultations/${consultation.id}/consent`, {}, asBearer(visitor.bearer))
  const call = await done('POST', `/consultations/${consultation.id}/calls`, {})
  const upload = await test.app.request(`/api/v1/consultations/${consultation.id}/documents?name=a.png`, {
    method: 'PUT',
    headers: asAgent(who),
    body: Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  })
  const document = (await upload.json()) as { id: string }
  const ticket = (await done('POST', '/tickets', { siteId: site.id, topic: `${name}的事` })).ticket
  const bulk = await done('POST', '/tickets/bulk', { ids: [ticket.id], change: { priority: 'high' } })
  const reply = await done('POST', `/tickets/${ticket.id}/replies`, { kind: 'note', body: '内部' })
  const escalation = await done('POST', `/tickets/${ticket.id}/escalations`, {
    departmentId: below.id,
    why: '办不了',
  })
  const schedule = await done('POST', '/reports/schedules', minimalBodies['POST /reports/schedules'])
  const run = newId('rrn')
  await test.db.write((tx) =>
    tx
      .insert(reportRuns)
      .values({
        id: run,
        scheduleId: schedule.id,
        fromDay: '2026-11-01',
        toDay: '2026-11-01',
        dueAt: test.clock.now(),
        isLate: false,
        status: 'ready',
        delivery: 'none',
        fileName: 'a.pdf',
        fileHash: 'a'.repeat(64),
        fileSize: 1,
        createdAt: test.clock.now(),
        finishedAt: test.clock.now(),
      })
      .then(() => undefined),
  )
  const hook = await done('POST', '/webhooks', {
    url: 'https://hotline.example.org/bangban',
    eventTypes: ['ticket.created'],
    departmentId: department.id,
  })
  const delivery = await done('POST', `/webhooks/${hook.endpoint.id}/test`)
  const absence = await done(
    'POST',
    `/agents/${colleague.id}/absences`,
    minimalBodies['POST /agents/{id}/absences'],
  )
  const imported = await test.app.request('/api/v1/imports?name=a.csv', {
    method: 'PUT',
    headers: { ...asAgent(who), 'content-type': 'text/csv' },
    body: '主题,姓名\n一件事,甲\n',
  })
  const key = await done('POST', '/api-keys', {
    name: '热线',
    scopes: ['tickets:create'],
    departmentId: department.id,
  })
  return {
    department,
    site,
    who,
    colleague,
    visitor,
    key: (await addKey(test, department, [...keyScopes])).token,
    number: consultation.ticketNumber,
    ids: {
      con: consultation.id,
      cal: call.call?.id ?? call.id,
      doc: document.id,
      agt: colleague.id,
      dep: below.id,
      rsc: schedule.id,
      rrn: run,
      sit: site.id,
      itm: (await done('POST', '/admin/service-items', { name, departmentId: below.id })).id,
      ses: (await done('GET', '/auth/sessions')).items[0].id,
      tkt: ticket.id,
      key: key.key.id,
      whk: hook.endpoint.id,
      whd: delivery.id,
      viw: (await done('POST', '/ticket-views', { name: '我的', filter: {} })).id,
      exp: (await done('POST', '/exports', { format: 'csv', filter: {} })).id,
      imp: ((await imported.json()) as { import: { id: string } }).import.id,
      opn: bulk.operationId,
      rpl: reply.reply.id,
      mac: (await done('POST', '/macros', { name: '问候', reply: '您好', departmentId: department.id })).id,
      esc: escalation.escalation?.id ?? escalation.id,
      abs: absence.id,
    },
  }
}

beforeAll(async () => {
  test = await createTestApp()
  const top = await addDepartment(test, '市')
  theirs = await makeBranch('east', top)
  ours = await makeBranch('west', top)
})
afterAll(() => test.close())

/** What belongs to the whole organisation, and is told to everybody in it. */
const common = [
  /^(GET|PUT|POST|DELETE) \/sla\/(calendars|policies|rules)/,
  /^(PATCH|POST) \/tags\//,
  /^PATCH \/ticket-fields\//,
  /^GET \/departments\/\{id\}\/leaders$/,
  /^POST \/messaging\/outbox\//,
]
/** Nothing but a signature opens these. */
const isSigned = (route: RouteRecord) => route.auth === 'public'

const targets = () =>
  test.routes.filter(
    (route) =>
      route.path.includes('{id}') &&
      !isSigned(route) &&
      !common.some((each) => each.test(`${route.method} ${route.path}`)),
  )
const isUpload = (route: RouteRecord) => route.method === 'PUT' && /(documents|snapshots)$/.test(route.path)
const addressOf = (route: RouteRecord, id: string) => {
  const query =
    minimalQueries[`${route.method} ${route.path}`] ?? (isUpload(route) ? 'name=a.png' : undefined)
  const path = route.path.replace('{id}', id).replace('{macroId}', theirs.ids.mac ?? '')
  return query ? `${path}?${query}` : path
}

describe('an id of another branch in the path', () => {
  const attack = async (headers: Headers, route: RouteRecord, id: string) => {
    const body = isUpload(route) ? {} : minimalBodies[`${route.method} ${route.path}`]
    return send(headers, route.method, addressOf(route, id), body)
  }

  it('opens nothing to whoever may do everything in their own', async () => {
    const missing: string[] = []
    const open: string[] = []
    for (const route of targets()) {
      if (!['agent', 'any', 'agent_or_key'].includes(route.auth)) continue
      const id = theirs.ids[prefixOf(route.path)]
      if (!id) missing.push(`${route.method} ${route.path}`)
      else {
        const { status, body } = await attack(asAgent(ours.who), route, id)
        if (status !== 404)
          open.push(`${route.method} ${route.path}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
      }
    }
    expect(open).toEqual([])
    // Made in other ways: an offer rings for seconds, an invitation needs two who are there.
    expect(missing.filter((each) => !/\/(offers|invitations)\//.test(each))).toEqual([])
  })

  it('opens nothing to a key of another branch, whatever its scopes', async () => {
    for (const route of targets().filter((each) => /key$/.test(each.auth))) {
      const { status } = await attack(asBearer(ours.key), route, theirs.ids[prefixOf(route.path)] ?? '')
      expect(status, `${route.method} ${route.path}`).toBe(404)
    }
  })

  it('opens nothing to another citizen, by their panel or by the link of another ticket', async () => {
    const { body: link } = await send(asAgent(theirs.who), 'POST', `/tickets/${theirs.ids.tkt}/follow-links`)
    const token = new URL(link.url).searchParams.get('follow')
    const { body: session } = await send({}, 'POST', '/follow/sessions', { site: theirs.site.key, token })
    const stranger = await addVisitor(test, theirs.site.key)
    const bearers = {
      'another site': ours.visitor.bearer,
      'the same site': stranger.bearer,
      link: session.token,
    }
    for (const [name, bearer] of Object.entries(bearers))
      for (const route of targets().filter((each) => ['visitor', 'any', 'citizen'].includes(each.auth))) {
        const isFollowed = route.path.startsWith('/follow/tickets')
        const id = isFollowed ? theirs.number : (theirs.ids[prefixOf(route.path)] ?? '')
        const path = route.path.startsWith('/follow/documents') ? theirs.ids.doc : id
        const { status } = await attack(asBearer(bearer), route, path ?? '')
        const isFollow = route.auth === 'citizen'
        // The bearer of a link is none at all elsewhere.
        expect(status, `${name} ${route.method} ${route.path}`).toBe(name === 'link' && !isFollow ? 401 : 404)
      }
  })
})

describe('an id of another branch in the body', () => {
  it('is refused as if it named nothing', async () => {
    const own = ours.ids
    const far = theirs.ids
    const cases: [method: string, path: string, body: object][] = [
      ['POST', `/tickets/${own.tkt}/merge`, { intoId: far.tkt }],
      ['POST', `/tickets/${own.tkt}/links`, { otherId: far.tkt }],
      ['PUT', `/tickets/${own.tkt}/parent`, { parentId: far.tkt }],
      ['POST', `/tickets/${own.tkt}/assign`, { agentId: far.agt }],
      ['POST', `/tickets/${own.tkt}/department`, { departmentId: far.dep }],
      ['POST', `/tickets/${own.tkt}/participants`, { add: [far.agt] }],
      ['POST', `/tickets/${own.tkt}/replies`, { kind: 'note', body: '看', mentions: [far.agt] }],
      ['POST', `/tickets/${own.tkt}/status`, { command: 'wait_department', waitingDepartmentId: far.dep }],
      ['POST', `/tickets/${own.tkt}/split`, { topic: '另一件', departmentId: far.dep }],
      ['POST', '/tickets', { siteId: far.sit, topic: '一件事' }],
      ['POST', '/tickets', { siteId: own.sit, topic: '一件事', departmentId: far.dep }],
      ['POST', '/api-keys', { name: '钥匙', scopes: ['tickets:create'], departmentId: far.dep }],
      [
        'POST',
        '/webhooks',
        { url: 'https://a.example.org/', eventTypes: ['ticket.created'], departmentId: far.dep },
      ],
      ['POST', '/ticket-views', { name: '共享', filter: {}, departmentId: far.dep }],
      ['PATCH', `/ticket-views/${own.viw}`, { departmentId: far.dep }],
      ['POST', '/macros', { name: '共享', reply: '您好', departmentId: far.dep }],
      ['PATCH', `/macros/${own.mac}`, { departmentId: far.dep }],
      ['PUT', '/macros/order', { ids: [far.mac] }],
      ['POST', '/consultations/telephone', { siteId: far.sit, topic: '' }],
      ['POST', '/agents', { username: 'zhang-san', name: '张', roles: ['agent'], departmentId: far.dep }],
      ['PATCH', `/agents/${own.agt}`, { departmentId: far.dep }],
      ['POST', '/departments', { parentId: far.dep, name: '科室', level: 'office' }],
      ['PATCH', `/departments/${own.dep}`, { parentId: far.dep }],
      ['PATCH', `/admin/sites/${own.sit}`, { departmentId: far.dep }],
      ['POST', '/admin/service-items', { name: '事项', departmentId: far.dep }],
      ['PATCH', `/admin/service-items/${own.itm}`, { departmentId: far.dep }],
      ['POST', '/reports/schedules', { ...minimalBodies['POST /reports/schedules'], departmentId: far.dep }],
      ['POST', '/sla/preview', { siteId: own.sit, departmentId: far.dep }],
      ['GET', `/dashboard?departmentId=${far.dep}`, {}],
      ['GET', `/dashboard/tickets?figure=created&departmentId=${far.dep}`, {}],
      ['GET', `/reports?from=2026-11-01&to=2026-11-02&by=day&departmentId=${far.dep}`, {}],
      ['GET', `/escalations/report?month=2026-11&departmentId=${far.dep}`, {}],
    ]
    const open: string[] = []
    for (const [method, path, body] of cases) {
      const answer = await send(asAgent(ours.who), method, path, method === 'GET' ? undefined : body)
      if (answer.status !== 404)
        open.push(
          `${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 160)}`,
        )
    }
    expect(open).toEqual([])
  })

  it('finds nothing in lists, counts, boards, searches and exports', async () => {
    await test.project()
    await test.index()
    const topic = 'east的事'
    const lists = [
      '/tickets',
      `/tickets?q=${encodeURIComponent(topic)}`,
      `/tickets?department=${theirs.department.id}`,
      `/tickets?department=${theirs.ids.dep}`,
      `/tickets?site=${theirs.ids.sit}`,
      '/tickets/board',
      '/escalations?status=all',
      `/escalations?departmentId=${theirs.ids.dep}`,
      '/escalations/board',
      '/desk',
      '/agents',
      '/admin/service-items',
      '/macros',
      '/ticket-views',
      '/api-keys',
      '/webhooks',
      '/exports',
      '/imports',
      '/reports/schedules',
      '/notifications',
      '/audit',
    ]
    const secrets = Object.entries(theirs.ids).filter(([kind]) => !['agt', 'dep', 'sit'].includes(kind))
    for (const path of lists) {
      const { status, body } = await send(asAgent(ours.who), 'GET', path)
      const text = JSON.stringify(body)
      expect([200, 404], `${path} ${text}`).toContain(status)
      for (const [kind, id] of secrets)
        expect(text.includes(id), `${path} tells of ${kind} ${id}`).toBe(false)
      expect(text.includes(topic), path).toBe(false)
    }
  })
})
