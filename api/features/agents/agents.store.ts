import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agents, departments } from '../../../drizzle/schema/index'
import { type Actor, type Authorized, authorize, isBelow } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'

/** An account with its department. */
export type AgentRow = typeof agents.$inferSelect & { departmentName: string; departmentPath: string }

const selectAgents = (tx: Tx) =>
  tx
    .select({ agent: agents, departmentName: departments.name, departmentPath: departments.path })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))

const flat = (found: {
  agent: typeof agents.$inferSelect
  departmentName: string
  departmentPath: string
}): AgentRow => ({
  ...found.agent,
  departmentName: found.departmentName,
  departmentPath: found.departmentPath,
})

export const findAgentRow = async (tx: Tx, id: string): Promise<AgentRow | null> => {
  const [found] = await selectAgents(tx).where(eq(agents.id, id))
  return found ? flat(found) : null
}

/** The account, if it belongs to the actor's department or below it. Throws 404 otherwise. */
export const loadAgent = async (tx: Tx, actor: Actor, id: string): Promise<Authorized<AgentRow>> => {
  const row = await findAgentRow(tx, id)
  const isInScope =
    actor.kind === 'system' || (actor.kind === 'agent' && row !== null && isBelow(actor, row.departmentPath))
  if (!row || !isInScope) throw refuse('agents.not_found', 'There is no such account.')
  return authorize(row)
}

/** `%` and `_` in what a person typed mean themselves. */
const contains = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, (char) => `\\${char}`)}%`

/** Accounts below `path` by username, after the given one. */
export const listAgents = async (
  tx: Tx,
  filter: { path: string; isActiveOnly: boolean; q?: string; after: string | null; limit: number },
): Promise<AgentRow[]> => {
  const pattern = filter.q?.trim() ? contains(filter.q.trim()) : null
  const rows = await selectAgents(tx)
    .where(
      and(
        isUnder(filter.path),
        filter.isActiveOnly ? eq(agents.isActive, true) : undefined,
        filter.after === null ? undefined : gt(agents.username, filter.after),
        pattern
          ? sql`(lower(${agents.name}) like ${pattern} escape '\\' or ${agents.username} like ${pattern} escape '\\')`
          : undefined,
      ),
    )
    .orderBy(asc(agents.username))
    .limit(filter.limit)
  return rows.map(flat)
}

export const isUsernameTaken = async (tx: Tx, username: string): Promise<boolean> =>
  (await tx.select({ id: agents.id }).from(agents).where(eq(agents.username, username))).length > 0

export const insertAgent = async (tx: Tx, row: typeof agents.$inferInsert): Promise<void> => {
  await tx.insert(agents).values(row)
}

export const updateAgentRow = async (
  tx: Tx,
  id: string,
  set: Partial<typeof agents.$inferInsert>,
): Promise<void> => {
  await tx.update(agents).set(set).where(eq(agents.id, id))
}

/**
 * Ids of the accounts that may manage everything and can sign in: administrators of the topmost department. Roles
 * are read whole: no dialect's JSON functions.
 */
export const listActiveAdmins = async (tx: Tx): Promise<string[]> =>
  (await selectAgents(tx).where(and(eq(agents.isActive, true), isNull(departments.parentId))))
    .filter((row) => row.agent.roles.includes('admin'))
    .map((row) => row.agent.id)

export const hasAgents = async (tx: Tx): Promise<boolean> =>
  (await tx.select({ id: agents.id }).from(agents).limit(1)).length > 0
