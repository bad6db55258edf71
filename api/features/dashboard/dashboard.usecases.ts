import type { DashboardQuery, DashboardView, SlaShare } from '../../../contract/dashboard.schema'
import { dayIn } from '../../../contract/day.rules'
import {
  addDays,
  ageBuckets,
  type CountedFigure,
  countedFigures,
  daysOf,
  figureKeys,
  figureValue,
  type Tallies,
} from '../../../contract/figures.rules'
import { availabilities } from '../../../contract/presence.rules'
import { clockKinds } from '../../../contract/sla.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { loadDepartment } from '../departments/departments.store'
import {
  type BranchRow,
  countAgents,
  countAtRisk,
  countBehind,
  countCalls,
  countsByDepartment,
  countsByTopic,
  countUnresolvedSince,
  countWaiting,
  listAtRisk,
  listBranch,
  listSiteNames,
  type Scope,
  talliesByDay,
} from './dashboard.store'
import { rollupsName } from './rollups.projection'

const hourMs = 3_600_000
const shownRisks = 12
const shownTopics = 12
const sparkDays = 14
const fallbackZone = 'Asia/Shanghai'

const flowFigures = countedFigures.filter((figure) => figure !== 'unresolved')
const met: readonly CountedFigure[] = clockKinds.map((kind) => `sla_met_${kind}` as const)
const breached: readonly CountedFigure[] = clockKinds.map((kind) => `sla_breached_${kind}` as const)

/** The department asked for, which must lie in the actor's branch (404 otherwise), or the actor's own. */
export const scopeOf = async (
  tx: Tx,
  actor: AgentActor,
  asked: { departmentId?: string | undefined; siteId?: string | undefined },
): Promise<Scope & { name: string }> => {
  const row = await loadDepartment(tx, actor, asked.departmentId ?? actor.departmentId)
  return { departmentId: row.id, path: row.path, name: row.name, siteId: asked.siteId ?? null }
}

/** Days are those of the site looked at, or of the first site. */
export const zoneFor = (sites: readonly { id: string; timeZone: string }[], siteId: string | null): string =>
  (sites.find((site) => site.id === siteId) ?? sites[0])?.timeZone ?? fallbackZone

export const addTallies = (all: Iterable<Tallies>): Tallies => {
  const total: Tallies = {}
  for (const tallies of all)
    for (const figure of countedFigures) {
      const more = tallies[figure]
      if (!more) continue
      const sofar = total[figure] ?? { count: 0, sum: 0 }
      total[figure] = { count: sofar.count + more.count, sum: sofar.sum + more.sum }
    }
  return total
}

/** What is left of `whole` without its parts. */
export const lessTallies = (whole: Tallies, parts: Iterable<Tallies>): Tallies => {
  const gone = addTallies(parts)
  return Object.fromEntries(
    countedFigures.flatMap((figure) => {
      const [all, part] = [whole[figure], gone[figure]]
      return all ? [[figure, { count: all.count - (part?.count ?? 0), sum: all.sum - (part?.sum ?? 0) }]] : []
    }),
  )
}

/** Unresolved tickets by the age of the day they are of, today's first. */
const loadAges = async (tx: Tx, scope: Scope, today: string): Promise<DashboardView['unresolved']> => {
  const buckets = ageBuckets.map(({ fromDays, toDays }) => ({
    fromDays,
    toDays,
    from: toDays === null ? null : addDays(today, -toDays),
    to: addDays(today, -fromDays),
  }))
  // A ticket of a site east of here may be of tomorrow already: it is of today.
  const since = buckets.flatMap(({ from }) => from ?? [])
  const found = await countUnresolvedSince(tx, scope, since, addDays(today, 1))
  const upTo = [...found.since, found.all]
  return {
    count: found.all,
    buckets: buckets.map((bucket, at) => ({ ...bucket, count: (upTo[at] ?? 0) - (upTo[at - 1] ?? 0) })),
  }
}

const shareByDepartment = async (
  tx: Tx,
  scope: Scope,
  branch: readonly BranchRow[],
  from: string,
  to: string,
): Promise<SlaShare[]> => {
  const below = branch.filter((row) => row.parentId === scope.departmentId)
  const own = branch.filter((row) => row.id === scope.departmentId)
  const rows = await countsByDepartment(
    tx,
    scope,
    [...own, ...below].map((row) => row.id),
    [...met, ...breached],
    from,
    to,
  )
  const counts = new Map<string, { met: number; breached: number }>()
  for (const { departmentId, figure, count } of rows) {
    const own = counts.get(departmentId) ?? { met: 0, breached: 0 }
    own[figure.startsWith('sla_met') ? 'met' : 'breached'] += count
    counts.set(departmentId, own)
  }
  const share = ({ id, name }: BranchRow): SlaShare => ({
    id,
    name,
    ...(counts.get(id) ?? { met: 0, breached: 0 }),
    isDirect: false,
  })
  const parts = below.map(share)
  // What the department holds itself is a part like the others: together they are the whole.
  const sumOf = (key: 'met' | 'breached') => parts.reduce((sum, part) => sum + part[key], 0)
  const direct = own.map(share).map((all) => ({
    ...all,
    met: all.met - sumOf('met'),
    breached: all.breached - sumOf('breached'),
    isDirect: below.length > 0,
  }))
  return [...direct, ...parts].filter((each) => each.met + each.breached > 0)
}

const shareByTopic = async (tx: Tx, scope: Scope, from: string, to: string): Promise<SlaShare[]> => {
  const rows = await countsByTopic(tx, scope, [...met, ...breached], from, to)
  const shares = new Map<string, SlaShare>()
  for (const row of rows) {
    const id = row.serviceItemId || 'none'
    const share = shares.get(id) ?? { id, name: row.name ?? '', met: 0, breached: 0, isDirect: false }
    if (row.figure.startsWith('sla_met')) share.met += row.count
    else share.breached += row.count
    shares.set(id, share)
  }
  return [...shares.values()]
    .sort((a, b) => b.met + b.breached - a.met - a.breached || (a.id < b.id ? -1 : 1))
    .slice(0, shownTopics)
}

const liveView = async (tx: Tx, scope: Scope, now: number): Promise<DashboardView['live']> => {
  const waiting = await countWaiting(tx, scope)
  const byState = await countAgents(tx, scope)
  const risks = await listAtRisk(tx, scope, now, now + hourMs, shownRisks)
  return {
    waiting: waiting.count,
    longestWaitSeconds: waiting.since === null ? null : Math.max(0, Math.round((now - waiting.since) / 1000)),
    agents: Object.fromEntries(availabilities.map((each) => [each, byState[each] ?? 0])) as never,
    callsOn: await countCalls(tx, scope),
    atRisk: risks.length < shownRisks ? risks.length : await countAtRisk(tx, scope, now, now + hourMs),
    risks: risks.map(({ assigneeId, assigneeName, dueAt, ...rest }) => ({
      ...rest,
      assignee: assigneeId ? { id: assigneeId, name: assigneeName ?? '' } : null,
      dueAt: iso(dueAt ?? now),
    })),
  }
}

const depthOf = (path: string) => path.split('/').length

/**
 * The live dashboard of a department and all below it. Live numbers come from the states of now, figures
 * from rollups: what is read does not grow with the number of tickets.
 */
export const showDashboard = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: DashboardQuery,
): Promise<DashboardView> => {
  const now = deps.clock.now()
  const scope = await scopeOf(tx, actor, query)
  const sites = await listSiteNames(tx)
  const branch = await listBranch(tx, actor.departmentPath)
  const ownDepth = depthOf(actor.departmentPath)
  const today = dayIn(zoneFor(sites, scope.siteId), now)
  const length = query.period === '7' ? 7 : query.period === '30' ? 30 : 1
  const from = addDays(today, 1 - length)
  const before = { from: addDays(from, -length), to: addDays(from, -1) }
  const seriesFrom = addDays(today, 1 - Math.max(length, sparkDays))
  const days = await talliesByDay(tx, scope, flowFigures, [before.from, seriesFrom].sort()[0] ?? from, today)
  const within = (first: string, last: string) =>
    addTallies(daysOf(first, last).flatMap((day) => days.get(day) ?? []))
  const [current, previous] = [within(from, today), within(before.from, before.to)]
  const unresolved = await loadAges(tx, scope, today)
  return {
    at: iso(now),
    behindEvents: await countBehind(tx, rollupsName),
    scope: {
      departmentId: scope.departmentId,
      departmentName: scope.name,
      departments: branch
        .map(({ id, name, path }) => ({ id, name, depth: depthOf(path) - ownDepth }))
        .sort((a, b) => a.depth - b.depth),
      sites: sites.map(({ id, name }) => ({ id, name })),
    },
    from,
    to: today,
    live: await liveView(tx, scope, now),
    figures: figureKeys.map((key) => ({
      key,
      value: figureValue(key, current),
      previous: figureValue(key, previous),
      series: daysOf(seriesFrom, today).map((day) => figureValue(key, days.get(day) ?? {})),
    })),
    seriesFrom,
    counts: Object.fromEntries(
      countedFigures.map((figure) => [
        figure,
        figure === 'unresolved' ? unresolved.count : (current[figure]?.count ?? 0),
      ]),
    ) as DashboardView['counts'],
    unresolved,
    sla: {
      departments: await shareByDepartment(tx, scope, branch, from, today),
      topics: await shareByTopic(tx, scope, from, today),
    },
  }
}
