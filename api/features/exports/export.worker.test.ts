import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tickets } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'

let app: TestApp
let cookie: string
let strange: string
let place: { siteId: string; departmentId: string }
beforeEach(async () => {
  app = await createTestApp()
  const department = await addDepartment(app, '政务大厅')
  place = { siteId: (await addSite(app, department, 'hall')).id, departmentId: department.id }
  cookie = (await addAgent(app, department, ['agent'])).cookie
  strange = (await addAgent(app, department, ['agent'])).cookie
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
