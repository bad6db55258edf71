import type { z } from 'zod'
import type { AuditEntry, auditQuery } from '../../../contract/people.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { type AuditRow, listAudit, listNames } from './audit.store'

const present = (row: AuditRow, names: ReadonlyMap<string, string>): AuditEntry => ({
  seq: row.seq,
  at: iso(row.at),
  actor: { kind: row.actorKind, id: row.actorId, name: (row.actorId && names.get(row.actorId)) || '' },
  action: row.action,
  thing: row.thing,
  data: JSON.parse(row.data),
  hash: row.hash,
})

const readCursor = (cursor: string | undefined): number | null => {
  if (cursor === undefined) return null
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) {
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  }
  return Number(cursor)
}

/** True for somebody at the top of the tree, who may see what every department did. */
const isAtRoot = (actor: AgentActor): boolean => actor.departmentPath.split('/').filter(Boolean).length === 1

/** A page of the audit log, newest first: everything for those at the root, otherwise what the own branch did. */
export const pageAudit = async (
  tx: Tx,
  actor: AgentActor,
  query: z.infer<typeof auditQuery>,
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> => {
  const limit = query.limit ?? 50
  const rows = await listAudit(tx, {
    beforeSeq: readCursor(query.cursor),
    action: query.action,
    actorId: query.actorId,
    path: isAtRoot(actor) ? null : actor.departmentPath,
    limit: limit + 1,
  })
  const shown = rows.slice(0, limit)
  const names = await listNames(
    tx,
    shown.flatMap((row) => row.actorId ?? []),
  )
  const last = shown.at(-1)
  return {
    items: shown.map((row) => present(row, names)),
    nextCursor: rows.length > limit && last ? String(last.seq) : null,
  }
}
