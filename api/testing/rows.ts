import { consultations, type serviceItems, tickets } from '../../drizzle/schema/index'
import { insertServiceItem, updateServiceItemRow } from '../features/sites/service-items.store'
import { createTicket, type NewTicket } from '../features/tickets/tickets.usecases'
import { system } from '../lib/actor'
import { newId } from '../lib/ids'
import type { TestApp } from './app'

type Row = typeof consultations.$inferInsert

/** A consultation with its ticket, written straight into the tables. */
export const addConsultationRow = async (
  test: TestApp,
  at: { siteId: string; departmentId: string; queueSeq: number },
  more: Partial<Row> = {},
): Promise<string> => {
  const ticketId = newId('tkt')
  const now = test.clock.now()
  await test.db.write(async (tx) => {
    await tx.insert(tickets).values({
      id: ticketId,
      number: ticketId,
      siteId: at.siteId,
      departmentId: at.departmentId,
      status: 'new',
      topic: '',
      createdAt: now,
      updatedAt: now,
    })
  })
  return addConsultationTo(
    test,
    { siteId: at.siteId, ticketId },
    { queueSeq: at.queueSeq, queuedAt: now + at.queueSeq, ...more },
  )
}

/** A consultation of a ticket that is there, waiting unless said otherwise. */
export const addConsultationTo = async (
  test: Pick<TestApp, 'db' | 'clock'>,
  of: { siteId: string; ticketId: string },
  more: Partial<Row> & { queueSeq: number },
): Promise<string> => {
  const id = newId('con')
  await test.db.write(async (tx) => {
    await tx.insert(consultations).values({
      id,
      ...of,
      visitorId: null,
      status: 'waiting',
      channel: 'chat',
      topic: '',
      isElder: false,
      queuedAt: test.clock.now(),
      ...more,
    })
  })
  return id
}

/** A service item of a department, with nothing to it but its name; returns its id. */
export const addServiceItem = async (
  test: Pick<TestApp, 'db' | 'clock'>,
  department: { id: string },
  name: string,
  more: Partial<typeof serviceItems.$inferInsert> = {},
): Promise<string> => {
  const id = newId('itm')
  await test.db.write((tx) =>
    insertServiceItem(tx, {
      id,
      departmentId: department.id,
      name,
      nameEn: name,
      createdAt: test.clock.now(),
      ...more,
    }),
  )
  return id
}

/** Retires a service item, as its administrator does. */
export const retireItem = (test: Pick<TestApp, 'db'>, id: string): Promise<void> =>
  test.db.write((tx) => updateServiceItemRow(tx, id, { isActive: false }))

/** A ticket that the program itself opens, as it came in: nobody's yet, about no service item, of no contact. */
export const addTicket = (
  test: Pick<TestApp, 'db' | 'deps'>,
  of: Pick<NewTicket, 'siteId' | 'departmentId' | 'topic'> & Partial<NewTicket>,
): Promise<{ id: string; number: string }> =>
  test.db.write((tx) =>
    createTicket(tx, test.deps, {
      actor: system,
      serviceItemId: null,
      contactId: null,
      timeZone: 'Asia/Shanghai',
      ...of,
    }),
  )
