import type { z } from 'zod'
import type {
  AgentView,
  agentQuery,
  createAgent as createBody,
  updateAgent as updateBody,
} from '../../../contract/people.schema'
import { permissionsOf, type Role } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isRootPath } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { revokeSessionsOf } from '../auth/auth.store'
import { issueSetupLink } from '../auth/sessions.usecases'
import { retireAgent } from '../consultations/consultations.usecases'
import { findDepartment, loadDepartment } from '../departments/departments.store'
import { schedule } from '../due/due.store'
import { ownerGoneJob } from '../escalations/stand-in.usecases'
import { applyPresence } from '../presence/presence.usecases'
import { reckonForOwner } from '../sla/owner-moved.usecases'
import { markForSearch } from '../tickets/search.marks.store'
import {
  type AgentRow,
  findAgentRow,
  insertAgent,
  isUsernameTaken,
  listActiveAdmins,
  listAgents,
  loadAgent,
  updateAgentRow,
} from './agents.store'

type AgentDeps = Pick<Deps, 'clock' | 'config' | 'hub'>

/** Where somebody is reached is for those who manage accounts, and for themselves. */
const present = (row: AgentRow, actor: AgentActor): AgentView => ({
  id: row.id,
  username: row.username,
  name: row.name,
  roles: row.roles,
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  email: actor.permissions.has('agents.manage') || actor.id === row.id ? row.email : null,
  phone: actor.permissions.has('agents.manage') || actor.id === row.id ? row.phone : null,
  isActive: row.isActive,
  hasPassword: row.passwordHash !== null,
  createdAt: iso(row.createdAt),
})

const viewOf = async (tx: Tx, actor: AgentActor, id: string): Promise<AgentView> => {
  const row = await findAgentRow(tx, id)
  if (!row) throw refuse('agents.not_found', 'There is no such account.')
  return present(row, actor)
}

/**
 * A page of accounts by username. Those who manage accounts get their own department and below, switched-off
 * ones included; everybody else gets all colleagues, to hand over to. Throws 404 for a department out of scope.
 */
export const pageAgents = async (
  tx: Tx,
  actor: AgentActor,
  query: z.infer<typeof agentQuery>,
): Promise<{ items: AgentView[]; nextCursor: string | null }> => {
  const isManager = actor.permissions.has('agents.manage')
  const limit = query.limit ?? 50
  const rows = await listAgents(tx, {
    path: await scopeOf(tx, actor, isManager, query.departmentId),
    isActiveOnly: !isManager,
    q: query.q,
    after: query.cursor === undefined ? null : readCursor(query.cursor),
    limit: limit + 1,
  })
  const items = rows.slice(0, limit).map((row) => present(row, actor))
  const last = items.at(-1)
  return {
    items,
    nextCursor: rows.length > limit && last ? Buffer.from(last.username).toString('base64url') : null,
  }
}

const scopeOf = async (
  tx: Tx,
  actor: AgentActor,
  isManager: boolean,
  departmentId: string | undefined,
): Promise<string> => {
  if (departmentId === undefined) return isManager ? actor.departmentPath : '/'
  if (isManager) return (await loadDepartment(tx, actor, departmentId)).path
  const department = await findDepartment(tx, departmentId)
  if (!department) throw refuse('departments.not_found', 'There is no such department.')
  return department.path
}

const readCursor = (cursor: string): string => {
  const username = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!/^[a-z0-9._-]{1,64}$/.test(username)) {
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  }
  return username
}

/** Adds an account in the actor's branch, with the one-time link for its password. Throws 404 and 409. */
export const createAgent = async (
  tx: Tx,
  deps: AgentDeps,
  actor: AgentActor,
  input: z.infer<typeof createBody>,
) => {
  const department = await loadDepartment(tx, actor, input.departmentId)
  if (await isUsernameTaken(tx, input.username))
    throw refuse('agents.username_taken', 'This username is taken.')
  const id = newId('agt')
  const now = deps.clock.now()
  const roles = [...new Set(input.roles)]
  await insertAgent(tx, {
    id,
    username: input.username,
    name: input.name,
    passwordHash: null,
    roles,
    departmentId: department.id,
    isActive: true,
    email: input.email ?? null,
    phone: input.phone ?? null,
    createdAt: now,
  })
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'agents.created',
    thing: id,
    data: { username: input.username, roles, departmentId: department.id },
  })
  const setup = await issueSetupLink(tx, deps, actor, id)
  return { agent: await viewOf(tx, actor, id), setup }
}

/** What changed, for the log, which is no address book. */
const changesOf = ({ email, phone, ...rest }: z.infer<typeof updateBody>) => ({
  ...rest,
  ...(email === undefined && phone === undefined ? {} : { isContactChanged: true }),
})

const sameRoles = (one: readonly Role[], other: readonly Role[]): boolean =>
  [...one].sort().join() === [...other].sort().join()

/**
 * Changes an account. Switching it off or changing its roles ends its sessions; where it may serve no more its
 * consultations end and it goes offline, where it may work on tickets no more others get them. Throws 404 out of scope and 422 `agents.last_admin`. `isSignedOut` tells whether sessions ended.
 */
export const updateAgent = async (
  tx: Tx,
  deps: AgentDeps,
  actor: AgentActor,
  id: string,
  input: z.infer<typeof updateBody>,
): Promise<{ agent: AgentView; isSignedOut: boolean }> => {
  const row = await loadAgent(tx, actor, id)
  const roles = input.roles ? [...new Set(input.roles)] : row.roles
  const isActive = input.isActive ?? row.isActive
  const department = input.departmentId ? await loadDepartment(tx, actor, input.departmentId) : null
  const isAtRoot = isRootPath(department?.path ?? row.departmentPath)
  await requireAdminLeft(tx, row, isActive && isAtRoot && roles.includes('admin'))
  await updateAgentRow(tx, id, {
    name: input.name ?? row.name,
    roles,
    isActive,
    departmentId: input.departmentId ?? row.departmentId,
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.phone === undefined ? {} : { phone: input.phone }),
  })
  const now = deps.clock.now()
  if (input.departmentId !== undefined && input.departmentId !== row.departmentId) {
    await markForSearch(tx, 'agent', id, now)
    await reckonForOwner(tx, deps, id)
  }
  const isOff = row.isActive && !isActive
  const isSignedOut = isOff || !sameRoles(roles, row.roles)
  const mayServe = (isOn: boolean, held: readonly Role[]) =>
    isOn && permissionsOf(held).includes('consultations.serve')
  if (mayServe(row.isActive, row.roles) && !mayServe(isActive, roles)) {
    await retireAgent(tx, deps, id, actor)
    await applyPresence(tx, deps, id, 'go_offline', 'signed_out', actor)
  } else if (isOff) await applyPresence(tx, deps, id, 'go_offline', 'signed_out', actor)
  const mayWork = (isOn: boolean, held: readonly Role[]) =>
    isOn && permissionsOf(held).includes('tickets.work')
  if (mayWork(row.isActive, row.roles) && !mayWork(isActive, roles)) await schedule(tx, ownerGoneJob, id, now)
  const isRolesChanged = !sameRoles(roles, row.roles)
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'agents.changed',
    thing: id,
    data: { ...changesOf(input), ...(isRolesChanged ? { previousRoles: row.roles } : {}) },
  })
  if (isSignedOut) {
    await revokeSessionsOf(tx, id, now)
    await writeAudit(tx, { at: now, actor, action: 'auth.sessions_ended', thing: id })
  }
  return { agent: await viewOf(tx, actor, id), isSignedOut }
}

/** An installation without an administrator in its topmost department could never be changed again. */
const requireAdminLeft = async (tx: Tx, row: AgentRow, staysAdmin: boolean): Promise<void> => {
  if (staysAdmin || !row.isActive || !row.roles.includes('admin') || !isRootPath(row.departmentPath)) return
  const others = (await listActiveAdmins(tx)).filter((id) => id !== row.id)
  if (others.length === 0) throw refuse('agents.last_admin', 'The last administrator cannot be removed.')
}

/** A new one-time link for an account in the actor's branch. Throws 404, also for one that is switched off. */
export const renewSetupLink = async (tx: Tx, deps: AgentDeps, actor: AgentActor, id: string) => {
  const row = await loadAgent(tx, actor, id)
  if (!row.isActive) throw refuse('agents.not_found', 'This account is switched off.')
  return issueSetupLink(tx, deps, actor, row.id)
}
