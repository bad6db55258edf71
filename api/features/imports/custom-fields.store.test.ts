import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportProblem } from '../../../contract/imports.schema'
import { ticketFields, ticketFieldValues, tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { checkImport, settleImport, uploadImport } from '../../testing/imports'
import { addServiceItem, retireItem } from '../../testing/rows'

let app: TestApp
let cookie: string
let departmentId: string
beforeEach(async () => {
  app = await createTestApp()
  const department = await addDepartment(app, '政务大厅')
  departmentId = department.id
  await addSite(app, department, 'hall')
  cookie = (await addAgent(app, department, ['supervisor'])).cookie
})
afterEach(() => app.close())

const upload = (bytes: string) => uploadImport(app, cookie, bytes)
const settle = (id: string) => settleImport(app, cookie, id)
const check = (id: string) => checkImport(app, cookie, id)

describe('custom fields', () => {
  let licence: string
  let pension: string
  const ids: Record<string, string> = {}
  beforeEach(async () => {
    licence = await addServiceItem(app, { id: departmentId }, '食品经营许可')
    pension = await addServiceItem(app, { id: departmentId }, '养老金')
    await app.db.write(async (tx) => {
      const fields = [
        ['paper', '证件号', 'text', null],
        ['paperOfLicence', '证件号', 'number', licence],
        ['sum', '金额', 'number', null],
        ['day', '受理日', 'date', null],
        ['way', '渠道', 'choice', licence],
        ['paid', '已缴费', 'yes_no', pension],
        ['formula', '=公式', 'text', null],
        ['off', '停用的', 'text', null],
      ] as const
      for (const [position, [name, label, kind, serviceItemId]] of fields.entries()) {
        ids[name] = newId('fld')
        await tx.insert(ticketFields).values({
          id: ids[name] as string,
          label,
          labelEn: `${name} in English`,
          kind,
          choices: kind === 'choice' ? ['线上', '窗口'] : [],
          isRequired: true,
          isActive: name !== 'off',
          serviceItemId,
          position,
          createdAt: 1,
        })
      }
    })
  })

  test('are recognised by their names in both languages, those switched off are not', async () => {
    const { body } = await upload("事项,证件号,SUM in English,受理日,渠道,'=公式,停用的\n一,,,,,,")
    expect(body.import.mapping.columns).toEqual([
      'topic',
      ids.paper,
      ids.sum,
      ids.day,
      ids.way,
      ids.formula,
      null,
    ])
    expect(body.fields).toContainEqual({
      id: ids.way,
      label: '渠道',
      labelEn: 'way in English',
      serviceItem: '食品经营许可',
    })
  })

  test('become values of the row’s topic, as people write them', async () => {
    const { body } = await upload(
      [
        '事项,办理事项,证件号,金额,受理日,渠道,已缴费',
        '甲,食品经营许可,４２,"1,234.5",2026年11月5日,窗口,',
        '乙,养老金,A-7,-3,2026/1/2,,是',
        '丙,,B-8,,,,',
      ].join('\n'),
    )
    expect(await check(body.import.id)).toMatchObject({ badRows: 0 })
    expect((await app.request('POST', `/imports/${body.import.id}/run`, { cookie, body: {} })).status).toBe(
      200,
    )
    await settle(body.import.id)
    const values = await app.db.read((tx) =>
      tx
        .select({ topic: tickets.topic, value: ticketFieldValues })
        .from(ticketFieldValues)
        .innerJoin(tickets, eq(tickets.id, ticketFieldValues.ticketId)),
    )
    const of = (topic: string) =>
      Object.fromEntries(
        values
          .filter((row) => row.topic === topic)
          .map(({ value }) => [
            Object.keys(ids).find((name) => ids[name] === value.fieldId),
            value.textValue ?? value.numberValue ?? value.dateValue,
          ]),
      )
    expect(of('甲')).toEqual({ paperOfLicence: 42, sum: 1234.5, day: '2026-11-05', way: '窗口' })
    expect(of('乙')).toEqual({ paper: 'A-7', sum: -3, day: '2026-01-02', paid: 1 })
    expect(of('丙')).toEqual({ paper: 'B-8' })
  })

  test('of a topic that is retired are no longer taken: the dry run names the topic', async () => {
    await retireItem(app, licence)
    const { body } = await upload('事项,办理事项,渠道\n甲,食品经营许可,窗口\n乙,养老金,')
    expect(await check(body.import.id)).toMatchObject({ badRows: 1 })
    const { items } = (await app.request('GET', `/imports/${body.import.id}/problems`, { cookie })).body
    expect(items.map((each: { code: string }) => each.code)).toContain('service_item_unknown')
  })

  test('are listed by the dry run where a value does not fit', async () => {
    const columns = ['金额', '受理日', '渠道', '已缴费', '证件号', '=公式']
    const cases = [
      ['金额', '三百', 'not_a_number'],
      ['金额', '1,23', 'not_a_number'],
      ['受理日', '2026-02-30', 'date_invalid'],
      ['渠道', '电话', 'choice_unknown'],
      ['已缴费', '也许', 'field_elsewhere'],
      ['证件号', 'A-7', 'not_a_number'],
      ['=公式', '字'.repeat(1001), 'too_long'],
      ['=公式', 'a\u0001b', 'control_characters'],
    ] as const
    const lines = cases.map(([name, value]) =>
      ['甲', '食品经营许可', ...columns.map((column) => (column === name ? `"${value}"` : ''))].join(','),
    )
    const { body } = await upload([['事项', '办理事项', ...columns].join(','), ...lines].join('\n'))
    expect(await check(body.import.id)).toMatchObject({ badRows: cases.length })
    const problems = await app.request('GET', `/imports/${body.import.id}/problems`, { cookie })
    expect(problems.body.items.map((it: ImportProblem) => [it.row, it.field, it.code])).toEqual(
      cases.map(([name, , code], at) => [
        at + 1,
        body.import.mapping.columns[2 + columns.indexOf(name)],
        code,
      ]),
    )
  })

  test('that are not there cannot be mapped, nor one twice', async () => {
    const { body } = await upload('事项,一,二\n甲,,')
    const map = (columns: (string | null)[]) =>
      app.request('PUT', `/imports/${body.import.id}/mapping`, {
        cookie,
        body: { columns, siteId: null, externalSystem: 'import' },
      })
    for (const columns of [
      ['topic', newId('fld'), null],
      ['topic', ids.off as string, null],
      ['topic', ids.sum as string, ids.sum as string],
    ])
      expect((await map(columns)).body.code).toBe('imports.mapping_invalid')
    expect((await map(['topic', ids.sum as string, ids.paper as string])).status).toBe(200)
  })

  test('are one column where several topics have the name, and a column of its own takes what the file has', async () => {
    const { body } = await upload('事项,办理事项,证件号,证件号\n甲,食品经营许可,,7\n乙,养老金,A-7,')
    expect(body.import.mapping.columns.slice(2)).toEqual([ids.paper, ids.paperOfLicence])
    expect(await check(body.import.id)).toMatchObject({ badRows: 0 })
    await app.request('POST', `/imports/${body.import.id}/run`, { cookie, body: {} })
    await settle(body.import.id)
    const values = await app.db.read((tx) => tx.select().from(ticketFieldValues))
    expect(new Set(values.map((row) => row.fieldId))).toEqual(new Set([ids.paperOfLicence, ids.paper]))
  })
})
