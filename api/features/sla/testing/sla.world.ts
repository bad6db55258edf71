import { afterEach, beforeEach } from 'vitest'
import type { PolicyView } from '../../../../contract/sla.schema'
import { events } from '../../../../drizzle/schema/index'
import { system } from '../../../lib/actor'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../../testing/app'
import { addTicket } from '../../../testing/rows'
import { loadTicketRow } from '../../tickets/tickets.store'
import { changeTicketState, tellTicket } from '../../tickets/tickets.usecases'
import { ensureSla } from '../ensure-sla.usecases'

/** Friday 20 November 2026, 10:00 in Shanghai. */
export const minute = 60
export const hour = 3600

export let test: TestApp
export let city: { id: string; path: string }
export let site: { id: string; key: string }
export let admin: { id: string; cookie: string }
export let agent: { id: string; cookie: string }

/** Each test of the file gets a world of its own. */
export const useWorld = (): void => {
  beforeEach(async () => {
    test = await createTestApp()
    city = await addDepartment(test, '市')
    site = await addSite(test, city, 'demo')
    admin = await addAgent(test, city, ['admin'])
    agent = await addAgent(test, city, ['agent'])
    await ensureSla(test.deps)
    await test.sweep()
  })
  afterEach(() => test.close())
}

export const open = (more: { priority?: 'urgent'; isComplaint?: boolean } = {}) =>
  addTicket(test, { siteId: site.id, departmentId: city.id, topic: '公司注册', ...more })
export const ticketOf = (id: string) => test.db.read((tx) => loadTicketRow(tx, id))
export const actor = { ...system }
export const command = (id: string, what: Parameters<typeof changeTicketState>[4]) =>
  test.db.write((tx) => changeTicketState(tx, test.deps, actor, id, what))
export const tell = (id: string, type: string, at = test.clock.now()) =>
  test.db.write(async (tx) => tellTicket(tx, await loadTicketRow(tx, id), type, system, at, {}))
export const clocks = async (id: string) => {
  const { cookie } = await addAgent(test, city, ['agent'])
  return (await test.request('GET', `/tickets/${id}/clocks`, { cookie })).body
}
export const clock = async (id: string, kind: string, round = 0) =>
  (await clocks(id)).clocks.find(
    (each: { kind: string; round: number }) => each.kind === kind && each.round === round,
  )
export const eventsOf = async (id: string, prefix: string) =>
  (await test.db.read((tx) => tx.select().from(events)))
    .filter((row) => row.ticketId === id && row.type.startsWith(prefix))
    .map((row) => ({ type: row.type, ...row.facts }))
export const policies = async (): Promise<PolicyView[]> =>
  (await test.request('GET', '/sla/policies', { cookie: admin.cookie })).body.items
export const changeDefault = async (more: Partial<PolicyView>) => {
  const found = (await policies()).find((each) => each.isDefault)
  if (!found) throw new Error('no default policy')
  const {
    id,
    position: _position,
    isDefault: _isDefault,
    updatedAt: _updatedAt,
    canEdit: _canEdit,
    ...body
  } = found
  return test.request('PUT', `/sla/policies/${id}`, { cookie: admin.cookie, body: { ...body, ...more } })
}
