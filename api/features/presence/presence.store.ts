import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import type { PresenceView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, presence } from '../../../drizzle/schema/index'
import { iso } from '../../lib/clock'

export type PresenceRow = typeof presence.$inferSelect

export const findPresence = async (tx: Tx, agentId: string): Promise<PresenceRow | null> => {
  const [row] = await tx.select().from(presence).where(eq(presence.agentId, agentId))
  return row ?? null
}

export const insertPresence = async (tx: Tx, row: PresenceRow): Promise<void> => {
  await tx.insert(presence).values(row).onConflictDoNothing()
}

/** Changes the row unless somebody else did since it was read; false then. */
export const updatePresence = async (
  tx: Tx,
  from: PresenceRow,
  to: Partial<PresenceRow>,
): Promise<boolean> => {
  const rows = await tx
    .update(presence)
    .set(to)
    .where(and(eq(presence.agentId, from.agentId), eq(presence.availability, from.availability)))
    .returning({ agentId: presence.agentId })
  return rows.length === 1
}

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
  const [found] = await views(tx).where(eq(presence.agentId, agentId))
  return found ? present(found) : null
}

/** Everybody's availability, by agent id. */
export const listPresence = async (tx: Tx): Promise<PresenceView[]> =>
  (await views(tx).where(eq(agents.isActive, true)).orderBy(asc(presence.agentId))).map(present)

/** Online agents with what dispatch needs to know, the longest idle first. */
export const listOnline = (
  tx: Tx,
  availabilities: readonly PresenceRow['availability'][] = ['available', 'busy', 'wrapping_up', 'away'],
) =>
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
    .where(and(inArray(presence.availability, [...availabilities]), eq(agents.isActive, true)))
    .orderBy(asc(presence.idleSince), asc(presence.agentId))
    .then((rows) => rows)

export const listNotOffline = (tx: Tx): Promise<{ agentId: string }[]> =>
  tx
    .select({ agentId: presence.agentId })
    .from(presence)
    .where(ne(presence.availability, 'offline'))
    .then((rows) => rows)
