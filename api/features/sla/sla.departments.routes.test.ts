import { describe, expect, it } from 'vitest'
import { system } from '../../lib/actor'
import { addAgent, addDepartment } from '../../testing/app'
import { addTicket } from '../../testing/rows'
import { assignTicket } from '../tickets/tickets.usecases'
import {
  admin,
  city,
  clocks,
  eventsOf,
  hour,
  minute,
  open,
  site,
  test,
  ticketOf,
  useWorld,
} from './testing/sla.world'

useWorld()

const calendar = async (name: string, days: number[], spans: { from: string; to: string }[]) => {
  const made = await test.request('POST', '/sla/calendars', {
    cookie: admin.cookie,
    body: {
      name,
      timeZone: 'Asia/Shanghai',
      week: days.map((day) => ({ day, spans })),
      exceptions: [],
    },
  })
  expect(made.status).toBe(201)
  return made.body.id as string
}
const works = async (departmentId: string, calendarId: string) => {
  const chosen = await test.request('PUT', `/sla/departments/${departmentId}`, {
    cookie: admin.cookie,
    body: { calendarId },
  })
  expect(chosen.status).toBe(200)
}
const openIn = (departmentId: string) => addTicket(test, { siteId: site.id, departmentId, topic: '公司注册' })

describe('the organisation tree', () => {
  it('a step for the head above counts in the working time of that department', async () => {
    const county = await addDepartment(test, '县', city)
    const town = await addDepartment(test, '镇', county)
    const allDay = [{ from: '00:00', to: '24:00' }]
    await works(town.id, await calendar('全天', [1, 2, 3, 4, 5, 6, 7], allDay))
    await works(county.id, await calendar('周一上午', [1], [{ from: '09:00', to: '12:00' }]))
    const { id } = await openIn(town.id)
    await test.project()
    // Friday 11:00 the first response is late; two hours later is Monday 11:00 for the head of the county.
    test.clock.advance(8 * hour)
    await test.sweep()
    const levels = async () =>
      (await eventsOf(id, 'sla.step'))
        .filter((each) => Reflect.get(each, 'kind') === 'first_response')
        .map((each) => Reflect.get(each, 'level'))
    expect(await levels()).toEqual([1, 2])
    test.clock.advance(3 * 24 * hour - 8 * hour + 50 * minute)
    await test.sweep()
    expect(await levels()).toEqual([1, 2])
    test.clock.advance(20 * minute)
    await test.sweep()
    expect(await levels()).toEqual([1, 2, 3])
  })

  it('somebody who works in another department is disturbed in the working time there, from then on', async () => {
    const [early, late] = [await addDepartment(test, '早班', city), await addDepartment(test, '晚班', city)]
    await works(early.id, await calendar('全天', [1, 2, 3, 4, 5, 6, 7], [{ from: '00:00', to: '24:00' }]))
    await works(late.id, await calendar('周一上午', [1], [{ from: '09:00', to: '12:00' }]))
    const owner = await addAgent(test, late, ['agent'])
    // More than one slice of tickets.
    const ids: string[] = []
    for (let at = 0; at < 25; at++) {
      const { id } = await open()
      await test.db.write((tx) => assignTicket(tx, test.deps, system, id, owner.id))
      ids.push(id)
    }
    await test.project()
    const told = async () => {
      const all = await Promise.all(ids.map((id) => eventsOf(id, 'sla.step')))
      return all.flat().filter((each) => Reflect.get(each, 'level') === 1).length
    }
    const due = async () => Promise.all(ids.map(async (id) => (await ticketOf(id)).nextDueAt))
    const before = await due()
    // 80 % of the hour to the first response are over at 10:48; the owner's next morning at work is Monday's.
    test.clock.advance(50 * minute)
    await test.sweep()
    expect(await told()).toBe(0)
    const moved = await test.request('PATCH', `/agents/${owner.id}`, {
      cookie: admin.cookie,
      body: { departmentId: early.id },
    })
    expect(moved.status).toBe(200)
    await test.sweep()
    await test.sweep()
    expect(await told()).toBe(ids.length)
    expect(await due()).toEqual(before)
  })

  it('a department that moves below another takes the policy for that branch', async () => {
    const north = await addDepartment(test, '北区', city)
    const south = await addDepartment(test, '南区', city)
    const office = await addDepartment(test, '服务站', north)
    const { items } = (await test.request('GET', '/sla/policies', { cookie: admin.cookie })).body
    const standard = items.find((each: { isDefault: boolean }) => each.isDefault)
    const made = await test.request('POST', '/sla/policies', {
      cookie: admin.cookie,
      body: {
        name: '南区',
        isActive: true,
        calendarId: standard.calendarId,
        firstResponseSeconds: 600,
        nextResponseSeconds: 600,
        resolutionSeconds: 7200,
        pausesOn: [],
        conditions: [{ field: 'department', op: 'below', values: [south.id] }],
      },
    })
    expect(made.status).toBe(201)
    const { id } = await openIn(office.id)
    await test.sweep()
    expect((await clocks(id)).policyName).not.toBe('南区')
    const moved = await test.request('PATCH', `/departments/${office.id}`, {
      cookie: admin.cookie,
      body: { parentId: south.id },
    })
    expect(moved.status).toBe(200)
    await test.sweep()
    await test.sweep()
    expect((await ticketOf(id)).nextDueAt).toBe(Date.parse('2026-11-20T02:10:00Z'))
    expect((await clocks(id)).policyName).toBe('南区')
  })
})
