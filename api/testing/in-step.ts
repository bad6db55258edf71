import { eq, ne, or } from 'drizzle-orm'
import { ticketParticipants, tickets, ticketTags } from '../../drizzle/schema/index'
import type { TestApp } from './app'

/** Tags and participants that say another moment or department than their ticket: lists would be wrong by them. */
export const rowsOutOfStep = (test: TestApp) =>
  test.db.read(async (tx) => [
    ...(await tx
      .select({ ticketId: ticketTags.ticketId, tagId: ticketTags.tagId })
      .from(ticketTags)
      .innerJoin(tickets, eq(tickets.id, ticketTags.ticketId))
      .where(
        or(
          ne(tickets.updatedAt, ticketTags.ticketUpdatedAt),
          ne(tickets.departmentId, ticketTags.departmentId),
        ),
      )),
    ...(await tx
      .select({ ticketId: ticketParticipants.ticketId, agentId: ticketParticipants.agentId })
      .from(ticketParticipants)
      .innerJoin(tickets, eq(tickets.id, ticketParticipants.ticketId))
      .where(ne(tickets.departmentId, ticketParticipants.departmentId))),
  ])
