import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import type { PresenceView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { agents, departments, presence } from '../../../drizzle/schema/index'
import { iso } from '../../lib/clock'

export type PresenceRow = typeof presence.$inferSelect

export const findPresence = async (tx: Tx, agentId: string): Promise<PresenceRow | null> => {
  const [row] = await ofAgent(tx, { agentId })
  return row ?? null
}

const ofAgent = prepared((tx, v: { agentId: string }) =>
  tx.select().from(presence).where(eq(presence.agentId, v.agentId)),
)

export const insertPresence = async (tx: Tx, row: PresenceRow): Promise<void> => {
  await tx.insert(presence).values(row).onConflictDoNothing()
}

/** Changes the row unless somebody else did since it was read; false then. */
export const updatePresence = async (
  tx: Tx,
  from: PresenceRow,
  to: Partial<PresenceRow>,
): Promise<boolean> => {
  const rows = await change(tx, { ...to, thisAgentId: from.agentId, from: from.availability })
  return rows.length === 1
}

type Change = Partial<PresenceRow> & { thisAgentId: string; from: PresenceRow['availability'] }
const change = prepared((tx, { thisAgentId, from, ...set }: Change) =>
  tx
    .update(presence)
    .set(set)
    .where(and(eq(presence.agentId, thisAgentId), eq(presence.availability, from)))
    .returning({ agentId: presence.agentId }),
)

const views = (tx: Tx) =>
  tx
    .select({ row: presence, name: agents.name, departmentName: departments.name })
    .from(presence)
    .innerJoin(agents, eq(agents.id, presence.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))

const present = (found: { row: PresenceRow; name: string; departmentName: string }): PresenceView => ({
  agent: { id: found.row.agentId, name: found.name, departmentName: found.departmentName },
  availability: found.row.availability,
  reason: found.row.reason,
  since: iso(found.row.since),
})

export const presenceViewOf = async (tx: Tx, agentId: string): Promise<PresenceView | null> => {
  const [found] = await viewOf(tx, { agentId })
  return found ? present(found) : null
}

const viewOf = prepared((tx, v: { agentId: string }) => views(tx).where(eq(presence.agentId, v.agentId)))
const allViews = prepared((tx) => views(tx).where(eq(agents.isActive, true)).orderBy(asc(presence.agentId)))

/** Everybody's availability, by agent id. */
export const listPresence = async (tx: Tx): Promise<PresenceView[]> => (await allViews(tx, {})).map(present)

/** Online agents with what dispatch needs to know, the longest idle first. */
export const listOnline = (
  tx: Tx,
  availabilities: readonly PresenceRow['availability'][] = ['available', 'busy', 'wrapping_up', 'away'],
) => online(tx, { availabilities: [...availabilities] })

const online = prepared(
  (tx, v: { availabilities: PresenceRow['availability'][] }) =>
    tx
      .select({
        agentId: presence.agentId,
        availability: presence.availability,
        roles: agents.roles,
        path: departments.path,
      })
      .from(presence)
      .innerJoin(agents, eq(agents.id, presence.agentId))
      .innerJoin(departments, eq(departments.id, agents.departmentId))
      .where(and(inArray(presence.availability, v.availabilities), eq(agents.isActive, true)))
      .orderBy(asc(presence.idleSince), asc(presence.agentId)),
  'availabilities',
)

export const listNotOffline = (tx: Tx): Promise<{ agentId: string }[]> =>
  tx
    .select({ agentId: presence.agentId })
    .from(presence)
    .where(ne(presence.availability, 'offline'))
    .then((rows) => rows)
