import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { audit, events, ticketReplies } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addKey, addSite, createTestApp, type TestApp } from '../../testing/app'

const day = 24 * 3600
let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let county: Awaited<ReturnType<typeof addDepartment>>
let agent: Awaited<ReturnType<typeof addAgent>>
let bearer: string
let count = 0

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '县', city)
  await addSite(test, city, 'demo')
})
afterAll(() => test.close())
beforeEach(async () => {
  // The clock goes on by weeks: nobody's session lasts that long.
  agent = await addAgent(test, city, ['agent'])
  bearer = (await addKey(test, city, ['tickets:create', 'tickets:read', 'tickets:reply'])).token
})

const handOver = async (contact: object = { name: '王芳', phone: '13800000000' }) =>
  (
    await test.request('POST', '/tickets', {
      bearer,
      body: {
        externalSystem: 'hotline-12345',
        externalNumber: `GD-${++count}`,
        site: 'demo',
        topic: '办理进度',
        description: '未收到答复。',
        contact,
      },
    })
  ).body.ticket as { id: string; number: string }
const command = async (id: string, body: object) => {
  const answer = await test.request('POST', `/tickets/${id}/status`, { cookie: agent.cookie, body })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
const relay = (id: string, message: string, headers: Record<string, string> = {}, as = bearer) =>
  test.request('POST', `/tickets/${id}/messages`, { bearer: as, body: { message }, headers })
const merge = (id: string, intoId: string) =>
  test.request('POST', `/tickets/${id}/merge`, { cookie: agent.cookie, body: { intoId } })
const repliesOf = (id: string) =>
  test.db.read((tx) => tx.select().from(ticketReplies).where(eq(ticketReplies.ticketId, id)))
const newsOf = async (id: string, since = 0) =>
  (await test.db.read((tx) => tx.select().from(events).where(eq(events.ticketId, id)).orderBy(events.seq)))
    .map((row) => row.type)
    .slice(since)

describe('what a citizen said to another system', () => {
  it('stands on the ticket as the citizen’s word and ends the waiting for it', async () => {
    const { id, number } = await handOver()
    await command(id, { command: 'wait_citizen' })
    const answer = await relay(number, ' 材料已补交 ')
    expect([answer.status, answer.body.status, answer.body.reopenCount]).toEqual([201, 'open', 0])
    expect(JSON.stringify(answer.body)).not.toContain('材料已补交')
    expect(await repliesOf(id)).toMatchObject([{ kind: 'citizen', via: 'api', body: '材料已补交' }])
    expect(await newsOf(id, 2)).toEqual(['ticket.citizen_replied', 'ticket.resumed'])
    const noted = await test.db.read((tx) => tx.select().from(audit).where(eq(audit.thing, id)))
    expect(noted.map((entry) => entry.action)).toContain('tickets.message_relayed')
    const page = await test.request('GET', `/tickets/${id}`, { cookie: agent.cookie })
    expect(page.body.timeline.at(-2)).toMatchObject({
      type: 'ticket.citizen_replied',
      actor: { kind: 'key', name: '12345 热线' },
      data: { body: '材料已补交' },
    })
  })

  it('opens a settled ticket again within seven days, counted once however often it is sent', async () => {
    const { id } = await handOver()
    await command(id, { command: 'resolve' })
    test.clock.advance(7 * day)
    const sent = { 'idempotency-key': 'message-1' }
    const first = await relay(id, '仍未解决', sent)
    expect([first.status, first.body.status, first.body.reopenCount]).toEqual([201, 'open', 1])
    expect((await relay(id, '仍未解决', sent)).body).toEqual(first.body)
    expect(await repliesOf(id)).toHaveLength(1)
    await command(id, { command: 'close' })
    const second = await relay(id, '又坏了')
    expect([second.body.status, second.body.reopenCount, second.body.closedAt]).toEqual(['open', 2, null])
  })

  it('comes too late after that, as it does for the citizen', async () => {
    const { id } = await handOver()
    await command(id, { command: 'resolve' })
    test.clock.advance(7 * day + 1)
    const late = await relay(id, '仍未解决')
    expect([late.status, late.body.code]).toEqual([409, 'follow.over'])
    expect(await repliesOf(id)).toEqual([])
    expect((await test.request('GET', `/tickets/${id}`, { bearer })).body.status).toBe('resolved')
  })

  it('goes to the ticket that goes on, and opens that again for its own citizen only', async () => {
    const survivor = await handOver()
    const same = await handOver()
    const other = await handOver({ name: '李强', phone: '13900000000' })
    for (const { id } of [same, other]) expect((await merge(id, survivor.id)).status).toBe(200)
    const said = await relay(other.id, '我也一样')
    expect([said.status, said.body.id]).toEqual([201, survivor.id])
    await command(survivor.id, { command: 'resolve' })
    expect((await relay(other.id, '还没好')).body.code).toBe('follow.over')
    expect((await relay(same.id, '还没好')).body).toMatchObject({
      id: survivor.id,
      status: 'open',
      reopenCount: 1,
    })
  })

  it('needs the scope, a ticket in reach, and words', async () => {
    const { id } = await handOver()
    const reader = (await addKey(test, city, ['tickets:create', 'tickets:read'])).token
    expect((await relay(id, '好', {}, reader)).status).toBe(403)
    const small = (await addKey(test, county, ['tickets:reply'])).token
    expect((await relay(id, '好', {}, small)).status).toBe(404)
    expect((await relay(id, '  ')).status).toBe(400)
    const asAgent = await test.request('POST', `/tickets/${id}/messages`, {
      cookie: agent.cookie,
      body: { message: '好' },
    })
    expect(asAgent.status).toBe(403)
    expect(await repliesOf(id)).toEqual([])
  })
})
