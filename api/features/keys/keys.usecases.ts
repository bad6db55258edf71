import { defaultPerMinute, type KeyScope, keyPrefix, keyScopes } from '../../../contract/keys.rules'
import type { CreateKeyBody, KeyView } from '../../../contract/keys.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, KeyActor } from '../../lib/actor'
import { iso, momentOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { loadDepartment } from '../departments/departments.store'
import {
  findKeyByHash,
  insertKey,
  type KeyRow,
  listKeys,
  loadKey,
  noteKeyUse,
  revokeKeyRow,
} from './keys.store'

/** When a key was used is written down this often, not with each request. */
const noteEveryMs = 60_000

const isScope = (text: string): text is KeyScope => (keyScopes as readonly string[]).includes(text)

/** Whose key it is. Throws 401 for one that is unknown, revoked or has run out. */
export const useKey = async (deps: Pick<Deps, 'db' | 'clock'>, token: string): Promise<KeyActor> => {
  const row = await deps.db.read((tx) => findKeyByHash(tx, sha256(token)))
  const now = deps.clock.now()
  if (!row || row.revokedAt !== null || (row.expiresAt !== null && row.expiresAt <= now))
    throw refuse('auth.required', 'The key is unknown, revoked or has run out.')
  if (row.lastUsedAt === null || row.lastUsedAt < now - noteEveryMs)
    await deps.db.write((tx) => noteKeyUse(tx, row.id, now))
  return {
    kind: 'key',
    id: row.id,
    name: row.name,
    sourceId: row.sourceId ?? row.id,
    scopes: new Set(row.scopes.filter(isScope)),
    departmentId: row.departmentId,
    departmentPath: row.departmentPath,
    perMinute: row.perMinute,
  }
}

const present = (row: KeyRow): KeyView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes.filter(isScope),
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  perMinute: row.perMinute,
  sourceId: row.sourceId ?? row.id,
  createdAt: iso(row.createdAt),
  expiresAt: iso(row.expiresAt),
  lastUsedAt: iso(row.lastUsedAt),
  revokedAt: iso(row.revokedAt),
})

/**
 * Makes a key in the agent's branch; the numbers of the one it replaces go on. The key itself is in this answer only.
 * Throws 404 where the agent does not reach the one to be replaced.
 */
export const createKey = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  input: CreateKeyBody,
): Promise<{ key: KeyView; token: string }> => {
  const department = await loadDepartment(tx, actor, input.departmentId)
  const replaced = input.replacesId ? await loadKey(tx, actor, input.replacesId) : null
  const now = deps.clock.now()
  const expiresAt = input.expiresAt ? momentOf(input.expiresAt) : null
  if (expiresAt !== null && expiresAt <= now)
    throw refuse('keys.expiry_past', 'The key would have run out already.', {
      errors: [{ path: 'body.expiresAt', message: 'in the past' }],
    })
  const id = newId('key')
  const token = `${keyPrefix}${newSecret()}`
  const scopes = [...new Set(input.scopes)]
  await insertKey(tx, {
    id,
    name: input.name.trim(),
    prefix: token.slice(0, keyPrefix.length + 6),
    tokenHash: sha256(token),
    scopes,
    departmentId: department.id,
    perMinute: input.perMinute ?? defaultPerMinute,
    sourceId: replaced ? (replaced.sourceId ?? replaced.id) : null,
    createdById: actor.id,
    createdAt: now,
    expiresAt,
  })
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'keys.created',
    thing: id,
    data: {
      name: input.name,
      scopes,
      departmentId: department.id,
      ...(replaced ? { replacesId: replaced.id } : {}),
    },
  })
  return { key: present(await loadKey(tx, actor, id)), token }
}

/** Ends a key for good; ending it again is no news. */
export const revokeKey = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  id: string,
): Promise<KeyView> => {
  const row = await loadKey(tx, actor, id)
  const now = deps.clock.now()
  if (await revokeKeyRow(tx, row.id, now))
    await writeAudit(tx, {
      at: now,
      actor,
      action: 'keys.revoked',
      thing: row.id,
      data: { name: row.name },
    })
  return present(await loadKey(tx, actor, id))
}

export const pageKeys = async (
  tx: Tx,
  actor: AgentActor,
  after: { createdAt: number; id: string } | null,
  limit: number,
): Promise<{ items: KeyView[]; nextCursor: string | null }> => {
  const rows = await listKeys(tx, { path: actor.departmentPath, after, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null,
  }
}
