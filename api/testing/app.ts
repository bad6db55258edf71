import { join } from 'node:path'
import { type KeyScope, keyPrefix } from '../../contract/keys.rules'
import type { Role } from '../../contract/permissions.rules'
import { agentSessions, agents, apiKeys, departments, sites } from '../../drizzle/schema/index'
import { createSqliteEngine } from '../../search/sqlite.engine'
import { createApp } from '../app'
import { createDueSweeper } from '../background'
import type { Config } from '../config'
import type { LivekitPort, RoomState } from '../features/calls/livekit'
import { expectVisitors } from '../features/consultations/silence.usecases'
import { createFileStore } from '../features/documents/files.store'
import { createFeedHub } from '../features/events/hub'
import { createProjector } from '../features/events/projector'
import { expectReturns } from '../features/presence/presence.usecases'
import { createTicketIndexer } from '../features/tickets/search.indexer'
import type { Deps } from '../lib/deps'
import { newId, newSecret, sha256 } from '../lib/ids'
import { createLogger } from '../lib/logger'
import { createOutgoingHttp } from '../lib/outgoing-http'
import type { SmsPort } from '../lib/sms'
import { createProjections } from '../projections'
import { searchCollections } from '../search-collections'
import { openTestDatabase } from './database'

/** A clock that tests turn by hand. */
export const fakeClock = (start = Date.parse('2026-11-20T02:00:00Z')) => {
  let at = start
  return {
    now: () => at,
    /** Moves on by `seconds`. */
    advance(seconds: number) {
      at += seconds * 1000
    },
  }
}

/** LiveKit's admin API as a memory of rooms: the one thing, with the clock, that tests replace. */
export const fakeLivekit = () => {
  const rooms = new Set<string>()
  const removed: { room: string; identity: string }[] = []
  let isDown = false
  const port: LivekitPort = {
    publicUrl: null,
    async createRoom(room) {
      if (isDown) throw new Error('LiveKit is down')
      rooms.add(room)
    },
    async deleteRoom(room) {
      if (isDown) throw new Error('LiveKit is down')
      rooms.delete(room)
    },
    mint: async ({ room, identity }) => `token.${room}.${identity}`,
    async removeParticipant(room, identity) {
      removed.push({ room, identity })
    },
    listIdentities: async () => [],
    roomStates: async (names) =>
      new Map<string, RoomState>(
        names.map((name) => [
          name,
          isDown
            ? { kind: 'unknown' }
            : rooms.has(name)
              ? { kind: 'present', identities: [] }
              : { kind: 'absent' },
        ]),
      ),
    async receiveWebhook(body, authorization) {
      if (authorization !== 'signed') throw new Error('signature')
      return JSON.parse(body)
    },
    isReachable: async () => !isDown,
  }
  return { port, rooms, removed, setDown: (down: boolean) => (isDown = down) }
}

const testConfig = (dataDir: string): Config => ({
  host: '127.0.0.1',
  port: 8787,
  publicUrl: 'http://127.0.0.1:8787',
  dataDir,
  livekit: null,
  trustedHops: 0,
  metricsToken: undefined,
  mail: null,
  sms: null,
  allowPrivate: [],
  isDemo: false,
  logLevel: 'silent',
  tls: null,
  internalPort: undefined,
  clockRate: 1,
})

/** The whole application on a temporary database file. */
export const createTestApp = async (
  options: { withoutLivekit?: boolean; coalesceMs?: number; sms?: SmsPort } = {},
) => {
  const db = await openTestDatabase()
  const clock = fakeClock()
  const logger = createLogger(process.env.TEST_LOG ?? 'silent')
  const livekit = fakeLivekit()
  const newHub = () =>
    createFeedHub({
      db,
      clock,
      logger,
      ...(options.coalesceMs === undefined ? {} : { coalesceMs: options.coalesceMs }),
    })
  const deps: Deps = {
    config: testConfig(db.directory),
    db,
    clock,
    logger,
    livekit: options.withoutLivekit ? null : livekit.port,
    files: createFileStore(join(db.directory, 'files')),
    hub: newHub(),
    search: createSqliteEngine(join(db.directory, 'search'), searchCollections, () => clock.now()),
    mail: null,
    sms: options.sms ?? null,
    callOut: createOutgoingHttp({ allowPrivate: [] }),
  }
  const { app, routes } = createApp(deps)
  const sweeper = createDueSweeper(deps)
  const projector = createProjector(deps, createProjections(deps))
  const indexer = createTicketIndexer(deps, deps.search)
  await deps.hub.start()

  const request = async (
    method: string,
    path: string,
    more: { cookie?: string; bearer?: string; body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const response = await app.request(`/api/v1${path}`, {
      method,
      headers: {
        ...(more.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(more.cookie ? { cookie: more.cookie } : {}),
        ...(more.bearer ? { authorization: `Bearer ${more.bearer}` } : {}),
        ...more.headers,
      },
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    })
    const text = await response.text()
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
    // Tests look into answers freely; their shape is held by the contract's schemas.
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    app,
    routes,
    deps,
    db,
    clock,
    livekit,
    request,
    /** Lets clocks, notices and figures catch up with the events. */
    project: () => projector.run(),
    /** Runs everything that is due by now, and what follows from it. */
    sweep: async () => {
      await projector.run()
      const count = await sweeper.sweep()
      await projector.run()
      return count
    },
    /** What a killed and restarted process leaves: the rows; every stream and everything in memory is gone. */
    restart: async () => {
      deps.hub.stop()
      deps.hub = newHub()
      await deps.hub.start()
      await expectReturns(deps)
      await expectVisitors(deps)
    },
    /** Lets search catch up with the events. */
    index: () => indexer.run(),
    close: async () => {
      await deps.search.close()
      deps.hub.stop()
      await db.close()
    },
  }
}
export type TestApp = Awaited<ReturnType<typeof createTestApp>>

export const addDepartment = async (
  test: TestApp,
  name: string,
  parent: { id: string; path: string } | null = null,
) => {
  const id = newId('dep')
  const path = `${parent?.path ?? '/'}${id}/`
  await test.db.write((tx) =>
    tx
      .insert(departments)
      .values({
        id,
        parentId: parent?.id ?? null,
        name,
        level: parent ? 'county' : 'city',
        path,
        createdAt: test.clock.now(),
      })
      .then(() => undefined),
  )
  return { id, path, name }
}

/** An account with a session: `cookie` signs requests. */
export const addAgent = async (
  test: TestApp,
  department: { id: string },
  roles: Role[],
  name = roles.join('-'),
) => {
  const id = newId('agt')
  const token = newSecret()
  const now = test.clock.now()
  await test.db.write(async (tx) => {
    await tx.insert(agents).values({
      id,
      username: id.toLowerCase(),
      name,
      passwordHash: null,
      roles,
      departmentId: department.id,
      isActive: true,
      createdAt: now,
    })
    await tx.insert(agentSessions).values({
      id: newId('ses'),
      tokenHash: sha256(token),
      agentId: id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + 30 * 24 * 3600 * 1000,
      address: '127.0.0.1',
      userAgent: 'test',
    })
  })
  return { id, name, cookie: `bangban_session=${token}` }
}

export const addSite = async (
  test: TestApp,
  department: { id: string },
  key: string,
  more: Partial<typeof sites.$inferInsert> = {},
) => {
  const id = newId('sit')
  await test.db.write((tx) =>
    tx
      .insert(sites)
      .values({
        id,
        key,
        name: key,
        departmentId: department.id,
        origins: ['http://localhost:9000'],
        secret: newSecret(),
        theme: { color: '#0b6e63', title: '帮办', greeting: '' },
        hours: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] })),
        timeZone: 'Asia/Shanghai',
        isIdentityRequired: false,
        isActive: true,
        createdAt: test.clock.now(),
        ...more,
      })
      .then(() => undefined),
  )
  return { id, key }
}

/** Another program's key for the department and below. */
export const addKey = async (test: TestApp, department: { id: string }, scopes: readonly KeyScope[]) => {
  const id = newId('key')
  const token = `${keyPrefix}${newSecret()}`
  await test.db.write((tx) =>
    tx
      .insert(apiKeys)
      .values({
        id,
        name: '12345 热线',
        prefix: token.slice(0, 10),
        tokenHash: sha256(token),
        scopes: [...scopes],
        departmentId: department.id,
        perMinute: 6000,
        createdById: 'agt_00000000000000000000',
        createdAt: test.clock.now(),
      })
      .then(() => undefined),
  )
  return { id, token }
}

/** A citizen's browser at the site. */
export const addVisitor = async (test: TestApp, siteKey: string) => {
  const { body } = await test.request('POST', '/visitors', { body: { site: siteKey } })
  return { id: body.visitorId as string, bearer: body.token as string }
}
