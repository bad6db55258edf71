import type { Tx } from '../database'
import { agents, departmentLeaders, departments, presence, serviceItems, sites } from '../schema/index'
import { demoAgents } from './agents.demo'
import { demoDepartments } from './departments.demo'
import { demoLeaders } from './leaders.demo'
import { demoServiceItems } from './service-items.demo'
import { demoSites } from './sites.demo'

type DepartmentRow = typeof departments.$inferSelect

export { demoAgents } from './agents.demo'

export interface DemoInput {
  now: number
  newId(prefix: string): string
  newSecret(): string
  /** Hash of each demo account's password, by username. */
  passwordHashes: ReadonlyMap<string, string>
  /** Origins of the sample page. */
  sampleOrigins: readonly string[]
}

const known = <T>(found: T | undefined, ref: string): T => {
  if (found === undefined) throw new Error(`The demo data names ${ref}, which is not there`)
  return found
}

/** Writes the sample centre into a database without accounts, in the caller's transaction. */
export const seedDemo = async (tx: Tx, input: DemoInput): Promise<void> => {
  const idOf = await seedDepartments(tx, input)
  await seedAgents(tx, input, idOf)
  for (const [at, item] of demoServiceItems.entries()) {
    const { department, ...rest } = item
    // A millisecond apart, so that they keep the order of the file.
    await tx
      .insert(serviceItems)
      .values({ ...rest, id: input.newId('itm'), departmentId: idOf(department), createdAt: input.now + at })
  }
  for (const [at, { department, isOnSamplePage, ...rest }] of demoSites.entries()) {
    await tx.insert(sites).values({
      ...rest,
      id: input.newId('sit'),
      departmentId: idOf(department),
      origins: isOnSamplePage ? [...input.sampleOrigins] : ['https://www.qingyun.example'],
      secret: input.newSecret(),
      timeZone: 'Asia/Shanghai',
      isIdentityRequired: false,
      isActive: true,
      createdAt: input.now + at,
    })
  }
}

const seedDepartments = async (tx: Tx, input: DemoInput): Promise<(ref: string) => string> => {
  const rows = new Map<string, DepartmentRow>()
  for (const [position, { ref, parent, name, level }] of demoDepartments.entries()) {
    const id = input.newId('dep')
    const above = parent === null ? null : known(rows.get(parent), parent)
    const row = {
      id,
      parentId: above?.id ?? null,
      name,
      level,
      path: `${above?.path ?? '/'}${id}/`,
      position,
      createdAt: input.now,
      calendarId: null,
    }
    await tx.insert(departments).values(row)
    rows.set(ref, row)
  }
  return (ref) => known(rows.get(ref), ref).id
}

const seedAgents = async (tx: Tx, input: DemoInput, idOf: (ref: string) => string): Promise<void> => {
  const ids = new Map<string, string>()
  for (const { username, name, roles, department } of demoAgents) {
    const id = input.newId('agt')
    ids.set(username, id)
    const passwordHash = known(input.passwordHashes.get(username), username)
    await tx.insert(agents).values({
      id,
      username,
      name,
      passwordHash,
      roles,
      departmentId: idOf(department),
      isActive: true,
      createdAt: input.now,
    })
    await tx.insert(presence).values({
      agentId: id,
      availability: 'offline',
      reason: 'signed_out',
      since: input.now,
      idleSince: input.now,
      returnTo: 'available',
    })
  }
  for (const [position, { department, username, role }] of demoLeaders.entries()) {
    const agentId = known(ids.get(username), username)
    await tx.insert(departmentLeaders).values({ departmentId: idOf(department), agentId, role, position })
  }
}
