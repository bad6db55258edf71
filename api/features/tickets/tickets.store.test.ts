import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type TicketCommand,
  type TicketStatus,
  ticketCommands,
  ticketStatuses,
  ticketTransitions,
} from '../../../contract/tickets.rules'
import type { TicketView, TimelineEntry } from '../../../contract/tickets.schema'
import { system } from '../../lib/actor'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addTicket } from '../../testing/rows'
import { eventsAfter } from '../events/events.store'
import { loadTicketRow } from './tickets.store'
import { assignTicket, changeTicketState } from './tickets.usecases'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let otherCounty: { id: string; path: string }
let sites: Record<'city' | 'county' | 'other', { id: string; key: string }>
let countyAgent: { id: string; name: string; cookie: string }
let cityAuditor: { cookie: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市政务服务中心')
  county = await addDepartment(test, '东县', city)
  otherCounty = await addDepartment(test, '西县', city)
  sites = {
    city: await addSite(test, city, 'city'),
    county: await addSite(test, county, 'county'),
    other: await addSite(test, otherCounty, 'other'),
  }
  countyAgent = await addAgent(test, county, ['agent'], '王敏')
  cityAuditor = await addAgent(test, city, ['auditor'])
})
afterAll(() => test.close())

const make = (
  topic: string,
  of: 'city' | 'county' | 'other' = 'county',
  more: { at?: number; timeZone?: string } = {},
) => {
  const department = { city, county, other: otherCounty }[of]
  return addTicket(test, { siteId: sites[of].id, departmentId: department.id, topic, ...more })
}
const eventsOf = async (subject: string) =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 100_000))).filter((row) => row.subject === subject)

describe('numbers', () => {
  it('count up by day, each once, whatever comes at the same time', async () => {
    const at = Date.parse('2026-03-01T01:00:00Z')
    const made = await Promise.all(Array.from({ length: 30 }, () => make('同时', 'county', { at })))
    expect(made.map((each) => each.number).sort()).toEqual(
      Array.from({ length: 30 }, (_, index) => `20260301-${String(index + 1).padStart(5, '0')}`),
    )
  })

  it('begin with the day in the time zone of the site', async () => {
    const at = Date.parse('2026-03-05T16:30:00Z')
    expect((await make('夜里', 'county', { at })).number).toBe('20260306-00001')
    expect((await make('夜里', 'county', { at, timeZone: 'UTC' })).number).toBe('20260305-00001')
  })
})

describe('states', () => {
  const commands = ticketCommands
  const reach: Record<TicketStatus, TicketCommand[]> = {
    new: [],
    open: ['take'],
    waiting_citizen: ['wait_citizen'],
    waiting_department: ['wait_department'],
    on_hold: ['hold'],
    resolved: ['take', 'resolve'],
    closed: ['close'],
    merged: ['merge'],
  }

  it.each(ticketStatuses.flatMap((from) => commands.map((command) => ({ from, command }))))(
    '$command of one that is $from',
    async ({ from, command }) => {
      const { id } = await make('状态')
      const run = (each: TicketCommand) =>
        test.db.write((tx) => changeTicketState(tx, test.deps, system, id, each))
      for (const each of reach[from]) await run(each)
      const before = await eventsOf(id)
      const to = ticketTransitions[from][command]
      if (to) {
        await run(command)
        expect((await eventsOf(id)).at(-1)?.facts).toEqual({ from, to })
      } else {
        await expect(run(command)).rejects.toMatchObject({ code: 'request.conflict' })
        expect(await eventsOf(id)).toHaveLength(before.length)
      }
      expect((await test.db.read((tx) => loadTicketRow(tx, id))).status).toBe(to ?? from)
    },
  )

  it('have one who answers; the same again is no news', async () => {
    const { id } = await make('分派')
    for (let times = 0; times < 2; times++)
      await test.db.write((tx) => assignTicket(tx, test.deps, system, id, countyAgent.id))
    expect((await eventsOf(id)).map((row) => row.type)).toEqual(['ticket.created', 'ticket.assigned'])
    expect((await eventsOf(id)).at(-1)?.facts).toEqual({ agentId: countyAgent.id, agentName: '王敏' })
  })
})

describe('the list', () => {
  const list = async (query: string, who = countyAgent.cookie) => {
    await test.index()
    return (await test.request('GET', `/tickets?${query}`, { cookie: who })).body
  }
  const topics = (page: { items: TicketView[] }) => page.items.map((each) => each.topic)

  it('shows the own department and below, what is assigned, and nothing else', async () => {
    await make('范围 市', 'city')
    await make('范围 东')
    const west = await make('范围 西', 'other')
    await make('范围 西二', 'other')
    await test.db.write((tx) => assignTicket(tx, test.deps, system, west.id, countyAgent.id))
    expect(topics(await list('q=范围')).sort()).toEqual(['范围 东', '范围 西'])
    expect(topics(await list('q=范围', cityAuditor.cookie))).toHaveLength(4)
    const elsewhere = await addAgent(test, otherCounty, ['supervisor'])
    expect(topics(await list('q=范围', elsewhere.cookie)).sort()).toEqual(['范围 西', '范围 西二'])
    expect((await test.request('GET', `/tickets/${west.id}`, { cookie: elsewhere.cookie })).status).toBe(200)
  })

  it('finds by number and by words, taking % and _ for what they are', async () => {
    const { number } = await make('退税 100% A_b')
    await make('退税 1000 Axb')
    expect(topics(await list(`q=${number}`))).toEqual(['退税 100% A_b'])
    expect(topics(await list(`q=${encodeURIComponent('100%')}`))).toEqual(['退税 100% A_b'])
    expect(topics(await list('q=a_B'))).toEqual(['退税 100% A_b'])
    expect(topics(await list(`q=${encodeURIComponent('\\')}`))).toEqual([])
  })

  it('filters by state and by assignee', async () => {
    const mine = await make('筛选 我的')
    await make('筛选 别人')
    await test.db.write(async (tx) => {
      await assignTicket(tx, test.deps, system, mine.id, countyAgent.id)
      await changeTicketState(tx, test.deps, system, mine.id, 'take')
    })
    expect(topics(await list('q=筛选&mine=true'))).toEqual(['筛选 我的'])
    expect(topics(await list('q=筛选&status=new'))).toEqual(['筛选 别人'])
  })

  it('is walked by its cursor without gap or repeat, also where times are equal', async () => {
    const at = test.clock.now()
    for (let count = 0; count < 7; count++)
      await make(`翻页 ${count}`, 'county', { at: at + Math.floor(count / 3) })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: TicketView[]; nextCursor: string | null } = await list(
        `q=翻页&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
      )
      seen.push(...topics(page))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
  })

  it('refuses a foreign cursor, an unknown parameter and strangers', async () => {
    expect((await test.request('GET', '/tickets?cursor=x', { cookie: countyAgent.cookie })).status).toBe(400)
    expect((await test.request('GET', '/tickets?x=1', { cookie: countyAgent.cookie })).status).toBe(400)
    expect((await test.request('GET', '/tickets/none', { cookie: countyAgent.cookie })).status).toBe(404)
    expect((await test.request('GET', '/tickets')).status).toBe(401)
  })
})

describe('the page', () => {
  it('tells the whole story', async () => {
    const visitor = await addVisitor(test, 'city')
    const as = { visitor: { bearer: visitor.bearer }, agent: { cookie: countyAgent.cookie } }
    const post = async (who: { cookie?: string; bearer?: string }, path: string, body: unknown = {}) => {
      const answer = await test.request('POST', path, { ...who, body })
      expect([path, answer.status, answer.body.code]).toEqual([
        path,
        expect.toSatisfy((status: number) => status < 300),
        undefined,
      ])
      return answer.body
    }
    await test.request('PUT', '/presence', { ...as.agent, body: { availability: 'available' } })
    const started = await post(as.visitor, '/consultations', {
      channel: 'video',
      topic: '开餐馆',
      name: '李华',
      phone: '13800000000',
    })
    const consultation = `/consultations/${started.state.consultation.id}`
    await post(as.visitor, `${consultation}/consent`, {})
    const { grant } = await post(as.agent, `${consultation}/accept`, { tab: 'tab-000001' })
    await post(as.visitor, `${consultation}/messages`, { body: '要带什么材料?' })
    const picture = await sharp({ create: { width: 1280, height: 720, channels: 3, background: '#333' } })
      .jpeg()
      .toBuffer()
    const upload = (path: string, who: Record<string, string>) =>
      test.app.request(`/api/v1${consultation}/${path}`, {
        method: 'PUT',
        headers: who,
        body: new Uint8Array(picture),
      })
    const snapshot = await upload(`snapshots?callId=${grant.callId}&callSeconds=65.5`, {
      cookie: countyAgent.cookie,
    })
    expect([snapshot.status, await snapshot.json()]).toMatchObject([
      201,
      {
        kind: 'snapshot',
        name: '截图 01-05.jpg',
        width: 1280,
        height: 720,
        callId: grant.callId,
        callSeconds: 65.5,
      },
    ])
    expect(
      (await upload('documents?name=店面.jpg', { authorization: `Bearer ${visitor.bearer}` })).status,
    ).toBe(201)
    for (const [who, side] of [
      [as.agent, 'agent'],
      [as.visitor, 'visitor'],
    ] as const) {
      await post(who, `/calls/${grant.callId}/quality`, {
        maxWidth: 1280,
        maxHeight: 720,
        lossPercent: side === 'agent' ? 1 : 2,
        roundTripMs: 30,
        reconnects: 0,
        transport: 'udp',
        firstFrameMs: 400,
      })
    }
    test.clock.advance(120)
    await post(as.agent, `${consultation}/end`)
    await post(as.visitor, `${consultation}/rating`, { stars: 5, comment: '很清楚' })
    await post(as.agent, `${consultation}/wrap-up`, { outcome: 'solved', topic: '餐馆许可', note: '已讲清' })

    const { body } = await test.request(
      'GET',
      `/tickets/${started.state.consultation.ticketNumber}`,
      as.agent,
    )
    expect(body.ticket).toMatchObject({
      status: 'resolved',
      assignee: { name: '王敏' },
      contactName: '李华',
      contactPhone: '13800000000',
      rating: 5,
      siteName: 'city',
    })
    const timeline: TimelineEntry[] = body.timeline
    const types = timeline.map((each) => each.type)
    for (const type of [
      'ticket.created',
      'consultation.queued',
      'offer.ringing',
      'offer.accepted',
      'consultation.accepted',
      'ticket.taken',
      'ticket.assigned',
      'call.started',
      'message.sent',
      'document.snapshot',
      'document.sent',
      'call.ended',
      'consultation.ended',
      'rating.given',
      'ticket.resolved',
      'consultation.closed',
    ]) {
      expect(types).toContain(type)
    }
    expect(types).not.toContain('call.quality')
    const find = (type: string) => timeline.find((each) => each.type === type)
    expect(find('message.sent')).toMatchObject({
      actor: { kind: 'visitor', name: '李华' },
      data: { body: '要带什么材料?' },
    })
    expect(find('consultation.accepted')?.actor).toMatchObject({ kind: 'agent', name: '王敏' })
    expect(find('offer.ringing')?.data).toMatchObject({ agentName: '王敏' })
    expect(find('document.snapshot')?.data).toMatchObject({
      kind: 'snapshot',
      width: 1280,
      callSeconds: 65.5,
    })
    expect(find('call.ended')?.data).toMatchObject({
      seconds: 120,
      quality: [
        { side: 'agent', lossPercent: 1 },
        { side: 'visitor', lossPercent: 2 },
      ],
    })
    expect(find('rating.given')?.data).toMatchObject({ stars: 5, comment: '很清楚' })
    expect(find('consultation.closed')?.data).toMatchObject({ outcome: 'solved', note: '已讲清' })
    expect(timeline.every((each) => !('consultation' in each.data))).toBe(true)

    const sibling = await addAgent(test, otherCounty, ['agent'])
    expect((await test.request('GET', `/tickets/${body.ticket.id}`, { cookie: sibling.cookie })).status).toBe(
      404,
    )
  })
})
