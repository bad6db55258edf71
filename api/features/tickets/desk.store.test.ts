import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import { ticketFields } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { rowsOutOfStep } from '../../testing/in-step'
import { addServiceItem } from '../../testing/rows'
import { eventsAfter } from '../events/events.store'

type Who = { id: string; name: string; cookie: string }
let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let site: { id: string; key: string }
let item: string
let wang: Who
let li: Who
let chief: Who
let stranger: Who
let auditor: Who

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市政务服务中心')
  county = await addDepartment(test, '东县', city)
  const west = await addDepartment(test, '西县', city)
  site = await addSite(test, county, 'east')
  wang = await addAgent(test, county, ['agent'], '王敏')
  li = await addAgent(test, county, ['agent'], '李强')
  chief = await addAgent(test, city, ['supervisor'], '赵主任')
  stranger = await addAgent(test, west, ['agent'], '外人')
  auditor = await addAgent(test, city, ['auditor'], '审计')
  item = await addServiceItem(test, county, '食品经营许可')
})
afterAll(() => test.close())

const call = (who: Who, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T = TicketChange>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (more: Record<string, unknown> = {}): Promise<string> =>
  (await done(call(wang, 'POST', '/tickets', { siteId: site.id, topic: '营业执照遗失', ...more }))).ticket.id
const detail = (id: string, who = wang) => done<TicketDetail>(call(who, 'GET', `/tickets/${id}`))
const eventsOf = async (id: string) =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 100_000))).filter((row) => row.ticketId === id)
const typesOf = async (id: string) => (await eventsOf(id)).map((row) => row.type)
const hoursOn = (hours: number) => new Date(test.clock.now() + hours * 3_600_000).toISOString()

describe('opening by hand', () => {
  it('makes a ticket with contact, item and owner', async () => {
    const given = {
      description: '老人来电',
      serviceItemId: item,
      contactName: '李华',
      contactPhone: '13800000000',
      priority: 'high',
      isComplaint: true,
      assignToMe: true,
    }
    const id = await open(given)
    const page = await detail(id)
    expect(page.ticket).toMatchObject({
      source: 'desk',
      status: 'new',
      priority: 'high',
      isComplaint: true,
      contactName: '李华',
      contactPhone: '13800000000',
      serviceItemName: '食品经营许可',
      assignee: { id: wang.id, name: '王敏' },
    })
    expect(page.more.description).toBe('老人来电')
    // The same person again: one contact, and each ticket names the other.
    const second = await open({ contactName: '李华', contactPhone: '13800000000' })
    const other = await detail(second)
    expect(other.more.contactId).toBe(page.more.contactId)
    expect(other.contactTickets.map((each) => each.id)).toEqual([id])
    expect(await typesOf(id)).toEqual(['ticket.created', 'ticket.assigned'])
  })

  it('is refused off the line, for unknown items and without the permission', async () => {
    const body = { siteId: site.id, topic: '一' }
    expect((await call(stranger, 'POST', '/tickets', body)).body.code).toBe('sites.not_found')
    expect((await call(auditor, 'POST', '/tickets', body)).status).toBe(403)
    const unknown = { ...body, serviceItemId: newId('itm') }
    expect((await call(wang, 'POST', '/tickets', unknown)).body.code).toBe('service_items.not_found')
  })
})

describe('every command', () => {
  it('answers 404 to agents who may not see the ticket, and 403 without the permission', async () => {
    const id = await open()
    const commands: [string, string, unknown][] = [
      ['PATCH', '', { topic: '二' }],
      ['POST', '/status', { command: 'resolve' }],
      ['POST', '/assign', { agentId: wang.id }],
      ['POST', '/department', { departmentId: county.id }],
      ['POST', '/participants', { add: [li.id] }],
      ['PUT', '/tags', { tags: ['一'] }],
      ['PUT', '/fields', { values: [{ fieldId: newId('fld'), value: '一' }] }],
      ['POST', '/replies', { kind: 'note', body: '一' }],
      ['PUT', '/draft', { kind: 'note', body: '一' }],
      ['POST', '/presence', { isTyping: false, kind: null }],
    ]
    for (const [method, path, body] of commands) {
      expect((await call(stranger, method, `/tickets/${id}${path}`, body)).body.code, path).toBe(
        'tickets.not_found',
      )
      expect((await call(auditor, method, `/tickets/${id}${path}`, body)).status, path).toBe(403)
    }
    expect(await typesOf(id)).toEqual(['ticket.created'])
    // Who is asked in may do it all, wherever they are.
    await done(call(chief, 'POST', `/tickets/${id}/participants`, { add: [li.id] }))
  })
})

describe('the tags', () => {
  it('stay in step with the ticket, whatever changes it', async () => {
    const id = await open()
    const commands: [Who, string, string, unknown][] = [
      [wang, 'PUT', '/tags', { tags: ['一', '二'] }],
      [wang, 'PATCH', '', { topic: '二', priority: 'urgent' }],
      [wang, 'POST', '/assign', { agentId: wang.id }],
      [wang, 'PUT', '/tags', { tags: ['二', '三'] }],
      [wang, 'POST', '/status', { command: 'resolve' }],
      [wang, 'POST', '/status', { command: 'reopen' }],
      [wang, 'POST', '/replies', { kind: 'reply', body: '一' }],
      [wang, 'POST', '/replies', { kind: 'note', body: '一' }],
      [wang, 'POST', '/department', { departmentId: city.id }],
      [chief, 'POST', '/assign', { agentId: chief.id }],
      [chief, 'POST', '/department', { departmentId: county.id }],
    ]
    for (const [who, method, path, body] of commands) {
      test.clock.advance(1)
      await done(call(who, method, `/tickets/${id}${path}`, body))
      expect(await rowsOutOfStep(test), `${method} ${path}`).toEqual([])
    }
    const listed = await done<{ items: { id: string }[] }>(
      call(wang, 'GET', `/tickets?tag=${(await detail(id)).ticket.tags.map((tag) => tag.id).join(',')}`),
    )
    expect(listed.items.map((each) => each.id)).toEqual([id])
  })
})

describe('the state', () => {
  const command = (id: string, body: unknown, who = wang) => call(who, 'POST', `/tickets/${id}/status`, body)

  it('comes back from hold by itself, once, and not after it was taken off', async () => {
    const id = await open()
    const holdUntil = hoursOn(2)
    await done(command(id, { command: 'hold', holdUntil }))
    expect((await detail(id)).ticket).toMatchObject({ status: 'on_hold', holdUntil })
    // The same again is no news; another time is.
    await done(command(id, { command: 'hold', holdUntil }))
    await done(command(id, { command: 'hold', holdUntil: hoursOn(3) }))
    test.clock.advance(2 * 3600)
    await test.sweep()
    expect((await detail(id)).ticket.status).toBe('on_hold')
    test.clock.advance(3600)
    await test.sweep()
    expect((await detail(id)).ticket).toMatchObject({ status: 'open', holdUntil: null })
    expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'ticket.resumed', actorKind: 'system' })
    expect((await typesOf(id)).filter((type) => type === 'ticket.held')).toHaveLength(2)

    await done(command(id, { command: 'hold', holdUntil: hoursOn(1) }))
    await done(command(id, { command: 'resume' }))
    const before = await typesOf(id)
    test.clock.advance(7200)
    await test.sweep()
    expect(await typesOf(id)).toEqual(before)
  })

  it('needs a time for hold and a department for waiting', async () => {
    const id = await open()
    for (const body of [
      { command: 'hold' },
      { command: 'hold', holdUntil: hoursOn(-1) },
      { command: 'hold', holdUntil: hoursOn(24 * 400) },
      { command: 'wait_department' },
    ])
      expect((await command(id, body)).body.code).toBe('tickets.details_missing')
    expect((await command(id, { command: 'hold', holdUntil: 'tomorrow' })).status).toBe(400)
    const { ticket, more } = await done(
      command(id, { command: 'wait_department', waitingDepartmentId: city.id }),
    )
    expect(ticket.status).toBe('waiting_department')
    expect(more.waitingDepartment).toEqual({ id: city.id, name: '市政务服务中心' })
    expect((await eventsOf(id)).at(-1)?.facts).toMatchObject({ waitingDepartmentName: '市政务服务中心' })
  })

  it('is refused where the table does not allow it, and audited where it does', async () => {
    const id = await open()
    await done(command(id, { command: 'close' }))
    expect((await command(id, { command: 'wait_citizen' })).status).toBe(409)
    expect((await command(id, { command: 'take' })).status).toBe(400)
    const log = (await call(auditor, 'GET', '/audit')).body.items as { action: string; thing: string }[]
    expect(log.filter((each) => each.thing === id).map((each) => each.action)).toContain(
      'tickets.status_changed',
    )
  })

  it('is not settled while a required field is empty', async () => {
    const fieldId = newId('fld')
    await test.db.write(async (tx) => {
      await tx.insert(ticketFields).values({
        id: fieldId,
        serviceItemId: item,
        label: '证件号',
        labelEn: 'Number',
        kind: 'text',
        choices: [],
        isRequired: true,
        isActive: true,
        position: 0,
        createdAt: test.clock.now(),
      })
    })
    const id = await open({ serviceItemId: item })
    const refused = await command(id, { command: 'resolve' })
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'tickets.fields_missing',
        errors: [{ path: `fields.${fieldId}`, message: '证件号' }],
      },
    })
    const withReply = { kind: 'reply', body: '办好了', thenStatus: { command: 'resolve' } }
    expect((await call(wang, 'POST', `/tickets/${id}/replies`, withReply)).status).toBe(422)
    // Refused whole: the reply was not sent either.
    expect(await typesOf(id)).toEqual(['ticket.created'])
    await done(call(wang, 'PUT', `/tickets/${id}/fields`, { values: [{ fieldId, value: ' A1 ' }] }))
    expect((await done(command(id, { command: 'resolve' }))).ticket.status).toBe('resolved')
    await test.db.write((tx) =>
      tx
        .update(ticketFields)
        .set({ isActive: false })
        .then(() => undefined),
    )
  })
})

describe('who answers for it, and where', () => {
  it('is given, taken back and told to both', async () => {
    const id = await open()
    await done(call(wang, 'POST', `/tickets/${id}/assign`, { agentId: li.id }))
    await done(call(wang, 'POST', `/tickets/${id}/assign`, { agentId: li.id }))
    const { ticket } = await done(call(wang, 'POST', `/tickets/${id}/assign`, { agentId: null }))
    expect(ticket.assignee).toBeNull()
    expect(await typesOf(id)).toEqual(['ticket.created', 'ticket.assigned', 'ticket.unassigned'])
    expect((await eventsOf(id)).at(-1)?.audience).toContain(`agent:${li.id}`)
    for (const agentId of [stranger.id, auditor.id, newId('agt')])
      expect((await call(wang, 'POST', `/tickets/${id}/assign`, { agentId })).body.code).toBe(
        'agents.not_found',
      )
  })

  it('moves along the line of its site; the mover goes on seeing it, the owner who does not belong is off', async () => {
    const id = await open({ assignToMe: true })
    const { ticket } = await done(call(wang, 'POST', `/tickets/${id}/department`, { departmentId: city.id }))
    expect(ticket).toMatchObject({
      departmentId: city.id,
      departmentName: '市政务服务中心',
      assignee: { id: wang.id },
    })
    const back = await done(call(chief, 'POST', `/tickets/${id}/department`, { departmentId: county.id }))
    expect(back.ticket.assignee?.id).toBe(wang.id)
    await done(call(chief, 'POST', `/tickets/${id}/assign`, { agentId: chief.id }))
    await done(call(chief, 'POST', `/tickets/${id}/department`, { departmentId: city.id }))
    const home = await done(call(wang, 'POST', `/tickets/${id}/department`, { departmentId: county.id }))
    expect(home.ticket.assignee).toBeNull()
    const west = (await call(chief, 'GET', '/departments')).body.items.find(
      (each: { name: string }) => each.name === '西县',
    )
    expect((await call(wang, 'POST', `/tickets/${id}/department`, { departmentId: west.id })).status).toBe(
      404,
    )
    const choices = await done<{ items: { name: string }[] }>(call(wang, 'GET', `/tickets/${id}/departments`))
    expect(choices.items.map((each) => each.name)).toEqual(['市政务服务中心', '东县'])
  })

  it('has participants, added and removed once, never without its owner', async () => {
    const id = await open({ assignToMe: true })
    await done(call(wang, 'POST', `/tickets/${id}/participants`, { add: [li.id, li.id] }))
    await done(call(wang, 'POST', `/tickets/${id}/participants`, { add: [li.id] }))
    const after = await done(call(wang, 'POST', `/tickets/${id}/participants`, { remove: [li.id] }))
    expect(after.more.participants.map((each) => each.name)).toEqual(['王敏'])
    expect((await typesOf(id)).slice(2)).toEqual(['ticket.participant_added', 'ticket.participant_removed'])
    expect((await call(wang, 'POST', `/tickets/${id}/participants`, { remove: [wang.id] })).status).toBe(409)
  })

  it('offers colleagues of the line, by name', async () => {
    const id = await open()
    const people = await done<{ items: { name: string }[] }>(call(wang, 'GET', `/tickets/${id}/people?q=李`))
    expect(people.items.map((each) => each.name)).toEqual(['李强'])
    const all = await done<{ items: { name: string }[] }>(call(wang, 'GET', `/tickets/${id}/people`))
    expect(all.items.map((each) => each.name)).not.toContain('外人')
    expect(all.items.map((each) => each.name)).not.toContain('审计')
  })
})

describe('what it says', () => {
  it('is edited with before and after, and what is as it was makes no news', async () => {
    const id = await open({ contactName: '李华' })
    const change = { topic: '补办执照', priority: 'urgent', serviceItemId: item, contactPhone: '13900000000' }
    const { ticket } = await done(call(wang, 'PATCH', `/tickets/${id}`, change))
    expect(ticket).toMatchObject({ topic: '补办执照', priority: 'urgent', contactPhone: '13900000000' })
    const count = (await eventsOf(id)).length
    await done(call(wang, 'PATCH', `/tickets/${id}`, change))
    expect(await eventsOf(id)).toHaveLength(count)
    expect((await eventsOf(id)).at(-1)?.facts.changes).toEqual([
      { field: 'topic', before: '营业执照遗失', after: '补办执照' },
      { field: 'priority', before: 'normal', after: 'urgent' },
      { field: 'serviceItemId', before: null, after: item, beforeName: null, afterName: '食品经营许可' },
      { field: 'contact', before: '李华', after: '李华 13900000000' },
    ])
  })

  it('records what became of the application, and takes it back', async () => {
    const id = await open()
    const application = { result: 'returned', reason: '缺少租赁合同' }
    const { ticket, more } = await done(call(wang, 'PATCH', `/tickets/${id}`, { application }))
    expect([ticket.applicationResult, more.applicationReason]).toEqual(['returned', '缺少租赁合同'])
    await done(call(wang, 'PATCH', `/tickets/${id}`, { application }))
    const cleared = await done(call(wang, 'PATCH', `/tickets/${id}`, { application: null }))
    expect(cleared.ticket.applicationResult).toBeNull()
    expect((await eventsOf(id)).slice(1).map((row) => row.facts)).toEqual([
      { result: 'returned', reason: '缺少租赁合同', before: null },
      { result: null, reason: null, before: 'returned' },
    ])
  })

  it('has exactly the tags that were set', async () => {
    const id = await open()
    await done(call(wang, 'PUT', `/tickets/${id}/tags`, { tags: ['加急', ' 老人 ', '加急'] }))
    const { ticket } = await done(call(wang, 'PUT', `/tickets/${id}/tags`, { tags: ['老人', '回访'] }))
    expect(ticket.tags.map((tag) => tag.name).sort()).toEqual(['回访', '老人'])
    expect((await eventsOf(id)).at(-1)?.facts).toEqual({ added: ['回访'], removed: ['加急'] })
    const found = await done<{ items: { name: string }[] }>(call(wang, 'GET', '/tags?q=加'))
    expect(found.items.map((each) => each.name)).toEqual(['加急'])
  })

  it('keeps each kind of field in its column and refuses what does not fit, all at once', async () => {
    const kinds = ['text', 'number', 'date', 'choice', 'yes_no'] as const
    const ids = kinds.map(() => newId('fld'))
    await test.db.write(async (tx) => {
      for (const [position, kind] of kinds.entries())
        await tx.insert(ticketFields).values({
          id: ids[position] ?? '',
          serviceItemId: null,
          label: kind,
          labelEn: kind,
          kind,
          choices: kind === 'choice' ? ['甲', '乙'] : [],
          isRequired: false,
          isActive: true,
          position,
          createdAt: test.clock.now(),
        })
    })
    const id = await open()
    const put = (values: unknown[]) =>
      call(wang, 'PUT', `/tickets/${id}/fields`, {
        values: values.map((value, index) => ({ fieldId: ids[index], value })),
      })
    const refused = await put(['  ', '3', '2026-02-30', '丙', 1])
    expect(refused.status).toBe(422)
    expect(refused.body.errors.map((each: { path: string }) => each.path)).toEqual(
      kinds.map((_, index) => `body.values.${index}`),
    )
    const { more } = await done(put(['文字', 3.5, '2026-02-28', '乙', false]))
    expect(more.fields.map((field) => field.value)).toEqual(['文字', 3.5, '2026-02-28', '乙', false])
    const cleared = await done(put([null, null]))
    expect(cleared.more.fields.map((field) => field.value)).toEqual([null, null, '2026-02-28', '乙', false])
    await test.db.write((tx) =>
      tx
        .update(ticketFields)
        .set({ isActive: false })
        .then(() => undefined),
    )
  })
})
