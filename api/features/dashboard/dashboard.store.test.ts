import { asc } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DashboardView } from '../../../contract/dashboard.schema'
import { type CountedFigure, countedFigures } from '../../../contract/figures.rules'
import { isUnresolved, type TicketCommand, ticketTransitions } from '../../../contract/tickets.rules'
import { dialect } from '../../../drizzle/schema/columns'
import { rollupEntries, rollups, tickets } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { rebuildFigures } from '../../rebuild-figures'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addTicket } from '../../testing/rows'
import { writeEvent } from '../events/events.store'
import { loadTicketRow, patchTicket } from '../tickets/tickets.store'
import { assignTicket, changeTicketState, tellTicket } from '../tickets/tickets.usecases'

let test: TestApp
let city: { id: string; path: string; name: string }
let county: { id: string; path: string; name: string }
let town: { id: string; path: string; name: string }
let sites: { id: string; key: string }[]
let supervisor: { id: string; cookie: string }
let helper: { id: string; cookie: string }

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  county = await addDepartment(test, '县', city)
  town = await addDepartment(test, '镇', county)
  sites = [
    await addSite(test, city, 'demo'),
    await addSite(test, county, 'west', { timeZone: 'Europe/Lisbon' }),
  ]
  supervisor = await addAgent(test, city, ['supervisor'])
  helper = await addAgent(test, county, ['agent'])
})
afterEach(() => test.close())

const departments = () => [city, county, town]
const open = (department: number, site = 0) =>
  addTicket(test, {
    siteId: sites[site]?.id ?? '',
    departmentId: departments()[department]?.id ?? '',
    topic: '公司注册',
  })
const tell = (
  ticketId: string,
  type: string,
  facts: Record<string, unknown>,
  more: { subject?: string; set?: { departmentId: string } } = {},
) =>
  test.db.write(async (tx) => {
    if (more.set) await patchTicket(tx, ticketId, more.set, test.clock.now())
    const row = await loadTicketRow(tx, ticketId)
    await tellTicket(
      tx,
      row,
      type,
      system,
      test.clock.now(),
      facts,
      more.subject ? { subject: more.subject } : {},
    )
  })
const dashboard = async (query = '', cookie = supervisor.cookie): Promise<DashboardView> => {
  const { status, body } = await test.request('GET', `/dashboard${query}`, { cookie })
  expect(status).toBe(200)
  return body
}
const list = async (query: string, cookie = supervisor.cookie) => {
  const { status, body } = await test.request('GET', `/dashboard/tickets?${query}`, { cookie })
  expect(status).toBe(200)
  return body
}
/** Every page of a list. */
const listAll = async (query: string) => {
  const items: { id: string; ticket: { id: string; status: string } | null }[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof list>> = await list(
      `${query}&limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return items
}
const kept = () =>
  test.db.read(async (tx) => ({
    rollups: (await tx.select().from(rollups)).map((row) => JSON.stringify(row)).sort(),
    entries: await tx.select().from(rollupEntries).orderBy(asc(rollupEntries.id)),
  }))

const command = (ticketId: string, wanted: TicketCommand) =>
  test.db.write(async (tx) => {
    const ticket = await loadTicketRow(tx, ticketId)
    if (ticketTransitions[ticket.status][wanted] === undefined) return
    const details = wanted === 'hold' ? { holdUntil: test.clock.now() + 9e9 } : {}
    await changeTicketState(tx, test.deps, system, ticketId, wanted, details)
  })

const commands: TicketCommand[] = [
  'wait_citizen',
  'hold',
  'resume',
  'resolve',
  'close',
  'reopen',
  'merge',
  'unmerge',
]
const step = fc.record({
  what: fc.constantFrom(
    'open',
    'command',
    'move',
    'assign',
    'rate',
    'urge',
    'apply',
    'answer',
    'clock',
    'leave',
  ),
  pick: fc.nat(30),
  n: fc.nat(100),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const clockKinds = ['first_response', 'next_response', 'resolution']
const doStep = async (ids: string[], { what, pick, n }: Step): Promise<void> => {
  if (what === 'open' || ids.length === 0) {
    ids.push((await open(n % 3, pick % 2)).id)
    return
  }
  const id = ids[pick % ids.length] ?? ''
  if (what === 'command') await command(id, commands[n % commands.length] ?? 'resolve')
  else if (what === 'assign') await test.db.write((tx) => assignTicket(tx, test.deps, system, id, helper.id))
  else if (what === 'move') {
    const to = departments()[n % 3]?.id ?? ''
    await tell(id, 'ticket.moved', { toDepartmentId: to }, { set: { departmentId: to } })
  } else if (what === 'rate') await tell(id, 'ticket.rated', { stars: (n % 5) + 1 })
  else if (what === 'urge') await tell(id, 'ticket.urged', { count: 1 })
  else if (what === 'apply')
    await tell(id, 'ticket.application_recorded', { result: ['accepted', 'returned', null][n % 3] })
  else if (what === 'answer')
    await tell(id, 'consultation.accepted', { waitedSeconds: n }, { subject: `con_${id}` })
  else if (what === 'leave')
    await tell(id, 'consultation.left', { waitedSeconds: n }, { subject: `con_${id}_${n}` })
  else
    await test.db.write((tx) =>
      writeEvent(tx, {
        type: 'sla.settled',
        subject: id,
        at: test.clock.now(),
        actor: system,
        audience: [],
        facts: {
          kind: clockKinds[n % 3],
          round: n % 2,
          outcome: ['met', 'breached', 'running'][pick % 3],
          settledAt: test.clock.now(),
        },
      }),
    )
}

describe('figures and what they open to', () => {
  it('agree for random histories, and counting anew gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
        const ids: string[] = []
        for (const [at, each] of steps.entries()) {
          await doStep(ids, each)
          test.clock.advance(each.n * 400)
          if (at % 7 === 0) await test.project()
        }
        await test.project()
        // Weeks have passed: the session before has run out.
        supervisor = await addAgent(test, city, ['supervisor'])
        const before = await kept()
        for (const query of [
          '?period=30',
          `?period=7&departmentId=${county.id}`,
          `?period=30&siteId=${sites[1]?.id}`,
        ]) {
          const view = await dashboard(query)
          const scope = query.replace(/^\?period=[0-9]+&?/, '')
          for (const figure of countedFigures) {
            const days = figure === 'unresolved' ? '' : `&from=${view.from}&to=${view.to}`
            const items = await listAll(`figure=${figure}${days}&${scope}`)
            expect([figure, items.length]).toEqual([figure, view.counts[figure]])
            if (figure === 'unresolved')
              expect(items.every((item) => item.ticket && isUnresolved(item.ticket.status as 'new'))).toBe(
                true,
              )
          }
        }
        await rebuildFigures(test.deps)
        expect(await kept()).toEqual(before)
        const rows = await test.db.read((tx) => tx.select().from(tickets))
        const { counts } = await dashboard('?period=30')
        expect(counts.unresolved).toBe(rows.filter((row) => isUnresolved(row.status)).length)
      }),
      { numRuns: dialect === 'pg' ? 1 : 4 },
    )
  })

  it('counts a ticket for every department above, and only there', async () => {
    await open(2)
    await open(1)
    await open(0, 1)
    await test.project()
    expect((await dashboard()).counts.created).toBe(3)
    expect((await dashboard(`?departmentId=${county.id}`)).counts.created).toBe(2)
    expect((await dashboard(`?departmentId=${town.id}`)).counts.created).toBe(1)
    expect((await dashboard(`?siteId=${sites[1]?.id}`)).counts.created).toBe(1)
  })

  it('shows nobody what lies outside their branch', async () => {
    const elsewhere = await addAgent(test, town, ['supervisor'])
    await open(0)
    const { id } = await open(2)
    await test.project()
    expect((await dashboard('', elsewhere.cookie)).counts.created).toBe(1)
    const refused = await test.request('GET', `/dashboard?departmentId=${city.id}`, {
      cookie: elsewhere.cookie,
    })
    expect(refused.status).toBe(404)
    await tell(id, 'ticket.moved', { toDepartmentId: city.id }, { set: { departmentId: city.id } })
    await test.project()
    const moved = await list('figure=created', elsewhere.cookie)
    expect(moved).toMatchObject({ count: 1, items: [{ ticket: null }] })
    expect((await dashboard('', elsewhere.cookie)).counts.unresolved).toBe(0)
  })

  it('takes along what was counted when a department moves in the tree', async () => {
    const admin = await addAgent(test, city, ['admin'])
    const other = await addDepartment(test, '区', city)
    await open(2)
    await test.project()
    await test.request('PATCH', `/departments/${town.id}`, {
      cookie: admin.cookie,
      body: { parentId: other.id },
    })
    const of = async (id: string) => (await dashboard(`?departmentId=${id}`)).counts.unresolved
    expect([await of(county.id), await of(other.id), await of(city.id)]).toEqual([0, 1, 1])
    const before = await kept()
    await rebuildFigures(test.deps)
    expect(await kept()).toEqual(before)
  })

  it('says how fast was answered, in shares and seconds', async () => {
    const { id } = await open(1)
    for (const [at, waitedSeconds] of [10, 40, 90, 20].entries())
      await tell(id, 'consultation.accepted', { waitedSeconds }, { subject: `con_${at}` })
    await tell(id, 'consultation.left', { waitedSeconds: 200 }, { subject: 'con_left' })
    await test.project()
    const { figures, counts } = await dashboard()
    const value = (key: string) => figures.find((each) => each.key === key)?.value
    expect(value('answeredWithin20')).toBe(0.5)
    expect(value('answeredWithin60')).toBe(0.75)
    expect(value('meanWait')).toBe(40)
    expect(value('abandonRate')).toBe(0.2)
    expect(counts['answered_20s' satisfies CountedFigure]).toBe(2)
  })

  it('gives what a department holds itself a row beside those below it, and opens both', async () => {
    // One clock of the city's own, two of the county, one of its town; of these one and one missed.
    const settled = async (department: number, outcome: 'met' | 'breached') => {
      const { id } = await open(department)
      await test.db.write((tx) =>
        writeEvent(tx, {
          type: 'sla.settled',
          subject: id,
          at: test.clock.now(),
          actor: system,
          audience: [],
          facts: { kind: 'resolution', round: 0, outcome, settledAt: test.clock.now() },
        }),
      )
      return id
    }
    const own = await settled(0, 'breached')
    await settled(1, 'met')
    await settled(1, 'met')
    const below = await settled(2, 'breached')
    await test.project()
    const { sla, from, to } = await dashboard()
    expect(sla.departments).toEqual([
      { id: city.id, name: '市', met: 0, breached: 1, isDirect: true },
      { id: county.id, name: '县', met: 2, breached: 1, isDirect: false },
    ])
    const ended = `figure=slaEnded&from=${from}&to=${to}`
    const idsOf = async (query: string) => (await listAll(`${ended}&${query}`)).map((item) => item.ticket?.id)
    expect(await idsOf(`departmentId=${city.id}&direct=true`)).toEqual([own])
    expect(await idsOf(`departmentId=${county.id}`)).toHaveLength(3)
    expect(await idsOf(`departmentId=${county.id}&direct=true`)).toHaveLength(2)
    const { sla: county_ } = await dashboard(`?departmentId=${county.id}`)
    expect(county_.departments).toMatchObject([
      { id: county.id, met: 2, breached: 0, isDirect: true },
      { id: town.id, met: 0, breached: 1, isDirect: false },
    ])
    expect((await dashboard(`?departmentId=${town.id}`)).sla.departments).toMatchObject([
      { id: town.id, met: 0, breached: 1, isDirect: false },
    ])
    expect(await idsOf(`departmentId=${town.id}`)).toEqual([below])
  })

  it('opens the calls that are on', async () => {
    await test.request('PUT', '/presence', { cookie: helper.cookie, body: { availability: 'available' } })
    const visitor = await addVisitor(test, 'west')
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'video', topic: '过户' },
    })
    const { id, ticketNumber } = started.body.state.consultation
    expect((await list('figure=waiting')).count).toBe(1)
    await test.request('POST', `/consultations/${id}/accept`, {
      cookie: helper.cookie,
      body: { tab: 'tab-123456' },
    })
    expect((await dashboard()).live).toMatchObject({ waiting: 0, callsOn: 1 })
    expect(await list('figure=callsOn')).toMatchObject({
      count: 1,
      items: [{ ticket: { number: ticketNumber } }],
    })
    expect((await list(`figure=callsOn&siteId=${sites[0]?.id}`)).count).toBe(0)
  })

  it('lists what falls due within the hour, soonest first', async () => {
    const now = test.clock.now()
    const due = async (minutes: number) => {
      const { id } = await open(1)
      await test.db.write((tx) =>
        patchTicket(tx, id, { slaState: 'running', nextDueAt: now + minutes * 60_000 }, now),
      )
      return id
    }
    const [late, soon] = [await due(50), await due(5)]
    await due(70)
    const view = await dashboard()
    expect(view.live.atRisk).toBe(2)
    expect(view.live.risks.map((risk) => risk.ticketId)).toEqual([soon, late])
    expect((await list('figure=atRisk')).count).toBe(2)
  })
})
