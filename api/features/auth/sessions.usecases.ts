import type { z } from 'zod'
import type { sessionView } from '../../../contract/people.schema'
import type { Tx } from '../../../drizzle/database'
import type { Actor, AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newSecret } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { applyPresence } from '../presence/presence.usecases'
import { findSession, listLiveSessions, replaceSetupLink, revokeSession, touchSession } from './auth.store'

type SessionView = z.infer<typeof sessionView>

/** A session ends after this long without a request … */
const idleMs = 12 * 3600 * 1000
/** … and after this long in any case. */
export const longestMs = 7 * 24 * 3600 * 1000
const setupLinkMs = 72 * 3600 * 1000

/** When a session used at `seenAt` expires: 12 hours later, but at most 7 days after it began. */
export const sessionExpiry = (createdAt: number, seenAt: number): number =>
  Math.min(seenAt + idleMs, createdAt + longestMs)

/** Moves the end of the session on, because it was used just now. */
export const slideSession = async (tx: Tx, deps: Pick<Deps, 'clock'>, sessionId: string): Promise<void> => {
  const session = await findSession(tx, sessionId)
  const now = deps.clock.now()
  if (session) await touchSession(tx, sessionId, now, sessionExpiry(session.createdAt, now))
}

/** The account's live sessions, the latest used first. */
export const listSessions = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
): Promise<SessionView[]> =>
  (await listLiveSessions(tx, actor.id, deps.clock.now())).map((row) => ({
    id: row.id,
    createdAt: iso(row.createdAt),
    lastSeenAt: iso(row.lastSeenAt),
    address: row.address,
    userAgent: row.userAgent,
    isCurrent: row.id === actor.sessionId,
  }))

/** Ends one of the own sessions, such as that of a lost telephone. Throws 404. */
export const endSession = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  sessionId: string,
): Promise<void> => {
  const now = deps.clock.now()
  if (!(await revokeSession(tx, actor.id, sessionId, now)))
    throw refuse('request.not_found', 'There is no such session.')
  await writeAudit(tx, { at: now, actor, action: 'auth.session_ended', thing: sessionId })
}

/** Signs out: the session ends and the agent is offline, unless another browser of theirs is at work. */
export const logout = async (tx: Tx, deps: Pick<Deps, 'clock' | 'hub'>, actor: AgentActor): Promise<void> => {
  const now = deps.clock.now()
  await revokeSession(tx, actor.id, actor.sessionId, now)
  if (!deps.hub.hasOtherSession(actor.id, actor.sessionId))
    await applyPresence(tx, deps, actor.id, 'go_offline', 'signed_out', actor)
  await writeAudit(tx, { at: now, actor, action: 'auth.signed_out', thing: actor.id })
}

/**
 * Makes a one-time link with which the account's owner chooses a password; an older unused one stops working.
 * The link goes to the caller only, the audit log gets that there was one.
 */
export const issueSetupLink = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'config'>,
  actor: Actor,
  agentId: string,
): Promise<{ url: string; expiresAt: string }> => {
  const now = deps.clock.now()
  const token = newSecret()
  await replaceSetupLink(tx, { token, agentId, expiresAt: now + setupLinkMs })
  await writeAudit(tx, { at: now, actor, action: 'agents.setup_link_made', thing: agentId })
  return { url: `${deps.config.publicUrl}/console/setup/${token}`, expiresAt: iso(now + setupLinkMs) }
}
