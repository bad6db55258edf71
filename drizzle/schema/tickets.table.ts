import type { TicketStatus } from '../../contract/tickets.rules'
import { agents } from './agents.table'
import { id, index, int, table, text, time, uniqueIndex } from './columns'
import { departments } from './departments.table'
import { serviceItems, sites } from './sites.table'
import { contacts } from './visitors.table'

export const tickets = table(
  'tickets',
  {
    id: id(),
    number: text('number').notNull(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    status: text('status').$type<TicketStatus>().notNull(),
    topic: text('topic').notNull(),
    serviceItemId: text('service_item_id').references(() => serviceItems.id),
    contactId: text('contact_id').references(() => contacts.id),
    assigneeId: text('assignee_id').references(() => agents.id),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('tickets_number').on(t.number),
    index('tickets_updated').on(t.updatedAt, t.id),
    index('tickets_status').on(t.status, t.updatedAt, t.id),
    index('tickets_assignee').on(t.assigneeId, t.updatedAt, t.id),
    index('tickets_department').on(t.departmentId, t.updatedAt, t.id),
  ],
)

/** The last ticket number given out on a day. */
export const ticketCounters = table('ticket_counters', {
  day: text('day').primaryKey(),
  last: int('last').notNull(),
})
