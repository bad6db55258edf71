import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultQuiet, type QuietTime } from '../../../contract/notifications.rules'
import { agents, departmentLeaders, outgoingMessages } from '../../../drizzle/schema/index'
import { type AgentActor, system } from '../../lib/actor'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventsAfter, writeEvent } from '../events/events.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'

type Person = Awaited<ReturnType<typeof addAgent>>
let test: TestApp
let wang: Person
let city: Awaited<ReturnType<typeof addDepartment>>
let li: Person
let ticket: { id: string; number: string }

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  const site = await addSite(test, city, 'demo')
  wang = await addAgent(test, city, ['agent'], '王')
  li = await addAgent(test, city, ['agent', 'supervisor'], '李')
  const made = await test.request('POST', '/tickets', {
    cookie: wang.cookie,
    body: { siteId: site.id, topic: '营业执照', assignToMe: true },
  })
  ticket = made.body.ticket
})
afterEach(() => test.close())

const inboxOf = async (person: Person, query = '') =>
  (await test.request('GET', `/notifications${query}`, { cookie: person.cookie })).body
const post = (person: Person, path: string, body: unknown) =>
  test.request('POST', path, { cookie: person.cookie, body })
const tell = (type: string, facts: Record<string, unknown>) =>
  test.db.write(async (tx) =>
    tellTicket(tx, await loadTicketRow(tx, ticket.id), type, system, test.clock.now(), facts),
  )
const letters = () => test.db.read((tx) => tx.select().from(outgoingMessages))

describe('notices', () => {
  it('tell whom it concerns, once, and nobody of their own doings', async () => {
    await test.project()
    // Taking a ticket oneself is no news.
    expect(await inboxOf(wang)).toMatchObject({ items: [], unread: 0 })
    await post(wang, `/tickets/${ticket.id}/replies`, {
      kind: 'note',
      body: '请看一下',
      mentions: [li.id, wang.id],
    })
    await post(wang, `/tickets/${ticket.id}/assign`, { agentId: li.id })
    await test.project()
    await test.project()
    const { items, unread } = await inboxOf(li)
    expect(unread).toBe(items.length)
    expect(items.map((each: { kind: string }) => each.kind).sort()).toEqual(
      expect.arrayContaining(['assigned', 'mention']),
    )
    expect(items.find((each: { kind: string }) => each.kind === 'mention')).toMatchObject({
      ticketId: ticket.id,
      facts: { number: ticket.number, actor: '王', text: '请看一下' },
    })
    expect((await inboxOf(wang)).items).toEqual([])
  })

  it('are read one by one or all at once, and only by their person', async () => {
    await post(wang, `/tickets/${ticket.id}/replies`, { kind: 'note', body: '一', mentions: [li.id] })
    await post(wang, `/tickets/${ticket.id}/replies`, { kind: 'note', body: '二', mentions: [li.id] })
    await test.project()
    const before = await inboxOf(li)
    const [first] = before.items
    expect((await post(wang, '/notifications/read', { ids: [first.id] })).body).toEqual({ unread: 0 })
    expect((await inboxOf(li)).unread).toBe(before.unread)
    expect((await post(li, '/notifications/read', { ids: [first.id] })).body).toEqual({
      unread: before.unread - 1,
    })
    expect((await post(li, '/notifications/read', { all: true })).body).toEqual({ unread: 0 })
    expect((await inboxOf(li, '?unread=true')).items).toEqual([])
    expect((await inboxOf(li)).items.length).toBe(before.items.length)
    const page = await inboxOf(li, '?limit=1')
    expect(page.items).toHaveLength(1)
    expect((await inboxOf(li, `?limit=1&cursor=${page.nextCursor}`)).items[0].id).not.toBe(page.items[0].id)
    const wrong = await test.request('GET', '/notifications?cursor=x', { cookie: li.cookie })
    expect([wrong.status, wrong.body.code]).toEqual([400, 'request.invalid'])
  })

  it('say of a clock only the gravest, and one digest for all that was missed', async () => {
    const dueAt = test.clock.now()
    await tell('sla.warned', { kind: 'resolution', dueAt, percent: 80 })
    await tell('sla.breached', { kind: 'resolution', dueAt, percent: 100 })
    await tell('sla.step', { stepId: 's', action: 'notify', level: 1, kind: 'resolution' })
    await test.project()
    expect((await inboxOf(wang)).items.map((each: { kind: string }) => each.kind)).toEqual(['sla_breached'])
    test.clock.advance(60)
    for (let count = 0; count < 3; count++)
      await tell('sla.step', { stepId: `s${count}`, action: 'notify', level: 1, isCaughtUp: true })
    await test.project()
    await tell('sla.breached', { kind: 'resolution', dueAt, isCaughtUp: true })
    await test.project()
    const digests = (await inboxOf(wang)).items.filter((each: { kind: string }) => each.kind === 'sla_digest')
    expect(digests).toHaveLength(1)
    // However often its clocks spoke, it is one ticket.
    expect(digests[0].facts.count).toBe(1)
  })

  it('tell the owner of an export that it is ready, although it was made in their name', async () => {
    await test.db.write((tx) =>
      writeEvent(tx, {
        type: 'export.ready',
        subject: 'exp_1',
        at: test.clock.now(),
        actor: { kind: 'agent', id: wang.id } as AgentActor,
        audience: [],
        facts: { ownerId: wang.id, count: 3 },
      }),
    )
    await test.project()
    expect((await inboxOf(wang)).items.map((each: { kind: string }) => each.kind)).toEqual(['export_ready'])
  })

  it('go where the person wants them', async () => {
    const off = await test.request('PATCH', '/notifications/settings', {
      cookie: li.cookie,
      body: { preferences: [{ topic: 'mention', channel: 'inbox', isOn: false }] },
    })
    expect(off.status).toBe(200)
    await post(wang, `/tickets/${ticket.id}/replies`, { kind: 'note', body: '一', mentions: [li.id] })
    await test.project()
    expect((await inboxOf(li)).items.map((each: { kind: string }) => each.kind)).not.toContain('mention')
    const wrong = await test.request('PATCH', '/notifications/settings', {
      cookie: li.cookie,
      body: { email: 'not an address' },
    })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, 'body.email'])
  })
})

describe('e-mail and SMS', () => {
  beforeEach(async () => {
    test.deps.mail = { send: async () => undefined }
    test.deps.sms = { send: async () => undefined }
    await test.db.write((tx) =>
      tx
        .update(agents)
        .set({ email: 'li@example.org', phone: '13800000000' })
        .where(eq(agents.id, li.id))
        .then(() => undefined),
    )
    for (const channel of ['email', 'sms'])
      await test.request('PATCH', '/notifications/settings', {
        cookie: li.cookie,
        body: { preferences: [{ topic: 'assigned', channel, isOn: true }] },
      })
  })

  const quiet = (change: Partial<QuietTime>) =>
    test.request('PATCH', '/notifications/settings', {
      cookie: li.cookie,
      body: { quiet: { ...defaultQuiet, ...change } },
    })
  const settingsOf = async (person: Person) =>
    (await test.request('GET', '/notifications/settings', { cookie: person.cookie })).body

  it('go out in working time, without what was said', async () => {
    await post(wang, `/tickets/${ticket.id}/assign`, { agentId: li.id })
    await test.project()
    const sent = await letters()
    expect(sent.map((each) => each.channel).sort()).toEqual(['email', 'sms'])
    for (const each of sent) expect(each.dueAt).toBe(test.clock.now())
    expect(JSON.stringify(sent)).toContain(ticket.number)
  })

  it('wait for the morning outside it, however grave, unless the person wants grave matters at once', async () => {
    // Friday evening in Shanghai: Monday, 9 o'clock.
    test.clock.advance(12 * 3600)
    await post(wang, `/tickets/${ticket.id}/assign`, { agentId: li.id })
    await test.project()
    for (const each of await letters())
      expect(new Date(each.dueAt).toISOString()).toBe('2026-11-23T01:00:00.000Z')
    const before = (await letters()).length
    await test.db.write((tx) =>
      tx
        .insert(departmentLeaders)
        .values({ departmentId: city.id, agentId: li.id, role: 'head', position: 0 })
        .then(() => undefined),
    )
    const climb = async () => {
      await tell('sla.step', { stepId: 's', action: 'notify', level: 3, kind: 'resolution' })
      await test.project()
      return (await letters()).filter((each) => each.dueAt === test.clock.now())
    }
    expect(await climb()).toEqual([])
    expect((await letters()).length).toBeGreaterThan(before)
    await quiet({ isUrgentLoud: true })
    test.clock.advance(1)
    expect((await climb()).map((each) => each.channel)).toEqual(['email'])
  })

  it('keep the quiet hours a person chose, at any time of the week', async () => {
    const wrong = await quiet({ mode: 'hours', from: '08:00', to: '08:00' })
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, 'body.quiet.to'])
    expect((await settingsOf(li)).quiet).toEqual(defaultQuiet)
    const chosen = await quiet({ mode: 'hours', from: '21:00', to: '07:30' })
    expect(chosen.body.quiet).toMatchObject({ mode: 'hours', from: '21:00', to: '07:30' })
    // Saturday, 22:00 in Shanghai.
    test.clock.advance(36 * 3600)
    // By the system: sessions do not last that long.
    const assign = async () => {
      await tell('ticket.assigned', { agentId: li.id, agentName: '李' })
      await test.project()
    }
    await assign()
    expect((await letters()).map((each) => new Date(each.dueAt).toISOString())).toEqual(
      Array.from({ length: 2 }, () => '2026-11-21T23:30:00.000Z'),
    )
    // Sunday, 10:00: a free day, but not a quiet hour.
    test.clock.advance(12 * 3600)
    await assign()
    expect((await letters()).filter((each) => each.dueAt === test.clock.now())).toHaveLength(2)
  })

  it('lead to the matter, and the browser says nothing while it is quiet', async () => {
    const shown = async () =>
      (await test.db.read((tx) => eventsAfter(tx, 0, 10_000)))
        .filter((row) => row.type === 'notification.created')
        .map((row) => (row.agentData as { notification: { isBrowser: boolean } }).notification.isBrowser)
    const raise = () =>
      test.db.write((tx) =>
        writeEvent(tx, {
          type: 'escalation.raised',
          subject: 'esc_0123456789ABCDEFGHIJ',
          at: test.clock.now(),
          actor: system,
          ticketId: ticket.id,
          audience: [],
          facts: { ownerId: li.id, level: 3 },
        }),
      )
    await raise()
    await test.project()
    expect((await letters()).map((each) => JSON.stringify(each.content)).join()).toContain(
      '/console/escalations/esc_0123456789ABCDEFGHIJ',
    )
    expect((await inboxOf(li)).items[0].subject).toBe('esc_0123456789ABCDEFGHIJ')
    test.clock.advance(12 * 3600)
    await raise()
    await test.project()
    expect(await shown()).toEqual([true, false])
    expect((await quiet({ mode: 'never' })).status).toBe(200)
    await raise()
    await test.project()
    expect(await shown()).toEqual([true, false, true])
  })
})
