import { and, asc, count, eq, gte, inArray, lte, max, min, notInArray, sql } from 'drizzle-orm'
import { allOf, type CountedFigure, type Tallies, topicGrain } from '../../../contract/figures.rules'
import type { Availability } from '../../../contract/presence.rules'
import { type SlaState, slaStates } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  agents,
  calls,
  consultations,
  departments,
  events,
  presence,
  projectionCursors,
  rollups,
  serviceItems,
  sites,
  tickets,
} from '../../../drizzle/schema/index'
import { isRootPath } from '../../lib/actor'
import { isUnder } from '../departments/departments.store'

/** What is looked at: a department with all below it, and one site or all. */
export interface Scope {
  departmentId: string
  path: string
  siteId: string | null
}

/** What every reading of rollups names besides the department. */
interface Span {
  figures: string[]
  site: string
  from: string
  to: string
}
const ofSpan = ({ figures, site, from, to }: Span) =>
  and(
    inArray(rollups.figure, figures),
    eq(rollups.siteId, site),
    gte(rollups.day, from),
    lte(rollups.day, to),
  )

const byDay = prepared(
  (tx, v: Span & { department: string }) =>
    tx
      .select({
        figure: rollups.figure,
        day: rollups.day,
        count: rollups.count,
        sum: rollups.sum,
      })
      .from(rollups)
      .where(and(eq(rollups.departmentId, v.department), ofSpan(v))),
  'figures',
)

/** Totals per day: as many rows as days and figures, however many tickets and departments there are. */
export const talliesByDay = async (
  tx: Tx,
  scope: Scope,
  figures: readonly CountedFigure[],
  from: string,
  to: string,
): Promise<Map<string, Tallies>> => {
  const rows = await byDay(tx, {
    figures: [...figures],
    department: scope.departmentId,
    site: scope.siteId ?? allOf,
    from,
    to,
  })
  const days = new Map<string, Tallies>()
  for (const row of rows) {
    const tallies = days.get(row.day) ?? {}
    tallies[row.figure as CountedFigure] = { count: row.count, sum: row.sum }
    days.set(row.day, tallies)
  }
  return days
}

const unresolvedSince = prepared(
  (tx, v: { department: string; site: string; to: string; from: string[] }) =>
    tx
      .select({
        all: sql<number>`coalesce(sum(${rollups.count}), 0)`.mapWith(Number),
        ...Object.fromEntries(
          v.from.map((from, at) => [
            `since${at}`,
            sql<number>`coalesce(sum(case when ${rollups.day} >= ${from} then ${rollups.count} else 0 end), 0)`.mapWith(
              Number,
            ),
          ]),
        ),
      })
      .from(rollups)
      .where(
        and(
          eq(rollups.figure, 'unresolved'),
          eq(rollups.departmentId, v.department),
          eq(rollups.siteId, v.site),
          lte(rollups.day, v.to),
        ),
      ),
  'from',
)
/** Unresolved tickets up to the day `to`: all, and those made on each of the days `from` or later. */
export const countUnresolvedSince = async (
  tx: Tx,
  scope: Scope,
  from: readonly string[],
  to: string,
): Promise<{ all: number; since: number[] }> => {
  const values = { department: scope.departmentId, site: scope.siteId ?? allOf, to, from: [...from] }
  const [row] = (await unresolvedSince(tx, values)) as Record<string, number>[]
  return { all: row?.all ?? 0, since: from.map((_, at) => row?.[`since${at}`] ?? 0) }
}

const total = {
  count: sql<number>`sum(${rollups.count})`.mapWith(Number),
  sum: sql<number>`sum(${rollups.sum})`.mapWith(Number),
}

const byDepartment = prepared(
  (tx, v: Span & { departments: string[] }) =>
    tx
      .select({ figure: rollups.figure, departmentId: rollups.departmentId, ...total })
      .from(rollups)
      .where(and(inArray(rollups.departmentId, v.departments), ofSpan(v)))
      .groupBy(rollups.figure, rollups.departmentId),
  'figures',
  'departments',
)
/** Totals of the days per department, each with all below it. */
export const countsByDepartment = async (
  tx: Tx,
  scope: Scope,
  departmentIds: readonly string[],
  figures: readonly CountedFigure[],
  from: string,
  to: string,
) => {
  if (departmentIds.length === 0) return []
  return byDepartment(tx, {
    figures: [...figures],
    departments: [...departmentIds],
    site: scope.siteId ?? allOf,
    from,
    to,
  })
}

const byTopic = prepared(
  (tx, v: Span & { department: string }) =>
    tx
      .select({ figure: rollups.figure, serviceItemId: rollups.serviceItemId, ...total })
      .from(rollups)
      .where(and(eq(rollups.departmentId, v.department), ofSpan(v)))
      .groupBy(rollups.figure, rollups.serviceItemId),
  'figures',
)
const itemNames = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ id: serviceItems.id, name: serviceItems.name })
      .from(serviceItems)
      .where(inArray(serviceItems.id, v.ids)),
  'ids',
)
/** Totals of the days per service item; the empty id where a ticket has none. */
export const countsByTopic = async (
  tx: Tx,
  scope: Scope,
  figures: readonly CountedFigure[],
  from: string,
  to: string,
) => {
  const rows = await byTopic(tx, {
    figures: figures.map(topicGrain),
    department: scope.departmentId,
    site: scope.siteId ?? allOf,
    from,
    to,
  })
  const ids = [...new Set(rows.map((row) => row.serviceItemId).filter(Boolean))]
  const found = ids.length > 0 ? await itemNames(tx, { ids }) : []
  const names = new Map(found.map((each) => [each.id, each.name]))
  return rows.map((row) => ({ ...row, name: names.get(row.serviceItemId) ?? null }))
}

/** A scope as values of a query that is built once. */
interface Place {
  path: string
  siteId?: string
}
const placeOf = ({ path, siteId }: Scope): Place => (siteId === null ? { path } : { path, siteId })

/** Who waits in the queue now, and since when the first of them. */
export const countWaiting = async (
  tx: Tx,
  scope: Scope,
): Promise<{ count: number; since: number | null }> => {
  const [row] = await waiting(tx, placeOf(scope))
  return { count: row?.count ?? 0, since: row?.since ?? null }
}
const waiting = prepared((tx, v: Place) =>
  tx
    .select({ count: count(), since: min(consultations.queuedAt) })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        eq(consultations.status, 'waiting'),
        isUnder(v.path),
        v.siteId ? eq(consultations.siteId, v.siteId) : undefined,
      ),
    ),
)

export const countAgents = async (tx: Tx, scope: Scope): Promise<Partial<Record<Availability, number>>> => {
  const rows = await byAvailability(tx, { path: scope.path })
  return Object.fromEntries(rows.map((row) => [row.availability, row.count]))
}
const byAvailability = prepared((tx, v: { path: string }) =>
  tx
    .select({ availability: presence.availability, count: count() })
    .from(presence)
    .innerJoin(agents, eq(agents.id, presence.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(isUnder(v.path), eq(agents.isActive, true)))
    .groupBy(presence.availability),
)

export const countCalls = async (tx: Tx, scope: Scope): Promise<number> => {
  const [row] = await openCalls(tx, placeOf(scope))
  return row?.count ?? 0
}
const openCalls = prepared((tx, v: Place) =>
  tx
    .select({ count: count() })
    .from(calls)
    .innerJoin(consultations, eq(consultations.id, calls.consultationId))
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        eq(calls.status, 'open'),
        isUnder(v.path),
        v.siteId ? eq(consultations.siteId, v.siteId) : undefined,
      ),
    ),
)

const risky: SlaState[] = ['running', 'warned']
const atEase = slaStates.filter((state) => !risky.includes(state))
const isAtRisk = (v: Place & { from: number; to: number }) =>
  and(
    // Said the other way round, so that the index of due times is read in its order and no further than needed.
    notInArray(tickets.slaState, atEase),
    gte(tickets.nextDueAt, v.from),
    lte(tickets.nextDueAt, v.to),
    isUnder(v.path),
    v.siteId ? eq(tickets.siteId, v.siteId) : undefined,
  )
/** Tickets whose next clock ends between `from` and `to`: a stretch of the index of due times. */
export const atRisk = (scope: Scope, from: number, to: number) => isAtRisk({ ...placeOf(scope), from, to })

const risksCounted = prepared(
  (tx, v: { path?: string; siteId?: string; from: number; to: number; states: SlaState[] }) =>
    tx
      .select({ count: count() })
      .from(tickets)
      .where(
        and(
          inArray(tickets.slaState, v.states),
          gte(tickets.nextDueAt, v.from),
          lte(tickets.nextDueAt, v.to),
          v.path === undefined
            ? undefined
            : inArray(
                tickets.departmentId,
                tx.select({ id: departments.id }).from(departments).where(isUnder(v.path)),
              ),
          v.siteId === undefined ? undefined : eq(tickets.siteId, v.siteId),
        ),
      ),
  'states',
)
/** Counted in the indexes of due times, those of the departments or, from the topmost one, of all. */
export const countAtRisk = async (tx: Tx, scope: Scope, from: number, to: number): Promise<number> => {
  const { path, ...site } = placeOf(scope)
  const place = isRootPath(path) ? site : { path, ...site }
  const [row] = await risksCounted(tx, { ...place, from, to, states: risky })
  return row?.count ?? 0
}

const nextRisks = prepared((tx, v: Place & { from: number; to: number; limit: number }) =>
  tx
    .select({
      ticketId: tickets.id,
      number: tickets.number,
      topic: tickets.topic,
      departmentName: departments.name,
      assigneeId: tickets.assigneeId,
      assigneeName: agents.name,
      slaState: tickets.slaState,
      dueAt: tickets.nextDueAt,
    })
    .from(tickets)
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(agents, eq(agents.id, tickets.assigneeId))
    .where(isAtRisk(v))
    .orderBy(asc(tickets.nextDueAt), asc(tickets.id))
    .limit(v.limit),
)
export const listAtRisk = (tx: Tx, scope: Scope, from: number, to: number, limit: number) =>
  nextRisks(tx, { ...placeOf(scope), from, to, limit })

/** How many events the projection has not counted yet. */
export const countBehind = async (tx: Tx, name: string): Promise<number> => {
  const [last] = await tx.select({ seq: max(events.seq) }).from(events)
  const [cursor] = await tx.select().from(projectionCursors).where(eq(projectionCursors.name, name))
  return Math.max(0, Number(last?.seq ?? 0) - (cursor?.seq ?? 0))
}

const siteNames = prepared((tx, _: object) =>
  tx
    .select({ id: sites.id, name: sites.name, timeZone: sites.timeZone, path: departments.path })
    .from(sites)
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .orderBy(asc(sites.createdAt), asc(sites.id)),
)
export const listSiteNames = (tx: Tx) => siteNames(tx, {})

const branchBelow = prepared((tx, v: { path: string }) =>
  tx
    .select({
      id: departments.id,
      parentId: departments.parentId,
      name: departments.name,
      path: departments.path,
    })
    .from(departments)
    .where(isUnder(v.path))
    .orderBy(asc(departments.position), asc(departments.id)),
)
export const listBranch = (tx: Tx, path: string) => branchBelow(tx, { path })
export type BranchRow = Awaited<ReturnType<typeof listBranch>>[number]
