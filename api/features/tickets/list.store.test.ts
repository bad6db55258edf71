import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ListSort, listSorts } from '../../../contract/ticket-list.rules'
import { slaStates, ticketPriorities, ticketStatuses } from '../../../contract/tickets.rules'
import type { TicketView } from '../../../contract/tickets.schema'
import { tags, ticketParticipants, tickets, ticketTags } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addServiceItem } from '../../testing/rows'

type Who = { id: string; cookie: string; path: string }
type Row = typeof tickets.$inferInsert
let test: TestApp
let departments: { id: string; path: string }[]
let site: { id: string }
let people: Who[]
let tagIds: string[]
let itemIds: string[]
const rows: Row[] = []
const tagged = new Map<string, string[]>()
const broughtIn = new Map<string, { agentId: string; reason: 'served' | 'added' }[]>()

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const east = await addDepartment(test, '东县', city)
  const town = await addDepartment(test, '东镇', east)
  const west = await addDepartment(test, '西县', city)
  departments = [city, east, town, west]
  site = await addSite(test, city, 'city')
  people = []
  for (const department of [city, east, town, west])
    people.push({ ...(await addAgent(test, department, ['agent'])), path: department.path })
  tagIds = [newId('tag'), newId('tag')]
  itemIds = [await addServiceItem(test, city, '事项0'), await addServiceItem(test, city, '事项1')]
  await test.db.write(async (tx) => {
    for (const [at, id] of tagIds.entries())
      await tx.insert(tags).values({ id, name: `标签${at}`, createdAt: 0 })
    for (let at = 0; at < 160; at++) {
      const id = newId('tkt')
      const seed = at * 7919 + 13
      const row: Row = {
        id,
        number: `20261122-${String(at + 1).padStart(5, '0')}`,
        siteId: site.id,
        departmentId: pick(departments, seed >> 1).id,
        status: pick(ticketStatuses, seed >> 2),
        topic: `事项 ${at}`,
        // Few moments, so that many tickets share one.
        createdAt: 1_000_000 + ((seed >> 3) % 9) * 1000,
        updatedAt: 2_000_000 + ((seed >> 4) % 11) * 1000,
        priority: pick(ticketPriorities, seed >> 5),
        assigneeId: at % 3 === 0 ? null : pick(people, seed >> 1).id,
        slaState: pick(slaStates, seed >> 2),
        nextDueAt: at % 4 === 0 ? null : 3_000_000 + ((seed >> 3) % 7) * 1000,
        escalationLevel: at % 9 === 0 ? 1 + (at % 4) : 0,
        isComplaint: at % 5 === 0,
        serviceItemId: at % 5 < 2 ? null : pick(itemIds, at),
      }
      rows.push(row)
      await tx.insert(tickets).values(row)
      if (at % 6 === 0) {
        const own = at % 4 === 0 ? tagIds : [pick(tagIds, at / 6)]
        tagged.set(id, own)
        const { departmentId, updatedAt: ticketUpdatedAt } = row
        for (const tagId of own)
          await tx
            .insert(ticketTags)
            .values({ ticketId: id, tagId, createdAt: at, departmentId, ticketUpdatedAt })
      }
      if (at % 7 === 0) {
        const one = {
          agentId: pick(people, seed >> 3).id,
          reason: pick(['served', 'added'] as const, at / 7),
        }
        broughtIn.set(id, [one])
        await tx
          .insert(ticketParticipants)
          .values({ ticketId: id, ...one, createdAt: at, departmentId: row.departmentId })
      }
    }
  })
})
afterAll(() => test.close())

const pathOf = (id: string) => departments.find((each) => each.id === id)?.path ?? ''
const maySee = (who: Who, row: Row): boolean => {
  const path = pathOf(row.departmentId)
  const isOnLine = path.startsWith(who.path) || who.path.startsWith(path)
  const isBrought = (broughtIn.get(row.id) ?? []).some(
    (each) => each.agentId === who.id && (each.reason !== 'served' || isOnLine),
  )
  return path.startsWith(who.path) || row.assigneeId === who.id || isBrought
}

interface Ask {
  status?: string
  assignee?: string
  department?: string
  priority?: string
  sla?: string
  tag?: string
  serviceItem?: string
  escalated?: string
  complaint?: string
  createdFrom?: string
  updatedTo?: string
}
const within = (list: string | undefined, value: string | null | undefined) =>
  list === undefined || list.split(',').includes(value ?? '')
const fits = (who: Who, ask: Ask, sort: ListSort, row: Row): boolean =>
  maySee(who, row) &&
  within(ask.status, row.status) &&
  within(ask.priority, row.priority) &&
  within(ask.sla, row.slaState) &&
  (ask.assignee === undefined ||
    row.assigneeId === (ask.assignee === 'none' ? null : ask.assignee === 'me' ? who.id : ask.assignee)) &&
  (ask.department === undefined || pathOf(row.departmentId).startsWith(pathOf(ask.department))) &&
  (ask.tag === undefined || (tagged.get(row.id) ?? []).some((each) => ask.tag?.includes(each))) &&
  (ask.serviceItem === undefined || row.serviceItemId === ask.serviceItem) &&
  (ask.escalated === undefined || (row.escalationLevel ?? 0) > 0 === (ask.escalated === 'true')) &&
  (ask.complaint === undefined || row.isComplaint === (ask.complaint === 'true')) &&
  (ask.createdFrom === undefined || row.createdAt >= Date.parse(ask.createdFrom)) &&
  (ask.updatedTo === undefined || row.updatedAt < Date.parse(ask.updatedTo)) &&
  (sort !== 'due' || row.nextDueAt !== null)

const rank = (row: Row) => ticketPriorities.indexOf(row.priority ?? 'normal')
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const orders: Record<ListSort, (a: Row, b: Row) => number> = {
  updated: (a, b) => b.updatedAt - a.updatedAt || byText(b.id, a.id),
  created: (a, b) => b.createdAt - a.createdAt || byText(b.id, a.id),
  due: (a, b) => (a.nextDueAt ?? 0) - (b.nextDueAt ?? 0) || byText(a.id, b.id),
  priority: (a, b) => rank(b) - rank(a) || b.updatedAt - a.updatedAt || byText(b.id, a.id),
}

const pageThrough = async (
  who: Who,
  query: Record<string, string>,
  from: string | null = null,
): Promise<string[]> => {
  const ids: string[] = []
  let cursor = from
  do {
    const asked: URLSearchParams = new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) })
    const { status, body } = await test.request('GET', `/tickets?${asked}`, { cookie: who.cookie })
    expect(status, JSON.stringify(body)).toBe(200)
    ids.push(...body.items.map((item: TicketView) => item.id))
    cursor = body.nextCursor
  } while (cursor && ids.length < 1000)
  return ids
}

describe('lists of tickets', () => {
  it('paged through give what filtering every ticket gives, whoever asks for what in which order', async () => {
    const several = (values: readonly string[]) =>
      fc
        .option(fc.subarray([...values], { minLength: 1, maxLength: Math.min(3, values.length) }), {
          nil: undefined,
        })
        .map((list) => list?.join(','))
    const some = <T>(values: readonly T[]) =>
      fc.option(fc.constantFrom(...values), { nil: undefined, freq: 1 })
    const ask = fc.record({
      status: several(ticketStatuses),
      priority: several(ticketPriorities),
      sla: several(slaStates),
      assignee: some(['me', 'none', ...people.map((each) => each.id)]),
      department: some(departments.map((each) => each.id)),
      tag: several(tagIds),
      serviceItem: some(itemIds),
      escalated: some(['true', 'false']),
      complaint: some(['true', 'false']),
      createdFrom: some([new Date(1_004_000).toISOString()]),
      updatedTo: some([new Date(2_006_000).toISOString()]),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...people),
        // Most questions name little: all at once find nothing.
        ask.chain((all) =>
          fc.subarray(Object.entries(all), { maxLength: 3 }).map((few) => Object.fromEntries(few) as Ask),
        ),
        fc.constantFrom(...listSorts),
        fc.integer({ min: 1, max: 40 }),
        async (who, asked, sort, limit) => {
          const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
          const found = await pageThrough(who, { ...given, sort, limit: String(limit) })
          const expected = rows.filter((row) => fits(who, asked, sort, row)).sort(orders[sort])
          expect(found).toEqual(expected.map((row) => row.id))
        },
      ),
      { numRuns: 120 },
    )
  })

  it('count quick filters and fill the board with what may be seen, each column going on as a list', async () => {
    const isOpen = (row: Row) =>
      ['new', 'open', 'waiting_citizen', 'waiting_department', 'on_hold'].includes(row.status)
    for (const who of people) {
      const { body } = await test.request('GET', '/tickets/counts', { cookie: who.cookie })
      const mine = rows.filter((row) => row.assigneeId === who.id && isOpen(row))
      expect(body.quick).toContainEqual({ id: 'mine', count: mine.length, isMore: false })
      const asks: Record<string, string>[] = [
        {},
        { assignee: 'me' },
        { priority: 'high' },
        { tag: tagIds.join() },
        { department: departments[2]?.id ?? '' },
        { assignee: 'none', escalated: 'true' },
      ]
      for (const ask of asks) {
        const asked = new URLSearchParams(ask)
        const board = await test.request('GET', `/tickets/board?${asked}`, { cookie: who.cookie })
        for (const column of board.body.columns) {
          const own = { ...ask, status: column.status }
          const seen = rows.filter((row) => fits(who, own, 'updated', row)).sort(orders.updated)
          expect(column, JSON.stringify(own)).toMatchObject({ count: seen.length, isMore: false })
          const shown = column.items.map((each: TicketView) => each.id)
          expect(shown).toEqual(seen.slice(0, 12).map((row) => row.id))
          const rest = column.nextCursor
            ? await pageThrough(who, { ...own, limit: '5' }, column.nextCursor)
            : []
          expect([...shown, ...rest]).toEqual(seen.map((row) => row.id))
        }
      }
    }
  })

  it('are whole for somebody who has to do with more departments than are looked for one by one', async () => {
    const city = pick(departments, 0)
    const own = await addDepartment(test, '联络处', city)
    const who = await addAgent(test, own, ['agent'])
    const offices: { id: string; path: string }[] = []
    for (let at = 0; at < 42; at++) offices.push(await addDepartment(test, `分处${at}`, city))
    const expected: { id: string; updatedAt: number; status: string }[] = []
    await test.db.write(async (tx) => {
      for (const [at, { id: departmentId }] of [own, ...offices].entries())
        for (const isOwn of [true, false]) {
          const id = newId('tkt')
          const status = pick(['new', 'open'] as const, at)
          const row = {
            id,
            status,
            updatedAt: 5_000_000 + at * 2 + Number(isOwn),
            departmentId,
            siteId: site.id,
          }
          const number = `20261123-${String(at * 2 + Number(isOwn)).padStart(5, '0')}`
          await tx
            .insert(tickets)
            .values({ ...row, number, topic: '分处', createdAt: 1, assigneeId: isOwn ? who.id : null })
          await tx
            .insert(ticketParticipants)
            .values({ ticketId: id, agentId: who.id, departmentId, reason: 'added', createdAt: at })
          expected.push(row)
        }
    })
    expected.sort((a, b) => b.updatedAt - a.updatedAt)
    const asker = { ...who, path: own.path }
    expect(await pageThrough(asker, { limit: '20' })).toEqual(expected.map((each) => each.id))
    const { body } = await test.request('GET', '/tickets/board?status=new,open', { cookie: who.cookie })
    expect(body.columns.map((each: { count: number }) => each.count)).toEqual(
      ['new', 'open'].map((status) => expected.filter((each) => each.status === status).length),
    )
  })

  it('refuse cursors and values that are not ours', async () => {
    const [who] = people as [Who]
    for (const query of [
      'cursor=x',
      'cursor=9.1.tkt_0',
      'status=gone',
      'department=dep_1',
      'sort=size',
      'x=1',
    ]) {
      const { status, body } = await test.request('GET', `/tickets?${query}`, { cookie: who.cookie })
      expect([status, body.code], query).toEqual([400, 'request.invalid'])
    }
  })
})
