import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoAgents } from '../../../drizzle/demo/agents.demo'
import { seedDemo } from '../../../drizzle/demo/seed'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { openTestDatabase } from '../../testing/database'
import {
  hasAgents,
  isUsernameTaken,
  listActiveAdmins,
  listAgents,
  updateAgentRow,
} from '../agents/agents.store'
import { listAudit, listNames, verifyAudit, writeAudit } from '../audit/audit.store'
import {
  findDepartment,
  isEmptyDepartment,
  listDepartments,
  movePaths,
  nextPosition,
} from '../departments/departments.store'
import {
  findPlacedItem,
  isItemNameTaken,
  listItems,
  listItemsUnder,
  updateServiceItemRow,
} from '../sites/service-items.store'
import { findSiteByKey, isStaffed, listSitesServedBy, updateSiteRow } from '../sites/sites.store'
import * as store from './auth.store'

// The stores of people and places together on the demo data: one database of each dialect serves them all.
const now = 1_800_000_000_000
let db: Awaited<ReturnType<typeof openTestDatabase>>
beforeAll(async () => {
  db = await openTestDatabase()
  const passwordHashes = new Map(demoAgents.map(({ username }) => [username, `hash of ${username}`]))
  expect(await db.read(hasAgents)).toBe(false)
  await db.write((tx) =>
    seedDemo(tx, { now, newId, newSecret, passwordHashes, sampleOrigins: ['http://localhost:8788'] }),
  )
})
afterAll(() => db.close())

const idOf = async (username: string) =>
  (await db.read((tx) => store.findAgentByUsername(tx, username)))?.id ?? ''
const openSession = async (username: string, expiresAt = now + 1000) => {
  const token = newSecret()
  const id = newId('ses')
  const agentId = await idOf(username)
  const row = {
    id,
    tokenHash: sha256(token),
    agentId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt,
    revokedAt: null,
    address: '::1',
    userAgent: '',
  }
  await db.write((tx) => store.insertSession(tx, row))
  return { id, token, agentId }
}
const actorOf = (token: string, at = now) => db.read((tx) => store.findAgentBySession(tx, token, at))

describe('sessions', () => {
  it('make an actor until they expire, are revoked or the account is switched off', async () => {
    const session = await openSession('agent1')
    const actor = await actorOf(session.token)
    expect(actor).toMatchObject({
      kind: 'agent',
      name: '陈晓雯',
      departmentName: '清河市帮办代办服务科',
      sessionId: session.id,
    })
    expect(actor?.permissions.has('consultations.serve')).toBe(true)
    expect(await actorOf(session.token, now + 1000)).toBeNull()
    expect(await actorOf('unknown')).toBeNull()
    await db.write((tx) => updateAgentRow(tx, session.agentId, { isActive: false }))
    expect(await actorOf(session.token)).toBeNull()
    await db.write((tx) => updateAgentRow(tx, session.agentId, { isActive: true }))
    expect(await db.write((tx) => store.revokeSession(tx, session.agentId, session.id, now))).toBe(true)
    expect(await db.write((tx) => store.revokeSession(tx, session.agentId, session.id, now))).toBe(false)
    expect(await actorOf(session.token)).toBeNull()
  })

  it('are listed, moved on, and ended but for one', async () => {
    const [one, two] = [await openSession('agent2'), await openSession('agent2')]
    await db.write((tx) => store.touchSession(tx, two.id, now + 500, now + 9000))
    expect(
      (await db.read((tx) => store.listLiveSessions(tx, one.agentId, now))).map((row) => row.id),
    ).toEqual([two.id, one.id])
    await db.write((tx) => store.revokeSessionsOf(tx, one.agentId, now, two.id))
    expect(
      (await db.read((tx) => store.listLiveSessions(tx, one.agentId, now + 5000))).map((row) => row.id),
    ).toEqual([two.id])
    await db.write((tx) => store.deleteOldSessions(tx, now + 1))
    expect(await db.read((tx) => store.findSession(tx, one.id))).toBeNull()
    expect(await db.read((tx) => store.findSession(tx, two.id))).toMatchObject({
      lastSeenAt: now + 500,
      expiresAt: now + 9000,
    })
  })
})

describe('set-up links', () => {
  it('belong to one agent, are used once and replaced', async () => {
    const agentId = await idOf('editor1')
    const link = (token: string) =>
      db.write((tx) => store.replaceSetupLink(tx, { token, agentId, expiresAt: now + 1000 }))
    const find = (token: string, at = now) => db.read((tx) => store.findAgentBySetupToken(tx, token, at))
    await link('first')
    await link('second')
    expect(await find('first')).toBeNull()
    expect(await find('second', now + 1000)).toBeNull()
    expect((await find('second'))?.username).toBe('editor1')
    expect(await db.write((tx) => store.useSetupLink(tx, 'second', now))).toBe(true)
    expect(await db.write((tx) => store.useSetupLink(tx, 'second', now))).toBe(false)
    expect(await find('second')).toBeNull()
  })
})

describe('places', () => {
  it('have agents by username, filtered and paged', async () => {
    const list = (filter: object) =>
      db.read((tx) => listAgents(tx, { path: '/', isActiveOnly: true, after: null, limit: 10, ...filter }))
    expect((await list({})).map((row) => row.username)).toEqual(
      [...demoAgents.map((each) => each.username)].sort(),
    )
    expect((await list({ after: 'editor1', limit: 1 })).map((row) => row.username)).toEqual(['inspector1'])
    expect((await list({ q: 'AGENT' })).map((row) => row.username)).toEqual(['agent1', 'agent2'])
    expect(await list({ q: 'agent_' })).toEqual([])
    expect(await db.read((tx) => isUsernameTaken(tx, 'agent1'))).toBe(true)
    expect(await db.read(listActiveAdmins)).toEqual([await idOf('admin1')])
  })

  it('form a tree whose branches move whole', async () => {
    const all = await db.read((tx) => listDepartments(tx, '/'))
    const [city] = all
    const find = (name: string) => all.find((row) => row.name === name) ?? all[0]
    const [qingyun, anning, village] = [
      find('青云区政务服务中心'),
      find('安宁县政务服务中心'),
      find('柳林村便民服务站'),
    ]
    expect(city?.parentId).toBeNull()
    expect((await db.read((tx) => listDepartments(tx, qingyun?.path ?? ''))).length).toBe(5)
    expect(await db.read((tx) => isEmptyDepartment(tx, village?.id ?? ''))).toBe(true)
    expect(await db.read((tx) => isEmptyDepartment(tx, qingyun?.id ?? ''))).toBe(false)
    expect(await db.read((tx) => nextPosition(tx, village?.id ?? ''))).toBe(0)
    const to = `${anning?.path}${qingyun?.id}/`
    await db.write((tx) => movePaths(tx, qingyun?.path ?? '', to))
    expect((await db.read((tx) => findDepartment(tx, village?.id ?? '')))?.path.startsWith(to)).toBe(true)
    await db.write((tx) => movePaths(tx, to, qingyun?.path ?? ''))
    expect((await db.read((tx) => findDepartment(tx, village?.id ?? '')))?.path).toBe(village?.path)
  })

  it('have sites served along the line, with service items', async () => {
    const { token } = await openSession('agent2')
    const actor = await actorOf(token)
    if (!actor) throw new Error('no session')
    expect((await db.read((tx) => listSitesServedBy(tx, actor))).map((site) => site.key)).toEqual([
      'demo',
      'qingyun',
    ])
    const help = await actorOf((await openSession('agent1')).token)
    if (!help) throw new Error('no session')
    expect((await db.read((tx) => listSitesServedBy(tx, help))).map((site) => site.key)).toEqual(['demo'])
    const demo = await db.read((tx) => findSiteByKey(tx, 'demo'))
    if (!demo) throw new Error('no demo site')
    expect(await db.read((tx) => isStaffed(tx, demo))).toBe(false)
    await db.write((tx) => updateSiteRow(tx, demo.id, { isActive: false }))
    expect(await db.read((tx) => findSiteByKey(tx, 'demo'))).toMatchObject({
      isActive: false,
      origins: ['http://localhost:8788'],
    })
  })
})

describe('the audit log', () => {
  it('is a chain, read in pages and by branch', async () => {
    const actor = await actorOf((await openSession('agent2')).token)
    if (!actor) throw new Error('no session')
    for (const thing of ['a', 'b', 'c'])
      await db.write((tx) => writeAudit(tx, { at: now, actor, action: 'test', thing }))
    await db.write((tx) =>
      writeAudit(tx, { at: now, actor: { kind: 'system', id: null }, action: 'test', thing: 'd' }),
    )
    const list = (filter: object) =>
      db.read((tx) => listAudit(tx, { beforeSeq: null, path: null, limit: 2, ...filter }))
    const first = await list({})
    expect(first.map((row) => row.thing)).toEqual(['d', 'c'])
    expect((await list({ beforeSeq: first[1]?.seq ?? null })).map((row) => row.thing)).toEqual(['b', 'a'])
    expect((await list({ path: actor.departmentPath, limit: 9 })).map((row) => row.thing)).toEqual([
      'c',
      'b',
      'a',
    ])
    expect(await list({ action: 'other' })).toEqual([])
    expect(await db.read((tx) => listNames(tx, [actor.id]))).toEqual(new Map([[actor.id, '刘志远']]))
    expect(await db.read(verifyAudit)).toEqual({ isIntact: true, entries: 4, brokenAt: null })
  })

  it('offers service items until they are retired', async () => {
    const offered = await db.read((tx) => listItems(tx, 'offered'))
    expect(offered).toHaveLength(12)
    const [first, second] = offered
    if (!first || !second) throw new Error('no demo items')
    const twin = { id: second.id, departmentId: first.departmentId, name: first.name }
    expect(await db.read((tx) => isItemNameTaken(tx, twin))).toBe(true)
    expect(await db.read((tx) => isItemNameTaken(tx, first))).toBe(false)
    await db.write((tx) => updateServiceItemRow(tx, first.id, { isActive: false }))
    expect(await db.read((tx) => isItemNameTaken(tx, twin))).toBe(false)
    expect((await db.read((tx) => listItems(tx, 'offered'))).map((item) => item.id)).toEqual(
      offered.slice(1).map((item) => item.id),
    )
    expect(await db.read((tx) => findPlacedItem(tx, first.id))).toEqual({ ...first, isActive: false })
    expect(await db.read((tx) => listItems(tx, 'all'))).toHaveLength(12)
    expect(await db.read((tx) => listItemsUnder(tx, '/'))).toHaveLength(12)
    expect(await db.read((tx) => listItemsUnder(tx, '/nowhere/'))).toEqual([])
  })
})
