import type { z } from 'zod'
import type { AuditEntry, auditPage, auditQuery } from '../../../contract/people.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { type AuditRow, listAudit, listNames, listTicketNumbers } from './audit.store'

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

const isId = (value: unknown): value is string => typeof value === 'string' && /^(tkt|con|esc)_/.test(value)

/** True for somebody at the top of the tree, who may see what every department did. */
const isAtRoot = (actor: AgentActor): boolean => actor.departmentPath.split('/').filter(Boolean).length === 1

/** A page of the audit log, newest first: everything for those at the root, otherwise what the own branch did. */
export const pageAudit = async (
  tx: Tx,
  actor: AgentActor,
  query: z.infer<typeof auditQuery>,
): Promise<z.infer<typeof auditPage>> => {
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
  const items = shown.map((row) => present(row, names))
  const named = items.flatMap(({ thing, data }) => [thing, ...Object.values(data).filter(isId)])
  return {
    items,
    nextCursor: rows.length > limit && last ? String(last.seq) : null,
    names: Object.fromEntries(await listTicketNumbers(tx, [...new Set(named)])),
  }
}
