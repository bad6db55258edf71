import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { events, importRows, tickets } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { createKilledProcess } from '../../testing/killed-process'

/** A dry run takes 200 at a time, a run 20. */
const count = 250
const kills = 8
/** A dead process's lease runs out in between. */
const roundMs = 400_000

let app: TestApp
let cookie: string
let child: Awaited<ReturnType<typeof createKilledProcess>>
let round = 0
beforeAll(async () => {
  app = await createTestApp()
  child = await createKilledProcess('work-child.ts')
  const department = await addDepartment(app, '政务大厅')
  await addSite(app, department, 'hall')
  cookie = (await addAgent(app, department, ['supervisor'])).cookie
})
afterAll(async () => {
  child.remove()
  await app.close()
})

const work = (dieAt: number) => {
  round++
  return child.run(join(app.db.directory, 'bangban.db'), app.clock.now() + round * roundMs, dieAt)
}
const show = async (id: string) => (await app.request('GET', `/imports/${id}`, { cookie })).body.import

/** Each row that is marked has its ticket, each ticket its row, each ticket one beginning in the history. */
const check = async (id: string): Promise<number> => {
  const { rows, made, told } = await app.db.read(async (tx) => ({
    rows: await tx.select().from(importRows).where(eq(importRows.importId, id)),
    made: await tx.select().from(tickets),
    told: await tx.select().from(events).where(eq(events.type, 'ticket.created')),
  }))
  const marked = rows.filter((row) => row.status === 'created')
  const ids = made.map((ticket) => ticket.id).sort()
  expect(marked.map((row) => row.ticketId).sort()).toEqual(ids)
  expect(told.map((event) => event.ticketId).sort()).toEqual(ids)
  expect(new Set(made.map((ticket) => ticket.externalNumber)).size).toBe(made.length)
  expect((await show(id)).createdCount).toBe(made.length)
  return made.length
}

it(`makes every ticket once, killed ${kills} times while it checks and while it runs`, async () => {
  const lines = Array.from({ length: count }, (_, at) => `K-${at},事项 ${at},"加急, 窗口"`)
  const sent = await app.app.request('/api/v1/imports?name=k.csv', {
    method: 'PUT',
    headers: { cookie, 'content-type': 'text/csv' },
    body: ['外部编号,事项,标签', ...lines].join('\n'),
  })
  const { import: record } = (await sent.json()) as { import: { id: string } }
  const { id } = record
  const command = async (name: string) =>
    expect((await app.request('POST', `/imports/${id}/${name}`, { cookie, body: {} })).status).toBe(200)
  let killed = 0
  const die = async (moment: number) => {
    if ((await work(moment)).signal === 'SIGKILL') killed++
  }

  await command('check')
  // Write one takes the lease, the next ones a slice each.
  for (const moment of [1, 2]) await die(moment)
  expect(await work(0)).toEqual({ signal: null, isDone: true })
  expect(await show(id)).toMatchObject({ status: 'checked', badRows: 0, problems: [] })

  await command('run')
  const moments = fc.sample(fc.integer({ min: 2, max: 5 }), { numRuns: kills - 2, seed: 6 })
  let created = 0
  for (const moment of moments) {
    await die(moment)
    const now = await check(id)
    expect(now).toBeGreaterThanOrEqual(created)
    created = now
  }
  expect(created).toBeGreaterThan(0)
  expect(await work(0)).toEqual({ signal: null, isDone: true })
  expect(await check(id)).toBe(count)
  expect(await show(id)).toMatchObject({ status: 'done', badRows: 0, createdCount: count })
  expect(killed).toBeGreaterThan(kills / 2)
})
