import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultQuiet } from '../../../contract/notifications.rules'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addConsultationRow } from '../../testing/rows'
import {
  choicesOf,
  contactOf,
  countUnread,
  deleteOldNotifications,
  findUnread,
  forgetChoices,
  insertNotification,
  listNotifications,
  markRead,
  type NotificationRow,
  quietTimesOf,
  recipientsOf,
  saveChoice,
  saveContact,
  saveFacts,
  saveQuietTime,
  ticketsOf,
} from './notifications.store'

let test: TestApp
let department: Awaited<ReturnType<typeof addDepartment>>
let agentId: string
let seq = 0

beforeAll(async () => {
  test = await createTestApp()
  department = await addDepartment(test, '市')
})
afterAll(() => test.close())
beforeEach(async () => {
  agentId = (await addAgent(test, department, ['agent'], '王')).id
})

const add = async (more: Partial<NotificationRow> = {}) => {
  const row: NotificationRow = {
    id: newId('ntf'),
    agentId,
    kind: 'assigned',
    ticketId: null,
    subject: 'x',
    facts: { number: '20261120-00001', count: 2, isLate: true, words: '中文 "quoted"' },
    createdAt: 1000,
    readAt: null,
    eventSeq: ++seq,
    ...more,
  }
  return { row, isNew: await test.db.write((tx) => insertNotification(tx, row)) }
}
const page = (after: NotificationRow | null, isUnreadOnly = false) =>
  test.db.read((tx) => listNotifications(tx, { agentId, isUnreadOnly, after, limit: 2 }))
const unread = () => test.db.read((tx) => countUnread(tx, agentId))

describe('notices', () => {
  it('come once for each person and event', async () => {
    const { row, isNew } = await add()
    expect(isNew).toBe(true)
    expect((await add({ eventSeq: row.eventSeq })).isNew).toBe(false)
    const other = await addAgent(test, department, ['agent'], '李')
    expect((await add({ eventSeq: row.eventSeq, agentId: other.id })).isNew).toBe(true)
    expect(await page(null)).toEqual([row])
  })

  it('are paged newest first, each once, also those of one moment', async () => {
    const made = []
    for (const createdAt of [1000, 3000, 2000, 2000, 2000]) made.push((await add({ createdAt })).row)
    const order = [...made].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
    const seen: NotificationRow[] = []
    for (let rows = await page(null); rows.length > 0; rows = await page(rows.at(-1) ?? null))
      seen.push(...rows)
    expect(seen.map((row) => row.id)).toEqual(order.map((row) => row.id))
  })

  it('are counted and marked read: some, or all there were by then', async () => {
    const rows = []
    for (const createdAt of [1000, 2000, 3000]) rows.push((await add({ createdAt })).row)
    const ids = rows.map((row) => row.id)
    const mark = (which: readonly string[] | 'all', at: number) =>
      test.db.write((tx) => markRead(tx, agentId, which, at))
    expect(await mark(ids.slice(0, 1), 5000)).toBe(1)
    expect(await mark(ids.slice(0, 1), 6000)).toBe(0)
    expect(await unread()).toBe(2)
    // What came after the click is not read by it.
    expect(await mark('all', 2500)).toBe(1)
    expect((await page(null, true)).map((row) => row.id)).toEqual([ids[2]])
    expect((await page(null)).map((row) => row.readAt)).toEqual([null, 2500])
    expect(await test.db.write((tx) => markRead(tx, newId('agt'), ids, 9000))).toBe(0)
  })

  it('of a kind are found while unread and recent, changed, and forgotten', async () => {
    const { row } = await add({ kind: 'sla_digest', createdAt: 5000 })
    const find = (since: number) => test.db.read((tx) => findUnread(tx, agentId, 'sla_digest', since))
    expect((await find(4999))?.id).toBe(row.id)
    expect(await find(5000)).toBeNull()
    await test.db.write((tx) => saveFacts(tx, row.id, { count: 3, about: 'a b' }))
    expect((await find(0))?.facts).toEqual({ count: 3, about: 'a b' })
    await test.db.write((tx) => markRead(tx, agentId, 'all', 6000))
    expect(await find(0)).toBeNull()
    await add({ createdAt: 5001 })
    await test.db.write((tx) => deleteOldNotifications(tx, 5001))
    expect((await page(null)).map((each) => each.createdAt)).toEqual([5001])
  })
})

describe('wishes', () => {
  it('are kept by kind and channel, the last one counts', async () => {
    const choose = (kind: string, isOn: boolean) =>
      test.db.write((tx) => saveChoice(tx, agentId, { kind, channel: 'email', isOn }))
    await choose('sla_warned', false)
    await choose('mention', true)
    await choose('sla_warned', true)
    // A kind of another version is passed over.
    await choose('gone', true)
    const found = (await test.db.read((tx) => choicesOf(tx, [agentId, newId('agt')]))).get(agentId) ?? []
    expect(new Map(found.map((each) => [each.kind, [each.channel, each.isOn]]))).toEqual(
      new Map([
        ['sla_warned', ['email', true]],
        ['mention', ['email', true]],
      ]),
    )
    await test.db.write((tx) => forgetChoices(tx, agentId))
    expect((await test.db.read((tx) => choicesOf(tx, [agentId]))).size).toBe(0)
  })

  it('for quiet are one a person', async () => {
    const read = async () => (await test.db.read((tx) => quietTimesOf(tx, [agentId]))).get(agentId)
    expect(await read()).toBeUndefined()
    await test.db.write((tx) => saveQuietTime(tx, agentId, defaultQuiet))
    const chosen = { mode: 'hours', from: '20:30', to: '06:00', isUrgentLoud: true } as const
    await test.db.write((tx) => saveQuietTime(tx, agentId, chosen))
    expect(await read()).toEqual(chosen)
  })

  it('go to people who can still sign in, at their address', async () => {
    await test.db.write((tx) => saveContact(tx, agentId, { email: 'wang@example.org' }))
    await test.db.write((tx) => saveContact(tx, agentId, {}))
    await test.db.write((tx) => saveContact(tx, agentId, { phone: '13800000000' }))
    expect(await test.db.read((tx) => contactOf(tx, agentId))).toEqual({
      email: 'wang@example.org',
      phone: '13800000000',
    })
    const people = await test.db.read((tx) => recipientsOf(tx, [agentId, agentId, newId('agt')]))
    expect([...people]).toEqual([
      [
        agentId,
        {
          id: agentId,
          name: '王',
          email: 'wang@example.org',
          phone: '13800000000',
          departmentPath: department.path,
        },
      ],
    ])
  })
})

it('tickets are found by id, none for none', async () => {
  const site = await addSite(test, department, 'demo')
  await addConsultationRow(test, { siteId: site.id, departmentId: department.id, queueSeq: 1 })
  const [made] = (await test.request('GET', '/tickets', { cookie: (await boss()).cookie })).body.items
  const found = await test.db.read((tx) => ticketsOf(tx, [made.id, made.id, newId('tkt')]))
  expect([...found.values()]).toEqual([
    { id: made.id, number: made.number, topic: '', assigneeId: null, departmentId: department.id },
  ])
  expect((await test.db.read((tx) => ticketsOf(tx, []))).size).toBe(0)
})
const boss = () => addAgent(test, department, ['supervisor'], '主任')
