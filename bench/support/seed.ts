import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../api/lib/ids'
import { migrationsDir } from '../../api/testing/database'
import { connect, openDatabase, type Tx } from '../../drizzle/database'
import { migrate } from '../../drizzle/migrate'
import {
  agentSessions,
  agents,
  consultations,
  departments,
  presence,
  queueCounters,
  sites,
  tickets,
  visitors,
} from '../../drizzle/schema/index'
import { seeded } from './figures'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const topics = [
  '营业执照变更法定代表人',
  '食品经营许可证延续',
  '不动产登记',
  '社保关系转移',
  '公积金提取',
  '居住证办理',
]

export interface Centre {
  directory: string
  database: string
  agents: { id: string; token: string }[]
  visitors: { id: string; token: string }[]
  /** Waiting, oldest first. */
  waiting: string[]
  /** `active[i]` is owned by `agents[i]`. */
  active: string[]
  siteId: string
  remove(): void
}

export interface CentreSize {
  agents: number
  visitors?: number
  waiting?: number
  active?: number
}

/** A centre of one site with agents, citizens and consultations, the same at every run. */
export const seedCentre = async (size: CentreSize): Promise<Centre> => {
  const directory = mkdtempSync(join(tmpdir(), 'bangban-bench-'))
  const database = join(directory, 'bangban.db')
  migrate(database, migrationsDir('sqlite'), () => 0)
  const db = openDatabase(database)
  const random = seeded(20261122)
  const text = (length: number) => Array.from({ length }, () => letters[Math.floor(random() * 62)]).join('')
  const centre: Centre = {
    directory,
    database,
    agents: [],
    visitors: [],
    waiting: [],
    active: [],
    siteId: `sit_${text(20)}`,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
  await db.write(async (tx) => {
    const departmentId = await seedHouse(tx, centre.siteId, text)
    for (let at = 0; at < size.agents; at++) centre.agents.push(await seedAgent(tx, departmentId, at, text))
    for (let at = 0; at < (size.visitors ?? 0); at++)
      centre.visitors.push(await seedVisitor(tx, centre.siteId, text))
    for (let at = 0; at < (size.waiting ?? 0); at++)
      centre.waiting.push(await seedConsultation(tx, centre, departmentId, at, null, text))
    for (let at = 0; at < (size.active ?? 0); at++) {
      const owner = centre.agents[at % centre.agents.length]?.id ?? null
      centre.active.push(
        await seedConsultation(tx, centre, departmentId, (size.waiting ?? 0) + at, owner, text),
      )
    }
    await tx
      .insert(queueCounters)
      .values({ siteId: centre.siteId, last: (size.waiting ?? 0) + (size.active ?? 0) })
  })
  await db.close()
  return centre
}

type Text = (length: number) => string

const seedHouse = async (tx: Tx, siteId: string, text: Text): Promise<string> => {
  const id = `dep_${text(20)}`
  await tx
    .insert(departments)
    .values({ id, parentId: null, name: '市政务服务中心', level: 'city', path: `/${id}/`, createdAt: 0 })
  await tx.insert(sites).values({
    id: siteId,
    key: 'bench',
    name: '政务服务网',
    departmentId: id,
    origins: ['http://localhost:9000'],
    secret: text(43),
    theme: { color: '#0b6e63', title: '帮办', greeting: '' },
    hours: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] })),
    timeZone: 'Asia/Shanghai',
    isIdentityRequired: false,
    isActive: true,
    createdAt: 0,
  })
  return id
}

/** Away, as in a full house: what waits is picked up by hand, and nothing rings by itself. */
const seedAgent = async (tx: Tx, departmentId: string, at: number, text: Text) => {
  const id = `agt_${text(20)}`
  const token = text(43)
  const now = Date.now()
  await tx.insert(agents).values({
    id,
    username: `agent${at}`,
    name: `坐席${at}`,
    passwordHash: null,
    roles: ['agent'],
    departmentId,
    isActive: true,
    createdAt: now,
  })
  await tx.insert(agentSessions).values({
    id: `ses_${text(20)}`,
    tokenHash: sha256(token),
    agentId: id,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + 86_400_000,
    address: '127.0.0.1',
    userAgent: 'bench',
  })
  await tx.insert(presence).values({
    agentId: id,
    availability: 'away',
    reason: 'by_hand',
    since: now,
    idleSince: now,
    returnTo: 'away',
  })
  return { id, token }
}

const seedVisitor = async (tx: Tx, siteId: string, text: Text) => {
  const id = `vis_${text(20)}`
  const token = text(43)
  const now = Date.now()
  await tx.insert(visitors).values({
    id,
    siteId,
    tokenHash: sha256(token),
    name: '李建国',
    phone: '13900001234',
    isIdentified: false,
    lang: 'zh-CN',
    createdAt: now,
    expiresAt: now + 86_400_000,
  })
  return { id, token }
}

const seedConsultation = async (
  tx: Tx,
  centre: Centre,
  departmentId: string,
  at: number,
  owner: string | null,
  text: Text,
): Promise<string> => {
  const visitor = await seedVisitor(tx, centre.siteId, text)
  const ticketId = `tkt_${text(20)}`
  const id = `con_${text(20)}`
  const topic = topics[at % topics.length] ?? ''
  const now = Date.now() - 60_000 + at
  await tx.insert(tickets).values({
    id: ticketId,
    number: `20261122-${String(at + 1).padStart(5, '0')}`,
    siteId: centre.siteId,
    departmentId,
    status: owner ? 'open' : 'new',
    topic,
    assigneeId: owner,
    createdAt: now,
    updatedAt: now,
  })
  await tx.insert(consultations).values({
    id,
    siteId: centre.siteId,
    visitorId: visitor.id,
    ticketId,
    status: owner ? 'active' : 'waiting',
    channel: 'video',
    topic,
    visitorName: '李建国',
    visitorPhone: '13900001234',
    isElder: false,
    queueSeq: at + 1,
    queuedAt: now,
    ownerId: owner,
    acceptedAt: owner ? now : null,
  })
  return id
}

/** The same centre for the other server. */
export const copyDatabase = (centre: Centre, name: string): string => {
  const path = join(centre.directory, name)
  const connection = connect(centre.database)
  connection.prepare('VACUUM INTO ?').run(path)
  connection.close()
  return path
}
