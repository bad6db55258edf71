import {
  type DashboardTickets,
  type DashboardTicketsQuery,
  liveLists,
} from '../../../contract/dashboard.schema'
import { dayIn } from '../../../contract/day.rules'
import {
  addDays,
  type CountedFigure,
  countedBy,
  countedFigures,
  type FigureKey,
} from '../../../contract/figures.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { ticketViews } from '../tickets/tickets.presenter'
import { loadListedTickets } from '../tickets/tickets.queries.store'
import {
  countAtRisk,
  countCalls,
  countWaiting,
  listBranch,
  listSiteNames,
  type Scope,
} from './dashboard.store'
import { scopeOf, zoneFor } from './dashboard.usecases'
import {
  countEntries,
  type DrillFilter,
  listCalling,
  listDueSoon,
  listEntries,
  listWaiting,
  type Place,
} from './drill.store'

const hourMs = 3_600_000
const firstDay = '2000-01-01'

const figuresOf = (figure: DashboardTicketsQuery['figure']): readonly CountedFigure[] => {
  const counted = countedFigures.find((each) => each === figure)
  return counted ? [counted] : countedBy(figure as FigureKey)
}

interface Row extends Place {
  ticketId: string
  value?: number
  day?: string
}

const cursorOf = (row: Row): string => [row.day ?? '-', row.at, row.id].join('~')
const readCursor = (cursor: string | undefined): (Place & { day: string }) | null => {
  const [day, at, id] = cursor?.split('~') ?? []
  return day && id && Number.isFinite(Number(at)) ? { day, at: Number(at), id } : null
}

/** A ticket that has moved out of the actor's branch is still counted where it was, but not shown. */
const present = async (
  tx: Tx,
  actor: AgentActor,
  rows: readonly Row[],
): Promise<DashboardTickets['items']> => {
  const own = new Set((await listBranch(tx, actor.departmentPath)).map((each) => each.id))
  const ids = [...new Set(rows.map((row) => row.ticketId))]
  const loaded = ids.length > 0 ? await loadListedTickets(tx, ids) : []
  const within = loaded.filter(({ ticket }) => own.has(ticket.departmentId) || ticket.assigneeId === actor.id)
  const views = new Map((await ticketViews(tx, within)).map((view) => [view.id, view]))
  return rows.map((row) => ({
    id: row.id,
    at: iso(row.at),
    value: row.value ?? 0,
    ticket: views.get(row.ticketId) ?? null,
  }))
}

const filterOf = (query: DashboardTicketsQuery, today: string): DrillFilter => {
  const figures = figuresOf(query.figure)
  const isStock = figures.includes('unresolved')
  return {
    figures,
    from: query.from ?? (isStock ? firstDay : today),
    // What a site further east made tomorrow is among what is unresolved today.
    to: isStock && (query.to ?? today) >= today ? addDays(today, 1) : (query.to ?? today),
    serviceItemId: query.serviceItemId === undefined ? null : query.serviceItemId.replace(/^none$/, ''),
    agentId: query.agentId ?? null,
  }
}

const listLive = async (
  tx: Tx,
  scope: Scope,
  query: DashboardTicketsQuery,
  now: number,
  limit: number,
): Promise<{ rows: Row[]; count: number }> => {
  const after = readCursor(query.cursor)
  if (query.figure === 'waiting')
    return {
      rows: await listWaiting(tx, scope, after, limit),
      count: (await countWaiting(tx, scope)).count,
    }
  if (query.figure === 'callsOn')
    return { rows: await listCalling(tx, scope, after, limit), count: await countCalls(tx, scope) }
  return {
    rows: await listDueSoon(tx, scope, now, now + hourMs, after, limit),
    count: await countAtRisk(tx, scope, now, now + hourMs),
  }
}

/** What a figure counts, one line each: as many as the figure says. */
export const drillDown = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: DashboardTicketsQuery,
): Promise<DashboardTickets> => {
  const now = deps.clock.now()
  const scope = await scopeOf(tx, actor, query)
  const limit = query.limit ?? 50
  const isLive = liveLists.some((each) => each === query.figure)
  let found: { rows: Row[]; count: number }
  if (isLive) found = await listLive(tx, scope, query, now, limit + 1)
  else {
    const today = dayIn(zoneFor(await listSiteNames(tx), scope.siteId), now)
    const below = await listBranch(tx, scope.path)
    const branch = query.direct === 'true' ? [scope.departmentId] : below.map((each) => each.id)
    const filter = filterOf(query, today)
    const after = readCursor(query.cursor)
    found = {
      rows: await listEntries(tx, branch, scope.siteId, filter, after, limit + 1),
      count: await countEntries(tx, branch, scope.siteId, filter),
    }
  }
  const shown = found.rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: await present(tx, actor, shown),
    nextCursor: found.rows.length > limit && last ? cursorOf(last) : null,
    count: found.count,
  }
}
