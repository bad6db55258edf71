/** How long an agent waits for the lists, the board, a search and a ticket's page, over HTTP, by themselves. */

import { join } from 'node:path'
import { rebuildTicketIndex } from '../api/features/tickets/search.indexer'
import { createLogger } from '../api/lib/logger'
import { searchCollections } from '../api/search-collections'
import { connect, openDatabase } from '../drizzle/database'
import { createSearchWorker } from '../search/worker.engine'
import { startChild } from './support/child'
import { note, percentile, printFigure, seeded } from './support/figures'
import { type Desk, prepareDesk } from './support/tickets.seed'
import { dashboardPaths, fillRollups } from './tickets.dashboard'

const warmUps = 40
const asked = 400

/** Paths of one kind of request, each asked by one of the three kinds of people in turn. */
type Paths = (desk: Desk, random: () => number) => string

/** What people look for: words of every frequency in the texts. */
const searched =
  '申请 办理 证明 营业 执照 社保 公积金 住房 变更 登记 问题 工作 企业 法人 国家 发展 材料 窗口 审批 延期'.split(
    ' ',
  )

const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T
const kinds: Record<string, Paths> = {
  list_p95_ms: (desk, random) => {
    const filters = [
      '',
      'status=open',
      'status=new,open,waiting_citizen,waiting_department,on_hold',
      'assignee=me',
      'assignee=none&status=new',
      `serviceItem=${pick(desk.house.items, random)}`,
      `tag=${pick(desk.house.tags, random)}`,
      'priority=urgent&status=open',
      'sla=breached',
      'sort=due&status=open',
      'escalated=true',
      `department=${pick(desk.house.departments, random).id}`,
    ]
    return `/tickets?limit=50&${pick(filters, random)}`
  },
  search_p95_ms: (_desk, random) => {
    const words = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(searched, random))
    return `/tickets?limit=20&q=${encodeURIComponent(words.join(' '))}`
  },
  board_p95_ms: (_desk, random) => `/tickets/board?${pick(['', 'priority=high', 'assignee=me'], random)}`,
}

const timeOf = async (port: number, token: string, path: string): Promise<number> => {
  const startedAt = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    headers: { cookie: `bangban_session=${token}` },
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${body.slice(0, 200)}`)
  return performance.now() - startedAt
}

/** The search index of the desk, filled where an earlier run has not. */
export const fillIndex = async (desk: Desk): Promise<void> => {
  const db = openDatabase(desk.database, { readers: 1 })
  const engine = createSearchWorker(join(desk.directory, 'search'), { collections: searchCollections })
  try {
    if (!(await engine.stats()).some((each) => each.isStale)) return
    const startedAt = performance.now()
    await rebuildTicketIndex({ db, logger: createLogger('error') }, engine)
    note(`${desk.size} tickets indexed in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  } finally {
    await engine.close()
    await db.close()
  }
}

/** Tickets that the person of each token may open. */
const someTickets = (desk: Desk): Record<keyof Desk['tokens'], string[]> => {
  const connection = connect(desk.database, { readonly: true })
  const below = connection.prepare(
    `select t.id from tickets t join departments d on d.id = t.department_id
      where substr(d.path, 1, length(?)) = ? order by t.created_at desc limit 500`,
  )
  const [city, county, town] = desk.house.departments
  const idsBelow = (path = '/') => (below.all(path, path) as { id: string }[]).map((row) => row.id)
  const found = { city: idsBelow(city?.path), county: idsBelow(county?.path), town: idsBelow(town?.path) }
  connection.close()
  return found
}

/** Prints the 95th percentile of each kind at `size` tickets. */
export const measureDesk = async (size: number): Promise<void> => {
  const desk = prepareDesk(size)
  await fillIndex(desk)
  const tickets = someTickets(desk)
  fillRollups(desk.database)
  const product = await startChild<{ port: number }>('./product.server.ts', { database: desk.database })
  const people = Object.keys(desk.tokens) as (keyof Desk['tokens'])[]
  const random = seeded(size)
  const measure = async (
    figure: string,
    pathFor: (who: keyof Desk['tokens']) => string,
    askers: readonly (keyof Desk['tokens'])[] = people,
  ) => {
    const times: number[] = []
    const asks: string[] = []
    for (let at = 0; at < warmUps + asked; at++) {
      const who = askers[at % askers.length] ?? 'city'
      const path = pathFor(who)
      const taken = await timeOf(product.ready.port, desk.tokens[who], path)
      if (at < warmUps) continue
      times.push(taken)
      asks.push(`${taken.toFixed(0)} ms ${who} ${decodeURIComponent(path)}`)
    }
    const value = percentile(times, 0.95)
    const slowest = asks.sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a)).slice(0, 8)
    note(
      `${figure} at ${size}: median ${percentile(times, 0.5).toFixed(1)} ms; slowest:\n  ${slowest.join('\n  ')}`,
    )
    printFigure({ bench: 'tickets', figure, size, value, unit: 'ms' })
  }
  try {
    for (const [figure, paths] of Object.entries(kinds)) await measure(figure, () => paths(desk, random))
    await measure('dashboard_p95_ms', () => pick(dashboardPaths, random), ['county', 'city'])
    await measure('page_p95_ms', (who) => `/tickets/${pick(tickets[who], random)}`)
  } finally {
    await product.child.stop()
  }
}
