import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiKeys, tickets } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addKey, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addServiceItem, retireItem } from '../../testing/rows'

let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let county: Awaited<ReturnType<typeof addDepartment>>
let admin: Awaited<ReturnType<typeof addAgent>>
let bearer: string
let count = 0

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '县', city)
  await addSite(test, city, 'demo')
  await addSite(test, county, 'county')
  admin = await addAgent(test, city, ['admin'])
})
afterAll(() => test.close())
beforeEach(async () => {
  bearer = (await addKey(test, city, ['tickets:create', 'tickets:read'])).token
  count++
})

const body = (more: Record<string, unknown> = {}) => ({
  externalSystem: 'hotline-12345',
  externalNumber: `GD-${count}`,
  site: 'demo',
  topic: '营业执照办理进度',
  description: '五个工作日未收到答复。',
  contact: { name: '王芳', phone: '13800000000' },
  ...more,
})
const handOver = (sent: unknown, as = bearer) => test.request('POST', '/tickets', { bearer: as, body: sent })

describe('keys of other programs', () => {
  it('are shown once, kept as a hash, used, and ended for good', async () => {
    const made = await test.request('POST', '/api-keys', {
      cookie: admin.cookie,
      body: { name: '12345 热线', scopes: ['tickets:create', 'tickets:read'], departmentId: city.id },
    })
    expect(made.status).toBe(201)
    const { key, token } = made.body
    expect(token).toMatch(/^bbk_[0-9A-Za-z]{43}$/)
    expect(token.startsWith(key.prefix)).toBe(true)
    const [row] = await test.db.read((tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, key.id)))
    expect(JSON.stringify(row)).not.toContain(token)

    expect((await handOver(body(), token)).status).toBe(201)
    const list = await test.request('GET', '/api-keys', { cookie: admin.cookie })
    const shown = list.body.items.find((each: { id: string }) => each.id === key.id)
    expect(shown.lastUsedAt).toBe(new Date(test.clock.now()).toISOString())
    expect(JSON.stringify(list.body)).not.toContain(token)

    const ended = await test.request('POST', `/api-keys/${key.id}/revoke`, { cookie: admin.cookie })
    expect(ended.body.revokedAt).not.toBeNull()
    const refused = await handOver(body(), token)
    expect([refused.status, refused.body.code]).toEqual([401, 'auth.required'])
  })

  it('run out', async () => {
    const expiresAt = new Date(test.clock.now() + 60_000).toISOString()
    const made = await test.request('POST', '/api-keys', {
      cookie: admin.cookie,
      body: { name: '短期', scopes: ['tickets:create'], departmentId: city.id, expiresAt },
    })
    expect((await handOver(body(), made.body.token)).status).toBe(201)
    test.clock.advance(60)
    expect((await handOver(body(), made.body.token)).status).toBe(401)
    const past = await test.request('POST', '/api-keys', {
      cookie: admin.cookie,
      body: { name: '过期', scopes: ['tickets:create'], departmentId: city.id, expiresAt },
    })
    expect([past.status, past.body.code]).toEqual([422, 'keys.expiry_past'])
  })

  it('do what their scopes say and nothing else', async () => {
    const reader = (await addKey(test, city, ['tickets:read'])).token
    const refused = await handOver(body(), reader)
    expect([refused.status, refused.body.code]).toEqual([403, 'auth.forbidden'])
    expect((await test.request('GET', '/tickets', { bearer })).status).toBe(403)
    expect((await test.request('GET', '/agents', { bearer })).status).toBe(403)
    expect((await test.request('GET', '/events', { bearer })).status).toBe(403)
  })

  it('may ask so often a minute', async () => {
    const made = await test.request('POST', '/api-keys', {
      cookie: admin.cookie,
      body: { name: '慢', scopes: ['tickets:read'], departmentId: city.id, perMinute: 3 },
    })
    const ask = () => test.request('GET', '/tickets/20260101-99999', { bearer: made.body.token })
    const statuses = [(await ask()).status, (await ask()).status, (await ask()).status]
    expect(statuses).toEqual([404, 404, 404])
    const refused = await ask()
    expect([refused.status, refused.body.code]).toEqual([429, 'request.too_many'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('a hotline hands tickets over', () => {
  it('once for each of its numbers, however often it repeats', async () => {
    const first = await handOver(body())
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({
      isNew: true,
      ticket: { source: 'api', externalNumber: `GD-${count}`, site: 'demo', department: { id: city.id } },
    })
    const again = await handOver(body({ priority: 'normal' }))
    expect(again.status).toBe(200)
    expect(again.body).toMatchObject({ isNew: false, ticket: { id: first.body.ticket.id } })
    const other = await handOver(body({ topic: '另一件事' }))
    expect([other.status, other.body.code]).toEqual([409, 'tickets.external_number_taken'])
    const rows = await test.db.read((tx) =>
      tx
        .select()
        .from(tickets)
        .where(eq(tickets.externalNumber, `GD-${count}`)),
    )
    expect(rows).toHaveLength(1)
  })

  it('and another hotline with the same numbers neither finds nor blocks them', async () => {
    const first = await handOver(body())
    const other = (await addKey(test, city, ['tickets:create'])).token
    const own = await handOver(body({ topic: '另一条热线的事' }), other)
    expect([own.status, own.body.isNew]).toEqual([201, true])
    expect(own.body.ticket.id).not.toBe(first.body.ticket.id)
    for (const [as, made, topic] of [
      [bearer, first, '营业执照办理进度'],
      [other, own, '另一条热线的事'],
    ] as const) {
      const again = await handOver(body({ topic }), as)
      expect([again.status, again.body.ticket.id]).toEqual([200, made.body.ticket.id])
    }
    const system = await handOver(body({ externalSystem: 'hotline-12319' }))
    expect([system.status, system.body.isNew]).toEqual([201, true])
  })

  it('and a key that replaces another goes on where that one stopped, also after a third', async () => {
    const replace = async (replacesId: string) => {
      const { status, body: made } = await test.request('POST', '/api-keys', {
        cookie: admin.cookie,
        body: { name: '12345 热线', scopes: ['tickets:create'], departmentId: city.id, replacesId },
      })
      expect(status).toBe(201)
      return made as { key: { id: string; sourceId: string }; token: string }
    }
    const oldest = await addKey(test, city, ['tickets:create'])
    const first = await handOver(body(), oldest.token)
    const second = await replace(oldest.id)
    await test.request('POST', `/api-keys/${oldest.id}/revoke`, { cookie: admin.cookie })
    const third = await replace(second.key.id)
    expect([second.key.sourceId, third.key.sourceId]).toEqual([oldest.id, oldest.id])
    for (const { token } of [second, third]) {
      const again = await handOver(body(), token)
      expect([again.status, again.body.ticket.id]).toEqual([200, first.body.ticket.id])
    }
  })

  it('and nobody takes the place of a key out of reach', async () => {
    const theirs = await addKey(test, city, ['tickets:create'])
    const local = await addAgent(test, county, ['admin'])
    const refused = await test.request('POST', '/api-keys', {
      cookie: local.cookie,
      body: { name: '县热线', scopes: ['tickets:create'], departmentId: county.id, replacesId: theirs.id },
    })
    expect([refused.status, refused.body.code]).toEqual([404, 'keys.not_found'])
  })

  it('and takes what was imported under its system’s name for the same matter, within its reach', async () => {
    const number = `IMPORTED-${count}`
    const { body: made } = await handOver(body({ externalNumber: number }))
    await test.db.write((tx) =>
      tx
        .update(tickets)
        .set({ externalSourceId: '' })
        .where(eq(tickets.id, made.ticket.id))
        .then(() => undefined),
    )
    const same = await handOver(body({ externalNumber: number }))
    expect([same.status, same.body.ticket.id]).toEqual([200, made.ticket.id])
    const small = (await addKey(test, county, ['tickets:create'])).token
    const own = await handOver(body({ externalNumber: number, site: 'county' }), small)
    expect([own.status, own.body.isNew]).toEqual([201, true])
  })

  it('twenty times at once makes one ticket', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => handOver(body())))
    expect(answers.filter((each) => each.status === 201)).toHaveLength(1)
    expect(answers.filter((each) => each.status === 200)).toHaveLength(19)
    expect(new Set(answers.map((each) => each.body.ticket.id)).size).toBe(1)
  })

  it('reads them back without anything personal', async () => {
    const { body: made } = await handOver(body())
    const read = await test.request('GET', `/tickets/${made.ticket.number}`, { bearer })
    expect(read.status).toBe(200)
    expect(read.body).toEqual(made.ticket)
    expect(JSON.stringify(read.body)).not.toMatch(/王芳|13800000000|五个工作日/)
    const timeline = await test.request('GET', `/tickets/${made.ticket.id}`, { cookie: admin.cookie })
    expect(timeline.body.timeline[0].actor).toMatchObject({ kind: 'key', name: '12345 热线' })
  })

  it('only within the reach of its key', async () => {
    const small = (await addKey(test, county, ['tickets:create', 'tickets:read'])).token
    expect((await handOver(body(), small)).body.code).toBe('departments.not_found')
    expect((await handOver(body({ site: 'county' }), small)).status).toBe(201)
    const { body: made } = await handOver(body({ externalNumber: `CITY-${count}` }))
    expect((await test.request('GET', `/tickets/${made.ticket.id}`, { bearer: small })).status).toBe(404)
    const own = await handOver(body({ externalNumber: `CITY-${count}`, site: 'county' }), small)
    expect([own.status, own.body.isNew]).toEqual([201, true])
  })

  it('about a retired service item is refused, and says so', async () => {
    const serviceItem = await addServiceItem(test, city, '旧证换发')
    await retireItem(test, serviceItem)
    const refused = await handOver(body({ serviceItem }))
    expect([refused.status, refused.body.code]).toEqual([422, 'service_items.retired'])
    expect((await handOver(body())).status).toBe(201)
  })

  it("with a session is refused, and so is an agent's form with a key; the problem names the field", async () => {
    const asAgent = await test.request('POST', '/tickets', { cookie: admin.cookie, body: body() })
    expect([asAgent.status, asAgent.body.code]).toEqual([400, 'request.invalid'])
    const asKey = await handOver({ siteId: 'sit_00000000000000000000', topic: '营业执照' })
    expect([asKey.status, asKey.body.code]).toEqual([400, 'request.invalid'])
    const wrong = await handOver(body({ contact: { phone: 'abc' } }))
    expect(wrong.body.errors).toEqual([expect.objectContaining({ path: 'body.contact.phone' })])
  })
})
