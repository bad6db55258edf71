import { afterAll, beforeAll, expect, it } from 'vitest'
import { newId } from '../../lib/ids'
import { openTestDatabase } from '../../testing/database'
import {
  deleteOldOutgoing,
  findOutgoing,
  insertOutgoing,
  lastQueuedAt,
  listOutgoing,
  moveOutgoing,
  type OutgoingRow,
  readSmsTemplates,
  saveSmsTemplates,
} from './outgoing.store'

let db: Awaited<ReturnType<typeof openTestDatabase>>
beforeAll(async () => {
  db = await openTestDatabase()
})
afterAll(() => db.close())

const add = async (more: Partial<OutgoingRow> = {}): Promise<OutgoingRow> => {
  const row: OutgoingRow = {
    id: newId('out'),
    channel: 'email',
    recipient: 'wang@example.org',
    content: { subject: '工单已超时', text: '一\n二', html: '<p>一</p>' },
    purpose: 'notification',
    state: 'waiting',
    attempts: 0,
    createdAt: 1000,
    dueAt: 1000,
    finishedAt: null,
    error: null,
    ...more,
  }
  await db.write((tx) => insertOutgoing(tx, row))
  return row
}

it('messages are kept as they are, and leave a state only once', async () => {
  const attachment = { fileName: '月报.xlsx', sha256: 'a'.repeat(64) }
  const mail = await add({ content: { subject: 's', text: 't', html: '', attachment } })
  const sms = await add({ channel: 'sms', content: { template: 'lookup_code', params: { code: '123456' } } })
  expect(await db.read((tx) => findOutgoing(tx, mail.id))).toEqual(mail)
  expect(await db.read((tx) => findOutgoing(tx, sms.id))).toEqual(sms)
  expect(await db.read((tx) => findOutgoing(tx, newId('out')))).toBeNull()
  const send = () =>
    db.write((tx) => moveOutgoing(tx, mail.id, 'waiting', { state: 'sent', attempts: 1, finishedAt: 5 }))
  expect((await Promise.all([send(), send()])).sort()).toEqual([false, true])
  expect(await db.read((tx) => findOutgoing(tx, mail.id))).toEqual({
    ...mail,
    state: 'sent',
    attempts: 1,
    finishedAt: 5,
  })
})

it('a channel is paged newest first, each message once, also those of one moment', async () => {
  const made = []
  for (const createdAt of [9000, 7000, 8000, 8000, 8000]) made.push(await add({ createdAt }))
  await add({ createdAt: 8500, channel: 'sms', content: { template: 'test', params: {} } })
  const order = [...made].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
  const page = (after: OutgoingRow | null) =>
    db.read((tx) => listOutgoing(tx, { channel: 'email', after, limit: 2 }))
  const seen: OutgoingRow[] = []
  for (let rows = await page(null); rows.length > 0; rows = await page(rows.at(-1) ?? null))
    seen.push(...rows)
  expect(seen.slice(0, order.length).map((row) => row.id)).toEqual(order.map((row) => row.id))
  expect(new Set(seen.map((row) => row.id)).size).toBe(seen.length)
  expect(seen.every((row) => row.channel === 'email')).toBe(true)
})

it('what is finished is forgotten in the end, what waits is not', async () => {
  const waiting = await add({ createdAt: 1 })
  const old = await add({ createdAt: 1, state: 'failed', finishedAt: 99, error: 'no' })
  const fresh = await add({ createdAt: 1, state: 'sent', finishedAt: 100 })
  await db.write((tx) => deleteOldOutgoing(tx, 100))
  const left = (id: string) => db.read(async (tx) => (await findOutgoing(tx, id)) !== null)
  expect([await left(waiting.id), await left(old.id), await left(fresh.id)]).toEqual([true, false, true])
})

it('the names of templates are kept, the last ones count', async () => {
  expect(await db.read(readSmsTemplates)).toEqual({})
  await db.write((tx) => saveSmsTemplates(tx, { test: 'SMS_1', lookup_code: 'SMS_2' }))
  await db.write((tx) => saveSmsTemplates(tx, { test: 'SMS_3' }))
  expect(await db.read(readSmsTemplates)).toEqual({ test: 'SMS_3' })
})

it('the latest message to an address is known by channel, purpose and time', async () => {
  const recipient = 'latest@example.org'
  const last = (more: Partial<Parameters<typeof lastQueuedAt>[1]> = {}) =>
    db.read((tx) =>
      lastQueuedAt(tx, { channel: 'email', recipient, purpose: 'notification', since: 0, ...more }),
    )
  expect(await last()).toBeNull()
  for (const createdAt of [7000, 9000, 8000]) await add({ recipient, createdAt })
  await add({ recipient, createdAt: 9500, purpose: 'report' })
  await add({ recipient, createdAt: 9600, channel: 'sms', content: { template: 'test', params: {} } })
  expect(await last()).toBe(9000)
  expect(await last({ since: 9000 })).toBeNull()
  expect(await last({ channel: 'sms' })).toBe(9600)
  expect(await last({ recipient: 'nobody@example.org' })).toBeNull()
})
