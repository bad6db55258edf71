import { eq, ne, or } from 'drizzle-orm'
import { tickets, ticketTags } from '../../drizzle/schema/index'
import type { TestApp } from './app'

/** Tags that say another moment or department than their ticket: lists would show it in a wrong place. */
export const tagsOutOfStep = (test: TestApp) =>
  test.db.read((tx) =>
    tx
      .select({ ticketId: ticketTags.ticketId, tagId: ticketTags.tagId })
      .from(ticketTags)
      .innerJoin(tickets, eq(tickets.id, ticketTags.ticketId))
      .where(
        or(
          ne(tickets.updatedAt, ticketTags.ticketUpdatedAt),
          ne(tickets.departmentId, ticketTags.departmentId),
        ),
      ),
  )
