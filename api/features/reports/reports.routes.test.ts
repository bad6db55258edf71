import ExcelJS from 'exceljs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SchedulePage } from '../../../contract/reports.schema'
import { audit, outgoingMessages } from '../../../drizzle/schema/index'
import type { Mail } from '../../lib/mail'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { addTicket } from '../../testing/rows'

let test: TestApp
let city: { id: string; path: string }
let county: { id: string; path: string }
let site: { id: string }
let boss: { id: string; cookie: string }

beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '清河市')
  county = await addDepartment(test, '安宁县', city as never)
  site = await addSite(test, city, 'demo')
  boss = await addAgent(test, city, ['supervisor'])
})
afterEach(() => test.close())

const open = (departmentId: string) => addTicket(test, { siteId: site.id, departmentId, topic: '开办企业' })
const day = '2026-11-20'
const schedule = {
  name: '每日简报',
  by: 'department',
  every: 'day',
  hour: 8,
  format: 'xlsx',
  language: 'zh-CN',
  emails: ['head@example.com'],
  isActive: true,
}
const schedules = async (): Promise<SchedulePage> =>
  (await test.request('GET', '/reports/schedules', { cookie: boss.cookie })).body
/** The sweep starts the thread beside it: waits until every run has its file. */
const settle = async () => {
  await test.sweep()
  await eventually(async () => {
    await test.sweep()
    const { items } = await schedules()
    expect(items.flatMap((each) => each.runs).every((run) => run.status === 'ready')).toBe(true)
  })
}
const bytesOf = async (path: string) => {
  const response = await test.app.request(`/api/v1${path}`, { headers: { cookie: boss.cookie } })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

const logged = async (action: string) =>
  (await test.db.read((tx) => tx.select().from(audit).orderBy(audit.seq)))
    .filter((row) => row.action === action)
    .map((row) => JSON.parse(row.data))

describe('reports', () => {
  it('add up per department, each with all below it, what the department holds itself, and as a whole', async () => {
    await open(county.id)
    await open(county.id)
    await open(city.id)
    await test.project()
    const path = `/reports?from=${day}&to=${day}&by=department`
    const { body } = await test.request('GET', path, { cookie: boss.cookie })
    expect(body.rows).toMatchObject([
      { name: '清河市', isDirect: true, values: { created: 1 } },
      { name: '安宁县', isDirect: false, values: { created: 2, slaHitRate: null } },
    ])
    expect(body.total.created).toBe(3)
    const topics = await test.request('GET', path.replace('department', 'topic'), { cookie: boss.cookie })
    expect(topics.body.rows).toMatchObject([{ id: 'none', values: { created: 3 } }])
  })

  it('per agent hold to the site asked for', async () => {
    const west = await addSite(test, county, 'west')
    const helper = await addAgent(test, county, ['agent'], '小孙')
    for (const siteId of [site.id, west.id, west.id]) {
      const { body } = await test.request('POST', '/tickets', {
        cookie: helper.cookie,
        body: { siteId, departmentId: county.id, topic: '社保转移' },
      })
      await test.request('POST', `/tickets/${body.ticket.id}/status`, {
        cookie: helper.cookie,
        body: { command: 'resolve' },
      })
    }
    await test.project()
    const resolved = async (more = '') =>
      (
        await test.request('GET', `/reports?from=${day}&to=${day}&by=agent${more}`, { cookie: boss.cookie })
      ).body.rows.find((row: { id: string }) => row.id === helper.id)?.values.resolved
    expect(await resolved()).toBe(3)
    expect(await resolved(`&siteId=${west.id}`)).toBe(2)
    expect(await resolved(`&siteId=${site.id}`)).toBe(1)
  })

  it('refuse days the wrong way round and foreign departments', async () => {
    const wrong = await test.request('GET', `/reports?from=${day}&to=2026-11-19&by=day`, {
      cookie: boss.cookie,
    })
    expect(wrong.body.code).toBe('reports.period_invalid')
    const below = await addAgent(test, county, ['supervisor'])
    const foreign = await test.request(
      'GET',
      `/reports?from=${day}&to=${day}&by=day&departmentId=${city.id}`,
      {
        cookie: below.cookie,
      },
    )
    expect(foreign.status).toBe(404)
  })

  it('leave as a sheet whose numbers are numbers, and as a document', async () => {
    await open(county.id)
    await test.project()
    const { response, bytes } = await bytesOf(
      `/reports/export?from=${day}&to=${day}&by=department&format=xlsx`,
    )
    expect(response.headers.get('content-type')).toContain('spreadsheetml')
    const book = new ExcelJS.Workbook()
    await book.xlsx.load(bytes as unknown as ExcelJS.Buffer)
    const sheet = book.worksheets[0]
    expect(sheet?.getCell('A5').value).toBe('安宁县')
    expect(sheet?.getCell('B5').value).toBe(1)
    expect(sheet?.getCell('A6').value).toBe('合计')
    const pdf = await bytesOf(`/reports/export?from=${day}&to=${day}&by=day&format=pdf&language=en`)
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(await logged('reports.exported')).toMatchObject([
      {
        by: 'department',
        fromDay: day,
        toDay: day,
        siteId: null,
        format: 'xlsx',
        count: 1,
      },
      { by: 'day', format: 'pdf' },
    ])
  })
})

describe('scheduled reports', () => {
  it('keep their file where no mail server is configured, and say so', async () => {
    await test.request('POST', '/reports/schedules', { cookie: boss.cookie, body: schedule })
    test.clock.advance(23 * 3600)
    await settle()
    const { items, isMailConfigured } = await schedules()
    expect(isMailConfigured).toBe(false)
    expect(items[0]?.runs).toMatchObject([{ from: day, isLate: true, delivery: 'not_configured' }])
  })

  it('after a standstill send only the latest missed one, marked late, once', async () => {
    const sent: Mail[] = []
    test.deps.mail = {
      send: async (mail) => {
        sent.push(mail)
      },
    }
    await open(county.id)
    await test.request('POST', '/reports/schedules', { cookie: boss.cookie, body: schedule })
    // Friday 10:00 in Shanghai to Monday 11:00: three reports were missed.
    test.clock.advance(73 * 3600)
    await settle()
    const runs = (await schedules()).items.flatMap((each) => each.runs)
    expect(runs).toMatchObject([{ from: '2026-11-22', to: '2026-11-22', isLate: true, delivery: 'queued' }])
    await eventually(async () => {
      await test.sweep()
      expect(sent).toHaveLength(1)
    })
    expect(sent[0]).toMatchObject({ to: 'head@example.com', files: [{ name: '每日简报 2026-11-22.xlsx' }] })
    expect(sent[0]?.text).toContain('补发')
    const file = await bytesOf(`/reports/runs/${runs[0]?.id}/file`)
    expect(file.bytes.subarray(0, 2).toString()).toBe('PK')
    expect(await logged('reports.made')).toMatchObject([{ emails: ['head@example.com'], format: 'xlsx' }])
    expect(await logged('reports.file_fetched')).toMatchObject([{ fromDay: '2026-11-22' }])
    expect(await test.db.read((tx) => tx.select().from(outgoingMessages))).toHaveLength(1)
  })

  it('belong to who made them', async () => {
    const made = await test.request('POST', '/reports/schedules', { cookie: boss.cookie, body: schedule })
    const other = await addAgent(test, city, ['supervisor'])
    const path = `/reports/schedules/${made.body.id}`
    expect((await test.request('DELETE', path, { cookie: other.cookie })).status).toBe(404)
    expect((await test.request('DELETE', path, { cookie: boss.cookie })).status).toBe(200)
    expect((await schedules()).items).toEqual([])
  })
})
