import { monthSpan } from '../../../contract/escalations.rules'
import type {
  AccountabilityReport,
  EscalationView,
  ReportMattersQuery,
} from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { loadDepartment } from '../departments/departments.store'
import { workingTimeOf } from '../sla/working-time.store'
import { escalationViews } from './escalations.presenter'
import { branchOf } from './escalations.queries.store'
import { countReport, listReport, type ReportCounts, type ReportScope } from './report.store'
import { readPosition } from './tracker.usecases'

interface ReportInput {
  month: string
  departmentId?: string | undefined
}

const scopeOf = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  { month, departmentId }: ReportInput,
): Promise<ReportScope & { timeZone: string }> => {
  const now = deps.clock.now()
  const path = departmentId ? (await loadDepartment(tx, actor, departmentId)).path : actor.departmentPath
  const { timeZone } = (await workingTimeOf(tx, path, now)).calendar
  return { ...monthSpan(month, timeZone), now, branch: await branchOf(tx, path), timeZone }
}

const figuresOf = (rows: readonly ReportCounts[]) => {
  const sum = (
    key: 'raised' | 'inTime' | 'late' | 'open' | 'returned' | 'reopened' | 'settled' | 'workingMs',
  ) => rows.reduce((total, row) => total + row[key], 0)
  const settled = sum('settled')
  return {
    raised: sum('raised'),
    inTime: sum('inTime'),
    late: sum('late'),
    open: sum('open'),
    returned: sum('returned'),
    reopened: sum('reopened'),
    settled,
    meanWorkingSeconds: settled === 0 ? null : Math.round(sum('workingMs') / settled / 1000),
  }
}

const placeOf = (row: ReportCounts) => ({
  id: row.departmentId,
  name: row.departmentName,
  path: row.departmentPath,
})

/** The month's accountability, by department and by person. Throws 404 for a department out of the branch. */
export const readReport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  input: ReportInput,
): Promise<AccountabilityReport> => {
  const scope = await scopeOf(tx, deps, actor, input)
  const rows = await countReport(tx, scope)
  const byDepartment = new Map<string, ReportCounts[]>()
  for (const row of rows)
    byDepartment.set(row.departmentId, [...(byDepartment.get(row.departmentId) ?? []), row])
  return {
    month: input.month,
    from: iso(scope.from),
    to: iso(scope.to),
    timeZone: scope.timeZone,
    departments: [...byDepartment.values()].flatMap((own) =>
      own[0] ? [{ department: placeOf(own[0]), ...figuresOf(own) }] : [],
    ),
    people: rows.map((row) => ({
      department: placeOf(row),
      person: { id: row.ownerId, name: row.ownerName },
      ...figuresOf([row]),
    })),
    total: figuresOf(rows),
  }
}

/** A page of the matters behind a figure: as many, over all pages, as the figure says. */
export const pageReportMatters = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: ReportMattersQuery,
): Promise<{ items: EscalationView[]; nextCursor: string | null }> => {
  const scope = await scopeOf(tx, deps, actor, query)
  const limit = query.limit ?? 50
  const rows = await listReport(
    tx,
    scope,
    {
      figure: query.figure,
      ...(query.ofDepartmentId ? { departmentId: query.ofDepartmentId } : {}),
      ...(query.ofAgentId ? { agentId: query.ofAgentId } : {}),
    },
    { after: readPosition(query.cursor), limit: limit + 1 },
  )
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: await escalationViews(tx, shown),
    nextCursor: rows.length > limit && last ? `${last.raisedAt}.${last.id}` : null,
  }
}
