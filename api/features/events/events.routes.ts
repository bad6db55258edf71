import { setTimeout } from 'node:timers/promises'
import type { Context } from 'hono'
import { tab as tabSchema } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { hostOfRequest, identify } from '../../http/authenticate'
import type { AppEnv } from '../../http/env'
import type { Router } from '../../http/routes'
import { type AgentActor, isBelow, type VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { visitorConnected, visitorDisconnected } from '../consultations/silence.usecases'
import { agentConnected, agentDisconnected } from '../presence/presence.usecases'
import { listSitesServedBy } from '../sites/sites.store'
import { listKin } from '../visitors/visitors.store'
import { audience, currentCursor, eventsAfter, oldestSeqSince } from './events.store'
import { type Door, frameOf, messageTo, type Reader } from './hub'
import { openTransport } from './transport'

const keptDays = 7
/** Further behind than this, snapshots are cheaper than everything that happened since. */
const maxBacklog = 20_000
const heartbeatMs = 15_000
/** A reader that is behind gets this long to take the next part of what it missed. */
const maxDrainMs = 10_000
const drainMs = 20
const recheckMs = 20_000
/** A visitor's token cannot be taken back, only expire. */
const visitorRecheckMs = 300_000
/** Somebody who has several browsers asks in another one. */
const kinRecheckMs = 60_000
/** Windows of one person; a lost one counts until its loss is noticed. */
const streamsAtOnce = { visitor: 12, agent: 60 }
const encoder = new TextEncoder()
const stillHere = encoder.encode(': still here\n\n')

/** What the caller may hear of: by its own right, and of earlier requests that there is news. */
interface Ears {
  tokens: Set<string>
  kin: Set<string>
}

const earsOf = (deps: Deps, actor: AgentActor | VisitorActor): Promise<Ears> =>
  deps.db.read(async (tx) =>
    actor.kind === 'visitor'
      ? {
          tokens: new Set([audience.visitor(actor.id), audience.waiting(actor.siteId)]),
          kin: new Set((await listKin(tx, actor.id)).map(audience.visitor)),
        }
      : { tokens: await agentTokens(tx, actor), kin: new Set() },
  )

const agentTokens = async (tx: Tx, actor: AgentActor): Promise<Set<string>> => {
  const tokens = new Set([audience.agent(actor.id), audience.agents])
  if (actor.permissions.has('tickets.read')) tokens.add(audience.tickets(actor.departmentId))
  for (const site of await listSitesServedBy(tx, actor)) {
    if (actor.permissions.has('consultations.serve')) tokens.add(audience.site(site.id))
    if (actor.permissions.has('consultations.watch') && isBelow(actor, site.departmentPath))
      tokens.add(audience.watch(site.id))
  }
  return tokens
}

const cursorOf = (c: Context<AppEnv>): number | null => {
  const text = c.req.header('last-event-id') ?? c.req.query('cursor')
  if (text === undefined || text === '') return null
  if (!/^[0-9]{1,15}$/.test(text)) throw refuse('events.cursor_invalid', 'The cursor is not one of ours.')
  return Number(text)
}

/** A citizen's tab that gives its name is brought the grant for a call; see `bringGrants`. */
const doorOf = (c: Context<AppEnv>, deps: Deps, actor: AgentActor | VisitorActor): Door | undefined => {
  const text = c.req.query('tab')
  if (text === undefined || actor.kind !== 'visitor') return undefined
  const tab = tabSchema.safeParse(text)
  if (!tab.success) throw refuse('request.invalid', 'The tab is not of the expected form.')
  return { actor, tab: tab.data, host: hostOfRequest(c, deps) }
}

/** `GET /events`: what the caller may see, from a cursor on, as server-sent events over fetch. */
export const eventRoutes = (router: Router): void => {
  const { app, deps } = router
  router.note({ method: 'GET', path: '/events', auth: 'any', permission: null })
  app.use('/events', async (c, next) =>
    c.req.method === 'GET' ? router.guard('any', undefined, 'get')(c, next) : next(),
  )
  app.get('/events', async (c) => {
    const actor = c.get('actor')
    if (!actor || actor.kind === 'key') throw refuse('auth.required', 'Please sign in.')
    const cursor = cursorOf(c)
    const door = doorOf(c, deps, actor)
    const leaveSeat = deps.hub.takeSeat(actor.id, streamsAtOnce[actor.kind])
    if (!leaveSeat) throw refuse('request.too_many', 'Too many windows are open.', { retryAfter: 10 })
    try {
      return await openStream(c, deps, { actor, cursor, door, leaveSeat })
    } catch (error) {
      leaveSeat()
      throw error
    }
  })
}

interface Opening {
  actor: AgentActor | VisitorActor
  cursor: number | null
  door: Door | undefined
  /** Gives the person's seat back. */
  leaveSeat: () => void
}

const openStream = async (
  c: Context<AppEnv>,
  deps: Deps,
  { actor, cursor, door, leaveSeat }: Opening,
): Promise<Response> => {
  const ears = await earsOf(deps, actor)
  // "From now on" is the moment of opening: what the caller does next may be written before the backlog is read.
  const start = cursor ?? Number(await deps.db.read(currentCursor))
  const held: Uint8Array[] = []
  let isLive = false
  let isClosed = false
  const reader: Reader = {
    kind: actor.kind,
    personId: actor.id,
    ...(actor.kind === 'agent' ? { sessionId: actor.sessionId } : {}),
    ...ears,
    after: 0,
    ...(door ? { door } : {}),
    push(frame) {
      if (isLive) return transport.send(frame)
      held.push(frame)
      return true
    },
    close() {
      if (isClosed) return
      isClosed = true
      clearInterval(heartbeat)
      clearInterval(recheck)
      deps.hub.remove(reader)
      leaveSeat()
      void noteConnection(deps, actor, false)
      transport.close()
    },
  }
  const transport = openTransport(c, reader.close)
  const heartbeat = setInterval(() => transport.send(stillHere), heartbeatMs)
  const recheck = setInterval(
    () => void recheckReader(c, deps, actor, ears, reader.close),
    actor.kind === 'agent' ? recheckMs : ears.kin.size > 0 ? kinRecheckMs : visitorRecheckMs,
  )
  const sendSlowly = async (text: string): Promise<boolean> => {
    for (let waited = 0; waited < maxDrainMs && transport.isFull(); waited += drainMs) {
      if (isClosed) return false
      await setTimeout(drainMs)
    }
    return transport.send(encoder.encode(text))
  }
  const serve = async (): Promise<void> => {
    await noteConnection(deps, actor, true)
    if (cursor === null) await sendSlowly(`id: ${start}\n: from now on\n\n`)
    const sent = await sendBacklog(deps, actor, ears, start, sendSlowly)
    // Too slow for what it missed: it resumes from where it got to, rather than with a gap.
    if (sent === null) return reader.close()
    reader.after = sent
    isLive = true
    for (const frame of held.splice(0)) if (!sendNewer(frame, sent, transport.send)) return reader.close()
  }
  // Joined before the backlog is read, so that nothing falls between; what comes meanwhile is held.
  deps.hub.add(reader)
  serve().catch((error: unknown) => {
    // A reader left behind in the hub would count as a connection for ever.
    deps.logger.error({ err: error, person: actor.id }, 'the stream could not be opened')
    reader.close()
  })
  return transport.response
}

/** Frames held while the backlog was read may repeat its end: those are left out. */
const sendNewer = (frame: Uint8Array, sentSeq: number, send: (bytes: Uint8Array) => boolean): boolean => {
  const text = new TextDecoder().decode(frame)
  const fresh = text
    .split('\n\n')
    .filter((part) => part && !(Number(/^id: (\d+)/.exec(part)?.[1] ?? Number.POSITIVE_INFINITY) <= sentSeq))
    .map((part) => `${part}\n\n`)
  return fresh.length === 0 || send(encoder.encode(fresh.join('')))
}

/** Sends what was missed; returns the seq up to which the reader is served, null where it could not keep up. */
const sendBacklog = async (
  deps: Deps,
  actor: AgentActor | VisitorActor,
  ears: Ears,
  cursor: number,
  send: (text: string) => Promise<boolean>,
): Promise<number | null> => {
  const since = deps.clock.now() - keptDays * 24 * 3600 * 1000
  const { last, oldest } = await deps.db.read(async (tx) => ({
    last: Number(await currentCursor(tx)),
    oldest: await oldestSeqSince(tx, since),
  }))
  const isTooOld = (oldest !== null && cursor < oldest - 1) || (oldest === null && cursor < last)
  if (cursor > last || isTooOld || last - cursor > maxBacklog) {
    await send(`id: ${last}\nevent: resync\ndata: {"cursor":"${last}"}\n\n`)
    return last
  }
  let at = cursor
  for (;;) {
    const from = at
    const rows = await deps.db.read((tx) => eventsAfter(tx, from, 500))
    const frames = rows.flatMap((row) => {
      const message = messageTo(row, { kind: actor.kind, ...ears })
      return message ? [frameOf(message)] : []
    })
    if (frames.length > 0 && !(await send(frames.join('')))) return null
    at = rows.at(-1)?.seq ?? at
    if (rows.length < 500) return at
  }
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((token) => other.has(token))

/** Rights are checked again while the stream lasts: a revoked session or changed scope ends it. */
const recheckReader = async (
  c: Context<AppEnv>,
  deps: Deps,
  actor: AgentActor | VisitorActor,
  ears: Ears,
  close: () => void,
): Promise<void> => {
  try {
    const current = await identify(c, deps)
    const now =
      current && current.kind !== 'key' && current.id === actor.id ? await earsOf(deps, current) : null
    if (!now || !isSame(now.tokens, ears.tokens) || !isSame(now.kin, ears.kin)) close()
  } catch (error) {
    deps.logger.debug({ err: error }, 'a reader lost its rights')
    close()
  }
}

const noteConnection = async (
  deps: Deps,
  actor: AgentActor | VisitorActor,
  isConnected: boolean,
): Promise<void> => {
  try {
    if (actor.kind === 'agent')
      await (isConnected ? agentConnected(deps, actor.id) : agentDisconnected(deps, actor.id))
    else await (isConnected ? visitorConnected(deps, actor.id) : visitorDisconnected(deps, actor.id))
  } catch (error) {
    deps.logger.error({ err: error, person: actor.id }, 'the connection was not noted')
  }
}
