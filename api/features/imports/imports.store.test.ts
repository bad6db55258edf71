import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { importKeptMs } from '../../../contract/imports.rules'
import {
  contacts,
  importProblems,
  importRows,
  imports,
  tags,
  tickets,
  ticketTags,
} from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { checkImport, settleImport, uploadImport } from '../../testing/imports'
import { tidyUp } from '../../tidy'

let app: TestApp
let cookie: string
let departmentId: string
beforeEach(async () => {
  app = await createTestApp()
  const department = await addDepartment(app, '政务大厅')
  departmentId = department.id
  await addDepartment(app, '人社局', department)
  await addSite(app, department, 'hall')
  cookie = (await addAgent(app, department, ['supervisor'])).cookie
})
afterEach(() => app.close())

const upload = (bytes: string | Uint8Array, as = cookie) => uploadImport(app, as, bytes)
const settle = (id: string) => settleImport(app, cookie, id)
const check = (id: string) => checkImport(app, cookie, id)

const header = '外部编号,事项,描述,联系人,联系电话,部门,优先级,创建时间,投诉,标签'
const good = 'A-1,社保补缴,"第一行\n第二行",王芳,13800000000,人社局,高,2026-11-01 09:30:00,是,"加急, 窗口"'

describe('a file that is refused', () => {
  test('is closed, however much of it was still to be read', async () => {
    const line = `${'很长的一列'.repeat(20)}\n`
    const { body } = await upload(line.repeat(20_000))
    expect(body.code).toBe('imports.one_column')
    // Where the system tells what is open.
    const folder = '/proc/self/fd'
    const open = () =>
      existsSync(folder)
        ? readdirSync(folder).flatMap((each) => {
            try {
              return [readlinkSync(join(folder, each))]
            } catch {
              // Closed while we looked.
              return []
            }
          })
        : []
    await eventually(() => expect(open().filter((path) => path.includes('/imports/imp_'))).toEqual([]))
  })
})

describe('a dry run', () => {
  test('lists every problem of every row at once', async () => {
    const lines = [
      header,
      good,
      'A-1,重复编号,,,,,,,,',
      'A-3,,,,电话,没有的部门,最高,2026-02-30,也许,',
      'A-4,未来,,,,,,2030-01-01,,',
    ]
    const { status, body } = await upload(lines.join('\n'))
    expect(status).toBe(201)
    expect(body.import.mapping.columns).toEqual([
      'externalNumber',
      'topic',
      'description',
      'contactName',
      'contactPhone',
      'department',
      'priority',
      'createdAt',
      'complaint',
      'tags',
    ])
    expect(body.preview[0][2]).toBe('第一行\n第二行')
    const checked = await check(body.import.id)
    expect(checked).toMatchObject({ status: 'checked', badRows: 3, rowCount: 4 })
    const problems = await app.request('GET', `/imports/${body.import.id}/problems`, { cookie })
    expect(problems.body.items.map((it: { row: number; code: string }) => `${it.row} ${it.code}`)).toEqual([
      '2 number_repeated',
      '3 flag_unknown',
      '3 phone_invalid',
      '3 time_invalid',
      '3 department_unknown',
      '3 priority_unknown',
      '3 missing',
      '4 time_future',
    ])
    const refused = await app.request('POST', `/imports/${body.import.id}/run`, { cookie, body: {} })
    expect(refused.body.code).toBe('imports.has_problems')
  })

  test('pages problems without tearing rows apart', async () => {
    const rows = Array.from({ length: 9 }, (_, at) => `B-${at},,,,电话,,,,,`)
    const { body } = await upload([header, ...rows].join('\n'))
    await check(body.import.id)
    const seen: number[] = []
    let after = 0
    for (let page = 0; page < 20; page++) {
      const { body: found } = await app.request(
        'GET',
        `/imports/${body.import.id}/problems?limit=3&after=${after}`,
        { cookie },
      )
      seen.push(...found.items.map((it: { row: number }) => it.row))
      if (found.next === null) break
      after = found.next
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9])
  })
})

describe('a run', () => {
  test('creates each ticket once, with contact, department, day and tags; a second file with the number is refused', async () => {
    const { body } = await upload(`\uFEFF${header}\n${good}\nA-2,,,,,,,,,`)
    const { id } = body.import
    await check(id)
    const started = await app.request('POST', `/imports/${id}/run`, { cookie, body: { skipBadRows: true } })
    expect(started.status).toBe(200)
    expect(await settle(id)).toMatchObject({ status: 'done', createdCount: 1, badRows: 1 })
    const found = await app.db.read((tx) =>
      tx
        .select({ ticket: tickets, contact: contacts })
        .from(tickets)
        .innerJoin(contacts, eq(contacts.id, tickets.contactId)),
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.ticket).toMatchObject({
      topic: '社保补缴',
      priority: 'high',
      source: 'import',
      isComplaint: true,
      externalNumber: 'A-1',
      createdAt: Date.parse('2026-11-01T01:30:00Z'),
    })
    expect(found[0]?.ticket.departmentId).not.toBe(departmentId)
    expect(found[0]?.contact).toMatchObject({ name: '王芳', phone: '13800000000' })
    const names = await app.db.read((tx) =>
      tx.select({ name: tags.name }).from(ticketTags).innerJoin(tags, eq(tags.id, ticketTags.tagId)),
    )
    expect(names.map((each) => each.name).sort()).toEqual(['加急', '导入 2026-11-20', '窗口'].sort())
    const rows = await app.request('GET', `/imports/${id}/rows?status=created`, { cookie })
    expect(rows.body.items[0].ticketNumber).toBe(found[0]?.ticket.number)
    expect((await app.request('POST', `/imports/${id}/run`, { cookie, body: {} })).status).toBe(409)
    const again = await upload(`${header}\n${good}`)
    expect(await check(again.body.import.id)).toMatchObject({
      problems: [{ code: 'number_taken', count: 1 }],
    })
  })
})

test('a file in GB18030 with semicolons is read', async () => {
  // 事项;电话 / 咨询;13800000000
  const bytes = Buffer.from('cac2cfee3bb5e7bbb00ad7c9d1af3b31333830303030303030300a', 'hex')
  const { body } = await upload(bytes)
  expect(body.import).toMatchObject({ encoding: 'gb18030', separator: ';', header: ['事项', '电话'] })
  expect(body.preview).toEqual([['咨询', '13800000000']])
})

test.each([
  ['nothing', '', 'imports.empty'],
  ['only a header', '事项,电话\n', 'imports.empty'],
  ['one column', '事项\n一\n', 'imports.one_column'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x01, 0xff]), 'imports.not_text'],
  ['an open quote', '事项,电话\n"一,二\n', 'imports.not_csv'],
  ['a quote within a cell', '事项,电话\n5"管,二\n', 'imports.not_csv'],
  ['words after a closing quote', '事项,电话\n"一"二,三\n', 'imports.not_csv'],
  ['30 MB', Buffer.alloc(30 * 1024 * 1024, 'a,b\n'), 'imports.too_large'],
])('a file of %s is refused with the reason', async (_, bytes, code) => {
  const { status, body } = await upload(bytes)
  expect(body.code).toBe(code)
  expect(status).toBeGreaterThanOrEqual(400)
})

test('a mapping that cannot be is refused, and so is a stranger', async () => {
  const { body } = await upload('事项,电话\n咨询,13800000000')
  const path = `/imports/${body.import.id}`
  const mapping = { siteId: null, externalSystem: 'import' }
  for (const columns of [['topic'], ['contactPhone', null], ['topic', 'topic']])
    expect(
      (await app.request('PUT', `${path}/mapping`, { cookie, body: { ...mapping, columns } })).body.code,
    ).toBe('imports.mapping_invalid')
  const unknown = await app.request('PUT', `${path}/mapping`, {
    cookie,
    body: { ...mapping, columns: ['topic', 'nonsense'] },
  })
  expect(unknown.status).toBe(400)
  const other = await addAgent(app, { id: departmentId }, ['supervisor'])
  expect((await app.request('GET', path, { cookie: other.cookie })).status).toBe(404)
  expect((await app.request('POST', `${path}/check`, { cookie: other.cookie })).status).toBe(404)
})

test('an import is deleted with its rows 30 days after it was over; its tickets stay, younger ones too', async () => {
  const rows = Array.from({ length: 610 }, (_, at) => `D-${at},,,,,,,,,`)
  const { body } = await upload([header, good, ...rows].join('\n'))
  const { id } = body.import
  await check(id)
  await app.request('POST', `/imports/${id}/run`, { cookie, body: { skipBadRows: true } })
  const done = await settle(id)
  expect(done).toMatchObject({ status: 'done', createdCount: 1 })
  expect(Date.parse(done.expiresAt) - Date.parse(done.finishedAt)).toBe(importKeptMs)
  app.clock.advance(importKeptMs / 1000 - 10)
  // Sessions do not last as long.
  const later = await addAgent(app, { id: departmentId }, ['supervisor'])
  const young = (await upload(`${header}\nZ-1,未来,,,,,,,,`, later.cookie)).body.import
  const tidy = async () => {
    await tidyUp(app)
    await app.sweep()
    const known = await app.db.read((tx) => tx.select({ id: imports.id }).from(imports))
    return [id, young.id].map((each) => known.some((row) => row.id === each))
  }
  expect(await tidy()).toEqual([true, true])
  app.clock.advance(11)
  expect(await tidy()).toEqual([false, true])
  const left = await app.db.read(async (tx) => ({
    rows: await tx.select().from(importRows).where(eq(importRows.importId, id)),
    problems: await tx.select().from(importProblems).where(eq(importProblems.importId, id)),
    tickets: await tx.select().from(tickets),
  }))
  expect([left.rows.length, left.problems.length, left.tickets.length]).toEqual([0, 0, 1])
})
