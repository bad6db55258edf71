import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm'
import {
  agentGrain,
  allOf,
  type CountedFigure,
  countedFigures,
  figureValue,
  type Tallies,
} from '../../../contract/figures.rules'
import { type ReportColumn, type ReportGroup, reportColumns } from '../../../contract/reports.rules'
import type { ReportRow, ReportView } from '../../../contract/reports.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, rollups } from '../../../drizzle/schema/index'
import {
  countsByDepartment,
  countsByTopic,
  listBranch,
  type Scope,
  talliesByDay,
} from '../dashboard/dashboard.store'
import { addTallies, lessTallies } from '../dashboard/dashboard.usecases'
import { isUnder } from '../departments/departments.store'

/** What a report is about, its rights already checked: plain data, so that a worker can be handed it. */
export interface ReportOrder {
  scope: Scope & { name: string }
  by: ReportGroup
  from: string
  to: string
}

const figures = countedFigures.filter((figure) => figure !== 'unresolved')

const rowOf = (id: string, name: string, tallies: Tallies, isDirect = false): ReportRow => ({
  id,
  name,
  values: valuesOf(tallies),
  isDirect,
})
const valuesOf = (tallies: Tallies): Record<ReportColumn, number | null> =>
  Object.fromEntries(reportColumns.map((column) => [column, figureValue(column, tallies)])) as Record<
    ReportColumn,
    number | null
  >

interface Counted {
  key: string
  figure: string
  count: number
  sum: number
}
/** Counted rows, added up by key. */
const gather = (rows: readonly Counted[]): Map<string, Tallies> => {
  const found = new Map<string, Tallies>()
  for (const { key, figure, count, sum } of rows) {
    const name = figure.split('/')[0] as CountedFigure
    found.set(key, addTallies([found.get(key) ?? {}, { [name]: { count, sum } }]))
  }
  return found
}

const byDepartment = async (tx: Tx, { scope, from, to }: ReportOrder): Promise<ReportRow[]> => {
  const branch = await listBranch(tx, scope.path)
  const below = branch.filter((row) => row.parentId === scope.departmentId)
  const ids = [scope.departmentId, ...below.map((row) => row.id)]
  const counted = await countsByDepartment(tx, scope, ids, figures, from, to)
  const found = gather(counted.map((row) => ({ ...row, key: row.departmentId })))
  const talliesOf = (id: string) => found.get(id) ?? {}
  const parts = below.map(({ id, name }) => rowOf(id, name, talliesOf(id)))
  const left = lessTallies(
    talliesOf(scope.departmentId),
    below.map((row) => talliesOf(row.id)),
  )
  // What the department holds itself is a row like the others: together they are the total.
  const hasOwn = Object.values(left).some((tally) => tally.count !== 0)
  const own = rowOf(scope.departmentId, scope.name, left, below.length > 0)
  return hasOwn || below.length === 0 ? [own, ...parts] : parts
}

const byTopic = async (tx: Tx, { scope, from, to }: ReportOrder): Promise<ReportRow[]> => {
  const counted = await countsByTopic(tx, scope, figures, from, to)
  const names = new Map(counted.map((row) => [row.serviceItemId || 'none', row.name ?? '']))
  const found = gather(counted.map((row) => ({ ...row, key: row.serviceItemId || 'none' })))
  return [...found].map(([id, tallies]) => rowOf(id, names.get(id) ?? '', tallies))
}

/** Agents of the department and below, with all they did, for the site asked for or for all. */
const byAgent = async (tx: Tx, { scope, from, to }: ReportOrder): Promise<ReportRow[]> => {
  const people = await tx
    .select({ id: agents.id, name: agents.name })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(isUnder(scope.path))
    .orderBy(asc(agents.name), asc(agents.id))
  const counted = await tx
    .select({
      key: rollups.agentId,
      figure: rollups.figure,
      count: sql<number>`sum(${rollups.count})`.mapWith(Number),
      sum: sql<number>`sum(${rollups.sum})`.mapWith(Number),
    })
    .from(rollups)
    .where(
      and(
        inArray(rollups.figure, figures.map(agentGrain)),
        eq(rollups.departmentId, allOf),
        eq(rollups.siteId, scope.siteId ?? allOf),
        gte(rollups.day, from),
        lte(rollups.day, to),
      ),
    )
    .groupBy(rollups.agentId, rollups.figure)
  const found = gather(counted)
  return people.flatMap(({ id, name }) => {
    const tallies = found.get(id)
    return tallies ? [rowOf(id, name, tallies)] : []
  })
}

/** Adds the report up from rollups; reads nothing else but names. */
export const buildReport = async (tx: Tx, order: ReportOrder): Promise<ReportView> => {
  const { scope, by, from, to } = order
  const days = await talliesByDay(tx, scope, figures, from, to)
  const makers = {
    day: async () => [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, it]) => rowOf(day, day, it)),
    department: () => byDepartment(tx, order),
    topic: () => byTopic(tx, order),
    agent: () => byAgent(tx, order),
  }
  const rows = await makers[by]()
  if (by === 'topic')
    rows.sort((a, b) => (b.values.created ?? 0) - (a.values.created ?? 0) || (a.id < b.id ? -1 : 1))
  return {
    from,
    to,
    by,
    departmentId: scope.departmentId,
    departmentName: scope.name,
    columns: [...reportColumns],
    rows,
    total: valuesOf(addTallies(days.values())),
  }
}
