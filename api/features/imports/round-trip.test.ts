import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { and, eq, inArray } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importFields } from '../../../contract/imports.rules'
import { ticketPriorities } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { contacts, tags, tickets, ticketTags } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addServiceItem } from '../../testing/rows'
import { loadOwner } from '../agents/owner.store'
import { writeExport } from '../exports/write-export'
import { addTicketTags, findOrMakeTags } from '../tickets/tags.store'

let app: TestApp
let agent: { id: string; cookie: string }
let siteIds: string[]
let departmentIds: string[]
let itemIds: string[]
beforeAll(async () => {
  app = await createTestApp()
  const root = await addDepartment(app, '市')
  const east = await addDepartment(app, '东区', root)
  // Named alike on purpose: the file must say which one is meant.
  const windows = [await addDepartment(app, '窗口', root), await addDepartment(app, '窗口', east)]
  departmentIds = [root.id, east.id, ...windows.map((each) => each.id)]
  siteIds = [(await addSite(app, root, 'city')).id, (await addSite(app, root, 'hall')).id]
  agent = await addAgent(app, root, ['supervisor'])
  itemIds = [
    await addServiceItem(app, root, '=社保', { nameEn: 'Social' }),
    await addServiceItem(app, root, '户籍, 迁移', { nameEn: 'Household' }),
  ]
})
afterAll(() => app.close())

/** What people type, with everything that a file or a spreadsheet could take for its own. */
const piece = fc.oneof(
  fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    "'",
    "''=",
    '"',
    ',',
    ';',
    '；',
    '、',
    '\\',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '，',
  ),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('社保卡', 'passport', '=cmd()', '-1', '0123', '1e5', 'TRUE', '2026-01-01'),
)
const hasControls = (value: string): boolean =>
  [...value].some((char) => {
    const code = char.codePointAt(0) ?? 0
    return (code < 32 && ![9, 10, 13].includes(code)) || code === 127
  })
const typed = (maxLength: number, minLength = 0) =>
  fc
    .array(piece, { maxLength: 8 })
    .map((parts) => parts.join('').trim())
    .filter((value) => value.length >= minLength && value.length <= maxLength && !hasControls(value))
const place = fc.nat({ max: 3 })
const ticket = fc.record({
  topic: typed(200, 1),
  description: typed(5000),
  contactName: fc.option(typed(80, 1)),
  contactPhone: fc.option(fc.constantFrom('13800000000', '+86 138 0000 0000', '0571-8888 8888', '12345')),
  site: place,
  department: place,
  item: fc.option(place),
  priority: fc.constantFrom(...ticketPriorities),
  isComplaint: fc.boolean(),
  /** Whole seconds: a file holds no less. */
  second: fc.integer({ min: 1_600_000_000, max: 1_780_000_000 }),
  tags: fc.uniqueArray(typed(20, 1), { maxLength: 4 }),
})
type Given = typeof ticket extends fc.Arbitrary<infer T> ? T : never

const pick = (ids: readonly string[], at: number): string => ids[at % ids.length] as string

/** The ticket as it stands in the database, whoever made it. */
const keep = async (tx: Tx, given: Given, externalNumber: string): Promise<void> => {
  const id = newId('tkt')
  const siteId = pick(siteIds, given.site)
  const hasContact = given.contactName !== null || given.contactPhone !== null
  const contactId = hasContact ? newId('ctc') : null
  if (contactId)
    await tx.insert(contacts).values({
      id: contactId,
      siteId,
      subject: null,
      name: given.contactName,
      phone: given.contactPhone,
      createdAt: 0,
    })
  await tx.insert(tickets).values({
    id,
    number: externalNumber,
    siteId,
    departmentId: pick(departmentIds, given.department),
    status: 'open',
    topic: given.topic,
    description: given.description,
    serviceItemId: given.item === null ? null : pick(itemIds, given.item),
    contactId,
    priority: given.priority,
    source: 'desk',
    isComplaint: given.isComplaint,
    externalSystem: 'hotline',
    externalNumber,
    createdAt: given.second * 1000,
    updatedAt: given.second * 1000,
  })
  const made = await findOrMakeTags(tx, given.tags, 0)
  await addTicketTags(
    tx,
    id,
    made.map((tag) => tag.id),
    0,
  )
}

const exportTo = async (path: string, language: 'zh-CN' | 'en', ids: string[]): Promise<void> => {
  const actor = await app.db.read((tx) => loadOwner(tx, agent.id))
  if (!actor) throw new Error('no actor')
  const task = {
    path,
    actor,
    filter: {},
    ids,
    format: 'csv' as const,
    columns: [...importFields],
    fields: [],
    language,
    timeZone: 'Asia/Shanghai',
  }
  await app.db.read((tx) => writeExport(tx, task, () => undefined))
}

const importFrom = async (path: string) => {
  const sent = await app.app.request('/api/v1/imports?name=a.csv', {
    method: 'PUT',
    headers: { cookie: agent.cookie, 'content-type': 'text/csv' },
    body: readFileSync(path),
  })
  const { import: made } = (await sent.json()) as { import: { id: string; mapping: unknown } }
  const step = async (name: string) => {
    const { status, body } = await app.request('POST', `/imports/${made.id}/${name}`, {
      cookie: agent.cookie,
      body: {},
    })
    expect([status, body]).toEqual([200, body])
    for (let record = body; ['checking', 'running'].includes(record.status); ) {
      await app.sweep()
      record = (await app.request('GET', `/imports/${made.id}`, { cookie: agent.cookie })).body.import
      if (!['checking', 'running'].includes(record.status)) return record
    }
  }
  const checked = await step('check')
  const problems = await app.request('GET', `/imports/${made.id}/problems`, { cookie: agent.cookie })
  expect([checked.badRows, problems.body.items]).toEqual([0, []])
  return step('run')
}

/** Tickets of one system by their number there, with all that a file carries. */
const look = (system: string, numbers: readonly string[]) =>
  app.db.read(async (tx) => {
    const rows = await tx
      .select({ ticket: tickets, name: contacts.name, phone: contacts.phone })
      .from(tickets)
      .leftJoin(contacts, eq(contacts.id, tickets.contactId))
      .where(and(eq(tickets.externalSystem, system), inArray(tickets.externalNumber, [...numbers])))
    const named = await tx
      .select({ ticketId: ticketTags.ticketId, name: tags.name })
      .from(ticketTags)
      .innerJoin(tags, eq(tags.id, ticketTags.tagId))
    return new Map(
      rows.map(({ ticket: it, name, phone }) => [
        it.externalNumber,
        {
          topic: it.topic,
          description: it.description,
          siteId: it.siteId,
          departmentId: it.departmentId,
          serviceItemId: it.serviceItemId,
          priority: it.priority,
          isComplaint: it.isComplaint,
          createdAt: it.createdAt,
          contact: [name, phone],
          tags: named
            .filter((each) => each.ticketId === it.id && !each.name.startsWith('导入 '))
            .map((each) => each.name)
            .sort(),
        },
      ]),
    )
  })

it('what was exported and is imported again is the same tickets', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(ticket, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('zh-CN' as const, 'en' as const),
      async (all, language) => {
        round += 1
        const numbers = all.map((_, at) => `R-${round}-${at}`)
        await app.db.write(async (tx) => {
          for (const [at, given] of all.entries()) await keep(tx, given, numbers[at] as string)
        })
        const before = await look('hotline', numbers)
        const ids = await app.db.read(async (tx) =>
          (await tx.select().from(tickets).where(inArray(tickets.number, numbers))).map((row) => row.id),
        )
        const path = join(app.db.directory, `${round}.csv`)
        await exportTo(path, language, ids)
        expect(await importFrom(path)).toMatchObject({ status: 'done', createdCount: all.length })
        expect(await look('import', numbers)).toEqual(before)
      },
    ),
    { numRuns: 15 },
  )
})
