import { eq } from 'drizzle-orm'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { agents, departments, ticketParticipants, visitors } from '../../../drizzle/schema/index'
import { type Actor, isSameLine } from '../../lib/actor'
import { audience } from '../events/events.store'
import type { TicketRow } from './tickets.store'

/**
 * Tokens of the agents who may see the ticket, by the rule of its page: its department and those above it,
 * who answers for it, and who was brought in (who only served, while still on the line).
 */
export const ticketAudience = async (
  tx: Tx,
  ticket: Pick<TicketRow, 'id' | 'departmentId' | 'assigneeId'>,
): Promise<string[]> => {
  const [department] = await pathOf(tx, { departmentId: ticket.departmentId })
  const path = department?.path ?? ''
  const broughtIn = await participantsOf(tx, { ticketId: ticket.id })
  return [
    ...path.split('/').filter(Boolean).map(audience.tickets),
    ...(ticket.assigneeId ? [audience.agent(ticket.assigneeId)] : []),
    ...broughtIn
      .filter((each) => each.reason !== 'served' || isSameLine(each.path, path))
      .map((each) => audience.agent(each.agentId)),
  ]
}

const pathOf = prepared((tx, v: { departmentId: string }) =>
  tx.select({ path: departments.path }).from(departments).where(eq(departments.id, v.departmentId)),
)

const participantsOf = prepared((tx, v: { ticketId: string }) =>
  tx
    .select({
      agentId: ticketParticipants.agentId,
      reason: ticketParticipants.reason,
      path: departments.path,
    })
    .from(ticketParticipants)
    .innerJoin(agents, eq(agents.id, ticketParticipants.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(eq(ticketParticipants.ticketId, v.ticketId)),
)

/** Who did it, as the history names them. */
export const actorView = async (tx: Tx, actor: Actor): Promise<TimelineEntry['actor']> => {
  if (actor.kind === 'agent') return { kind: 'agent', id: actor.id, name: actor.name }
  if (actor.kind === 'key') return { kind: 'key', id: actor.id, name: actor.name }
  if (actor.kind === 'system') return { kind: 'system', id: null, name: null }
  const [row] = await tx.select({ name: visitors.name }).from(visitors).where(eq(visitors.id, actor.id))
  return { kind: 'visitor', id: actor.id, name: row?.name ?? null }
}
