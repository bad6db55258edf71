import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Role, roles } from '../../../contract/permissions.rules'
import type { Database } from '../../../drizzle/database'
import { agents, audit, exports, tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { runExport } from './run-export.usecases'

let app: TestApp
let owner: { id: string; cookie: string }
let cookie: string
let strange: string
let place: { siteId: string; departmentId: string }
beforeEach(async () => {
  app = await createTestApp()
  const department = await addDepartment(app, '政务大厅')
  place = { siteId: (await addSite(app, department, 'hall')).id, departmentId: department.id }
  owner = await addAgent(app, department, ['supervisor'])
  cookie = owner.cookie
  strange = (await addAgent(app, department, ['supervisor'])).cookie
})
afterEach(() => app.close())

const fill = (count: number) =>
  app.db.write(async (tx) => {
    for (let first = 0; first < count; first += 500)
      await tx.insert(tickets).values(
        Array.from({ length: Math.min(500, count - first) }, (_, at) => ({
          id: newId('tkt'),
          number: `20261101-${10000 + first + at}`,
          ...place,
          status: 'new' as const,
          topic: `事项 ${first + at}`,
          description: '一二三四五六七八九十'.repeat(20),
          createdAt: 1_780_000_000_000 + first + at,
          updatedAt: 1_780_000_000_000 + first + at,
        })),
      )
  })
const order = async (format: 'csv' | 'xlsx') => {
  const body = { format, filter: {}, columns: ['number', 'topic', 'description'] }
  const { status, body: made } = await app.request('POST', '/exports', { cookie, body })
  expect(status).toBe(201)
  return made.id as string
}
const finished = async (id: string) => {
  await app.sweep()
  await expect
    .poll(async () => (await app.request('GET', `/exports/${id}`, { cookie })).body.status, {
      timeout: 100_000,
    })
    .toBe('done')
  return (await app.request('GET', `/exports/${id}`, { cookie })).body
}

test.each(['csv', 'xlsx'] as const)(
  '20,000 tickets as %s need no more memory than a few pages',
  async (format) => {
    await fill(20_000)
    const id = await order(format)
    const before = process.memoryUsage().rss
    let most = before
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 20)
    const done = await finished(id)
    clearInterval(watch)
    expect(done).toMatchObject({ done: 20_000, total: 20_000 })
    // The thread itself with its code takes about 100 MB; all lines at once would add hundreds more.
    expect((most - before) / 1024 / 1024).toBeLessThan(260)
  },
)

test('the file is its owner’s, behind a signed address, for a day', async () => {
  await fill(3)
  const id = await order('csv')
  await finished(id)
  expect((await app.request('GET', `/exports/${id}`, { cookie: strange })).status).toBe(404)
  expect((await app.request('POST', `/exports/${id}/link`, { cookie: strange })).status).toBe(404)
  const { body } = await app.request('POST', `/exports/${id}/link`, { cookie })
  const file = await app.app.request(body.url)
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(parse(await file.text(), { bom: true })).toHaveLength(4)
  expect((await app.app.request(`${body.url}x`)).status).toBe(404)
  app.clock.advance(301)
  expect((await app.app.request(body.url)).status).toBe(403)
  app.clock.advance(24 * 3600)
  await app.sweep()
  await expect.poll(async () => (await app.request('GET', `/exports/${id}`, { cookie })).status).toBe(404)
})

test('called off before it began, it is never written; three at a time at most', async () => {
  const ids = [await order('csv'), await order('csv'), await order('csv')]
  const body = { format: 'csv', filter: {} }
  expect((await app.request('POST', '/exports', { cookie, body })).body.code).toBe('exports.too_many')
  for (const id of ids) expect((await app.request('DELETE', `/exports/${id}`, { cookie })).status).toBe(200)
  await app.sweep()
  await expect.poll(async () => (await app.request('GET', '/exports', { cookie })).body.items).toEqual([])
})

test('called off while it is written, it leaves neither a file nor a thread', async () => {
  await fill(20_000)
  const id = await order('csv')
  const path = join(app.deps.config.dataDir, 'exports', `${id}.csv`)
  let writes = 0
  let wasThere = false
  const db: Database = {
    ...app.db,
    async write(work) {
      writes += 1
      // The first write starts it, the second tells how far the thread is.
      if (writes === 2) {
        wasThere = existsSync(path)
        const { body } = await app.request('GET', `/exports/${id}`, { cookie })
        expect(body).toMatchObject({ status: 'running', total: null })
        expect((await app.request('DELETE', `/exports/${id}`, { cookie })).status).toBe(200)
      }
      return app.db.write(work)
    },
  }
  await runExport({ ...app.deps, db }, id)
  expect([wasThere, existsSync(path)]).toEqual([true, false])
  expect((await app.request('GET', `/exports/${id}`, { cookie })).body).toMatchObject({
    status: 'cancelled',
    total: null,
  })
  await app.sweep()
  await eventually(async () =>
    expect((await app.request('GET', `/exports/${id}`, { cookie })).status).toBe(404),
  )
})

test('words in the filter choose the tickets, together with everything else in it', async () => {
  const topics = ['社保卡补换', '社保转移', '公积金提取']
  await app.db.write(async (tx) => {
    for (const [at, topic] of topics.entries())
      await tx.insert(tickets).values({
        id: newId('tkt'),
        number: `20261102-1000${at}`,
        ...place,
        status: 'new',
        topic,
        priority: at === 1 ? 'urgent' : 'normal',
        createdAt: 1_780_000_000_000 + at,
        updatedAt: 1_780_000_000_000 + at,
      })
  })
  await app.index()
  const linesFor = async (filter: object) => {
    const body = { format: 'csv', filter, columns: ['topic'] }
    const { id } = (await app.request('POST', '/exports', { cookie, body })).body
    await finished(id)
    const { url } = (await app.request('POST', `/exports/${id}/link`, { cookie })).body
    const file = await app.app.request(url)
    return (parse(await file.text(), { bom: true, from_line: 2 }) as string[][]).flat().sort()
  }
  expect(await linesFor({ q: '社保' })).toEqual(['社保卡补换', '社保转移'].sort())
  expect(await linesFor({ q: '社保', priority: 'urgent' })).toEqual(['社保转移'])
  expect(await linesFor({ q: '20261102-10002' })).toEqual(['公积金提取'])
})

test('only those who may export order a file, or see what they ordered', async () => {
  const may: Record<Role, boolean> = {
    agent: false,
    inspector: false,
    editor: false,
    supervisor: true,
    auditor: true,
    admin: true,
  }
  for (const role of roles) {
    const { cookie: other } = await addAgent(app, { id: place.departmentId }, [role])
    const body = { format: 'csv', filter: {} }
    const ordered = await app.request('POST', '/exports', { cookie: other, body })
    const listed = await app.request('GET', '/exports', { cookie: other })
    expect([ordered.status, listed.status], role).toEqual(may[role] ? [201, 200] : [403, 403])
  }
})

test('who exported what, and how much, is in the log', async () => {
  await fill(3)
  const columns = ['number', 'contactName', 'contactPhone']
  const body = { format: 'csv', filter: { priority: 'normal' }, columns }
  const { id } = (await app.request('POST', '/exports', { cookie, body })).body
  await finished(id)
  await app.request('POST', `/exports/${id}/link`, { cookie })
  const log = (await app.db.read((tx) => tx.select().from(audit).orderBy(audit.seq))).filter(
    (row) => row.thing === id,
  )
  expect(log.map(({ actorId, action, data }) => ({ actorId, action, data: JSON.parse(data) }))).toEqual([
    {
      actorId: owner.id,
      action: 'tickets.export_ordered',
      data: { filter: { priority: 'normal' }, columns, format: 'csv' },
    },
    {
      actorId: owner.id,
      action: 'tickets.exported',
      data: { filter: { priority: 'normal' }, columns, format: 'csv', count: 3 },
    },
    { actorId: owner.id, action: 'tickets.export_fetched', data: { count: 3 } },
  ])
})

test('an owner who may not export any more gets neither the file nor one that is ready', async () => {
  await fill(1)
  const ready = await order('csv')
  await finished(ready)
  const late = await order('csv')
  await app.db.write((tx) =>
    tx
      .update(agents)
      .set({ roles: ['agent'] })
      .where(eq(agents.id, owner.id))
      .then(() => undefined),
  )
  await runExport(app.deps, late)
  const rows = await app.db.read((tx) => tx.select().from(exports))
  expect(rows.find((row) => row.id === late)?.status).toBe('failed')
  expect((await app.request('POST', `/exports/${ready}/link`, { cookie })).status).toBe(403)
})
