import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type {
  ConsultationDetail,
  DeferredList,
  DeskState,
  VisitorState,
} from '../../../contract/consultations.schema'
import { applyToDesk, applyToDetail, applyToVisitor, type FeedEvent } from '../../../contract/feed.rules'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

/**
 * For any schedule of commands, disconnects and restarts: old state + events = a fresh snapshot, no event
 * lost, none delivered twice. Everything goes through the real routes and the real stream.
 */

/** A reader of the feed that can lose its connection and resume from the last seq it has seen. */
class FeedReader<S> {
  private abort: AbortController | null = null
  /** The connection being made: the schedule goes on meanwhile, so that writes fall into the middle of it. */
  connecting: Promise<void> = Promise.resolve()
  seen: number[] = []
  resyncs = 0
  constructor(
    private readonly test: TestApp,
    private readonly headers: Record<string, string>,
    public state: S,
    public cursor: number,
    private readonly apply: (state: S, event: FeedEvent) => S,
  ) {}

  async connect(): Promise<void> {
    const abort = new AbortController()
    this.abort = abort
    const response = await this.test.app.request('/api/v1/events', {
      headers: { ...this.headers, 'last-event-id': String(this.cursor) },
      signal: abort.signal,
    })
    if (response.status !== 200 || !response.body) throw new Error(`The feed answered ${response.status}`)
    void this.pump(response.body.getReader(), abort)
  }

  get isConnected(): boolean {
    return this.abort !== null
  }

  disconnect(): void {
    this.abort?.abort()
    this.abort = null
  }

  private async pump(reader: ReadableStreamDefaultReader<Uint8Array>, abort: AbortController): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for (;;) {
      const chunk = await reader.read().catch(() => null)
      if (!chunk || chunk.done || abort.signal.aborted) return
      const parts = (rest + decoder.decode(chunk.value, { stream: true })).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) this.take(part)
    }
  }

  private take(part: string): void {
    if (part.includes('event: resync')) this.resyncs++
    const data = /^data: (.*)$/m.exec(part)?.[1]
    if (!data || part.includes('event: ')) return
    const event = JSON.parse(data) as FeedEvent
    if (event.seq === 0) return
    this.seen.push(event.seq)
    this.cursor = event.seq
    this.state = this.apply(this.state, event)
  }
}

interface World {
  test: TestApp
  agents: { id: string; cookie: string; reader: FeedReader<DeskState> }[]
  visitors: { id: string; bearer: string; reader: FeedReader<VisitorState> }[]
}

const snapshot = async <S>(
  test: TestApp,
  path: string,
  auth: { cookie?: string; bearer?: string },
): Promise<{ state: S; cursor: string }> => (await test.request('GET', path, auth)).body

const createWorld = async (test: TestApp): Promise<World> => {
  const department = await addDepartment(test, '市')
  const site = await addSite(test, department, `s-${department.id.slice(4, 12).toLowerCase()}`)
  const agents: World['agents'] = []
  for (const name of ['甲', '乙']) {
    const agent = await addAgent(test, department, ['agent'], name)
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
    const { state, cursor } = await snapshot<DeskState>(test, '/desk', agent)
    agents.push({
      ...agent,
      reader: new FeedReader(test, { cookie: agent.cookie }, state, Number(cursor), (old, event) =>
        applyToDesk(old, event, agent.id),
      ),
    })
  }
  const visitors: World['visitors'] = []
  for (let at = 0; at < 3; at++) {
    const visitor = await addVisitor(test, site.key)
    const { state, cursor } = await snapshot<VisitorState>(test, '/visitors/me', visitor)
    visitors.push({
      ...visitor,
      reader: new FeedReader(
        test,
        { authorization: `Bearer ${visitor.bearer}` },
        state,
        Number(cursor),
        applyToVisitor,
      ),
    })
  }
  for (const { reader } of [...agents, ...visitors]) await reader.connect()
  return { test, agents, visitors }
}

type Step = { kind: string; who: number; which: number }
const kinds = [
  'start',
  'start',
  'accept',
  'accept',
  'accept',
  'answerLater',
  'decline',
  'leave',
  'end',
  'end',
  'wrapUp',
  'wrapUp',
  'message',
  'message',
  'consent',
  'invite',
  'handOver',
  'takeIn',
  'takeIn',
  'refuse',
  'presence',
  'time',
  'drop',
  'resume',
  'restart',
  'raise',
  'hangUp',
  'rate',
]
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat(5),
  which: fc.nat(5),
})

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]

/** Commands go by the snapshot of the moment, as a person's would; a refusal is a fine answer, a 500 is not. */
const run = async (world: World, { kind, who, which }: Step): Promise<void> => {
  const { test } = world
  const agent = pick(world.agents, who) as World['agents'][number]
  const visitor = pick(world.visitors, who) as World['visitors'][number]
  const asAgent = (method: string, path: string, body: unknown = {}) =>
    test.request(method, path, { cookie: agent.cookie, body })
  const asVisitor = (method: string, path: string, body: unknown = {}) =>
    test.request(method, path, { bearer: visitor.bearer, body })
  const desk = async () => (await snapshot<DeskState>(test, '/desk', agent)).state
  const own = async () => (await snapshot<VisitorState>(test, '/visitors/me', visitor)).state.consultation?.id
  const con = async () => pick((await desk()).mine, which)?.id
  const post = async (id: string | undefined, tail: string, body: unknown = {}) =>
    id ? asAgent('POST', `/consultations/${id}/${tail}`, body) : null
  const say = async (tail: string, body: unknown = {}) => {
    const id = await own()
    return id ? asVisitor('POST', `/consultations/${id}/${tail}`, body) : null
  }
  const acts: Record<string, () => Promise<{ status: number } | null | undefined>> = {
    start: () =>
      asVisitor('POST', '/consultations', { channel: which % 2 ? 'video' : 'chat', topic: `事 ${which}` }),
    accept: async () => post(pick((await desk()).queue, which)?.id, 'accept', { tab: 'tab-123456' }),
    answerLater: async () => {
      const { body } = await test.request('GET', '/desk/deferred', { cookie: agent.cookie })
      return post(pick((body as DeferredList).items, which)?.id, 'accept', { tab: 'tab-123456' })
    },
    decline: async () => {
      const offer = pick((await desk()).offers, which)
      return offer ? asAgent('POST', `/offers/${offer.id}/decline`) : null
    },
    leave: () => say('leave'),
    end: async () => post(await con(), 'end'),
    wrapUp: async () => post(await con(), 'wrap-up', { outcome: 'solved', topic: '好', note: '' }),
    message: async () =>
      which % 2
        ? post(await con(), 'messages', { body: `话 ${which}` })
        : say('messages', { body: `问 ${which}` }),
    consent: () => say('consent'),
    invite: async () =>
      post(await con(), 'invitations', {
        kind: 'join',
        agentId: pick(world.agents, who + 1)?.id,
        note: '来',
      }),
    handOver: async () =>
      post(await con(), 'invitations', {
        kind: 'hand_over',
        agentId: pick(world.agents, who + 1)?.id,
        note: '接',
      }),
    takeIn: async () => {
      const invitation = (await desk()).invitations.find((each) => each.to.id === agent.id)
      return invitation ? asAgent('POST', `/invitations/${invitation.id}/accept`) : null
    },
    refuse: async () => {
      const invitation = (await desk()).invitations.find((each) => each.to.id === agent.id)
      return invitation ? asAgent('POST', `/invitations/${invitation.id}/refuse`, { reason: '忙' }) : null
    },
    presence: () =>
      asAgent('PUT', '/presence', {
        availability: (['available', 'away', 'available', 'offline'] as const)[which % 4],
      }),
    raise: async () => post(await con(), 'calls'),
    hangUp: async () => {
      const call = pick((await desk()).mine, which)?.callId
      return call ? asAgent('POST', `/calls/${call}/end`) : null
    },
    rate: () => say('rating', { stars: (which % 5) + 1 }),
    time: async () => {
      test.clock.advance([1, 5, 12, 21, 40, 1000][which] ?? 1)
      await test.sweep()
      return null
    },
    drop: async () => {
      const reader = pick([...world.agents, ...world.visitors], who + which)?.reader
      reader?.disconnect()
      return null
    },
    resume: async () => {
      const reader = pick([...world.agents, ...world.visitors], who + which)?.reader
      reader?.disconnect()
      if (reader) reader.connecting = reader.connect()
      return null
    },
    restart: async () => {
      if (which > 1) return null
      await test.restart()
      // Every stream ended with the process; clients notice and come back from where they were.
      for (const { reader } of [...world.agents, ...world.visitors]) {
        await reader.connecting
        reader.disconnect()
        reader.connecting = reader.connect()
      }
      return null
    },
  }
  const answer = await acts[kind]?.()
  if (answer && answer.status >= 500) throw new Error(`${kind} answered ${answer.status}`)
}

/** Waits until the reader has everything that was written, then compares it with a fresh snapshot. */
const settle = async <S>(
  test: TestApp,
  reader: FeedReader<S>,
  path: string,
  auth: { cookie?: string; bearer?: string },
): Promise<S> => {
  await reader.connecting
  if (!reader.isConnected) await reader.connect()
  let fresh = await snapshot<S>(test, path, auth)
  await expect
    .poll(
      async () => {
        fresh = await snapshot<S>(test, path, auth)
        return JSON.stringify(reader.state) === JSON.stringify(fresh.state)
      },
      { interval: 3, timeout: 20_000 },
    )
    .toBe(true)
    .catch(() => expect(reader.state).toEqual(fresh.state))
  return fresh.state
}

const neverTwice = (seen: readonly number[]) =>
  expect(seen.every((seq, at) => at === 0 || seq > (seen[at - 1] ?? 0))).toBe(true)

let test: TestApp | null = null
afterEach(async () => {
  await test?.close()
  test = null
})

const schedules = Number(process.env.FEED_SCHEDULES ?? 1000)
// A fresh database every so often: what earlier schedules leave behind would only slow the later ones.
const rounds = 40

describe('the feed', () => {
  for (let round = 0; round < rounds; round++) {
    it(`keeps every reader equal to a fresh snapshot (${schedules / rounds} schedules, seed ${round + 1})`, {
      timeout: 300_000,
    }, async () => {
      test = await createTestApp({ coalesceMs: 0 })
      const app = test
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
          const world = await createWorld(app)
          for (const each of steps) await run(world, each)
          for (const agent of world.agents) {
            await settle(app, agent.reader, '/desk', agent)
            neverTwice(agent.reader.seen)
          }
          for (const visitor of world.visitors) {
            await settle(app, visitor.reader, '/visitors/me', visitor)
            neverTwice(visitor.reader.seen)
          }
          for (const { reader } of [...world.agents, ...world.visitors]) reader.disconnect()
          // Whatever is left must not fall due in the next schedule's world.
          for (const agent of world.agents)
            await app.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'offline' } })
        }),
        { numRuns: schedules / rounds, seed: round + 1, endOnFailure: true },
      )
    })
  }

  it('keeps the page of a consultation equal to a fresh snapshot', async () => {
    test = await createTestApp({ coalesceMs: 0 })
    const world = await createWorld(test)
    const [owner, colleague] = world.agents as [World['agents'][number], World['agents'][number]]
    const visitor = world.visitors[0] as World['visitors'][number]
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'video', topic: '页面' },
    })
    const id = started.body.state.consultation.id as string
    await test.request('POST', `/consultations/${id}/accept`, {
      cookie: owner.cookie,
      body: { tab: 'tab-123456' },
    })
    const { state, cursor } = await snapshot<ConsultationDetail>(test, `/consultations/${id}`, owner)
    const reader = new FeedReader(test, { cookie: owner.cookie }, state, Number(cursor), applyToDetail)
    await reader.connect()
    await test.request('POST', `/consultations/${id}/messages`, {
      bearer: visitor.bearer,
      body: { body: '在吗' },
    })
    const invited = await test.request('POST', `/consultations/${id}/invitations`, {
      cookie: owner.cookie,
      body: { kind: 'join', agentId: colleague.id, note: '' },
    })
    await test.request('POST', `/invitations/${invited.body.id}/accept`, {
      cookie: colleague.cookie,
      body: {},
    })
    await test.request('POST', `/consultations/${id}/messages`, {
      cookie: colleague.cookie,
      body: { body: '我来了' },
    })
    await test.request('POST', `/consultations/${id}/leave`, { bearer: visitor.bearer, body: {} })
    const fresh = await settle(test, reader, `/consultations/${id}`, owner)
    expect(fresh.messages).toHaveLength(2)
    expect(fresh.calls[0]?.status).toBe('ended')
    for (const each of [...world.agents, ...world.visitors]) each.reader.disconnect()
    reader.disconnect()
  })

  it('tells a reader with a cursor that is too old or not ours to fetch a snapshot', async () => {
    test = await createTestApp({ coalesceMs: 0 })
    const world = await createWorld(test)
    const visitor = world.visitors[0] as World['visitors'][number]
    const reader = new FeedReader(
      test,
      { authorization: `Bearer ${visitor.bearer}` },
      visitor.reader.state,
      999_999,
      applyToVisitor,
    )
    await reader.connect()
    await expect.poll(() => reader.resyncs).toBe(1)
    expect(
      (
        await test.app.request('/api/v1/events?cursor=x', {
          headers: { authorization: `Bearer ${visitor.bearer}` },
        })
      ).status,
    ).toBe(400)
    reader.disconnect()
    for (const each of [...world.agents, ...world.visitors]) each.reader.disconnect()
  })
})
