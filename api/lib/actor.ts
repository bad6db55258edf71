import type { FollowVia } from '../../contract/follow.rules'
import type { KeyScope } from '../../contract/keys.rules'
import { type Permission, permissionsOf, type Role } from '../../contract/permissions.rules'
import { refuse } from './errors'

/** A signed-in agent, with the branch of the organisation tree that is theirs. */
export interface AgentActor {
  kind: 'agent'
  id: string
  name: string
  roles: readonly Role[]
  permissions: ReadonlySet<Permission>
  departmentId: string
  departmentName: string
  /** `/root/child/` ids; a subtree is a prefix. */
  departmentPath: string
  sessionId: string
  /** When the session was last written down as used. */
  sessionSeenAt?: number
}

/** A citizen's browser. */
export interface VisitorActor {
  kind: 'visitor'
  id: string
  siteId: string
}

/**
 * A citizen at one ticket: the visitor of a panel (`ticketId` null: all of its own), or whoever holds a signed
 * link or a code. Made only for the routes that follow tickets; elsewhere such a bearer opens nothing.
 */
export interface FollowActor extends VisitorActor {
  ticketId: string | null
  via: FollowVia
}

/** Another program, with a key of its own. */
export interface KeyActor {
  kind: 'key'
  id: string
  name: string
  /** Under which other systems' numbers are its own: shared by keys that replaced each other. */
  sourceId: string
  scopes: ReadonlySet<KeyScope>
  departmentId: string
  departmentPath: string
  perMinute: number
}

/** The program itself: sweepers, webhooks, the first start. */
export interface SystemActor {
  kind: 'system'
  id: null
}

export type Actor = AgentActor | VisitorActor | KeyActor | SystemActor
/** Whoever can make a request. */
export type Caller = AgentActor | VisitorActor | KeyActor
export const system: SystemActor = { kind: 'system', id: null }

declare const authorized: unique symbol
/** A row that was loaded through a permission check; use cases that change things take only these. */
export type Authorized<T> = T & { readonly [authorized]: true }
/** Marks `value` as checked. Called by stores only, after the check. */
export const authorize = <T>(value: T): Authorized<T> => value as Authorized<T>

export const permissionSet = (roles: readonly Role[]): ReadonlySet<Permission> =>
  new Set(permissionsOf(roles))

/** Throws 403 unless the agent's roles allow it. */
export const requirePermission = (actor: Actor, permission: Permission): void => {
  if (actor.kind === 'system') return
  if (actor.kind !== 'agent' || !actor.permissions.has(permission))
    throw refuse('auth.forbidden', `This needs the permission ${permission}.`)
}

/** True where no department lies above the one at `path`. */
export const isRootPath = (path: string): boolean => path.split('/').filter(Boolean).length === 1

/** Throws 403 unless the actor's own department has none above it: what holds for everybody is set there. */
export const requireRoot = (actor: Actor): void => {
  if (actor.kind === 'system') return
  if (actor.kind !== 'agent' || !isRootPath(actor.departmentPath))
    throw refuse(
      'auth.organisation_only',
      'This holds for the whole organisation; people of its topmost department change it.',
    )
}

/**
 * True where the actor may set what holds for the departments at `paths`: all of them are the actor's own or
 * below it. Null is the whole organisation, which belongs to its topmost department.
 */
export const maySetFor = (actor: Actor, paths: readonly string[] | null): boolean =>
  actor.kind === 'system' ||
  (actor.kind === 'agent' &&
    (isRootPath(actor.departmentPath) ||
      (paths !== null && paths.length > 0 && paths.every((path) => isBelow(actor, path)))))

/** Throws 403 unless `maySetFor`. */
export const requireSetFor = (actor: Actor, paths: readonly string[] | null): void => {
  if (maySetFor(actor, paths)) return
  throw refuse(
    'auth.organisation_only',
    'This holds beyond your department; people of a department above all it holds for change it.',
  )
}

/** A site is served by its own department's line: the departments above it and below it. */
export const isSameLine = (onePath: string, otherPath: string): boolean =>
  onePath.startsWith(otherPath) || otherPath.startsWith(onePath)
/** True where `path` is the actor's department or below it. */
export const isBelow = (actor: AgentActor | KeyActor, path: string): boolean =>
  path.startsWith(actor.departmentPath)
