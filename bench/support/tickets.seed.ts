/**
 * A service centre with as many tickets as wanted, written straight into a database: the same at every run, kept
 * under `.cache/bench` because a million tickets with their history take minutes to write.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../api/lib/ids'
import { migrationsDir } from '../../api/testing/database'
import type { Role } from '../../contract/permissions.rules'
import { connect } from '../../drizzle/database'
import { migrate } from '../../drizzle/migrate'
import { note, seeded } from './figures'
import { createTicketWriter, type House, type Person } from './tickets.rows'

const root = fileURLToPath(new URL('../../', import.meta.url))
const counties = 22
const townsPerCounty = 10
const agentsPerDepartment = 2

/** Who asks: the narrower the department, the rarer its tickets. */
export interface Desk {
  directory: string
  database: string
  size: number
  /** Session tokens of an agent in a town, a supervisor of a county and one of the whole city. */
  tokens: { town: string; county: string; city: string }
  house: House
}

/** Changes with what is written, so that an old copy is not taken for a new one; migrations are run on it. */
const contentVersion = (): string => {
  const hash = createHash('sha256')
  for (const name of ['tickets.seed.ts', 'tickets.rows.ts'])
    hash.update(readFileSync(fileURLToPath(new URL(name, import.meta.url))))
  return hash.digest('hex').slice(0, 12)
}

type Connection = ReturnType<typeof connect>

const seedHouse = (connection: Connection): House => {
  const random = seeded(20261122)
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const text = (length: number) => Array.from({ length }, () => letters[Math.floor(random() * 62)]).join('')
  const now = Date.now()
  const house: House = { departments: [], agents: [], sites: [], items: [], tags: [] }
  const department = connection.prepare(
    'insert into departments (id, parent_id, name, level, path, position, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  )
  const addDepartment = (name: string, level: string, parent: House['departments'][number] | null) => {
    const id = `dep_${text(20)}`
    const one = { id, path: `${parent?.path ?? '/'}${id}/`, level }
    department.run(id, parent?.id ?? null, name, level, one.path, house.departments.length, now)
    house.departments.push(one)
    return one
  }
  const city = addDepartment('市政务服务中心', 'city', null)
  for (let county = 1; county <= counties; county++) {
    const above = addDepartment(`第${county}县政务服务中心`, 'county', city)
    for (let town = 1; town <= townsPerCounty; town++)
      addDepartment(`第${county}县第${town}镇便民服务站`, 'town', above)
  }
  const agent = connection.prepare(
    'insert into agents (id, username, name, roles, department_id, is_active, created_at) values (?, ?, ?, ?, ?, 1, ?)',
  )
  const addAgent = (departmentId: string, roles: Role[]): Person => {
    const id = `agt_${text(20)}`
    const at = house.agents.length
    agent.run(id, `agent${at}`, `坐席${at}`, JSON.stringify(roles), departmentId, now)
    const person = { id, departmentId }
    house.agents.push(person)
    return person
  }
  for (const { id, level } of house.departments)
    for (let at = 0; at < agentsPerDepartment; at++)
      addAgent(id, at === 0 && level !== 'town' ? ['agent', 'supervisor'] : ['agent'])
  const site = connection.prepare(
    `insert into sites (id, key, name, department_id, origins, secret, theme, hours, time_zone, is_identity_required,
      is_active, created_at) values (?, ?, ?, ?, '[]', ?, ?, ?, 'Asia/Shanghai', 0, 1, ?)`,
  )
  const theme = JSON.stringify({ color: '#0b6e63', title: '帮办', greeting: '' })
  for (const [at, departmentId] of [city.id, house.departments[1]?.id ?? city.id].entries()) {
    const id = `sit_${text(20)}`
    site.run(id, `bench${at}`, `政务服务网${at}`, departmentId, text(43), theme, '[]', now)
    house.sites.push(id)
  }
  const item = connection.prepare(
    `insert into service_items (id, department_id, name, name_en, summary, summary_en, keywords, materials, steps,
      time_limit, fee, created_at) values (?, ?, ?, ?, '', '', '', '[]', '[]', '', '', ?)`,
  )
  for (let at = 0; at < 40; at++) {
    const id = `itm_${text(20)}`
    item.run(id, city.id, `事项${at}`, `Item ${at}`, now)
    house.items.push(id)
  }
  const tag = connection.prepare('insert into tags (id, name, created_at) values (?, ?, ?)')
  for (let at = 0; at < 30; at++) {
    const id = `tag_${text(20)}`
    tag.run(id, `标签${at}`, now)
    house.tags.push(id)
  }
  return house
}

/** Rows into many indexes in random order take minutes; indexes made afterwards take seconds. */
const withoutIndexes = (connection: Connection, work: () => void): void => {
  const rows = connection
    .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null")
    .all() as { name: string; sql: string }[]
  for (const { name } of rows) connection.exec(`drop index "${name}"`)
  work()
  for (const { sql } of rows) connection.exec(sql)
}

const generate = (database: string, size: number): void => {
  const startedAt = Date.now()
  migrate(database, migrationsDir('sqlite'), () => 0)
  const connection = connect(database)
  connection.pragma('synchronous = OFF')
  connection.pragma('cache_size = -1500000')
  connection.pragma('foreign_keys = OFF')
  const house = seedHouse(connection)
  withoutIndexes(connection, () => {
    const write = createTicketWriter(connection, house, size)
    const slice = connection.transaction((from: number, to: number) => {
      for (let at = from; at < to; at++) write(at)
    })
    for (let at = 0; at < size; at += 20_000) slice(at, Math.min(size, at + 20_000))
  })
  connection
    .prepare('insert into settings (key, value) values (?, ?)')
    .run('bench.house', JSON.stringify(house))
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  note(`${size} tickets written in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}

/** Sessions end, so each run signs in anew. */
const signIn = (connection: Connection, agentId: string, name: string): string => {
  const token = `bench-${name}-${'x'.repeat(30)}`
  const now = Date.now()
  connection
    .prepare(
      `insert into agent_sessions (id, token_hash, agent_id, created_at, last_seen_at, expires_at, address, user_agent)
       values (?, ?, ?, ?, ?, ?, '127.0.0.1', 'bench')
       on conflict do update set last_seen_at = excluded.last_seen_at, expires_at = excluded.expires_at`,
    )
    .run(`ses_bench${name.padEnd(15, '0')}`, sha256(token), agentId, now, now, now + 86_400_000)
  return token
}

/** The centre with `size` tickets, written now or at an earlier run. */
export const prepareDesk = (size: number): Desk => {
  const directory = join(root, '.cache', 'bench', `tickets-${size}-${contentVersion()}`)
  const database = join(directory, 'bangban.db')
  if (!existsSync(database)) {
    const making = `${directory}.making`
    rmSync(making, { recursive: true, force: true })
    mkdirSync(making, { recursive: true })
    generate(join(making, 'bangban.db'), size)
    renameSync(making, directory)
  }
  migrate(database, migrationsDir('sqlite'), () => 0)
  const connection = connect(database)
  const row = connection.prepare("select value from settings where key = 'bench.house'").get() as {
    value: string
  }
  const house = JSON.parse(row.value) as House
  const [city, county] = house.departments
  const town = house.departments[2]
  if (!city || !county || !town) throw new Error('The house has no departments')
  const firstOf = (departmentId: string): string =>
    house.agents.find((each) => each.departmentId === departmentId)?.id ?? ''
  const tokens = {
    town: signIn(connection, firstOf(town.id), 'town'),
    county: signIn(connection, firstOf(county.id), 'county'),
    city: signIn(connection, firstOf(city.id), 'city'),
  }
  connection.close()
  return { directory, database, size, tokens, house }
}
