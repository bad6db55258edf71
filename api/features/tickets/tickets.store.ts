import { and, eq, sql } from 'drizzle-orm'
import type { TicketStatus } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  agents,
  ticketCounters,
  ticketParticipants,
  tickets,
  ticketTags,
} from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'

export type TicketRow = typeof tickets.$inferSelect

/** The next number of `day` (`YYYY-MM-DD`), counted up in the same statement. */
export const nextNumberOfDay = async (tx: Tx, day: string): Promise<number> => {
  const [row] = await tx
    .insert(ticketCounters)
    .values({ day, last: 1 })
    .onConflictDoUpdate({ target: ticketCounters.day, set: { last: sql`${ticketCounters.last} + 1` } })
    .returning({ last: ticketCounters.last })
  if (!row) throw new Error('The counter gave no number')
  return row.last
}

export const insertTicket = async (tx: Tx, ticket: typeof tickets.$inferInsert): Promise<TicketRow> => {
  const [row] = await tx.insert(tickets).values(ticket).returning()
  if (!row) throw new Error('The ticket was not written')
  return row
}

/**
 * Lets an agent see and work on the ticket whatever their department; the first reason stays, except that who
 * only served and is then asked in goes on seeing it off the line. False where nothing changed.
 */
export const addParticipant = async (
  tx: Tx,
  ticketId: string,
  agentId: string,
  reason: (typeof ticketParticipants.$inferInsert)['reason'],
  at: number,
): Promise<boolean> => {
  const added = await putParticipant(tx, { ticketId, agentId, reason, createdAt: at })
  if (added.length > 0 || reason === 'served' || reason === 'assigned') return added.length > 0
  const raised = await tx
    .update(ticketParticipants)
    .set({ reason })
    .where(
      and(
        eq(ticketParticipants.ticketId, ticketId),
        eq(ticketParticipants.agentId, agentId),
        eq(ticketParticipants.reason, 'served'),
      ),
    )
    .returning({ agentId: ticketParticipants.agentId })
  return raised.length > 0
}

const putParticipant = prepared((tx, row: Omit<typeof ticketParticipants.$inferInsert, 'departmentId'>) =>
  tx
    .insert(ticketParticipants)
    .values({
      ...row,
      departmentId: sql`(${tx.select({ id: tickets.departmentId }).from(tickets).where(eq(tickets.id, row.ticketId))})`,
    })
    .onConflictDoNothing()
    .returning({ agentId: ticketParticipants.agentId }),
)

/** For use cases whose actor was authorised on the consultation the ticket belongs to. */
export const loadTicketRow = async (tx: Tx, ticketId: string): Promise<TicketRow> => {
  const [row] = await byId(tx, { ticketId })
  if (!row) throw refuse('tickets.not_found', 'There is no such ticket.')
  return row
}

const byId = prepared((tx, v: { ticketId: string }) =>
  tx.select().from(tickets).where(eq(tickets.id, v.ticketId)),
)

/** False where the status is no longer `from`. */
export const moveTicket = async (
  tx: Tx,
  ticketId: string,
  from: TicketStatus,
  to: TicketStatus,
  at: number,
  more: Partial<TicketRow> = {},
): Promise<boolean> => {
  const rows = await move(tx, { ...more, status: to, updatedAt: at, thisId: ticketId, from })
  if (rows.length === 0) return false
  await keepInStep(tx, ticketId, at, more.departmentId)
  return true
}

/** Tags carry when their ticket changed, tags and participants where it lies: whoever writes either calls this. */
const keepInStep = async (tx: Tx, ticketId: string, ticketUpdatedAt: number, departmentId?: string) => {
  await placeTags(tx, { ticketId, ticketUpdatedAt, departmentId })
  if (departmentId !== undefined) await placeParticipants(tx, { ticketId, departmentId })
}

const placeParticipants = prepared((tx, v: { ticketId: string; departmentId: string }) =>
  tx
    .update(ticketParticipants)
    .set({ departmentId: v.departmentId })
    .where(eq(ticketParticipants.ticketId, v.ticketId)),
)

const placeTags = prepared(
  (
    tx,
    { ticketId, ...set }: { ticketId: string; ticketUpdatedAt: number; departmentId?: string | undefined },
  ) => tx.update(ticketTags).set(set).where(eq(ticketTags.ticketId, ticketId)),
)

const move = prepared(
  (tx, { thisId, from, ...set }: Partial<TicketRow> & { thisId: string; from: TicketStatus }) =>
    tx
      .update(tickets)
      .set(set)
      .where(and(eq(tickets.id, thisId), eq(tickets.status, from)))
      .returning({ id: tickets.id }),
)

export const setAssignee = async (
  tx: Tx,
  ticketId: string,
  agentId: string | null,
  at: number,
): Promise<void> => {
  await assign(tx, { ticketId, agentId, at })
  await keepInStep(tx, ticketId, at)
}

const assign = prepared((tx, v: { ticketId: string; agentId: string | null; at: number }) =>
  tx.update(tickets).set({ assigneeId: v.agentId, updatedAt: v.at }).where(eq(tickets.id, v.ticketId)),
)

export const findAgentName = async (tx: Tx, agentId: string): Promise<string | null> => {
  const [row] = await nameOf(tx, { agentId })
  return row?.name ?? null
}

const nameOf = prepared((tx, v: { agentId: string }) =>
  tx.select({ name: agents.name }).from(agents).where(eq(agents.id, v.agentId)),
)

/** Writes columns of the ticket and that it changed. */
export const patchTicket = async (
  tx: Tx,
  ticketId: string,
  set: Partial<TicketRow>,
  at: number,
): Promise<void> => {
  await patch(tx, { ...set, updatedAt: at, thisId: ticketId })
  await keepInStep(tx, ticketId, at, set.departmentId)
}

const patch = prepared((tx, { thisId, ...set }: Partial<TicketRow> & { thisId: string }) =>
  tx.update(tickets).set(set).where(eq(tickets.id, thisId)),
)
