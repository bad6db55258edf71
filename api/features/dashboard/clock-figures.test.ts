import { expect, it } from 'vitest'
import {
  admin,
  changeDefault,
  command,
  hour,
  minute,
  open,
  tell,
  test,
  useWorld,
} from '../sla/testing/sla.world'

useWorld()

const figures = async () => {
  await test.project()
  await test.sweep()
  await test.project()
  const { status, body } = await test.request('GET', '/dashboard?period=7', { cookie: admin.cookie })
  expect(status).toBe(200)
  const { counts } = body
  return {
    met: counts.sla_met_first_response,
    late: counts.sla_breached_first_response,
    lateAtTheEnd: counts.sla_breached_resolution,
  }
}

it('a first response that nobody gives is late from its due time on, and is counted once', async () => {
  const { id } = await open()
  await open()
  test.clock.advance(50 * minute)
  expect(await figures()).toEqual({ met: 0, late: 0, lateAtTheEnd: 0 })
  test.clock.advance(20 * minute)
  expect(await figures()).toEqual({ met: 0, late: 2, lateAtTheEnd: 0 })
  await tell(id, 'ticket.replied')
  expect(await figures()).toEqual({ met: 0, late: 2, lateAtTheEnd: 0 })
  const page = await test.request('GET', '/dashboard/tickets?figure=sla_breached_first_response', {
    cookie: admin.cookie,
  })
  expect(page.body.items).toHaveLength(2)
})

it('is taken back where more time is given, and counts again when that is over', async () => {
  await open()
  test.clock.advance(70 * minute)
  expect(await figures()).toMatchObject({ late: 1 })
  await changeDefault({ firstResponseSeconds: 2 * hour })
  expect(await figures()).toMatchObject({ late: 0 })
  test.clock.advance(2 * hour)
  expect(await figures()).toMatchObject({ late: 1 })
})

it('is taken back with a merge: the ticket that goes on answers for it', async () => {
  const first = await open()
  const second = await open()
  test.clock.advance(70 * minute)
  expect(await figures()).toMatchObject({ late: 2 })
  const merged = await test.request('POST', `/tickets/${first.id}/merge`, {
    cookie: admin.cookie,
    body: { intoId: second.id },
  })
  expect(merged.status).toBe(200)
  expect(await figures()).toMatchObject({ late: 1 })
  await command(second.id, 'resolve')
  expect(await figures()).toMatchObject({ met: 0, late: 1 })
})

it('resolved or opened again by mistake and undone, a ticket was neither', async () => {
  const [first, settled] = [await open(), await open()]
  await command(settled.id, 'resolve')
  const counted = async () => {
    await test.project()
    const { body } = await test.request('GET', '/dashboard?period=7', { cookie: admin.cookie })
    const { resolved, closed, reopened, merged } = body.counts
    const page = await test.request('GET', '/dashboard/tickets?figure=resolved', { cookie: admin.cookie })
    const ticket = await test.request('GET', `/tickets/${settled.id}`, { cookie: admin.cookie })
    const { status, reopenCount } = ticket.body.ticket
    return { resolved, closed, reopened, merged, listed: page.body.items.length, status, reopenCount }
  }
  const before = await counted()
  expect(before).toMatchObject({ resolved: 1, reopened: 0, listed: 1, reopenCount: 0 })
  const bulk = async (id: string, change: string) => {
    const body = { ids: [id], change: { command: change } }
    return (await test.request('POST', '/tickets/bulk', { cookie: admin.cookie, body })).body.operationId
  }
  for (const [id, change] of [
    [first.id, 'resolve'],
    [first.id, 'close'],
    [settled.id, 'reopen'],
  ] as const) {
    const operation = await bulk(id, change)
    expect(await counted()).not.toEqual(before)
    await test.request('POST', `/operations/${operation}/undo`, { cookie: admin.cookie })
    expect(await counted(), change).toEqual(before)
  }
})
