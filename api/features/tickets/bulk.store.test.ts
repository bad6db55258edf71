import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type { BoardState, BulkRun, SavedView, TicketListPage } from '../../../contract/ticket-list.schema'
import { agents, bulkRuns, tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'

type Who = { id: string; name: string; cookie: string }
let test: TestApp
let city: { id: string; path: string }
let county: { id: string }
let site: { id: string }
let chief: Who
let agent: Who
let stranger: Who

beforeAll(async () => {
  test = await createTestApp()
  const top = await addDepartment(test, '市')
  city = top
  const below = await addDepartment(test, '县', top)
  county = below
  site = await addSite(test, below, 'county')
  chief = await addAgent(test, top, ['supervisor'], '主任')
  agent = await addAgent(test, below, ['agent'], '坐席')
  stranger = await addAgent(test, await addDepartment(test, '邻县', top), ['supervisor'], '外人')
})
afterAll(() => test.close())

const call = async <T>(who: Who, method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await test.request(method, path, {
    cookie: who.cookie,
    ...(body === undefined ? {} : { body }),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body as T
}
const open = async (topic: string, more: Record<string, unknown> = {}): Promise<string> => {
  const made = await call<{ ticket: { id: string } }>(agent, 'POST', '/tickets', {
    siteId: site.id,
    topic,
    ...more,
  })
  return made.ticket.id
}
const view = async (id: string) =>
  (await call<{ ticket: Record<string, unknown> }>(chief, 'GET', `/tickets/${id}`)).ticket

describe('many tickets at once', () => {
  it('are changed each by itself; one undo puts back what nobody has changed since', async () => {
    const ids = [await open('一'), await open('二'), await open('三')]
    const done = await call<BulkRun>(chief, 'POST', '/tickets/bulk', {
      ids: [...ids, 'tkt_00000000000000000000'],
      change: { assigneeId: agent.id, priority: 'high', addTags: ['急'], command: 'wait_citizen' },
    })
    expect(done.changed).toBe(3)
    expect(done.results.map((each) => [each.outcome, each.code])).toEqual([
      ['changed', null],
      ['changed', null],
      ['changed', null],
      ['refused', 'tickets.not_found'],
    ])
    for (const id of ids)
      expect(await view(id)).toMatchObject({
        priority: 'high',
        assignee: { id: agent.id },
        status: 'waiting_citizen',
        tags: [{ name: '急' }],
      })
    await call(chief, 'PATCH', `/tickets/${ids[0]}`, { priority: 'urgent' })
    const undone = await call<UndoAnswer>(chief, 'POST', `/operations/${done.operationId}/undo`, {})
    expect(undone.skipped.map((each) => [each.ticketId, each.field])).toContainEqual([ids[0], 'priority'])
    expect(await view(ids[0] as string)).toMatchObject({ priority: 'urgent', assignee: null, tags: [] })
    expect(await view(ids[1] as string)).toMatchObject({ priority: 'normal', assignee: null, tags: [] })
    const again = await test.request('POST', `/operations/${done.operationId}/undo`, {
      cookie: chief.cookie,
      body: {},
    })
    expect([again.status, again.body.code]).toEqual([409, 'operations.undone'])
  })

  it('moved and moved back, keep who answered for them all along, and no longer whoever got them since', async () => {
    const [kept, given] = [await open('一'), await open('二')]
    for (const id of [kept, given]) await call(chief, 'POST', `/tickets/${id}/assign`, { agentId: chief.id })
    const done = await call<BulkRun>(chief, 'POST', '/tickets/bulk', {
      ids: [kept, given],
      change: { departmentId: city.id },
    })
    expect(done.changed).toBe(2)
    expect(await view(kept)).toMatchObject({ assignee: { id: chief.id }, departmentId: city.id })
    const other = await addAgent(test, city, ['agent'], '市级坐席')
    await call(chief, 'POST', `/tickets/${given}/assign`, { agentId: other.id })
    const undone = await call<UndoAnswer>(chief, 'POST', `/operations/${done.operationId}/undo`, {})
    expect(undone.skipped).toEqual([])
    expect(await view(kept)).toMatchObject({ assignee: { id: chief.id }, departmentId: county.id })
    expect(await view(given)).toMatchObject({ assignee: null, departmentId: county.id })
  })

  it('are not put back where the same status was reached anew', async () => {
    const ids = [await open('四')]
    const done = await call<BulkRun>(chief, 'POST', '/tickets/bulk', {
      ids,
      change: { command: 'resolve' },
    })
    test.clock.advance(60)
    await call(agent, 'POST', `/tickets/${ids[0]}/status`, { command: 'reopen' })
    test.clock.advance(60)
    await call(agent, 'POST', `/tickets/${ids[0]}/status`, { command: 'resolve' })
    const undone = await call<UndoAnswer>(chief, 'POST', `/operations/${done.operationId}/undo`, {})
    expect(undone.restored).toBe(0)
    expect(undone.skipped.map((each) => each.field).sort()).toEqual(['resolvedAt', 'status'])
    expect(await view(ids[0] as string)).toMatchObject({ status: 'resolved' })
  })

  it('happen once for one Idempotency-Key, and the repeat names the same operation', async () => {
    const ids = [await open('五'), await open('六')]
    const send = () =>
      test.request('POST', '/tickets/bulk', {
        cookie: chief.cookie,
        body: { ids, change: { priority: 'high' } },
        headers: { 'idempotency-key': 'bulk-1' },
      })
    const first = await send()
    expect(first.body).toMatchObject({ changed: 2, operationId: expect.stringMatching(/^opn_/) })
    expect((await send()).body).toEqual(first.body)
    const other = await test.request('POST', '/tickets/bulk', {
      cookie: chief.cookie,
      body: { ids, change: { priority: 'low' } },
      headers: { 'idempotency-key': 'bulk-1' },
    })
    expect([other.status, other.body.code]).toEqual([422, 'request.idempotency_mismatch'])
  })

  it('are refused to whoever cannot reach them or may not manage them', async () => {
    const id = await open('外')
    const far = await call<BulkRun>(stranger, 'POST', '/tickets/bulk', {
      ids: [id],
      change: { priority: 'low' },
    })
    expect(far).toMatchObject({ changed: 0, refused: 1, results: [{ code: 'tickets.not_found' }] })
    const plain = await test.request('POST', '/tickets/bulk', {
      cookie: agent.cookie,
      body: { ids: [id], change: { priority: 'low' } },
    })
    expect(plain.status).toBe(403)
  })
})

describe('a change to all that a filter finds', () => {
  const status = 'new,open,waiting_citizen'
  const fill = async (name: string, count: number) => {
    const own = await addDepartment(test, name, city)
    const place = await addSite(test, own, name)
    await test.db.write(async (tx) => {
      for (let at = 0; at < count; at++)
        await tx.insert(tickets).values({
          id: newId('tkt'),
          number: `20261101-${name}-${at}`,
          siteId: place.id,
          departmentId: own.id,
          status: 'new',
          topic: `事项 ${at}`,
          createdAt: test.clock.now() + at,
          updatedAt: test.clock.now() + at,
        })
    })
    return own
  }
  const settle = async (operationId: string | null, state: string) => {
    await test.sweep()
    return eventually(async () => {
      const run = await call<BulkRun>(chief, 'GET', `/operations/${operationId}`)
      expect(run.status).toBe(state)
      return run
    })
  }

  it('says beforehand how many, goes on after the answer, and is undone in one go', async () => {
    const own = await fill('x', 12)
    const filter = { department: own.id, status }
    const query = new URLSearchParams(filter).toString()
    expect(await call(chief, 'GET', `/tickets/matching?${query}`)).toEqual({ count: 12, isMore: false })
    const body = { filter, change: { priority: 'urgent', command: 'close' } }
    const started = await call<BulkRun>(chief, 'POST', '/tickets/bulk', body)
    expect(started).toMatchObject({ status: 'finding', total: null, changed: 0 })
    expect(await settle(started.operationId, 'done')).toMatchObject({ total: 12, changed: 12, refused: 0 })
    const found = await call<TicketListPage>(chief, 'GET', `/tickets?department=${own.id}&status=closed`)
    expect(found.items.every((each) => each.priority === 'urgent')).toBe(true)
    const undone = await call<UndoAnswer>(chief, 'POST', `/operations/${started.operationId}/undo`, {})
    expect(undone).toMatchObject({ left: 0, skipped: [] })
    expect(await settle(started.operationId, 'undone')).toMatchObject({ putBack: 12, skipped: [] })
    expect(await call(chief, 'GET', `/tickets/matching?${query}&priority=normal`)).toMatchObject({
      count: 12,
    })
  })

  it('can be stopped: what is changed by then is undone, the rest was never touched', async () => {
    const own = await fill('y', 6)
    const body = { filter: { department: own.id }, change: { priority: 'high' } }
    const { operationId } = await call<BulkRun>(chief, 'POST', '/tickets/bulk', body)
    const early = await test.request('POST', `/operations/${operationId}/undo`, { cookie: chief.cookie })
    expect([early.status, early.body.code]).toEqual([409, 'operations.wrong_state'])
    expect(await call(chief, 'POST', `/operations/${operationId}/cancel`)).toMatchObject({
      status: 'cancelled',
    })
    await settle(operationId, 'cancelled')
    const high = `/tickets/matching?department=${own.id}&priority=high`
    expect(await call(chief, 'GET', high)).toMatchObject({ count: 0 })
    const again = await test.request('POST', `/operations/${operationId}/cancel`, { cookie: chief.cookie })
    expect([again.status, again.body.code]).toEqual([409, 'operations.wrong_state'])
    expect(
      (await test.request('GET', `/operations/${operationId}`, { cookie: stranger.cookie })).status,
    ).toBe(404)
  })

  it('stops where its owner lost the right meanwhile', async () => {
    const own = await fill('z', 5)
    const leaver = await addAgent(test, city, ['supervisor'], '调离')
    const body = { filter: { department: own.id }, change: { priority: 'high' } }
    const { operationId } = await call<BulkRun>(leaver, 'POST', '/tickets/bulk', body)
    await test.db.write((tx) =>
      tx
        .update(agents)
        .set({ roles: ['agent'] })
        .where(eq(agents.id, leaver.id))
        .then(() => undefined),
    )
    await test.sweep()
    await eventually(async () => {
      const [run] = await test.db.read((tx) =>
        tx.select().from(bulkRuns).where(eq(bulkRuns.operationId, operationId)),
      )
      expect(run?.status).toBe('cancelled')
    })
    const high = `/tickets/matching?department=${own.id}&priority=high`
    expect(await call(chief, 'GET', high)).toMatchObject({ count: 0 })
  })

  it('asked for twice with the same key, is one', async () => {
    const [first, second] = [await open('键一'), await open('键二')]
    const ask = (ids: string[]) =>
      test.request('POST', '/tickets/bulk', {
        cookie: chief.cookie,
        headers: { 'idempotency-key': 'k-1' },
        body: { ids, change: { addTags: ['一次'] } },
      })
    const answers = await Promise.all([ask([first, second]), ask([first, second])])
    expect(answers[0]?.body.operationId).toBe(answers[1]?.body.operationId)
    await call(chief, 'PUT', `/tickets/${first}/tags`, { tags: [] })
    const third = await ask([first, second])
    expect(third.body).toMatchObject({
      operationId: answers[0]?.body.operationId,
      changed: 2,
      status: 'done',
    })
    expect(await view(first)).toMatchObject({ tags: [] })
    expect((await ask([first])).body.code).toBe('request.idempotency_mismatch')
  })
})

describe('saved lists', () => {
  it('are the own ones and those shared with a department above', async () => {
    const filter = { status: 'new,open', assignee: 'me' }
    const mine = await call<SavedView>(agent, 'POST', '/ticket-views', { name: '我的待办', filter })
    test.clock.advance(1)
    const shared = await call<SavedView>(chief, 'POST', '/ticket-views', {
      name: '全市投诉',
      filter: { complaint: 'true' },
      departmentId: city.id,
    })
    const seen = await call<{ items: SavedView[] }>(agent, 'GET', '/ticket-views')
    expect(seen.items.map((each) => [each.name, each.isMine, each.department?.name ?? null])).toEqual([
      ['我的待办', true, null],
      ['全市投诉', false, '市'],
    ])
    const refused = await test.request('POST', '/ticket-views', {
      cookie: agent.cookie,
      body: { name: '共享', filter, departmentId: county.id },
    })
    expect(refused.status).toBe(403)
    const foreign = await test.request('DELETE', `/ticket-views/${shared.id}`, { cookie: agent.cookie })
    expect(foreign.body.code).toBe('views.not_found')
    const renamed = await call<SavedView>(agent, 'PATCH', `/ticket-views/${mine.id}`, { name: '今天' })
    expect(renamed).toMatchObject({ name: '今天', filter })
    await call(agent, 'DELETE', `/ticket-views/${mine.id}`)
    expect((await call<{ items: SavedView[] }>(agent, 'GET', '/ticket-views')).items).toHaveLength(1)
  })
})

describe('search', () => {
  it('finds words in Chinese and English within reach, marks them, and keeps filters', async () => {
    const id = await open('办理社会保险卡补换', {
      contactName: '李建国',
      description: 'Passport lost at the airport',
    })
    await call(agent, 'POST', `/tickets/${id}/replies`, { kind: 'reply', body: '请携带户口簿原件' })
    await test.index()
    const find = (who: Who, q: string, more = '') =>
      call<TicketListPage>(who, 'GET', `/tickets?q=${encodeURIComponent(q)}${more}`)
    for (const q of ['社會保險', '李建国', 'passport', '户口簿']) {
      const found = await find(agent, q)
      expect(
        found.items.map((each) => each.id),
        q,
      ).toContain(id)
      const match = found.matches.find((each) => each.id === id)
      expect(
        [...(match?.topic ?? []), ...(match?.snippet ?? [])].some((each) => each.isMatch),
        q,
      ).toBe(true)
      expect((await find(stranger, q)).items, q).toEqual([])
    }
    expect((await find(agent, '社会保险', '&status=resolved')).items).toEqual([])
    expect((await find(chief, '社会保险', '&status=new,open')).items.map((each) => each.id)).toContain(id)
  })

  it('finds the same on the board, in the columns of the status', async () => {
    const waiting = await open('残疾人证换领')
    const fresh = await open('残疾人证补办')
    await call(agent, 'POST', `/tickets/${waiting}/status`, { command: 'wait_citizen' })
    await test.index()
    const board = async (who: Who, more = '') =>
      Object.fromEntries(
        (
          await call<BoardState>(who, 'GET', `/tickets/board?q=${encodeURIComponent('残疾人证')}${more}`)
        ).columns.map((column) => [column.status, column.items.map((item) => item.id)]),
      )
    expect(await board(agent)).toMatchObject({ new: [fresh], waiting_citizen: [waiting], resolved: [] })
    expect(await board(agent, '&status=waiting_citizen')).toEqual({ waiting_citizen: [waiting] })
    expect((await board(stranger)).new).toEqual([])
  })

  it('says so while the engine is away', async () => {
    await test.deps.search.close()
    const { status, body } = await test.request('GET', '/tickets?q=社保', { cookie: agent.cookie })
    expect([status, body.code]).toEqual([503, 'search.unavailable'])
  })
})
