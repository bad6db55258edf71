import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consultations, offers, presence } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { createQueueModel, type ModelAgent, type QueueModel } from '../../testing/queue-model'
import { agentConnected, agentDisconnected } from '../presence/presence.usecases'
import { visitorConnected, visitorDisconnected } from './silence.usecases'

interface World {
  test: TestApp
  model: QueueModel
  agents: (ModelAgent & { cookie: string })[]
  visitors: { id: string; bearer: string; path: string }[]
}

/** A city, two counties with a site each, four agents (one for both counties) and six citizens. */
const makeWorld = async (): Promise<World> => {
  const test = await createTestApp({ withoutLivekit: true })
  const city = await addDepartment(test, '市')
  const counties = [await addDepartment(test, '东', city), await addDepartment(test, '西', city)]
  const agents: World['agents'] = []
  for (const department of [city, counties[0], counties[0], counties[1]]) {
    if (!department) continue
    const { id, cookie } = await addAgent(test, department, ['agent'])
    agents.push({
      id,
      cookie,
      path: department.path,
      availability: 'offline',
      returnTo: 'available',
      idleSince: 0,
      lostAt: null,
      goneAt: null,
    })
  }
  const visitors: World['visitors'] = []
  for (const [at, county] of counties.entries()) {
    await addSite(test, county, `site-${at}`)
    for (let count = 0; count < 3; count++)
      visitors.push({ ...(await addVisitor(test, `site-${at}`)), path: county.path })
  }
  const model = createQueueModel(agents)
  model.setNow(test.clock.now())
  return { test, model, agents, visitors }
}

type Step =
  | { do: 'ask' | 'leave' | 'vanish' | 'return'; visitor: number }
  | { do: 'presence'; agent: number; to: 'available' | 'away' | 'offline' }
  | { do: 'answer' | 'decline' | 'end' | 'wrapUp' | 'lose' | 'reconnect'; agent: number }
  | { do: 'take'; agent: number; which: number }
  | { do: 'wait'; ticks: number; seconds: number }

const agentAt = fc.integer({ min: 0, max: 3 })
const visitorAt = fc.integer({ min: 0, max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), visitor: visitorAt }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('presence' as const),
      agent: agentAt,
      to: fc.constantFrom('available', 'available', 'available', 'away', 'offline'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('answer', 'decline', 'end', 'wrapUp'), agent: agentAt }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lose', 'reconnect'), agent: agentAt }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave', 'vanish', 'return'), visitor: visitorAt }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('take' as const), agent: agentAt, which: fc.nat({ max: 5 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ticks: fc.integer({ min: 1, max: 25 }),
      seconds: fc.constant(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ticks: fc.constant(35),
      seconds: fc.constant(30),
    }),
  },
)

const tick = async (world: World, seconds: number) => {
  world.test.clock.advance(seconds)
  world.model.setNow(world.test.clock.now())
  await world.test.sweep()
  world.model.sweep()
}

const agentStep = async (world: World, one: Step & { agent: number }) => {
  const { test, model } = world
  const agent = world.agents[one.agent]
  if (!agent) return
  const send = async (method: string, path: string, body: object, status = 200) =>
    expect((await test.request(method, path, { cookie: agent.cookie, body })).status, path).toBe(status)
  const own = (status: string) => model.all.find((each) => each.owner === agent && each.status === status)
  if (one.do === 'presence') {
    const isTaken = model.setPresence(agent, `go_${one.to}`)
    return send('PUT', '/presence', { availability: one.to }, isTaken ? 200 : 409)
  }
  if (one.do === 'lose') {
    model.disconnectAgent(agent)
    return agentDisconnected(test.deps, agent.id)
  }
  if (one.do === 'reconnect') {
    model.connectAgent(agent)
    return agentConnected(test.deps, agent.id)
  }
  const ringing = model.ringingAt(agent)
  if (one.do === 'decline' && ringing?.offer) {
    const path = `/offers/${ringing.offer.id}/decline`
    model.decline(ringing)
    return send('POST', path, {})
  }
  const waiting = model.all.filter((each) => each.status === 'waiting')
  const wanted =
    one.do === 'answer' ? ringing : one.do === 'take' ? waiting[one.which % waiting.length] : undefined
  if (wanted) {
    const isServed = wanted.path.startsWith(agent.path)
    if (isServed) model.accept(wanted, agent)
    return send('POST', `/consultations/${wanted.id}/accept`, { tab: 'tab-123456' }, isServed ? 200 : 404)
  }
  const active = own('active')
  if (one.do === 'end' && active) {
    model.end(active, agent)
    return send('POST', `/consultations/${active.id}/end`, {})
  }
  const left = own('wrap_up')
  if (one.do === 'wrapUp' && left) {
    model.wrapUp(left, agent)
    return send('POST', `/consultations/${left.id}/wrap-up`, { outcome: 'solved', topic: '办结', note: '' })
  }
}

const visitorStep = async (world: World, one: Step & { visitor: number }) => {
  const { test, model } = world
  const visitor = world.visitors[one.visitor]
  if (!visitor) return
  const open = model.openOf(visitor.id)
  const send = (path: string, body: object) => test.request('POST', path, { bearer: visitor.bearer, body })
  if (one.do === 'vanish') {
    model.disconnectVisitor(visitor.id)
    await visitorDisconnected(test.deps, visitor.id)
  } else if (one.do === 'return') {
    model.connectVisitor(visitor.id)
    await visitorConnected(test.deps, visitor.id)
  } else if (one.do === 'leave') {
    if (!open) return
    model.leave(open)
    expect((await send(`/consultations/${open.id}/leave`, {})).status).toBe(200)
  } else {
    const answer = await send('/consultations', { channel: 'chat', topic: '办事' })
    expect(answer.status).toBe(open ? 409 : 201)
    if (!open) model.ask(answer.body.state.consultation.id, visitor.id, visitor.path)
  }
}

const perform = async (world: World, one: Step) => {
  if (one.do === 'wait') {
    for (let count = 0; count < one.ticks; count++) await tick(world, one.seconds)
    return
  }
  // A moment of its own for each step, so that no two things happen at the same time.
  await tick(world, 0.001)
  if ('visitor' in one) await visitorStep(world, one)
  else await agentStep(world, one)
}

const readReal = (world: World) =>
  world.test.db.read(async (tx) => ({
    consultations: await tx.select().from(consultations),
    offers: await tx.select().from(offers),
    presence: await tx.select().from(presence),
  }))
type Real = Awaited<ReturnType<typeof readReal>>

/** The real thing is where the model is; the ids of new offers are learnt. */
const compare = (world: World, real: Real) => {
  const ringing = real.offers.filter((offer) => offer.status === 'ringing')
  expect(
    real.consultations
      .map((row) => ({
        id: row.id,
        status: row.status,
        owner: row.ownerId,
        isSilent: row.silentSince !== null,
        ringsAt: ringing.find((offer) => offer.consultationId === row.id)?.agentId ?? null,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  ).toEqual(
    world.model.all
      .map((each) => ({
        id: each.id,
        status: each.status,
        owner: each.owner?.id ?? null,
        isSilent: each.isSilent,
        ringsAt: each.offer?.agent.id ?? null,
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  )
  for (const agent of world.agents)
    expect(real.presence.find((row) => row.agentId === agent.id)?.availability ?? 'offline', agent.id).toBe(
      agent.availability,
    )
  for (const each of world.model.all)
    if (each.offer) each.offer.id = ringing.find((offer) => offer.consultationId === each.id)?.id ?? ''
}

/** What must hold whatever happened, told from the rows alone. */
const checkInvariants = (world: World, real: Real) => {
  const now = world.test.clock.now()
  const ringing = real.offers.filter((offer) => offer.status === 'ringing')
  const availabilityOf = (id: string) =>
    real.presence.find((row) => row.agentId === id)?.availability ?? 'offline'
  const pathOf = (visitorId: string | null) =>
    world.visitors.find((each) => each.id === visitorId)?.path ?? ''
  const hasRefused = (agentId: string, consultationId: string) =>
    real.offers.some(
      (offer) =>
        offer.agentId === agentId &&
        offer.consultationId === consultationId &&
        (offer.status === 'ignored' || offer.status === 'declined') &&
        offer.createdAt > now - 60_000,
    )
  const waiting = real.consultations.filter((row) => row.status === 'waiting')
  const unoffered = waiting.filter(
    (row) => row.silentSince === null && !ringing.some((offer) => offer.consultationId === row.id),
  )
  const could = (agent: { id: string; path: string }, row: (typeof waiting)[number]) =>
    pathOf(row.visitorId).startsWith(agent.path) && !hasRefused(agent.id, row.id)

  expect(new Set(ringing.map((offer) => offer.consultationId)).size).toBe(ringing.length)
  expect(new Set(ringing.map((offer) => offer.agentId)).size).toBe(ringing.length)
  for (const offer of ringing) {
    expect(availabilityOf(offer.agentId)).toBe('available')
    expect(offer.expiresAt - offer.createdAt).toBe(20_000)
    expect(offer.expiresAt).toBeGreaterThan(now)
    const row = waiting.find((each) => each.id === offer.consultationId)
    expect(row?.silentSince).toBeNull()
    // Nobody who came earlier, and whom this agent could have been rung for, was overtaken by it.
    const agent = world.agents.find((each) => each.id === offer.agentId)
    if (offer.createdAt === now && agent && row)
      expect(unoffered.filter((each) => each.queuedAt < row.queuedAt && could(agent, each))).toEqual([])
  }
  for (const agent of world.agents) {
    const isIdle =
      availabilityOf(agent.id) === 'available' && !ringing.some((offer) => offer.agentId === agent.id)
    if (isIdle) expect(unoffered.filter((row) => could(agent, row))).toEqual([])
    const active = real.consultations.filter((row) => row.status === 'active' && row.ownerId === agent.id)
    expect(availabilityOf(agent.id) === 'busy').toBe(active.length > 0)
  }
  for (const row of real.consultations)
    expect(row.ownerId !== null, row.status).toBe(['active', 'wrap_up', 'closed'].includes(row.status))
}

const runSteps = async (steps: Step[]) => {
  const world = await makeWorld()
  try {
    for (const one of steps) {
      await perform(world, one)
      const real = await readReal(world)
      compare(world, real)
      checkInvariants(world, real)
    }
  } finally {
    await world.test.close()
  }
}

describe('the queue against its model', () => {
  it('agrees after every step of any schedule, and keeps its promises', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 45 }), runSteps), {
      numRuns: 30,
      interruptAfterTimeLimit: 20_000,
      endOnFailure: process.env.CI !== undefined,
    })
  })
})
