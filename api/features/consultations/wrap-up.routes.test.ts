import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TicketDetail } from '../../../contract/tickets.schema'
import { consultations, ticketFields, tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addServiceItem, retireItem } from '../../testing/rows'

type Person = Awaited<ReturnType<typeof addAgent>>
let test: TestApp
let city: Awaited<ReturnType<typeof addDepartment>>
let agent: Person
let licence: string
let number: string
let area: string
let consultation: { id: string; ticketNumber: string }

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市中心')
  await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'])
  licence = await addServiceItem(test, city, '许可')
  number = newId('fld')
  area = newId('fld')
  const at = test.clock.now()
  const field = { labelEn: 'x', choices: [], isActive: true, createdAt: at }
  await test.db.write(async (tx) => {
    await tx.insert(ticketFields).values([
      { ...field, id: number, label: '证件号', kind: 'text', isRequired: true, position: 1 },
      {
        ...field,
        id: area,
        label: '面积',
        kind: 'number',
        isRequired: true,
        position: 2,
        serviceItemId: licence,
      },
    ])
  })
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
  const visitor = await addVisitor(test, 'demo')
  const asked = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'chat', topic: '怎么办' },
  })
  consultation = asked.body.state.consultation
  await send('POST', '/accept', { tab: 'tab-123456' })
  await send('POST', '/end', {})
})
afterEach(() => test.close())

const send = (method: string, path: string, body?: unknown, as = agent) =>
  test.request(method, `/consultations/${consultation.id}${path}`, {
    cookie: as.cookie,
    ...(body === undefined ? {} : { body }),
  })
const finish = (more: object = {}) =>
  send('POST', '/wrap-up', { outcome: 'solved', topic: '怎么办', note: '说清楚了', ...more })
const ticket = async (): Promise<TicketDetail> =>
  (await test.request('GET', `/tickets/${consultation.ticketNumber}`, { cookie: agent.cookie })).body

describe('wrapping up as solved', () => {
  it('needs the required fields, as the ticket’s page does, and takes them along', async () => {
    await send('PUT', '/wrap-up', { note: '草稿' })
    const refused = await finish()
    expect(refused.body).toMatchObject({
      status: 422,
      code: 'tickets.fields_missing',
      errors: [{ path: `fields.${number}`, message: '证件号' }],
    })
    // Nothing is lost and nothing has happened.
    expect((await ticket()).ticket.status).toBe('open')
    const desk = await test.request('GET', '/desk', { cookie: agent.cookie })
    expect(desk.body.state.mine).toMatchObject([{ status: 'wrap_up', wrapUp: { note: '草稿' } }])

    const done = await finish({ fields: [{ fieldId: number, value: ' 1306-01 ' }] })
    expect(done.body).toMatchObject({ status: 'closed', wrapUp: { outcome: 'solved', note: '说清楚了' } })
    const after = await ticket()
    expect(after.ticket.status).toBe('resolved')
    expect(after.more.fields).toMatchObject([{ id: number, value: '1306-01' }])
    expect((await finish()).status).toBe(200)
  })

  it('asks for the fields of the item it turned out to be', async () => {
    const fieldsFor = async (query: string) =>
      (await send('GET', `/wrap-up/fields${query}`)).body.items.map((each: { id: string }) => each.id)
    expect(await fieldsFor('')).toEqual([number])
    expect(await fieldsFor(`?serviceItemId=${licence}`)).toEqual([number, area])
    const half = [{ fieldId: number, value: '1306-01' }]
    const refused = await finish({ serviceItemId: licence, fields: half })
    expect(refused.body.errors).toEqual([{ path: `fields.${area}`, message: '面积' }])
    const wrong = await finish({ serviceItemId: licence, fields: [{ fieldId: area, value: '很大' }] })
    expect([wrong.status, wrong.body.code]).toEqual([422, 'tickets.field_invalid'])
    // What was refused left nothing behind, not even the item.
    expect((await ticket()).ticket.serviceItemId).toBeNull()
    const all = [...half, { fieldId: area, value: 80 }]
    expect((await finish({ serviceItemId: licence, fields: all })).status).toBe(200)
    expect((await ticket()).ticket).toMatchObject({ status: 'resolved', serviceItemId: licence })
    expect(await fieldsFor('')).toEqual([])
  })

  it('is not asked of what stays open, and of nobody else', async () => {
    const other = await addAgent(test, await addDepartment(test, '别处'), ['agent'])
    expect((await send('GET', '/wrap-up/fields', undefined, other)).status).toBe(404)
    expect((await finish({ outcome: 'follow_up' })).status).toBe(200)
    expect((await ticket()).ticket.status).toBe('open')
  })

  it('leaves what a colleague has set on the ticket meanwhile', async () => {
    const own = await addServiceItem(test, city, '另一项')
    await test.request('PATCH', `/tickets/${consultation.ticketNumber}`, {
      cookie: agent.cookie,
      body: { serviceItemId: own },
    })
    const fields = [{ fieldId: number, value: '1' }]
    expect((await finish({ serviceItemId: licence, fields })).status).toBe(200)
    expect((await ticket()).ticket.serviceItemId).toBe(own)
  })

  it('takes no retired service item, unless the citizen asked about it', async () => {
    const fields = [
      { fieldId: number, value: '1' },
      { fieldId: area, value: 80 },
    ]
    await retireItem(test, licence)
    for (const answer of [
      await finish({ serviceItemId: licence, fields }),
      await send('PUT', '/wrap-up', { serviceItemId: licence }),
    ])
      expect([answer.status, answer.body.code]).toEqual([422, 'service_items.retired'])
    const asked = { serviceItemId: licence }
    await test.db.write(async (tx) => {
      await tx.update(consultations).set(asked).where(eq(consultations.id, consultation.id))
      await tx.update(tickets).set(asked).where(eq(tickets.number, consultation.ticketNumber))
    })
    expect((await send('PUT', '/wrap-up', { serviceItemId: licence })).status).toBe(200)
    expect((await finish({ serviceItemId: licence, fields })).status).toBe(200)
    expect((await ticket()).ticket).toMatchObject({ status: 'resolved', serviceItemId: licence })
  })

  it('waits for children that are not done', async () => {
    const { siteId } = (await ticket()).ticket
    const as = { cookie: agent.cookie }
    const child = await test.request('POST', '/tickets', { ...as, body: { siteId, topic: '子工单' } })
    const above = { parentId: consultation.ticketNumber }
    const put = await test.request('PUT', `/tickets/${child.body.ticket.id}/parent`, { ...as, body: above })
    expect(put.status, JSON.stringify(put.body)).toBe(200)
    const refused = await finish({ fields: [{ fieldId: number, value: '1' }] })
    expect([refused.status, refused.body.code]).toEqual([422, 'tickets.children_open'])
  })
})
