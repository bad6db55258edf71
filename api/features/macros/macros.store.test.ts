import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MacroApplied, MacroView, TicketMacros } from '../../../contract/macros.schema'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import { tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventsAfter } from '../events/events.store'

type Who = { id: string; name: string; cookie: string }
let test: TestApp
let site: { id: string; key: string }
let county: { id: string }
let other: { id: string }
let wang: Who
let li: Who
let head: Who
let admin: Who
let far: Who

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市政务服务中心')
  county = await addDepartment(test, '东县', city)
  const west = await addDepartment(test, '西县', city)
  other = await addDepartment(test, '窗口科', { ...county, path: `${city.path}${county.id}/` })
  site = await addSite(test, county, 'east', { name: '东县政务网' })
  wang = await addAgent(test, county, ['agent'], '王敏')
  li = await addAgent(test, county, ['agent'], '李强')
  head = await addAgent(test, county, ['supervisor'], '赵主任')
  admin = await addAgent(test, city, ['admin'], '管理员')
  far = await addAgent(test, west, ['agent'], '外人')
})
afterAll(() => test.close())

const call = (who: Who, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T = TicketChange>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (more: Record<string, unknown> = {}) =>
  (await done(call(wang, 'POST', '/tickets', { siteId: site.id, topic: '补办', ...more }))).ticket
const make = (who: Who, body: Record<string, unknown>) =>
  done<MacroView>(call(who, 'POST', '/macros', { reply: '', ...body }))
const namesFor = async (who: Who) =>
  (await done<{ items: MacroView[] }>(call(who, 'GET', '/macros'))).items.map((each) => each.name)

describe('whose macros', () => {
  it('are: own ones, and those shared with the department or above', async () => {
    await make(wang, { name: '我的', reply: '您好' })
    await make(head, { name: '全县', reply: '请稍候', departmentId: county.id })
    expect(await namesFor(wang)).toEqual(['我的', '全县'])
    expect(await namesFor(li)).toEqual(['全县'])
    expect(await namesFor(far)).toEqual([])
    const shared = (await done<{ items: MacroView[] }>(call(li, 'GET', '/macros'))).items[0]
    expect(shared).toMatchObject({ canEdit: false, department: { name: '东县' }, owner: { name: '赵主任' } })
    expect((await call(li, 'PATCH', `/macros/${shared?.id}`, { name: '改' })).status).toBe(403)
    expect((await call(far, 'PATCH', `/macros/${shared?.id}`, { name: '改' })).status).toBe(404)
    expect(
      (await call(li, 'POST', '/macros', { name: '一', reply: '一', departmentId: county.id })).status,
    ).toBe(403)
    expect(
      (await done<MacroView>(call(head, 'PATCH', `/macros/${shared?.id}`, { isActive: false }))).isActive,
    ).toBe(false)
    await done(call(head, 'DELETE', `/macros/${shared?.id}`))
    expect(await namesFor(li)).toEqual([])
  })

  it('are kept in the order they are put in', async () => {
    const made = []
    for (const name of ['一', '二', '三']) made.push(await make(li, { name, reply: name }))
    const [one, two, three] = made.map((each) => each.id)
    await done(call(li, 'PUT', '/macros/order', { ids: [three, one, two] }))
    expect(await namesFor(li)).toEqual(['三', '一', '二'])
    expect((await call(wang, 'PUT', '/macros/order', { ids: [one] })).body.code).toBe('macros.not_found')
  })

  it('are refused with every problem named', async () => {
    const { body } = await call(wang, 'POST', '/macros', {
      name: '坏的',
      reply: '{{contact.phone}}',
      steps: [
        { action: 'status', value: 'merge' },
        { action: 'priority', value: 'high' },
        { action: 'assign', value: newId('agt') },
      ],
    })
    expect(body.code).toBe('macros.invalid')
    expect(body.errors.map((each: { path: string }) => each.path)).toEqual([
      'body.reply',
      'body.steps.0',
      'body.steps.2',
    ])
    expect((await call(wang, 'POST', '/macros', { name: '空的', reply: '' })).body.code).toBe(
      'macros.invalid',
    )
  })
})

describe('people and departments in steps', () => {
  type Choices = { people: { id: string }[]; departments: { id: string }[] }

  it('are those on the own line, and are found without an administrator’s rights', async () => {
    const choices = await done<Choices>(call(wang, 'GET', '/macros/choices'))
    const ids = [...choices.people, ...choices.departments].map((each) => each.id)
    expect(ids).toEqual(expect.arrayContaining([wang.id, li.id, head.id, admin.id, county.id, other.id]))
    expect(ids).not.toContain(far.id)
    const refused = await call(wang, 'POST', '/macros', {
      name: '给外人',
      reply: '',
      steps: [{ action: 'assign', value: far.id }],
    })
    expect([refused.body.code, refused.body.errors[0].path]).toEqual(['macros.invalid', 'body.steps.0'])
  })

  it('stay where somebody above named them', async () => {
    const shared = await done<MacroView>(
      call(admin, 'POST', '/macros', {
        name: '转西县',
        reply: '',
        departmentId: county.id,
        steps: [{ action: 'assign', value: far.id }],
      }),
    )
    const renamed = await done<MacroView>(
      call(head, 'PATCH', `/macros/${shared.id}`, {
        name: '转给西县',
        steps: [
          ...shared.steps.map(({ action, value }) => ({ action, value })),
          { action: 'add_tag', value: '转' },
        ],
      }),
    )
    expect(renamed.steps.map((step) => step.label)).toEqual([far.name, '转'])
    // Naming is not giving: on a ticket of this county he is refused, with everything else undone.
    const ticket = await open()
    const answer = await call(wang, 'POST', `/tickets/${ticket.id}/macros/${shared.id}`, {})
    expect([answer.status, answer.body.code]).toEqual([404, 'agents.not_found'])
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${ticket.id}`))
    expect(page.ticket.tags).toEqual([])
    await done(call(head, 'DELETE', `/macros/${shared.id}`))
  })

  it('take the ticket: a chosen colleague in a chosen department', async () => {
    const macro = await make(wang, {
      name: '转窗口',
      steps: [
        { action: 'department', value: other.id },
        { action: 'assign', value: li.id },
      ],
    })
    expect(macro.steps.map((step) => step.label)).toEqual(['窗口科', '李强'])
    const ticket = await open()
    const answer = await done<MacroApplied>(
      call(wang, 'POST', `/tickets/${ticket.id}/macros/${macro.id}`, {}),
    )
    expect(answer.ticket).toMatchObject({ departmentId: other.id, assignee: { id: li.id } })
    await done(call(wang, 'DELETE', `/macros/${macro.id}`))
  })
})

describe('texts', () => {
  it('are filled in the language they are written in, and without what is not known', async () => {
    const texts = [
      ['en', 'Dear {{contact.name}}, {{agent.name}} answers {{item.name}} {{due}}.'],
      ['own', 'Dear {{contact.name|neighbour}}, {{ticket.topic}}, {{department.name}}'],
      ['zh', '{{contact.name}}，{{due}}答复{{item.name}}'],
    ] as const
    const made = []
    for (const [name, reply] of texts) made.push(await make(wang, { name, reply }))
    const ticket = await open()
    const { items } = await done<TicketMacros>(call(wang, 'GET', `/tickets/${ticket.id}/macros`))
    expect(made.map(({ id }) => items.find((each) => each.macro.id === id)?.text)).toEqual([
      'Dear Sir or Madam, 王敏 answers your matter as soon as possible.',
      'Dear neighbour, 补办, 东县',
      '市民朋友，尽快答复您的事项',
    ])
    await test.db.write((tx) =>
      tx
        .update(tickets)
        .set({ nextDueAt: Date.parse('2026-11-24T09:00:00Z') })
        .where(eq(tickets.id, ticket.id))
        .then(() => undefined),
    )
    const due = await done<TicketMacros>(call(wang, 'GET', `/tickets/${ticket.id}/macros`))
    const textOf = (name: string) => due.items.find((each) => each.macro.name === name)?.text
    // How day and time are joined changes with the version of the runtime.
    expect(textOf('en')).toMatch(/^Dear Sir or Madam, 王敏 answers your matter 24 November\W+(at )?17:00\.$/)
    expect(textOf('zh')).toMatch(/^市民朋友，11月24日\s?17:00答复您的事项$/)
    for (const { id } of made) await done(call(wang, 'DELETE', `/macros/${id}`))
  })
})

describe('applying', () => {
  it('sends the reply and takes all steps; one undo takes back the changes, not the reply', async () => {
    const ticket = await open({ contactName: '{{agent.name}}', contactPhone: '13800000000' })
    await done(call(wang, 'PUT', `/tickets/${ticket.id}/tags`, { tags: ['旧'] }))
    const macro = await make(wang, {
      name: '办结',
      reply: '{{contact.name}}您好，工单 {{ticket.number}} 由{{agent.name}}（{{site.name}}）{{due}}办理。',
      steps: [
        { action: 'department', value: other.id },
        { action: 'assign', value: 'me' },
        { action: 'priority', value: 'urgent' },
        { action: 'add_tag', value: '已办' },
        { action: 'remove_tag', value: '旧' },
        { action: 'status', value: 'wait_citizen' },
      ],
    })
    const { items } = await done<TicketMacros>(call(wang, 'GET', `/tickets/${ticket.id}/macros`))
    // A citizen's name is never read as a placeholder.
    const text = `{{agent.name}}您好，工单 ${ticket.number} 由王敏（东县政务网）尽快办理。`
    expect(items.find((each) => each.macro.id === macro.id)?.text).toBe(text)

    const answer = await done<MacroApplied>(
      call(wang, 'POST', `/tickets/${ticket.id}/macros/${macro.id}`, {}),
    )
    expect(answer.reply?.body).toBe(text)
    expect(answer.ticket).toMatchObject({
      status: 'waiting_citizen',
      priority: 'urgent',
      departmentId: other.id,
      assignee: { id: wang.id },
      tags: [{ name: '已办' }],
    })
    const events = (await test.db.read((tx) => eventsAfter(tx, 0, 100_000))).filter(
      (row) => row.ticketId === ticket.id,
    )
    expect(events.at(-1)).toMatchObject({
      type: 'ticket.macro_applied',
      facts: { name: '办结', operationId: answer.operation?.id },
    })

    const undone = await done<{ skipped: unknown[] }>(
      call(wang, 'POST', `/operations/${answer.operation?.id}/undo`),
    )
    expect(undone.skipped).toEqual([])
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${ticket.id}`))
    expect(page.ticket).toMatchObject({
      status: 'new',
      priority: 'normal',
      departmentId: county.id,
      assignee: null,
      tags: [{ name: '旧' }],
    })
    expect(page.replies.map((each) => each.body)).toEqual([text])
  })

  it('leaves what changed since, and names it', async () => {
    const ticket = await open()
    const macro = await make(wang, {
      name: '急件',
      steps: [
        { action: 'priority', value: 'high' },
        { action: 'status', value: 'hold:24' },
      ],
    })
    const { operation, ticket: held } = await done<MacroApplied>(
      call(wang, 'POST', `/tickets/${ticket.id}/macros/${macro.id}`, {}),
    )
    expect(held).toMatchObject({ status: 'on_hold', priority: 'high' })
    await done(call(wang, 'PATCH', `/tickets/${ticket.id}`, { priority: 'low' }))
    const { skipped } = await done<{ skipped: unknown[] }>(
      call(wang, 'POST', `/operations/${operation?.id}/undo`),
    )
    expect(skipped).toMatchObject([{ field: 'priority', reason: 'changed', number: ticket.number }])
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${ticket.id}`))
    expect(page.ticket).toMatchObject({ status: 'new', priority: 'low', holdUntil: null })
  })

  it('is all or nothing: an empty required field holds everything back', async () => {
    await done(call(admin, 'POST', '/ticket-fields', { label: '证件号', kind: 'text', isRequired: true }))
    const ticket = await open()
    const macro = await make(wang, {
      name: '直接办结',
      reply: '已办结',
      steps: [
        { action: 'priority', value: 'low' },
        { action: 'status', value: 'resolve' },
      ],
    })
    const refused = await call(wang, 'POST', `/tickets/${ticket.id}/macros/${macro.id}`, {})
    expect(refused.body).toMatchObject({ status: 422, code: 'tickets.fields_missing' })
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${ticket.id}`))
    expect(page.ticket).toMatchObject({ status: 'new', priority: 'normal' })
    expect(page.replies).toEqual([])
    expect((await call(far, 'POST', `/tickets/${ticket.id}/macros/${macro.id}`, {})).status).toBe(404)
  })
})
