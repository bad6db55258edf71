import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bulkAtOnce } from '../../../contract/bulk.rules'
import { bulkTargets, events, ticketOperationChanges, tickets } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { createKilledProcess } from '../../testing/killed-process'

/** More than a request does by itself: undoing is the sweeper's too. */
const count = bulkAtOnce + 4
const kills = 8
/** A dead process's lease runs out in between, and so does the pause before its job is tried again. */
const roundMs = 400_000

let test: TestApp
let cookie: string
let child: Awaited<ReturnType<typeof createKilledProcess>>
let round = 0
beforeAll(async () => {
  test = await createTestApp()
  child = await createKilledProcess('work-child.ts')
  const department = await addDepartment(test, '政务大厅')
  const site = await addSite(test, department, 'hall')
  cookie = (await addAgent(test, department, ['supervisor'])).cookie
  for (let at = 0; at < count; at++) {
    const body = { siteId: site.id, topic: `事项 ${at}` }
    expect((await test.request('POST', '/tickets', { cookie, body })).status).toBe(201)
  }
})
afterAll(async () => {
  child.remove()
  await test.close()
})

const work = (dieAt: number) => {
  round++
  return child.run(join(test.db.directory, 'bangban.db'), test.clock.now() + round * roundMs, dieAt)
}

/** What is changed, what is kept of it and what the history says, by ticket. */
const look = (operationId: string) =>
  test.db.read(async (tx) => {
    const rows = await tx.select().from(tickets)
    const kept = await tx
      .select()
      .from(ticketOperationChanges)
      .where(eq(ticketOperationChanges.operationId, operationId))
    const told = await tx.select().from(events).where(eq(events.type, 'ticket.edited'))
    const targets = await tx.select().from(bulkTargets).where(eq(bulkTargets.operationId, operationId))
    const byTicket = (id: string) => ({
      kept: kept.filter((each) => each.ticketId === id && each.field === 'priority').length,
      told: told.filter((each) => each.ticketId === id).length,
      target: targets.find((each) => each.ticketId === id),
    })
    return rows.map((row) => ({ priority: row.priority, ...byTicket(row.id) }))
  })

const moments = fc.sample(fc.integer({ min: 2, max: 14 }), { numRuns: kills, seed: 8 })

it(`changes nothing without a way back, nothing twice and nothing by halves, killed ${kills} times`, async () => {
  const headers = { 'idempotency-key': 'bulk-1' }
  const body = { filter: { status: 'new' }, change: { priority: 'high', addTags: ['急'] } }
  const started = await test.request('POST', '/tickets/bulk', { cookie, body, headers })
  expect(started.body).toMatchObject({ status: 'finding', total: null })
  const { operationId } = started.body
  let killed = 0
  const untilDone = async (check: () => Promise<void>) => {
    for (const moment of moments.slice(0, kills / 2)) {
      const { signal } = await work(moment)
      if (signal === 'SIGKILL') killed++
      await check()
    }
    expect(await work(0)).toEqual({ signal: null, isDone: true })
    await check()
  }
  await untilDone(async () => {
    for (const { priority, kept, told, target } of await look(operationId)) {
      const times = priority === 'high' ? 1 : 0
      expect([kept, told, target?.outcome === 'changed']).toEqual([times, times, times === 1])
    }
  })
  expect((await look(operationId)).every((each) => each.priority === 'high')).toBe(true)
  const again = await test.request('POST', '/tickets/bulk', { cookie, body, headers })
  expect(again.body).toMatchObject({ operationId, status: 'done', total: count, changed: count })

  const undone = await test.request('POST', `/operations/${operationId}/undo`, { cookie, body: {} })
  expect([undone.status, undone.body.left]).toEqual([200, count])
  await untilDone(async () => {
    for (const { priority, told, target } of await look(operationId))
      expect([told, target?.restored === null]).toEqual(priority === 'high' ? [1, true] : [2, false])
  })
  const end = await test.request('GET', `/operations/${operationId}`, { cookie })
  expect(end.body).toMatchObject({ status: 'undone', putBack: count, restored: 2 * count, skipped: [] })
  expect((await look(operationId)).every((each) => each.priority === 'normal')).toBe(true)
  expect(killed).toBeGreaterThan(kills / 2)
})
