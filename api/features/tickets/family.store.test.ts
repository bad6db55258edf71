import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketFamily } from '../../../contract/ticket-family.schema'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventsAfter } from '../events/events.store'

let test: TestApp
let site: { id: string }
let wang: { id: string; cookie: string }

beforeAll(async () => {
  test = await createTestApp()
  const county = await addDepartment(test, '东县')
  site = await addSite(test, county, 'east')
  wang = await addAgent(test, county, ['agent'], '王敏')
})
afterAll(() => test.close())

const call = (who: { cookie: string }, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T = TicketChange>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (more: Record<string, unknown> = {}) =>
  (await done(call(wang, 'POST', '/tickets', { siteId: site.id, topic: '营业执照遗失', ...more }))).ticket
const family = (id: string) => done<TicketFamily>(call(wang, 'GET', `/tickets/${id}/family`))
const typesOf = async (id: string) =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 100_000)))
    .filter((row) => row.ticketId === id)
    .map((row) => row.type)

describe('families', () => {
  it('holds a parent open until its children are resolved, or resolves all', async () => {
    const [parent, child, grandchild] = [await open(), await open(), await open()]
    await done(call(wang, 'PUT', `/tickets/${child.id}/parent`, { parentId: parent.id }))
    await done(call(wang, 'PUT', `/tickets/${grandchild.id}/parent`, { parentId: child.id }))
    const cycle = await call(wang, 'PUT', `/tickets/${parent.id}/parent`, { parentId: grandchild.id })
    expect(cycle.body.code).toBe('tickets.link_refused')
    const refused = await call(wang, 'POST', `/tickets/${parent.id}/status`, { command: 'resolve' })
    expect(refused.body).toMatchObject({
      status: 422,
      code: 'tickets.children_open',
      errors: [{ path: `children.${child.id}`, message: child.number }],
    })
    await done(call(wang, 'POST', `/tickets/${parent.id}/resolve-family`))
    for (const { id } of [parent, child, grandchild])
      expect((await done<TicketDetail>(call(wang, 'GET', `/tickets/${id}`))).ticket.status).toBe('resolved')
  })

  it('links and unlinks on both sides', async () => {
    const [one, other] = [await open(), await open()]
    await done(call(wang, 'POST', `/tickets/${one.id}/links`, { otherId: other.number }))
    await done(call(wang, 'POST', `/tickets/${other.id}/links`, { otherId: one.number }))
    expect((await family(other.id)).links.map((each) => each.id)).toEqual([one.id])
    expect((await typesOf(other.id)).filter((type) => type === 'ticket.linked')).toHaveLength(1)
    await done(call(wang, 'DELETE', `/tickets/${other.id}/links?otherId=${one.number}`))
    expect((await family(one.id)).links).toEqual([])
    expect(await typesOf(one.id)).toContain('ticket.unlinked')
  })

  it('suggests tickets of the same person or with the same words', async () => {
    const contact = { contactName: '周奶奶', contactPhone: '13911112222' }
    const one = await open({ ...contact, topic: '老年卡年审一' })
    const same = await open({ ...contact, topic: '老年卡年审一' })
    const otherName = await open({ contactName: '周先生', contactPhone: '13911112222', topic: '别的事' })
    const words = await open({ topic: '老年卡年审一' })
    const { items } = await done<{ items: { ticket: { id: string }; reasons: string[] }[] }>(
      call(wang, 'GET', `/tickets/${one.id}/duplicates`),
    )
    expect(items[0]).toMatchObject({ ticket: { id: same.id }, reasons: ['same_contact', 'same_topic'] })
    expect(new Map(items.map((each) => [each.ticket.id, each.reasons]))).toEqual(
      new Map([
        [same.id, ['same_contact', 'same_topic']],
        [otherName.id, ['same_phone']],
        [words.id, ['same_topic']],
      ]),
    )
  })
})
