import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { asc } from 'drizzle-orm'
import ExcelJS from 'exceljs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ExportChoice } from '../../../contract/exports.rules'
import { ticketFields, ticketFieldValues, tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { loadOwner } from '../agents/owner.store'
import { type ExportedField, loadExportFields } from './fields.store'
import { writeExport } from './write-export'

let app: TestApp
let folder: string
let agentId: string
let place: { siteId: string; departmentId: string }
let elsewhere: { siteId: string; departmentId: string }
beforeEach(async () => {
  app = await createTestApp()
  folder = mkdtempSync(join(tmpdir(), 'bangban-export-'))
  const root = await addDepartment(app, '市')
  const own = await addDepartment(app, '东区', root)
  const other = await addDepartment(app, '西区', root)
  agentId = (await addAgent(app, own, ['agent'])).id
  place = { siteId: (await addSite(app, own, 'east')).id, departmentId: own.id }
  elsewhere = { siteId: (await addSite(app, other, 'west')).id, departmentId: other.id }
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await app.close()
})

const add = (
  at: typeof place,
  topic: string,
  position: number,
  more: Partial<typeof tickets.$inferInsert> = {},
) =>
  app.db.write(async (tx) => {
    const id = newId('tkt')
    const createdAt = Date.parse('2026-11-01T01:30:05Z') + position * 1000
    await tx.insert(tickets).values({
      id,
      number: `20261101-${10000 + position}`,
      ...at,
      status: 'new',
      topic,
      createdAt,
      updatedAt: createdAt,
      ...more,
    })
  })
const write = async (
  format: 'csv' | 'xlsx',
  columns: ExportChoice[],
  filter = {},
  fields: ExportedField[] = [],
) => {
  const path = join(folder, `a.${format}`)
  const actor = await app.db.read((tx) => loadOwner(tx, agentId))
  if (!actor) throw new Error('no actor')
  const task = {
    path,
    actor,
    filter,
    ids: null,
    format,
    columns,
    language: 'zh-CN',
    timeZone: 'Asia/Shanghai',
  } as const
  const seen: number[] = []
  const total = await app.db.read((tx) =>
    writeExport(tx, { ...task, columns, fields }, (done) => seen.push(done)),
  )
  return { path, total, seen }
}

test('CSV holds what the agent may see, as text that no spreadsheet runs', async () => {
  await add(place, '=cmd()', 1, { description: '两行\n"引号"' })
  await add(place, '社保', 2, { priority: 'urgent' })
  await add(elsewhere, '别处', 3)
  const { path, total } = await write('csv', ['number', 'topic', 'description', 'priority', 'createdAt'])
  const text = readFileSync(path, 'utf8')
  expect(text.startsWith('\uFEFF工单编号,事项,描述,优先级,创建时间\r\n')).toBe(true)
  expect(total).toBe(2)
  expect(parse(text, { bom: true })).toEqual([
    ['工单编号', '事项', '描述', '优先级', '创建时间'],
    ['20261101-10002', '社保', '', '紧急', '2026-11-01 09:30:07'],
    ['20261101-10001', "'=cmd()", '两行\n"引号"', '普通', '2026-11-01 09:30:06'],
  ])
})

test('XLSX holds dates as dates below a frozen header, and the filter holds', async () => {
  await add(place, '紧急的', 1, { priority: 'urgent' })
  await add(place, '普通的', 2)
  const { path } = await write('xlsx', ['topic', 'createdAt', 'rating'], { priority: 'urgent' })
  const book = new ExcelJS.Workbook()
  await book.xlsx.readFile(path)
  const sheet = book.worksheets[0]
  expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
  expect(sheet?.rowCount).toBe(2)
  expect(sheet?.getCell('A2').value).toBe('紧急的')
  expect(sheet?.getCell('B2').value).toEqual(new Date('2026-11-01T09:30:06Z'))
})

test.each(['csv', 'xlsx'] as const)(
  '%s holds custom fields as columns, none of them a formula',
  async (format) => {
    await add(place, '一', 1)
    await add(place, '二', 2)
    const kinds = ['text', 'number', 'date', 'choice', 'yes_no'] as const
    const ids = kinds.map(() => newId('fld') as `fld_${string}`)
    const values = [
      { textValue: '@SUM(A1)' },
      { numberValue: -4.5 },
      { dateValue: '2026-11-05' },
      { textValue: '+是' },
      { numberValue: 1 },
    ]
    const fields = await app.db.write(async (tx) => {
      const [first] = await tx.select().from(tickets).orderBy(asc(tickets.createdAt))
      for (const [at, kind] of kinds.entries()) {
        await tx.insert(ticketFields).values({
          id: ids[at] as string,
          label: kind === 'text' ? '=公式' : kind,
          labelEn: kind,
          kind,
          choices: [],
          isRequired: false,
          isActive: true,
          position: at,
          createdAt: 0,
        })
        await tx
          .insert(ticketFieldValues)
          .values({ ticketId: String(first?.id), fieldId: String(ids[at]), ...values[at] })
      }
      return loadExportFields(tx, ids)
    })
    const { path } = await write(format, ['topic', ...ids], {}, fields)
    if (format === 'csv') {
      expect(parse(readFileSync(path, 'utf8'), { bom: true })).toEqual([
        ['事项', "'=公式", 'number', 'date', 'choice', 'yes_no'],
        ['二', '', '', '', '', ''],
        ['一', "'@SUM(A1)", '-4.5', '2026-11-05', "'+是", '是'],
      ])
      return
    }
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(path)
    const cells = book.worksheets[0]?.getRow(3)
    const text = ExcelJS.ValueType.String
    expect([1, 2, 4, 5, 6].map((at) => cells?.getCell(at).type)).toEqual([text, text, text, text, text])
    expect(cells?.getCell(2).value).toBe('@SUM(A1)')
    expect(cells?.getCell(3).value).toBe(-4.5)
    expect(book.worksheets[0]?.getCell('B1')).toMatchObject({ value: '=公式', type: text })
  },
)

test('pages follow one another without a gap', async () => {
  for (let position = 0; position < 230; position++) await add(place, `第 ${position}`, position)
  const { path, seen } = await write('csv', ['number'])
  expect(seen.at(-1)).toBe(230)
  expect(seen.length).toBeGreaterThan(2)
  const lines = parse(readFileSync(path, 'utf8'), { bom: true, from_line: 2 })
  expect(new Set(lines.flat()).size).toBe(230)
})
