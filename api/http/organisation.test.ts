import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission, Role } from '../../contract/permissions.rules'
import { outgoingMessages, tags } from '../../drizzle/schema/index'
import { ensureSla } from '../features/sla/ensure-sla.usecases'
import { newId } from '../lib/ids'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../testing/app'
import { minimalBodies } from '../testing/requests'
import { addServiceItem } from '../testing/rows'

/** Which settings an administrator of a county may change, over every route that changes some. */
interface Who {
  id: string
  cookie: string
}
let test: TestApp
let root: { id: string; path: string }
let county: { id: string; path: string }
let city: Who
let local: Who
let localHead: Who
const itemOf: Record<'root' | 'county', string> = { root: '', county: '' }

beforeAll(async () => {
  test = await createTestApp()
  root = await addDepartment(test, '市政务服务中心')
  county = await addDepartment(test, '县', root)
  const admin = (department: { id: string }, roles: Role[] = ['admin']) => addAgent(test, department, roles)
  city = await admin(root)
  local = await admin(county)
  localHead = await admin(county, ['supervisor'])
  await ensureSla(test.deps)
  itemOf.root = await addServiceItem(test, root, 'root')
  itemOf.county = await addServiceItem(test, county, 'county')
})
afterAll(() => test.close())

const call = async (who: Who, method: string, path: string, body?: unknown) => {
  const answer = await test.request(method, path, {
    cookie: who.cookie,
    ...(body === undefined ? {} : { body }),
  })
  return { status: answer.status, code: answer.body.code as string | undefined, body: answer.body }
}
const made = async (path: string, body: unknown, who = city): Promise<string> => {
  const answer = await call(who, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.id
}
const addTag = async (): Promise<string> => {
  const id = newId('tag')
  const row = { id, name: id, createdAt: test.clock.now() }
  await test.db.write((tx) =>
    tx
      .insert(tags)
      .values(row)
      .then(() => undefined),
  )
  return id
}
const addFailed = async (): Promise<string> => {
  const id = newId('out')
  const now = test.clock.now()
  await test.db.write((tx) =>
    tx
      .insert(outgoingMessages)
      .values({
        id,
        channel: 'email',
        recipient: 'wang@example.org',
        content: { subject: '', text: '', html: '' },
        purpose: 'test',
        state: 'failed',
        createdAt: now,
        dueAt: now,
      })
      .then(() => undefined),
  )
  return id
}
const calendarBody = { ...minimalBodies['POST /sla/calendars'], name: '工作时间' }
const calendars = async () => (await call(city, 'GET', '/sla/calendars')).body.items as { id: string }[]
const policyFor = async (departmentIds: string[] | null) => ({
  ...minimalBodies['POST /sla/policies'],
  calendarId: (await calendars())[0]?.id,
  conditions: [
    { field: 'priority', op: 'in', values: ['urgent'] },
    ...(departmentIds ? [{ field: 'department', op: 'below', values: departmentIds }] : []),
  ],
})
const ruleFor = (policyId: string | null) => ({ ...minimalBodies['POST /sla/rules'], policyId })
const fieldFor = (serviceItemId: string | null) => ({ label: '证件号', kind: 'text', serviceItemId })
const addPolicy = async (departmentIds: string[] | null) =>
  made('/sla/policies', await policyFor(departmentIds))
const addField = async (itemId: string | null) => {
  const { body } = await call(city, 'POST', '/ticket-fields', fieldFor(itemId))
  return body.items.at(-1).id as string
}

/** What is everybody's: path and body, made anew for each try. */
const everybodys: Record<string, () => Promise<{ path: string; body?: unknown; by?: () => Who }>> = {
  'POST /sla/calendars': async () => ({ path: '/sla/calendars', body: calendarBody }),
  'PUT /sla/calendars/{id}': async () => ({
    path: `/sla/calendars/${(await calendars())[0]?.id}`,
    body: calendarBody,
  }),
  'DELETE /sla/calendars/{id}': async () => ({
    path: `/sla/calendars/${await made('/sla/calendars', calendarBody)}`,
  }),
  'POST /sla/policies/order': async () => ({ path: '/sla/policies/order', body: { ids: [] } }),
  'PUT /escalations/times': async () => ({
    path: '/escalations/times',
    body: minimalBodies['PUT /escalations/times'],
  }),
  'PUT /tickets/labels': async () => ({ path: '/tickets/labels', body: { items: [] } }),
  'PATCH /tags/{id}': async () => ({
    path: `/tags/${await addTag()}`,
    body: { name: newId('tag') },
    by: () => localHead,
  }),
  'POST /tags/{id}/merge': async () => ({
    path: `/tags/${await addTag()}/merge`,
    body: { intoId: await addTag() },
    by: () => localHead,
  }),
  'PUT /messaging/sms-templates': async () => ({
    path: '/messaging/sms-templates',
    body: { templates: {} },
  }),
  'POST /messaging/outbox/{id}/retry': async () => ({
    path: `/messaging/outbox/${await addFailed()}/retry`,
  }),
}

type Reach = 'everybody' | 'root' | 'county'
const policyOf = (reach: Reach) =>
  addPolicy(reach === 'everybody' ? null : [reach === 'root' ? root.id : county.id])
const policyIdOf = async (reach: Reach) => (reach === 'everybody' ? null : policyOf(reach))
const itemFor = (reach: Reach) => (reach === 'everybody' ? null : itemOf[reach])
const bodyOfPolicy = (reach: Reach) =>
  policyFor(reach === 'everybody' ? null : [reach === 'root' ? root.id : county.id])

/** What may be limited to departments: made for everybody, the top's own line, or the county. */
const limited: Record<string, (reach: Reach) => Promise<{ path: string; body?: unknown }>> = {
  'POST /sla/policies': async (reach) => ({ path: '/sla/policies', body: await bodyOfPolicy(reach) }),
  'PUT /sla/policies/{id}': async (reach) => ({
    path: `/sla/policies/${await policyOf(reach)}`,
    body: await bodyOfPolicy(reach),
  }),
  'DELETE /sla/policies/{id}': async (reach) => ({ path: `/sla/policies/${await policyOf(reach)}` }),
  'POST /sla/rules': async (reach) => ({ path: '/sla/rules', body: ruleFor(await policyIdOf(reach)) }),
  'PUT /sla/rules/{id}': async (reach) => {
    const policyId = await policyIdOf(reach)
    return { path: `/sla/rules/${await made('/sla/rules', ruleFor(policyId))}`, body: ruleFor(policyId) }
  },
  'DELETE /sla/rules/{id}': async (reach) => ({
    path: `/sla/rules/${await made('/sla/rules', ruleFor(await policyIdOf(reach)))}`,
  }),
  'POST /ticket-fields': async (reach) => ({ path: '/ticket-fields', body: fieldFor(itemFor(reach)) }),
  'PATCH /ticket-fields/{id}': async (reach) => ({
    path: `/ticket-fields/${await addField(itemFor(reach))}`,
    body: { isRequired: true },
  }),
  'PUT /ticket-fields/order': async (reach) => ({
    path: '/ticket-fields/order',
    body: { ids: [await addField(itemFor(reach)), await addField(itemFor(reach))] },
  }),
}

/** They carry a department, or change nothing for anybody else; their own tests hold their scope. */
const departments: Permission[] = ['sla.manage', 'integrations.manage', 'tickets.manage']
const scoped = [
  'POST /api-keys',
  'POST /api-keys/{id}/revoke',
  'POST /webhooks',
  'PATCH /webhooks/{id}',
  'DELETE /webhooks/{id}',
  'POST /webhooks/{id}/secret',
  'POST /webhooks/{id}/test',
  'POST /webhook-deliveries/{id}/resend',
  'PUT /sla/departments/{id}',
  'POST /sla/preview',
  'POST /messaging/test',
  'PUT /imports',
  'PUT /imports/{id}/mapping',
  'POST /imports/{id}/check',
  'POST /imports/{id}/run',
  'POST /imports/{id}/cancel',
  'POST /tickets/bulk',
  'POST /operations/{id}/cancel',
]

describe('settings', () => {
  it('are each known to be everybody’s, limited to departments, or scoped', () => {
    const keyOf = (route: { method: string; path: string }) => `${route.method} ${route.path}`
    const changing = test.routes.filter(
      (route) => route.method !== 'GET' && route.permission && departments.includes(route.permission),
    )
    expect(changing.map(keyOf).sort()).toEqual(
      [...Object.keys(everybodys), ...Object.keys(limited), ...scoped].sort(),
    )
    expect(
      test.routes
        .filter((route) => route.isOrganisationWide)
        .map(keyOf)
        .sort(),
    ).toEqual(Object.keys(everybodys).sort())
  })

  it.each(Object.entries(everybodys))('%s is for the topmost department', async (route, make) => {
    const method = route.split(' ')[0] ?? ''
    const tried = await make()
    const refused = await call(tried.by?.() ?? local, method, tried.path, tried.body)
    expect([refused.status, refused.code]).toEqual([403, 'auth.organisation_only'])
    const done = await call(city, method, tried.path, tried.body)
    expect(done.status, JSON.stringify(done.body)).toBeLessThan(300)
  })

  it.each(
    Object.entries(limited).flatMap(([route, make]) =>
      (['everybody', 'root', 'county'] as const).map((reach) => ({ route, reach, make })),
    ),
  )('$route for $reach', async ({ route, reach, make }) => {
    const method = route.split(' ')[0] ?? ''
    const tried = await make(reach)
    const byCounty = await call(local, method, tried.path, tried.body)
    if (reach === 'county') expect(byCounty.status, JSON.stringify(byCounty.body)).toBeLessThan(300)
    else expect([byCounty.status, byCounty.code]).toEqual([403, 'auth.organisation_only'])
    const again = await make(reach)
    const byCity = await call(city, method, again.path, again.body)
    expect(byCity.status, JSON.stringify(byCity.body)).toBeLessThan(300)
  })
})

describe('what is limited to departments', () => {
  it('is not taken over, and not made everybody’s, by a change', async () => {
    const [everybody, own] = [await addPolicy(null), await addPolicy([county.id])]
    const codeOf = async (path: string, body: unknown, method = 'PUT') =>
      (await call(local, method, path, body)).code
    expect(await codeOf(`/sla/policies/${everybody}`, await policyFor([county.id]))).toBe(
      'auth.organisation_only',
    )
    expect(await codeOf(`/sla/policies/${own}`, await policyFor(null))).toBe('auth.organisation_only')
    expect(await codeOf(`/sla/policies/${own}`, await policyFor([county.id, root.id]))).toBe(
      'auth.organisation_only',
    )
    const [all, mine] = [await made('/sla/rules', ruleFor(null)), await made('/sla/rules', ruleFor(own))]
    expect(await codeOf(`/sla/rules/${all}`, ruleFor(own))).toBe('auth.organisation_only')
    expect(await codeOf(`/sla/rules/${mine}`, ruleFor(null))).toBe('auth.organisation_only')
    const field = await addField(itemOf.county)
    for (const serviceItemId of [null, itemOf.root])
      expect(await codeOf(`/ticket-fields/${field}`, { serviceItemId }, 'PATCH')).toBe(
        'auth.organisation_only',
      )
  })

  it('is told apart in what is read, which everybody may', async () => {
    const [everybody, own] = [await addPolicy(null), await addPolicy([county.id])]
    const [all, mine] = [await made('/sla/rules', ruleFor(null)), await made('/sla/rules', ruleFor(own))]
    const [wide, narrow] = [await addField(null), await addField(itemOf.county)]
    const editable = async (who: Who, path: string) =>
      new Map(
        (await call(who, 'GET', path)).body.items.map((each: { id: string; canEdit: boolean }) => [
          each.id,
          each.canEdit,
        ]),
      )
    for (const [path, shared, limitedId] of [
      ['/sla/policies', everybody, own],
      ['/sla/rules', all, mine],
      ['/ticket-fields', wide, narrow],
    ] as const) {
      const [here, above] = [await editable(local, path), await editable(city, path)]
      expect([here.get(shared), here.get(limitedId)], path).toEqual([false, true])
      expect([above.get(shared), above.get(limitedId)], path).toEqual([true, true])
    }
    const { body } = await call(local, 'GET', '/ticket-fields')
    expect(body.serviceItems).toEqual([{ id: itemOf.county, name: 'county' }])
  })

  it('does not put the policy of a county before those of the city', async () => {
    const { body: made } = await call(local, 'POST', '/sla/policies', await policyFor([county.id]))
    const { body } = await call(city, 'GET', '/sla/policies')
    expect(body.items.at(-2).id).toBe(made.id)
    expect(body.items.at(-1).isDefault).toBe(true)
  })
})

describe('the topmost department', () => {
  it('is told to everybody who signs in', async () => {
    const organisationOf = async (who: Who) => (await call(who, 'GET', '/auth/me')).body.organisation
    expect(await organisationOf(city)).toEqual({ name: '市政务服务中心', isOwn: true })
    expect(await organisationOf(local)).toEqual({ name: '市政务服务中心', isOwn: false })
  })

  it.each([
    { change: 'switched off', body: () => ({ isActive: false }) },
    { change: 'without the role', body: () => ({ roles: ['auditor'] }) },
    { change: 'moved below', body: () => ({ departmentId: county.id }) },
  ])('keeps its last administrator from being $change, whoever administers below', async ({ body }) => {
    const refused = await call(city, 'PATCH', `/agents/${city.id}`, body())
    expect([refused.status, refused.code]).toEqual([422, 'agents.last_admin'])
    const moved = await call(city, 'PATCH', `/agents/${local.id}`, { name: '县管理员' })
    expect(moved.status).toBe(200)
  })
})
