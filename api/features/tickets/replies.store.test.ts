import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyToTicket } from '../../../contract/ticket-feed.rules'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { type EventRow, eventsAfter } from '../events/events.store'
import { messageFor } from '../events/hub'

type Who = { id: string; name: string; cookie: string }
let test: TestApp
let site: { id: string; key: string }
let city: { id: string; path: string }
let wang: Who
let li: Who
let stranger: Who

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  const county = await addDepartment(test, '东县', city)
  site = await addSite(test, county, 'replies')
  wang = await addAgent(test, county, ['agent'], '王敏')
  li = await addAgent(test, county, ['agent'], '李强')
  stranger = await addAgent(test, await addDepartment(test, '西县', city), ['agent'], '外人')
})
afterAll(() => test.close())

const call = (who: Who, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T = TicketChange>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (): Promise<string> =>
  (await done(call(wang, 'POST', '/tickets', { siteId: site.id, topic: '执照遗失' }))).ticket.id
const detail = (id: string, who = wang) => done<TicketDetail>(call(who, 'GET', `/tickets/${id}`))
const reply = (id: string, body: Record<string, unknown>, who = wang) => {
  test.clock.advance(1)
  return call(who, 'POST', `/tickets/${id}/replies`, { kind: 'reply', body: '您好', ...body })
}
const eventsOf = async (id: string): Promise<EventRow[]> =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 100_000))).filter((row) => row.ticketId === id)

describe('an answer', () => {
  it('opens a new ticket, stops the first-reply clock once, and may carry a state', async () => {
    const id = await open()
    const first = await done(reply(id, {}))
    expect(first).toMatchObject({
      ticket: { status: 'open' },
      reply: { kind: 'reply', agent: { name: '王敏' } },
    })
    const { firstReplyAt } = first.more
    expect(firstReplyAt).not.toBeNull()
    test.clock.advance(60)
    const second = await done(reply(id, { thenStatus: { command: 'wait_citizen' } }))
    expect(second.ticket.status).toBe('waiting_citizen')
    expect(second.more.firstReplyAt).toBe(firstReplyAt)
    expect((await eventsOf(id)).map((row) => row.type)).toEqual([
      'ticket.created',
      'ticket.replied',
      'ticket.resumed',
      'ticket.replied',
      'ticket.waiting_citizen',
    ])
  })

  it('is refused whole where its state is not allowed', async () => {
    const id = await open()
    await done(call(wang, 'POST', `/tickets/${id}/status`, { command: 'close' }))
    const answer = await reply(id, { thenStatus: { command: 'wait_citizen' } })
    expect(answer.status).toBe(409)
    expect((await detail(id)).replies).toEqual([])
  })

  it('is refused where somebody else answered meanwhile, unless it is forced', async () => {
    const id = await open()
    const seen = (await detail(id)).lastReplyId
    expect(seen).toBeNull()
    await done(reply(id, { lastReplyId: seen }, li))
    expect(await reply(id, { lastReplyId: seen })).toMatchObject({
      status: 409,
      body: { code: 'tickets.newer_reply' },
    })
    await done(reply(id, { lastReplyId: seen, force: true }))
    // One's own newer answer is no surprise, and a note is not an answer.
    await done(reply(id, { lastReplyId: seen }))
    await done(reply(id, { lastReplyId: null, kind: 'note' }, li))
    const { lastReplyId } = await detail(id, li)
    await done(reply(id, { lastReplyId }, li))
  })

  it('reaches the citizen of its consultations; a note never does', async () => {
    const visitor = await addVisitor(test, site.key)
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '执照', name: '李华' },
    })
    const number = started.body.state.consultation.ticketNumber as string
    const { ticket } = await detail(number)
    await done(reply(ticket.id, { body: '可以当天补办' }))
    await done(reply(ticket.id, { kind: 'note', body: '同事看' }))
    const told = (await eventsOf(ticket.id)).filter((row) => /replied|noted/.test(row.type))
    expect(told.map((row) => messageFor(row, 'visitor')?.data.ticketReply)).toEqual([
      {
        id: expect.any(String),
        ticketNumber: number,
        kind: 'reply',
        agentName: '王敏',
        body: '可以当天补办',
        at: expect.any(String),
      },
      undefined,
    ])
    expect(told.map((row) => row.audience.includes(`visitor:${visitor.id}`))).toEqual([true, false])
    for (const row of told) expect(row.audience).not.toContain('site:')
  })
})

describe('a note', () => {
  it('brings in whom it names, and only colleagues of the line', async () => {
    const id = await open()
    const noted = await done(reply(id, { kind: 'note', body: '@李强 请看', mentions: [li.id, li.id] }))
    expect(noted.reply?.mentions).toEqual([{ id: li.id, name: '李强' }])
    expect(noted.more.participants.find((each) => each.id === li.id)?.reason).toBe('mentioned')
    expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'ticket.noted', facts: { mentions: [li.id] } })
    expect((await eventsOf(id)).at(-1)?.audience).toContain(`agent:${li.id}`)
    expect((await reply(id, { kind: 'note', mentions: [stranger.id] })).body.code).toBe('agents.not_found')
    expect(noted.ticket.status).toBe('new')
  })
})

describe('drafts', () => {
  it('are kept for each agent and kind, and gone when sent or emptied', async () => {
    const id = await open()
    const keep = (kind: string, body: string, who = wang) =>
      done(call(who, 'PUT', `/tickets/${id}/draft`, { kind, body }))
    await keep('reply', '写到一')
    await keep('reply', '写到一半')
    await keep('note', '备注')
    await keep('reply', '别人的', li)
    const mine = (await detail(id)).drafts
    expect(mine.map(({ kind, body }) => [kind, body]).sort()).toEqual([
      ['note', '备注'],
      ['reply', '写到一半'],
    ])
    await done(reply(id, {}))
    await done(call(wang, 'DELETE', `/tickets/${id}/draft?kind=note`))
    expect((await detail(id)).drafts).toEqual([])
    expect((await detail(id, li)).drafts).toHaveLength(1)
    await keep('reply', ' ', li)
    expect((await detail(id, li)).drafts).toEqual([])
  })
})

describe('who has it open', () => {
  const look = (id: string, who: Who, body: object = {}) =>
    done<{ lookers: { name: string; isTyping: boolean; kind: string | null }[] }>(
      call(who, 'POST', `/tickets/${id}/presence`, { isTyping: false, kind: null, ...body }),
    )
  it('is told to each other, and forgotten by itself', async () => {
    const id = await open()
    await look(id, wang)
    expect((await look(id, li, { isTyping: true, kind: 'reply' })).lookers).toHaveLength(2)
    expect((await look(id, wang)).lookers.find((each) => each.name === '李强')).toMatchObject({
      isTyping: true,
      kind: 'reply',
    })
    test.clock.advance(10)
    expect((await look(id, wang)).lookers.find((each) => each.name === '李强')).toMatchObject({
      isTyping: false,
      kind: null,
    })
    test.clock.advance(35)
    expect((await look(id, wang)).lookers.map((each) => each.name)).toEqual(['王敏'])
    await look(id, li)
    await look(id, li, { isLeaving: true })
    expect((await look(id, wang)).lookers).toHaveLength(1)
  })

  it('is whispered to those who look, and to nobody else', async () => {
    const id = await open()
    const heard: string[][] = []
    const { whisper } = test.deps.hub
    test.deps.hub.whisper = (tokens, message) => {
      heard.push([...tokens])
      whisper(tokens, message)
    }
    await look(id, wang)
    await look(id, li)
    test.deps.hub.whisper = whisper
    expect(heard).toEqual([[], [`agent:${wang.id}`]])
  })
})

describe('the page', () => {
  it('gives the history from its end, and what lies before when asked', async () => {
    const id = await open()
    for (let count = 0; count < 5; count++) await done(reply(id, { kind: 'note', body: `备注 ${count}` }))
    const all = (await detail(id)).timeline
    const page = await done<{ entries: { seq: number }[]; replies: unknown[]; earlier: number | null }>(
      call(wang, 'GET', `/tickets/${id}/timeline?limit=2&before=${all.at(-1)?.seq}`),
    )
    expect(page.entries.map((each) => each.seq)).toEqual(all.slice(-3, -1).map((each) => each.seq))
    expect(page.replies).toHaveLength(2)
    expect(page.earlier).toBe(page.entries[0]?.seq)
  })

  it('is after any commands what a fresh one is, from the old one and the events', async () => {
    const commands: [string, string, () => unknown][] = [
      ['PATCH', '', () => ({ topic: `主题 ${test.clock.now()}`, priority: 'high' })],
      ['PATCH', '', () => ({ contactName: '张三', isComplaint: true })],
      ['PATCH', '', () => ({ application: { result: 'returned', reason: '缺件' } })],
      ['POST', '/status', () => ({ command: 'wait_citizen' })],
      ['POST', '/status', () => ({ command: 'resolve' })],
      ['POST', '/status', () => ({ command: 'reopen' })],
      ['POST', '/status', () => ({ command: 'wait_department', waitingDepartmentId: city.id })],
      [
        'POST',
        '/status',
        () => ({ command: 'hold', holdUntil: new Date(test.clock.now() + 9e6).toISOString() }),
      ],
      ['POST', '/assign', () => ({ agentId: li.id })],
      ['POST', '/assign', () => ({ agentId: null })],
      ['POST', '/participants', () => ({ add: [li.id] })],
      ['PUT', '/tags', () => ({ tags: ['加急', '老人'] })],
      ['PUT', '/tags', () => ({ tags: [] })],
      ['POST', '/replies', () => ({ kind: 'reply', body: '长'.repeat(600) })],
      ['POST', '/replies', () => ({ kind: 'note', body: '@李强', mentions: [li.id] })],
      ['POST', '/replies', () => ({ kind: 'reply', body: '好了', thenStatus: { command: 'resolve' } })],
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(commands.length - 1), { minLength: 3, maxLength: 8 }),
        async (picks) => {
          const id = await open()
          const before = await detail(id)
          for (const pick of picks) {
            const [method, path, body] = commands[pick] ?? commands[0] ?? ['', '', () => ({})]
            test.clock.advance(1)
            await call(pick % 3 ? wang : li, method, `/tickets/${id}${path}`, body())
          }
          const fresh = await detail(id)
          const since = (await eventsOf(id)).filter((row) => row.seq > Number(before.cursor))
          const messages = since.flatMap((row) => messageFor(row, 'agent') ?? [])
          const followed = messages.reduce(applyToTicket, before)
          expect({ ...followed, cursor: '' }).toEqual({ ...fresh, cursor: '' })
          // Told twice, nothing is doubled.
          expect(messages.reduce(applyToTicket, followed).timeline).toEqual(fresh.timeline)
        },
      ),
      { numRuns: 12 },
    )
  })
})
