import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyToBoard, applyToMine, type BoardFilter } from '../../../contract/escalation-board.rules'
import type { EscalationBoard, EscalationView, ReportFigure } from '../../../contract/escalations.schema'
import { departmentLeaders } from '../../../drizzle/schema/index'
import { type AgentActor, permissionSet, system } from '../../lib/actor'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addTicket } from '../../testing/rows'
import { currentCursor, type EventRow, eventsAfter } from '../events/events.store'
import { messageFor, tokensOf } from '../events/hub'
import { loadTicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import { pageReportMatters, readReport } from './report.usecases'
import { pageEscalations, readBoard } from './tracker.usecases'

interface Viewer {
  actor: AgentActor
  cookie: string
}

let test: TestApp
let viewers: Viewer[]
let departments: { id: string; path: string; name: string }[]
const ticketIds: string[] = []

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const county = await addDepartment(test, '县', city)
  const town = await addDepartment(test, '镇', county)
  const other = await addDepartment(test, '局', city)
  departments = [city, county, town, other]
  const site = await addSite(test, town, 'town')
  const add = async (department: (typeof departments)[number], role: 'agent' | 'supervisor' | 'admin') => {
    const { id, name, cookie } = await addAgent(test, department, [role])
    const actor: AgentActor = {
      kind: 'agent',
      id,
      name,
      roles: [role],
      permissions: permissionSet([role]),
      departmentId: department.id,
      departmentName: department.name,
      departmentPath: department.path,
      sessionId: 'ses',
    }
    return { actor, cookie }
  }
  viewers = []
  for (const department of departments)
    viewers.push(await add(department, 'supervisor'), await add(department, 'agent'))
  viewers.push(await add(city, 'admin'))
  for (const [index, department] of departments.entries())
    await test.db.write((tx) =>
      tx
        .insert(departmentLeaders)
        .values({
          departmentId: department.id,
          agentId: viewers[index * 2]?.actor.id ?? '',
          role: 'head',
          position: 0,
        })
        .then(() => undefined),
    )
  filters = [{}, { mine: 'true' }, { level: 3 }, { reason: 'manual' }, { departmentId: county.id }]
  for (let count = 0; count < 6; count++) {
    const { id } = await addTicket(test, {
      siteId: site.id,
      departmentId: (count % 2 ? town : county).id,
      topic: `事项${count}`,
    })
    ticketIds.push(id)
  }
})
afterAll(() => test.close())

const nth = <T>(list: readonly T[], index: number): T => list[index % list.length] as T
const result = { outcome: 'settled', result: '已办', cause: 'other', accountability: '无' }

/** One random thing somebody or something does; most are refused, which must leave no trace. */
const act = async ([what, one, two]: readonly [number, number, number]): Promise<void> => {
  const ticketId = nth(ticketIds, one)
  if (what === 0) {
    await test.db.write(async (tx) =>
      tellTicket(tx, await loadTicketRow(tx, ticketId), 'sla.step', system, test.clock.now(), {
        action: 'escalate',
        level: 1 + (two % 4),
        trigger: 'breach',
      }),
    )
    await test.project()
    return
  }
  if (what === 1) {
    test.clock.advance(3600 * (1 + (two % 30)))
    await test.sweep()
    return
  }
  const viewer = nth(viewers, two)
  const send = (path: string, body: Record<string, unknown>) =>
    test.request('POST', path, { cookie: viewer.cookie, body })
  const departmentId = nth(departments, one + two).id
  if (what === 2) {
    await send(`/tickets/${ticketId}/escalations`, { departmentId, why: '本级不能办' })
    return
  }
  const admin = viewers.at(-1) as Viewer
  const all = await test.db.read((tx) => pageEscalations(tx, test.deps, admin.actor, { status: 'all' }))
  const matter = all.items.length > 0 ? nth(all.items, one) : null
  if (!matter) return
  const owner = viewers.find((each) => each.actor.id === matter.owner.id) ?? viewer
  const by = what % 2 === 0 ? owner : viewer
  const bodies: [string, Record<string, unknown>][] = [
    ['acknowledge', {}],
    ['act', { nextAction: '核对', nextActionAt: new Date(test.clock.now() + 7_200_000).toISOString() }],
    ['hand-over', { agentId: nth(viewers, two).actor.id, reason: '换人' }],
    ['climb', { reason: '超权限' }],
    ['refer', { departmentId, note: '请核' }],
    ['accept', {}],
    ['refuse', { reason: '不属' }],
    ['return', { reason: '退' }],
    ['close', result],
  ]
  const [name, body] = nth(bodies, Math.floor(what / 2))
  await test.request('POST', `/escalations/${matter.id}/${name}`, { cookie: by.cookie, body })
}

const mayRead = (row: EventRow, viewer: Viewer): boolean => {
  const tokens = [`agent:${viewer.actor.id}`, 'agents', `tickets:${viewer.actor.departmentId}`]
  return tokensOf(row).some((token) => tokens.includes(token))
}
let filters: BoardFilter[]

it('old state + events = a fresh snapshot, for every viewer and filter', async () => {
  const command = fc.tuple(fc.integer({ min: 0, max: 21 }), fc.nat(40), fc.nat(40))
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 12 }), async (commands) => {
      const boardOf = (viewer: Viewer, filter: BoardFilter): Promise<EscalationBoard> =>
        test.db.read((tx) => readBoard(tx, test.deps, viewer.actor, filter))
      const mineOf = (viewer: Viewer) =>
        test.db.read(
          async (tx) =>
            (await pageEscalations(tx, test.deps, viewer.actor, { mine: 'true', limit: 100 })).items,
        )
      const cursor = Number(await test.db.read(currentCursor))
      const before = new Map<string, EscalationBoard>()
      const mine = new Map<Viewer, readonly EscalationView[]>()
      for (const viewer of viewers) {
        mine.set(viewer, await mineOf(viewer))
        for (const filter of filters)
          before.set(viewer.actor.id + JSON.stringify(filter), await boardOf(viewer, filter))
      }
      for (const each of commands) await act(each)
      const rows = await test.db.read((tx) => eventsAfter(tx, cursor, 10_000))
      for (const viewer of viewers) {
        const own = rows
          .filter((row) => mayRead(row, viewer))
          .flatMap((row) => messageFor(row, 'agent') ?? [])
        const { id: agentId, departmentId } = viewer.actor
        let desk = mine.get(viewer) ?? []
        for (const event of own) desk = applyToMine(desk, event, agentId)
        expect(desk).toEqual(await mineOf(viewer))
        for (const filter of filters) {
          let state = before.get(agentId + JSON.stringify(filter)) as EscalationBoard
          const how = {
            by: 'level' as const,
            filter,
            viewer: { agentId, departmentId },
            now: test.clock.now(),
          }
          for (const event of own) state = applyToBoard(state, event, how)
          expect(state).toEqual(await boardOf(viewer, filter))
        }
      }
    }),
    // Enough on either database: every run starts from what the one before has left.
    { numRuns: 10 },
  )
})

it('every figure of the report has as many matters behind it, and the parts make the whole', async () => {
  const admin = viewers.at(-1) as Viewer
  for (const { actor } of [admin, nth(viewers, 2)]) {
    await test.db.read(async (tx) => {
      const month = '2026-11'
      const report = await readReport(tx, test.deps, actor, { month })
      const behind = async (figure: ReportFigure, more: Record<string, string> = {}) => {
        let [count, cursor]: [number, string | undefined] = [0, undefined]
        do {
          const page: { items: unknown[]; nextCursor: string | null } = await pageReportMatters(
            tx,
            test.deps,
            actor,
            { month, figure, limit: 3, ...more, ...(cursor ? { cursor } : {}) },
          )
          count += page.items.length
          cursor = page.nextCursor ?? undefined
        } while (cursor)
        return count
      }
      const keys = {
        raised: 'raised',
        in_time: 'inTime',
        late: 'late',
        open: 'open',
        returned: 'returned',
        reopened: 'reopened',
        settled: 'settled',
      } as const
      for (const [figure, key] of Object.entries(keys) as [ReportFigure, (typeof keys)[ReportFigure]][]) {
        expect(await behind(figure), figure).toBe(report.total[key])
        for (const row of report.departments)
          expect(await behind(figure, { ofDepartmentId: row.department.id })).toBe(row[key])
        for (const row of report.people)
          expect(await behind(figure, { ofDepartmentId: row.department.id, ofAgentId: row.person.id })).toBe(
            row[key],
          )
      }
      for (const row of [...report.people, ...report.departments, report.total])
        expect(row.inTime + row.late + row.open).toBe(row.raised)
      if (actor === admin.actor) expect(report.total.raised).toBeGreaterThan(0)
    })
  }
})
