import type { Me } from '../../../contract/people.schema'
import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isRootPath, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import { findPresence, insertPresence } from '../presence/presence.store'
import {
  deleteOldSessions,
  findAgent,
  findAgentBySession,
  findAgentBySetupToken,
  findAgentByUsername,
  insertSession,
  revokeSessionsOf,
  setPasswordHash,
  useSetupLink,
} from './auth.store'
import type { LoginThrottle } from './login-throttle'
import { hashPassword, isPassword, isWeakPassword } from './passwords'
import { sessionExpiry } from './sessions.usecases'

type AuthDeps = Pick<Deps, 'db' | 'clock' | 'livekit'>

/** Where a sign-in comes from: shown to the account's owner, and counted. */
export interface Origin {
  address: string
  userAgent: string
}

const endedSessionsKeptMs = 30 * 24 * 3600 * 1000

/** Who the signed-in agent is and what the account may do. */
export const describeMe = async (tx: Tx, deps: Pick<Deps, 'livekit'>, actor: AgentActor): Promise<Me> => {
  const row = await findAgent(tx, actor.id)
  if (!row) throw refuse('auth.required', 'This account is gone.')
  const top = await findDepartment(tx, actor.departmentPath.split('/')[1] ?? '')
  return {
    agent: {
      id: row.id,
      username: row.username,
      name: row.name,
      roles: row.roles,
      departmentId: actor.departmentId,
      departmentName: actor.departmentName,
    },
    permissions: permissionsOf(row.roles),
    organisation: { name: top?.name ?? '', isOwn: isRootPath(actor.departmentPath) },
    isVideoAvailable: deps.livekit !== null,
  }
}

/** Opens a session in the caller's transaction; returns the cookie's value and who signed in. */
const openSession = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'livekit'>,
  agentId: string,
  origin: Origin,
  action: string,
): Promise<{ token: string; me: Me }> => {
  const now = deps.clock.now()
  const token = newSecret()
  await deleteOldSessions(tx, now - endedSessionsKeptMs)
  await insertSession(tx, {
    id: newId('ses'),
    tokenHash: sha256(token),
    agentId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: sessionExpiry(now, now),
    revokedAt: null,
    address: origin.address,
    userAgent: origin.userAgent.slice(0, 300),
  })
  const actor = await findAgentBySession(tx, token, now)
  if (!actor) throw refuse('auth.wrong_credentials', 'Wrong username or password.')
  // Opening the desk changes the availability, signing in does not: the row only has to exist.
  if (!(await findPresence(tx, agentId))) {
    await insertPresence(tx, {
      agentId,
      availability: 'offline',
      reason: 'signed_out',
      since: now,
      idleSince: now,
      returnTo: 'available',
    })
  }
  await writeAudit(tx, { at: now, actor, action, thing: agentId, data: { address: origin.address } })
  return { token, me: await describeMe(tx, deps, actor) }
}

/**
 * Signs in. Throws 401 `auth.wrong_credentials`, alike for a wrong password, an unknown account and one that
 * is switched off, and 429 `auth.throttled`. The hash is computed before the write transaction.
 */
export const login = async (
  deps: AuthDeps,
  throttle: LoginThrottle,
  input: { username: string; password: string } & Origin,
): Promise<{ token: string; me: Me }> => {
  const username = input.username.trim().toLowerCase()
  await throttle.attempt(username, input.address)
  const account = await deps.db.read((tx) => findAgentByUsername(tx, username))
  const isRight = await isPassword(account?.passwordHash ?? null, input.password)
  if (!account || !isRight || !account.isActive) {
    await noteFailure(deps, account?.id ?? 'agents', input.address)
    throw refuse('auth.wrong_credentials', 'Wrong username or password.')
  }
  await throttle.succeed(username, input.address)
  return deps.db.write(async (tx) => {
    const current = await findAgent(tx, account.id)
    if (current?.passwordHash !== account.passwordHash)
      throw refuse('auth.wrong_credentials', 'Wrong username or password.')
    return openSession(tx, deps, account.id, input, 'auth.signed_in')
  })
}

/** Written for unknown accounts too, for the same time taken; without the name, which may be a mistyped password. */
const noteFailure = (deps: AuthDeps, thing: string, address: string): Promise<void> =>
  deps.db.write((tx) =>
    writeAudit(tx, {
      at: deps.clock.now(),
      actor: system,
      action: 'auth.sign_in_failed',
      thing,
      data: { address },
    }),
  )

const requireStrong = (password: string, username: string): void => {
  if (isWeakPassword(password, username))
    throw refuse('auth.password_weak', 'This password is guessed too easily.')
}

/** Changes the own password and ends the account's other sessions. Throws 401, 422 and 429. */
export const changePassword = async (
  deps: AuthDeps,
  throttle: LoginThrottle,
  actor: AgentActor,
  input: { current: string; next: string; address: string },
): Promise<void> => {
  const account = await deps.db.read((tx) => findAgent(tx, actor.id))
  if (!account) throw refuse('auth.required', 'This account is gone.')
  await throttle.attempt(account.username, input.address)
  if (!(await isPassword(account.passwordHash, input.current))) {
    throw refuse('auth.wrong_credentials', 'The current password is not right.')
  }
  await throttle.succeed(account.username, input.address)
  requireStrong(input.next, account.username)
  const passwordHash = await hashPassword(input.next)
  await deps.db.write(async (tx) => {
    const now = deps.clock.now()
    await setPasswordHash(tx, actor.id, passwordHash)
    await revokeSessionsOf(tx, actor.id, now, actor.sessionId)
    await writeAudit(tx, { at: now, actor, action: 'auth.password_changed', thing: actor.id })
  })
}

const linkInvalid = () => refuse('auth.link_invalid', 'This link was used already or has expired.')

/** Whose set-up link this is. Throws 404 `auth.link_invalid`. */
export const readSetupLink = async (
  tx: Tx,
  token: string,
  now: number,
): Promise<{ username: string; name: string }> => {
  const agent = await findAgentBySetupToken(tx, token, now)
  if (!agent) throw linkInvalid()
  return { username: agent.username, name: agent.name }
}

/** Sets the password by a one-time link, uses the link up, ends older sessions and signs in. */
export const setUpAccount = async (
  deps: AuthDeps,
  input: { token: string; password: string } & Origin,
): Promise<{ token: string; me: Me }> => {
  const agent = await deps.db.read((tx) => findAgentBySetupToken(tx, input.token, deps.clock.now()))
  if (!agent) throw linkInvalid()
  requireStrong(input.password, agent.username)
  const passwordHash = await hashPassword(input.password)
  return deps.db.write(async (tx) => {
    const now = deps.clock.now()
    const current = await findAgentBySetupToken(tx, input.token, now)
    if (!current || !(await useSetupLink(tx, input.token, now))) throw linkInvalid()
    await setPasswordHash(tx, agent.id, passwordHash)
    await revokeSessionsOf(tx, agent.id, now)
    return openSession(tx, deps, agent.id, input, 'auth.set_up')
  })
}
