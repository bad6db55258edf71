import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gt, inArray, lt } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  agents,
  apiKeys,
  audit,
  consultations,
  departments,
  escalations,
  tickets,
} from '../../../drizzle/schema/index'
import type { Actor } from '../../lib/actor'
import { isUnder } from '../departments/departments.store'

const seal = (row: {
  at: number
  actorKind: string
  actorId: string | null
  action: string
  thing: string
  data: string
  previousHash: string
}): string =>
  createHash('sha256')
    .update(
      JSON.stringify([row.previousHash, row.at, row.actorKind, row.actorId, row.action, row.thing, row.data]),
    )
    .digest('hex')

const lastEntry = prepared((tx) =>
  tx.select({ hash: audit.hash }).from(audit).orderBy(desc(audit.seq)).limit(1),
)
const insertEntry = prepared((tx, row: typeof audit.$inferInsert) => tx.insert(audit).values(row))

/** Adds who did what to which thing to the chain. `data` must hold no secret. */
export const writeAudit = async (
  tx: Tx,
  entry: { at: number; actor: Actor; action: string; thing: string; data?: Record<string, unknown> },
): Promise<void> => {
  const [last] = await lastEntry(tx, {})
  const row = {
    at: entry.at,
    actorKind: entry.actor.kind,
    actorId: entry.actor.id,
    action: entry.action,
    thing: entry.thing,
    data: JSON.stringify(entry.data ?? {}),
    previousHash: last?.hash ?? '',
  }
  await insertEntry(tx, { ...row, hash: seal(row) })
}

export type AuditRow = typeof audit.$inferSelect

/** Entries newest first, before `beforeSeq`; with `path` only what agents of that branch did. */
export const listAudit = async (
  tx: Tx,
  filter: { beforeSeq: number | null; action?: string; actorId?: string; path: string | null; limit: number },
): Promise<AuditRow[]> => {
  const branch =
    filter.path === null
      ? null
      : tx
          .select({ id: agents.id })
          .from(agents)
          .innerJoin(departments, eq(departments.id, agents.departmentId))
          .where(isUnder(filter.path))
  return tx
    .select()
    .from(audit)
    .where(
      and(
        branch ? inArray(audit.actorId, branch) : undefined,
        filter.beforeSeq === null ? undefined : lt(audit.seq, filter.beforeSeq),
        filter.action ? eq(audit.action, filter.action) : undefined,
        filter.actorId ? eq(audit.actorId, filter.actorId) : undefined,
      ),
    )
    .orderBy(desc(audit.seq))
    .limit(filter.limit)
}

/** Names of agents and of other programs' keys, by id. */
export const listNames = async (tx: Tx, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ id: agents.id, name: agents.name })
    .from(agents)
    .where(inArray(agents.id, [...new Set(ids)]))
  const keys = ids.some((id) => id.startsWith('key_'))
    ? await tx
        .select({ id: apiKeys.id, name: apiKeys.name })
        .from(apiKeys)
        .where(inArray(apiKeys.id, [...new Set(ids)]))
    : []
  return new Map([...rows, ...keys].map((row) => [row.id, row.name]))
}

/** Numbers of the tickets that are meant by ids of tickets, consultations and matters. */
export const listTicketNumbers = async (tx: Tx, ids: readonly string[]): Promise<Map<string, string>> => {
  const of = (prefix: string) => ids.filter((id) => id.startsWith(prefix))
  const found = [
    ...(await tx
      .select({ id: tickets.id, number: tickets.number })
      .from(tickets)
      .where(inArray(tickets.id, of('tkt_')))),
    ...(await tx
      .select({ id: consultations.id, number: tickets.number })
      .from(consultations)
      .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
      .where(inArray(consultations.id, of('con_')))),
    ...(await tx
      .select({ id: escalations.id, number: tickets.number })
      .from(escalations)
      .innerJoin(tickets, eq(tickets.id, escalations.ticketId))
      .where(inArray(escalations.id, of('esc_')))),
  ]
  return new Map(found.map((row) => [row.id, row.number]))
}

/** Recomputes the chain from the start. `brokenAt` is the first entry that does not fit, or null. */
export const verifyAudit = async (
  tx: Tx,
  pageSize = 1000,
): Promise<{ isIntact: boolean; entries: number; brokenAt: number | null }> => {
  let previousHash = ''
  let entries = 0
  let after = 0
  for (;;) {
    const rows = await tx
      .select()
      .from(audit)
      .where(gt(audit.seq, after))
      .orderBy(asc(audit.seq))
      .limit(pageSize)
    for (const row of rows) {
      if (row.previousHash !== previousHash || seal(row) !== row.hash)
        return { isIntact: false, entries, brokenAt: row.seq }
      previousHash = row.hash
      entries++
      after = row.seq
    }
    if (rows.length < pageSize) return { isIntact: true, entries, brokenAt: null }
  }
}
