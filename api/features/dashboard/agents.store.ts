import { and, asc, count, eq, gt, inArray, or } from 'drizzle-orm'
import type { Availability } from '../../../contract/presence.rules'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  consultations,
  departments,
  participants,
  presence,
  sites,
  tickets,
} from '../../../drizzle/schema/index'
import { isUnder } from '../departments/departments.store'

/** Whose availability is looked at: a branch, and one availability or all. */
export interface AgentsFilter {
  path: string
  availability: Availability | null
}

/** The same people as the dashboard counts. */
const within = ({ path, availability }: AgentsFilter) =>
  and(
    isUnder(path),
    eq(agents.isActive, true),
    availability === null ? undefined : eq(presence.availability, availability),
  )

/** Those who have been in their state the longest first. */
export const listByAvailability = (
  tx: Tx,
  filter: AgentsFilter,
  after: { since: number; id: string } | null,
  limit: number,
) =>
  tx
    .select({
      id: agents.id,
      name: agents.name,
      departmentName: departments.name,
      availability: presence.availability,
      reason: presence.reason,
      since: presence.since,
    })
    .from(presence)
    .innerJoin(agents, eq(agents.id, presence.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(
      and(
        within(filter),
        after === null
          ? undefined
          : or(
              gt(presence.since, after.since),
              and(eq(presence.since, after.since), gt(presence.agentId, after.id)),
            ),
      ),
    )
    .orderBy(asc(presence.since), asc(presence.agentId))
    .limit(limit)
    .then((rows) => rows)

export const countByAvailability = async (tx: Tx, filter: AgentsFilter): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(presence)
    .innerJoin(agents, eq(agents.id, presence.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(within(filter))
  return row?.count ?? 0
}

const inHand = ['active', 'wrap_up'] as const
const shown = {
  id: consultations.id,
  ticketNumber: tickets.number,
  topic: consultations.topic,
  channel: consultations.channel,
  status: consultations.status,
  acceptedAt: consultations.acceptedAt,
  endedAt: consultations.endedAt,
  sitePath: departments.path,
}

/** What these agents have in hand, as owners and as colleagues, the longest first; `sitePath` says whose it is. */
export const listInHand = async (tx: Tx, agentIds: readonly string[]) => {
  if (agentIds.length === 0) return []
  const own = await tx
    .select({ agentId: consultations.ownerId, ...shown })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(sites, eq(sites.id, consultations.siteId))
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .where(and(inArray(consultations.ownerId, [...agentIds]), inArray(consultations.status, [...inHand])))
    .orderBy(asc(consultations.acceptedAt), asc(consultations.id))
  const joined = await tx
    .select({ agentId: participants.agentId, ...shown })
    .from(participants)
    .innerJoin(consultations, eq(consultations.id, participants.consultationId))
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(sites, eq(sites.id, consultations.siteId))
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .where(and(inArray(participants.agentId, [...agentIds]), eq(consultations.status, 'active')))
    .orderBy(asc(consultations.acceptedAt), asc(consultations.id))
  return [
    ...own.map((row) => ({ ...row, isOwner: true })),
    ...joined.map((row) => ({ ...row, isOwner: false })),
  ]
}
export type InHandRow = Awaited<ReturnType<typeof listInHand>>[number]
