import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { ReportFigure } from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, escalations } from '../../../drizzle/schema/index'
import type { Position } from './escalations.queries.store'
import type { EscalationRow } from './escalations.store'

/** Matters raised in `[from, to)` (milliseconds since 1970), as of `now`. */
export interface ReportScope {
  from: number
  to: number
  now: number
  /** The departments counted, by id; null for all there are. */
  branch: readonly string[] | null
}

/** The one definition of each figure: counting and listing both use it, so that they cannot differ. */
const figureOf = (figure: ReportFigure, now: number): SQL | undefined => {
  const late = or(
    sql`${escalations.closedAt} > ${escalations.settleBy}`,
    and(isNull(escalations.closedAt), lt(escalations.settleBy, now)),
  )
  switch (figure) {
    case 'raised':
      return undefined
    case 'in_time':
      return sql`${escalations.closedAt} <= ${escalations.settleBy}`
    case 'late':
      return late
    case 'open':
      return and(isNull(escalations.closedAt), gte(escalations.settleBy, now))
    case 'settled':
      return isNotNull(escalations.closedAt)
    case 'returned':
      return gt(escalations.returnCount, 0)
    case 'reopened':
      return gt(escalations.reopenCount, 0)
  }
}

const within = (scope: ReportScope): SQL | undefined =>
  and(
    gte(escalations.raisedAt, scope.from),
    lt(escalations.raisedAt, scope.to),
    scope.branch ? inArray(escalations.departmentId, [...scope.branch]) : undefined,
  )

const countWhere = (condition: SQL | undefined) =>
  sql<number>`sum(case when ${condition ?? sql`1 = 1`} then 1 else 0 end)`

export interface ReportCounts {
  departmentId: string
  departmentName: string
  departmentPath: string
  ownerId: string
  ownerName: string
  raised: number
  inTime: number
  late: number
  open: number
  returned: number
  reopened: number
  settled: number
  workingMs: number
}

/** Counted first and named afterwards, so that counting reads nothing but an index. */
const countedBy = (tx: Tx, scope: ReportScope) => {
  const figure = (name: ReportFigure) => countWhere(figureOf(name, scope.now)).as(name)
  return tx
    .select({
      departmentId: escalations.departmentId,
      ownerId: escalations.ownerId,
      raised: figure('raised'),
      inTime: figure('in_time'),
      late: figure('late'),
      open: figure('open'),
      returned: figure('returned'),
      reopened: figure('reopened'),
      settled: figure('settled'),
      workingMs: sql<number>`sum(coalesce(${escalations.workingMs}, 0))`.as('worked'),
    })
    .from(escalations)
    .where(within(scope))
    .groupBy(escalations.departmentId, escalations.ownerId)
    .as('counted')
}

/** Counted by who answers for it now, or answered for it at the end. */
export const countReport = async (tx: Tx, scope: ReportScope): Promise<ReportCounts[]> => {
  const counted = countedBy(tx, scope)
  const rows = await tx
    .select({
      departmentId: counted.departmentId,
      departmentName: departments.name,
      departmentPath: departments.path,
      ownerId: counted.ownerId,
      ownerName: agents.name,
      raised: counted.raised,
      inTime: counted.inTime,
      late: counted.late,
      open: counted.open,
      returned: counted.returned,
      reopened: counted.reopened,
      settled: counted.settled,
      workingMs: counted.workingMs,
    })
    .from(counted)
    .innerJoin(departments, eq(departments.id, counted.departmentId))
    .innerJoin(agents, eq(agents.id, counted.ownerId))
    .orderBy(asc(departments.path), asc(agents.name), asc(counted.ownerId))
  // PostgreSQL gives sums as text.
  return rows.map((row) => ({
    ...row,
    raised: Number(row.raised),
    inTime: Number(row.inTime),
    late: Number(row.late),
    open: Number(row.open),
    returned: Number(row.returned),
    reopened: Number(row.reopened),
    settled: Number(row.settled),
    workingMs: Number(row.workingMs),
  }))
}

/** The matters behind a figure, the oldest first. */
export const listReport = async (
  tx: Tx,
  scope: ReportScope,
  wanted: { figure: ReportFigure; departmentId?: string; agentId?: string },
  page: { after: Position | null; limit: number },
): Promise<EscalationRow[]> => {
  const { after } = page
  return tx
    .select()
    .from(escalations)
    .where(
      and(
        within(scope),
        figureOf(wanted.figure, scope.now),
        wanted.departmentId ? eq(escalations.departmentId, wanted.departmentId) : undefined,
        wanted.agentId ? eq(escalations.ownerId, wanted.agentId) : undefined,
        after
          ? or(
              gt(escalations.raisedAt, after.value),
              and(eq(escalations.raisedAt, after.value), gt(escalations.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(asc(escalations.raisedAt), asc(escalations.id))
    .limit(page.limit)
}
