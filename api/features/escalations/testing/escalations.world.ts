import { afterEach, beforeEach, expect } from 'vitest'
import type { EscalationView } from '../../../../contract/escalations.schema'
import { absences, departmentLeaders } from '../../../../drizzle/schema/index'
import { system } from '../../../lib/actor'
import { newId } from '../../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../../testing/app'
import { addTicket } from '../../../testing/rows'
import { loadTicketRow } from '../../tickets/tickets.store'
import { assignTicket, tellTicket } from '../../tickets/tickets.usecases'
import { escalationViews } from '../escalations.presenter'
import { openOfTicket } from '../escalations.store'

export type Who = Awaited<ReturnType<typeof addAgent>>
export type Where = Awaited<ReturnType<typeof addDepartment>>

export const minute = 60
export const hour = 3600
export let test: TestApp
export let city: Where
export let county: Where
export let town: Where
export let other: Where
export let who: Record<
  'agent' | 'second' | 'townHead' | 'townDeputy' | 'countyHead' | 'cityHead' | 'otherHead' | 'admin',
  Who
>
export let siteId: string

export const lead = (department: Where, agent: Who, role: 'head' | 'deputy', position = 0) =>
  test.db.write((tx) =>
    tx
      .insert(departmentLeaders)
      .values({ departmentId: department.id, agentId: agent.id, role, position })
      .then(() => undefined),
  )

/** Each test of the file gets a world of its own: Friday 10:00 in Shanghai. */
export const useWorld = (): void => {
  beforeEach(async () => {
    test = await createTestApp()
    city = await addDepartment(test, '清河市')
    county = await addDepartment(test, '青云区', city)
    town = await addDepartment(test, '柳林镇', county)
    other = await addDepartment(test, '税务局', city)
    siteId = (await addSite(test, town, 'town')).id
    who = {
      agent: await addAgent(test, town, ['agent'], '陈晓雯'),
      second: await addAgent(test, town, ['agent'], '刘志远'),
      townHead: await addAgent(test, town, ['supervisor'], '周站长'),
      townDeputy: await addAgent(test, town, ['agent'], '吴副站长'),
      countyHead: await addAgent(test, county, ['supervisor'], '何主任'),
      cityHead: await addAgent(test, city, ['supervisor'], '郭局长'),
      otherHead: await addAgent(test, other, ['supervisor'], '钱科长'),
      admin: await addAgent(test, city, ['admin'], '李思远'),
    }
    await lead(town, who.townHead, 'head')
    await lead(town, who.townDeputy, 'deputy', 1)
    await lead(county, who.countyHead, 'head')
    await lead(city, who.cityHead, 'head')
    await lead(other, who.otherHead, 'head')
  })
  afterEach(() => test.close())
}

export const makeTicket = async (assignee: Who | null = who.agent, more: { isComplaint?: boolean } = {}) => {
  const made = await addTicket(test, { siteId, departmentId: town.id, topic: '社保断缴补缴', ...more })
  if (assignee) await test.db.write((tx) => assignTicket(tx, test.deps, system, made.id, assignee.id))
  return made
}
/** Something happens on the ticket, and what follows from it. */
export const happen = async (ticketId: string, type: string, facts: Record<string, unknown>) => {
  await test.db.write(async (tx) =>
    tellTicket(tx, await loadTicketRow(tx, ticketId), type, system, test.clock.now(), facts),
  )
  await test.project()
}
export const step = (ticketId: string, level: number, action = 'escalate') =>
  happen(ticketId, 'sla.step', { stepId: 's', action, level, trigger: 'breach', isLate: false })
/** Read past the sessions, which end while the clock is turned. */
export const openOf = (ticketId: string): Promise<EscalationView[]> =>
  test.db.read(async (tx) => escalationViews(tx, await openOfTicket(tx, ticketId)))
export const only = async (ticketId: string): Promise<EscalationView> => {
  const all = await openOf(ticketId)
  expect(all).toHaveLength(1)
  return all[0] as EscalationView
}
export const levelOf = async (ticketId: string) =>
  (await test.db.read((tx) => loadTicketRow(tx, ticketId))).escalationLevel
export const pass = async (seconds: number) => {
  test.clock.advance(seconds)
  await test.sweep()
}
export const command = (by: Who, id: string, name: string, body: Record<string, unknown> = {}) =>
  test.request('POST', `/escalations/${id}/${name}`, { cookie: by.cookie, body })
export const away = (agent: Who, deputy: Who | null, hours = 48) =>
  test.db.write((tx) =>
    tx
      .insert(absences)
      .values({
        id: newId('abs'),
        agentId: agent.id,
        fromAt: test.clock.now(),
        toAt: test.clock.now() + hours * hour * 1000,
        deputyId: deputy?.id ?? null,
        note: '',
      })
      .then(() => undefined),
  )
export const result = {
  outcome: 'settled',
  result: '已补缴到账',
  cause: 'rules_unclear',
  accountability: '更新办事指南，责任人钱科长',
}
