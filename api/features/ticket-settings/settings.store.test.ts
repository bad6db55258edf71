import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExportView } from '../../../contract/exports.schema'
import type { MacroView } from '../../../contract/macros.schema'
import type { SavedView } from '../../../contract/ticket-list.schema'
import type { FieldSettings, StatusLabels, TagUse } from '../../../contract/ticket-settings.schema'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addServiceItem } from '../../testing/rows'

type Who = { id: string; cookie: string }
let test: TestApp
let site: { id: string; key: string }
let agent: Who
let head: Who
let admin: Who
let item: string
let city: { id: string; path: string }

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市政务服务中心')
  site = await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'], '王敏')
  head = await addAgent(test, city, ['supervisor'], '赵主任')
  admin = await addAgent(test, city, ['admin'], '管理员')
  item = await addServiceItem(test, city, '食品经营许可')
})
afterAll(() => test.close())

const call = (who: Who, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (more: Record<string, unknown> = {}) =>
  (await done<TicketChange>(call(agent, 'POST', '/tickets', { siteId: site.id, topic: '补办', ...more })))
    .ticket.id
const page = (id: string) => done<TicketDetail>(call(agent, 'GET', `/tickets/${id}`))

describe('fields', () => {
  it('are made, ordered, bound to an item and switched off, with their values kept', async () => {
    const make = (body: Record<string, unknown>) =>
      done<FieldSettings>(call(admin, 'POST', '/ticket-fields', body))
    await make({ label: '证件号', kind: 'text' })
    const choices = ['线上', ' 线上 ', '窗口']
    await make({ label: '渠道', labelEn: 'Channel', kind: 'choice', choices, serviceItemId: item })
    const { items, serviceItems: offered } = await make({ label: '金额', kind: 'number' })
    expect(offered).toEqual([{ id: item, name: '食品经营许可' }])
    expect(
      items.map((each) => [each.label, each.labelEn, each.choices, each.serviceItem?.name ?? null]),
    ).toEqual([
      ['证件号', '证件号', [], null],
      ['渠道', 'Channel', ['线上', '窗口'], '食品经营许可'],
      ['金额', '金额', [], null],
    ])
    const [one, two, three] = items.map((each) => each.id)
    await done(call(admin, 'PUT', '/ticket-fields/order', { ids: [three, one] }))
    const bound = await open({ serviceItemId: item })
    expect((await page(bound)).more.fields.map((each) => each.label)).toEqual(['金额', '渠道', '证件号'])
    expect((await page(await open())).more.fields.map((each) => each.label)).toEqual(['金额', '证件号'])
    await done(call(agent, 'PUT', `/tickets/${bound}/fields`, { values: [{ fieldId: two, value: '窗口' }] }))
    await done(call(admin, 'PATCH', `/ticket-fields/${two}`, { isActive: false }))
    expect((await page(bound)).more.fields.map((each) => each.label)).toEqual(['金额', '证件号'])
    await done(call(admin, 'PATCH', `/ticket-fields/${two}`, { isActive: true }))
    expect((await page(bound)).more.fields[1]).toMatchObject({ label: '渠道', value: '窗口' })
  })

  it('need two choices, known items and the permission', async () => {
    const post = (body: Record<string, unknown>, who = admin) => call(who, 'POST', '/ticket-fields', body)
    expect((await post({ label: '一', kind: 'choice', choices: ['一', '一'] })).body.code).toBe(
      'ticket_fields.invalid',
    )
    expect((await post({ label: '一', kind: 'text', serviceItemId: newId('itm') })).body.code).toBe(
      'service_items.not_found',
    )
    expect((await post({ label: '一', kind: 'text' }, head)).status).toBe(403)
    expect((await call(admin, 'PATCH', `/ticket-fields/${newId('fld')}`, {})).body.code).toBe(
      'ticket_fields.not_found',
    )
  })
})

describe('words for statuses', () => {
  it('are an administrator’s, and everybody reads them', async () => {
    const items = [
      { status: 'waiting_citizen', label: '等群众补件', labelEn: 'Waiting for papers' },
      { status: 'new', label: '待签收', labelEn: 'To be signed for' },
    ]
    await done(call(admin, 'PUT', '/tickets/labels', { items }))
    expect(await done<StatusLabels>(call(agent, 'GET', '/tickets/labels'))).toEqual({
      items: [items[1], items[0]],
    })
    const { bearer } = await addVisitor(test, site.key)
    expect((await test.request('GET', '/tickets/labels', { bearer })).body.items).toHaveLength(2)
    expect((await call(head, 'PUT', '/tickets/labels', { items })).status).toBe(403)
    await done(call(admin, 'PUT', '/tickets/labels', { items: [] }))
    expect(await done<StatusLabels>(call(agent, 'GET', '/tickets/labels'))).toEqual({ items: [] })
  })
})

describe('tags', () => {
  it('are renamed and merged; tickets, macros, views and waiting exports follow', async () => {
    const [one, both] = [await open(), await open()]
    await done(call(agent, 'PUT', `/tickets/${one}/tags`, { tags: ['加急'] }))
    await done(call(agent, 'PUT', `/tickets/${both}/tags`, { tags: ['加急', '紧急'] }))
    const steps = [{ action: 'add_tag', value: '加急' }]
    const macro = await done<MacroView>(call(agent, 'POST', '/macros', { name: '标记', reply: '', steps }))
    const uses = async () => (await done<{ items: TagUse[] }>(call(head, 'GET', '/tags/uses?q=急'))).items
    const [rush, urgent] = ['加急', '紧急'].map((name) => name)
    const idOf = async (name: string) => (await uses()).find((each) => each.name === name)?.id ?? ''
    const [rushId, urgentId] = [await idOf(rush ?? ''), await idOf(urgent ?? '')]
    expect((await call(head, 'PATCH', `/tags/${rushId}`, { name: '紧急' })).body.code).toBe('tags.name_taken')
    await done(call(head, 'PATCH', `/tags/${rushId}`, { name: '特急' }))
    expect((await page(one)).ticket.tags.map((each) => each.name)).toEqual(['特急'])
    const keep = (who: Who, name: string, tag: string, more = {}) =>
      done<SavedView>(call(who, 'POST', '/ticket-views', { name, filter: { tag, status: 'open' }, ...more }))
    const ownView = await keep(agent, '加急的', `${rushId},${urgentId}`)
    const shared = await keep(head, '全组加急', rushId, { departmentId: city.id })
    const other = await keep(agent, '不相干', urgentId)
    const file = await done<ExportView>(
      call(head, 'POST', '/exports', { filter: { tag: rushId }, format: 'csv', language: 'zh-CN' }),
    )
    const merged = await done<TagUse>(call(head, 'POST', `/tags/${rushId}/merge`, { intoId: urgentId }))
    expect(merged).toEqual({ id: urgentId, name: '紧急', ticketCount: 2 })
    expect((await page(both)).ticket.tags.map((each) => each.name)).toEqual(['紧急'])
    const own = (await done<{ items: MacroView[] }>(call(agent, 'GET', '/macros'))).items
    expect(own.find((each) => each.id === macro.id)?.steps[0]?.value).toBe('紧急')
    const views = (await done<{ items: SavedView[] }>(call(agent, 'GET', '/ticket-views'))).items
    expect(new Map(views.map((view) => [view.id, view.filter]))).toEqual(
      new Map([ownView, shared, other].map((view) => [view.id, { tag: urgentId, status: 'open' }])),
    )
    const files = (await done<{ items: ExportView[] }>(call(head, 'GET', '/exports'))).items
    expect(files.find((each) => each.id === file.id)?.filter).toEqual({ tag: urgentId })
    expect((await call(head, 'PATCH', `/tags/${rushId}`, { name: '一' })).body.code).toBe('tags.not_found')
    expect((await call(agent, 'PATCH', `/tags/${urgentId}`, { name: '一' })).status).toBe(403)
  })
})
