import { and, asc, count, desc, eq, gt, gte, inArray, lt, lte, or, type SQL } from 'drizzle-orm'
import type { CountedFigure } from '../../../contract/figures.rules'
import type { Tx } from '../../../drizzle/database'
import { calls, consultations, departments, rollupEntries, tickets } from '../../../drizzle/schema/index'
import { isUnder } from '../departments/departments.store'
import { atRisk, type Scope } from './dashboard.store'

export interface DrillFilter {
  figures: readonly CountedFigure[]
  from: string
  to: string
  /** Null: any. Empty: none. */
  serviceItemId: string | null
  agentId: string | null
}
export interface Place {
  at: number
  id: string
}
interface Listed {
  id: string
  ticketId: string
  at: number
  value: number
  day: string
}

const entriesOf = (departmentIds: readonly string[], siteId: string | null, filter: DrillFilter) =>
  and(
    inArray(rollupEntries.figure, [...filter.figures]),
    inArray(rollupEntries.departmentId, [...departmentIds]),
    gte(rollupEntries.day, filter.from),
    lte(rollupEntries.day, filter.to),
    siteId ? eq(rollupEntries.siteId, siteId) : undefined,
    filter.serviceItemId === null ? undefined : eq(rollupEntries.serviceItemId, filter.serviceItemId),
    filter.agentId === null ? undefined : eq(rollupEntries.agentId, filter.agentId),
  )

/** What a figure counted, newest first. */
export const listEntries = (
  tx: Tx,
  departmentIds: readonly string[],
  siteId: string | null,
  filter: DrillFilter,
  after: (Place & { day: string }) | null,
  limit: number,
): Promise<Listed[]> => {
  const { day, at, id } = rollupEntries
  const isAfter: SQL | undefined = after
    ? or(
        lt(day, after.day),
        and(eq(day, after.day), lt(at, after.at)),
        and(eq(day, after.day), eq(at, after.at), lt(id, after.id)),
      )
    : undefined
  return tx
    .select({ id, ticketId: rollupEntries.ticketId, at, value: rollupEntries.value, day })
    .from(rollupEntries)
    .where(and(entriesOf(departmentIds, siteId, filter), isAfter))
    .orderBy(desc(day), desc(at), desc(id))
    .limit(limit)
    .then((rows) => rows)
}

export const countEntries = async (
  tx: Tx,
  departmentIds: readonly string[],
  siteId: string | null,
  filter: DrillFilter,
): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(rollupEntries)
    .where(entriesOf(departmentIds, siteId, filter))
  return row?.count ?? 0
}

/** Who waits now, the longest first. */
export const listWaiting = (
  tx: Tx,
  scope: Scope,
  after: Place | null,
  limit: number,
): Promise<{ id: string; ticketId: string; at: number }[]> =>
  tx
    .select({ id: consultations.id, ticketId: tickets.id, at: consultations.queuedAt })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        eq(consultations.status, 'waiting'),
        isUnder(scope.path),
        scope.siteId ? eq(consultations.siteId, scope.siteId) : undefined,
        after
          ? or(
              gt(consultations.queuedAt, after.at),
              and(eq(consultations.queuedAt, after.at), gt(consultations.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(consultations.queuedAt), asc(consultations.id))
    .limit(limit)
    .then((rows) => rows)

/** What is being talked about in a call now, the longest call first. */
export const listCalling = (
  tx: Tx,
  scope: Scope,
  after: Place | null,
  limit: number,
): Promise<{ id: string; ticketId: string; at: number }[]> =>
  tx
    .select({ id: calls.id, ticketId: tickets.id, at: calls.startedAt })
    .from(calls)
    .innerJoin(consultations, eq(consultations.id, calls.consultationId))
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        eq(calls.status, 'open'),
        isUnder(scope.path),
        scope.siteId ? eq(consultations.siteId, scope.siteId) : undefined,
        after
          ? or(gt(calls.startedAt, after.at), and(eq(calls.startedAt, after.at), gt(calls.id, after.id)))
          : undefined,
      ),
    )
    .orderBy(asc(calls.startedAt), asc(calls.id))
    .limit(limit)
    .then((rows) => rows)

/** Tickets whose clock ends soon, the soonest first. */
export const listDueSoon = async (
  tx: Tx,
  scope: Scope,
  from: number,
  to: number,
  after: Place | null,
  limit: number,
): Promise<{ id: string; ticketId: string; at: number }[]> => {
  const rows = await tx
    .select({ id: tickets.id, at: tickets.nextDueAt })
    .from(tickets)
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        atRisk(scope, from, to),
        after
          ? or(
              gt(tickets.nextDueAt, after.at),
              and(eq(tickets.nextDueAt, after.at), gt(tickets.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(tickets.nextDueAt), asc(tickets.id))
    .limit(limit)
  return rows.map((row) => ({ id: row.id, ticketId: row.id, at: row.at ?? 0 }))
}
