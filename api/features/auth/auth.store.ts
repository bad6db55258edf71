import { and, asc, desc, eq, gt, isNotNull, isNull, lt, ne, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { agentSessions, agents, departments, setupLinks } from '../../../drizzle/schema/index'
import { type AgentActor, permissionSet } from '../../lib/actor'
import { sha256 } from '../../lib/ids'

export type SessionRow = typeof agentSessions.$inferSelect
type AgentRow = typeof agents.$inferSelect

/** The agent whose session cookie is `token`; null where it is unknown, revoked or expired, or the account is off. */
export const findAgentBySession = async (tx: Tx, token: string, now: number): Promise<AgentActor | null> => {
  const [found] = await bySession(tx, { tokenHash: sha256(token), now })
  return found ? { kind: 'agent', ...found, permissions: permissionSet(found.roles) } : null
}

const bySession = prepared((tx, v: { tokenHash: string; now: number }) =>
  tx
    .select({
      sessionId: agentSessions.id,
      sessionSeenAt: agentSessions.lastSeenAt,
      id: agents.id,
      name: agents.name,
      roles: agents.roles,
      departmentId: departments.id,
      departmentName: departments.name,
      departmentPath: departments.path,
    })
    .from(agentSessions)
    .innerJoin(agents, eq(agents.id, agentSessions.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(
      and(
        eq(agentSessions.tokenHash, v.tokenHash),
        isNull(agentSessions.revokedAt),
        gt(agentSessions.expiresAt, v.now),
        eq(agents.isActive, true),
      ),
    ),
)

export const findAgentByUsername = async (tx: Tx, username: string): Promise<AgentRow | null> => {
  const [row] = await tx.select().from(agents).where(eq(agents.username, username))
  return row ?? null
}

export const findAgent = async (tx: Tx, id: string): Promise<AgentRow | null> => {
  const [row] = await tx.select().from(agents).where(eq(agents.id, id))
  return row ?? null
}

/** True once anybody has chosen a password. */
export const hasAnyPassword = async (tx: Tx): Promise<boolean> =>
  (await tx.select({ id: agents.id }).from(agents).where(isNotNull(agents.passwordHash)).limit(1)).length > 0

export const setPasswordHash = async (tx: Tx, agentId: string, passwordHash: string): Promise<void> => {
  await tx.update(agents).set({ passwordHash }).where(eq(agents.id, agentId))
}

export const insertSession = async (tx: Tx, row: SessionRow): Promise<void> => {
  await tx.insert(agentSessions).values(row)
}

export const findSession = async (tx: Tx, id: string): Promise<SessionRow | null> => {
  const [row] = await tx.select().from(agentSessions).where(eq(agentSessions.id, id))
  return row ?? null
}

const isLive = (now: number) => and(isNull(agentSessions.revokedAt), gt(agentSessions.expiresAt, now))

/** Sessions of the agent that still work, the latest used first. */
export const listLiveSessions = (tx: Tx, agentId: string, now: number): Promise<SessionRow[]> =>
  tx
    .select()
    .from(agentSessions)
    .where(and(eq(agentSessions.agentId, agentId), isLive(now)))
    .orderBy(desc(agentSessions.lastSeenAt), asc(agentSessions.id))
    .then((rows) => rows)

/** Ends one of the agent's own sessions; false where there is no such live session. */
export const revokeSession = async (
  tx: Tx,
  agentId: string,
  sessionId: string,
  now: number,
): Promise<boolean> => {
  const rows = await tx
    .update(agentSessions)
    .set({ revokedAt: now })
    .where(and(eq(agentSessions.id, sessionId), eq(agentSessions.agentId, agentId), isLive(now)))
    .returning({ id: agentSessions.id })
  return rows.length === 1
}

/** Ends every session of the agent, but for `exceptId` where given. */
export const revokeSessionsOf = async (
  tx: Tx,
  agentId: string,
  now: number,
  exceptId?: string,
): Promise<void> => {
  await tx
    .update(agentSessions)
    .set({ revokedAt: now })
    .where(
      and(
        eq(agentSessions.agentId, agentId),
        isNull(agentSessions.revokedAt),
        exceptId === undefined ? undefined : ne(agentSessions.id, exceptId),
      ),
    )
}

export const touchSession = async (
  tx: Tx,
  id: string,
  lastSeenAt: number,
  expiresAt: number,
): Promise<void> => {
  await tx
    .update(agentSessions)
    .set({ lastSeenAt, expiresAt })
    .where(and(eq(agentSessions.id, id), isNull(agentSessions.revokedAt)))
}

/** Forgets sessions that ended before `before`. */
export const deleteOldSessions = async (tx: Tx, before: number): Promise<void> => {
  await tx
    .delete(agentSessions)
    .where(or(lt(agentSessions.expiresAt, before), lt(agentSessions.revokedAt, before)))
}

/** Keeps one open link per agent: a new one replaces those not used yet. */
export const replaceSetupLink = async (
  tx: Tx,
  link: { token: string; agentId: string; expiresAt: number },
): Promise<void> => {
  await tx.delete(setupLinks).where(and(eq(setupLinks.agentId, link.agentId), isNull(setupLinks.usedAt)))
  await tx
    .insert(setupLinks)
    .values({ tokenHash: sha256(link.token), agentId: link.agentId, expiresAt: link.expiresAt, usedAt: null })
}

/** Forgets set-up links that can no longer be used. */
export const deleteOldLinks = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(setupLinks).where(or(lt(setupLinks.expiresAt, now), isNotNull(setupLinks.usedAt)))
}

/** The agent an unused, unexpired link belongs to. */
export const findAgentBySetupToken = async (tx: Tx, token: string, now: number): Promise<AgentRow | null> => {
  const [row] = await tx
    .select({ agent: agents })
    .from(setupLinks)
    .innerJoin(agents, eq(agents.id, setupLinks.agentId))
    .where(
      and(
        eq(setupLinks.tokenHash, sha256(token)),
        isNull(setupLinks.usedAt),
        gt(setupLinks.expiresAt, now),
        eq(agents.isActive, true),
      ),
    )
  return row?.agent ?? null
}

/** Uses the link up; false where somebody else was faster. */
export const useSetupLink = async (tx: Tx, token: string, now: number): Promise<boolean> => {
  const rows = await tx
    .update(setupLinks)
    .set({ usedAt: now })
    .where(and(eq(setupLinks.tokenHash, sha256(token)), isNull(setupLinks.usedAt)))
    .returning({ agentId: setupLinks.agentId })
  return rows.length === 1
}
