/**
 * 200,000 matters of two years, a tenth of them open, in a city of 49 departments and 320 people: the lists of
 * the tracker, its board, and the monthly accountability report with the matters behind a figure, asked by the
 * city's supervisor, by a county's and by an agent.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pageReportMatters, readReport } from '../api/features/escalations/report.usecases'
import { pageEscalations, readBoard } from '../api/features/escalations/tracker.usecases'
import { type AgentActor, permissionSet } from '../api/lib/actor'
import { migrationsDir } from '../api/testing/database'
import { connect, openDatabase, type Tx } from '../drizzle/database'
import { migrate } from '../drizzle/migrate'
import { note, percentile, printFigure, seeded } from './support/figures'

const size = Number(process.argv[2] ?? 200_000)
const rounds = 60
const dayMs = 86_400_000
const now = Date.parse('2026-11-20T02:00:00Z')
const random = seeded(20261122)
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const newId = (prefix: string) =>
  `${prefix}_${Array.from({ length: 20 }, () => letters[Math.floor(random() * 62)]).join('')}`
const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

const directory = mkdtempSync(join(tmpdir(), 'bangban-bench-'))
const database = join(directory, 'bangban.db')
migrate(database, migrationsDir('sqlite'), () => 0)

interface Place {
  id: string
  path: string
  name: string
}
const places: Place[] = []
const people: { id: string; name: string; place: Place }[] = []

const seedHouse = (connection: ReturnType<typeof connect>): void => {
  const department = connection.prepare(
    `insert into departments (id, parent_id, path, name, level, position, created_at)
     values (?, ?, ?, ?, 'office', ?, ?)`,
  )
  const agent = connection.prepare(
    `insert into agents (id, username, name, password_hash, roles, department_id, is_active, created_at)
     values (?, ?, ?, '', '["agent"]', ?, 1, ?)`,
  )
  const add = (name: string, parent: Place | null): Place => {
    const id = newId('dep')
    const place = { id, name, path: `${parent?.path ?? '/'}${id}/` }
    department.run(id, parent?.id ?? null, place.path, name, places.length, now)
    places.push(place)
    return place
  }
  const city = add('清河市', null)
  for (let county = 1; county <= 8; county++) {
    const above = add(`第${county}县`, city)
    for (let town = 1; town <= 5; town++) add(`第${town}镇`, above)
  }
  for (let index = 0; index < 320; index++) {
    const place = places[index % places.length] as Place
    const person = { id: newId('agt'), name: `第${index}号`, place }
    agent.run(person.id, `agent${index}`, person.name, place.id, now)
    people.push(person)
  }
}

const seedMatters = (connection: ReturnType<typeof connect>): void => {
  const site = newId('sit')
  connection
    .prepare(
      `insert into sites (id, key, name, department_id, origins, secret, theme, hours, time_zone, is_identity_required,
        is_active, created_at)
       values (?, 'bench', '网厅', ?, '[]', '', '{}', '[]', 'Asia/Shanghai', 0, 1, ?)`,
    )
    .run(site, places[0]?.id, now)
  const ticket = connection.prepare(
    `insert into tickets (id, number, site_id, department_id, status, topic, created_at, updated_at, description,
      priority, source, reopen_count, urge_count, is_complaint, is_helped, sla_state, escalation_level)
     values (?, ?, ?, ?, 'open', '营业执照变更', ?, ?, '', 'normal', 'desk', 0, 0, 0, 0, 'none', 1)`,
  )
  const matter = connection.prepare(
    `insert into escalations (id, ticket_id, reason, why, status, level, owner_id, department_id,
      home_department_id, raised_by_kind, raised_at, acknowledge_by, next_action, touched_at, settle_by, due_at,
      red_light_at, is_answer_required, return_count, reopen_count, closed_at, working_ms)
     values (?, ?, 'sla_breached', '', ?, ?, ?, ?, ?, 'system', ?, ?, '', ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
  )
  for (let index = 0; index < size; index++) {
    const owner = one(people)
    const raisedAt = now - Math.floor(random() * 730 * dayMs)
    // Mostly the young ones are open, as in life.
    const isOpen = random() < (now - raisedAt < 40 * dayMs ? 0.9 : 0.05)
    const [due, closedAt] = [
      raisedAt + 3 * dayMs,
      isOpen ? null : raisedAt + Math.floor(random() * 5 * dayMs),
    ]
    const id = newId('tkt')
    ticket.run(id, `${20_240_000 + index}-00001`, site, owner.place.id, raisedAt, raisedAt)
    matter.run(
      newId('esc'),
      id,
      isOpen ? 'acknowledged' : 'closed',
      1 + (index % 4),
      owner.id,
      owner.place.id,
      owner.place.id,
      raisedAt,
      raisedAt + dayMs / 8,
      raisedAt,
      due,
      isOpen ? due : null,
      isOpen ? raisedAt + dayMs : null,
      index % 9 === 0 ? 1 : 0,
      index % 17 === 0 ? 1 : 0,
      closedAt,
      closedAt === null ? null : (closedAt - raisedAt) / 3,
    )
  }
}

const seedAll = (): void => {
  const connection = connect(database)
  connection.transaction(() => {
    seedHouse(connection)
    seedMatters(connection)
  })()
  connection.close()
}

const actorOf = (at: number, role: 'supervisor' | 'agent'): AgentActor => {
  const person = people[at] as (typeof people)[number]
  return {
    kind: 'agent',
    id: person.id,
    name: person.name,
    roles: [role],
    permissions: permissionSet([role]),
    departmentId: person.place.id,
    departmentName: person.place.name,
    departmentPath: person.place.path,
    sessionId: 'ses',
  }
}

seedAll()
note(`${size} matters seeded`)
const db = openDatabase(database, { readers: 1 })
const deps = { clock: { now: () => now } }
const viewers = {
  city: actorOf(0, 'supervisor'),
  county: actorOf(1, 'supervisor'),
  agent: actorOf(2, 'agent'),
}
const month = '2026-10'
type Ask = (tx: Tx, actor: AgentActor) => Promise<unknown>
const asks: Record<string, Ask> = {
  mine: (tx, actor) => pageEscalations(tx, deps, actor, { mine: 'true' }),
  owner: (tx, actor) => pageEscalations(tx, deps, actor, { ownerId: one(people).id }),
  owner_all: (tx, actor) => pageEscalations(tx, deps, actor, { ownerId: one(people).id, status: 'all' }),
  owner_due: (tx, actor) => pageEscalations(tx, deps, actor, { mine: 'true', sort: 'due' }),
  list: (tx, actor) => pageEscalations(tx, deps, actor, {}),
  department: (tx, actor) => pageEscalations(tx, deps, actor, { departmentId: one(places).id }),
  red: (tx, actor) => pageEscalations(tx, deps, actor, { red: 'true' }),
  overdue: (tx, actor) => pageEscalations(tx, deps, actor, { overdue: 'true', sort: 'due' }),
  board: (tx, actor) => readBoard(tx, deps, actor, {}),
  board_age: (tx, actor) => readBoard(tx, deps, actor, { by: 'age' }),
  report: (tx, actor) => readReport(tx, deps, actor, { month }),
  matters: (tx, actor) => pageReportMatters(tx, deps, actor, { month, figure: 'late' }),
  matters_person: (tx, actor) =>
    pageReportMatters(tx, deps, actor, { month, figure: 'late', ofAgentId: actor.id }),
}
for (const [who, actor] of Object.entries(viewers))
  for (const [what, ask] of Object.entries(asks)) {
    const times: number[] = []
    for (let round = 0; round < rounds + 5; round++) {
      const from = performance.now()
      await db.read((tx) => ask(tx, actor))
      if (round >= 5) times.push(performance.now() - from)
    }
    const value = Math.round(percentile(times, 0.95) * 10) / 10
    printFigure({ bench: 'escalations', figure: `${what}_${who}_p95_ms`, size, value, unit: 'ms' })
  }
await db.close()
rmSync(directory, { recursive: true })
