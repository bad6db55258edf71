import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { audience, writeEvent } from './events.store'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

/** Reads the stream until `isEnough`, and ends it. */
const readUntil = async (
  headers: Record<string, string>,
  isEnough: (text: string) => boolean,
): Promise<string> => {
  const response = await test.app.request('/api/v1/events', { headers })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (reader && !isEnough(text)) {
    const { done, value } = await reader.read()
    if (done) break
    text += decoder.decode(value, { stream: true })
  }
  await reader?.cancel()
  return text
}
const eventsIn = (text: string) =>
  [...text.matchAll(/^data: (\{"seq".*)$/gm)].map((each) => JSON.parse(each[1] ?? '{}'))

describe('the feed', () => {
  it('hands out a backlog larger than its buffer without a gap', async () => {
    const city = await addDepartment(test, '市')
    const agent = await addAgent(test, city, ['agent'])
    await test.db.write(async (tx) => {
      for (let at = 0; at < 1500; at++)
        await writeEvent(tx, {
          type: 'test.many',
          subject: `no-${at}`,
          at: test.clock.now(),
          actor: { kind: 'system', id: null },
          audience: [audience.agents],
          facts: { filling: 'x'.repeat(4000) },
        })
    })
    const text = await readUntil({ cookie: agent.cookie, 'last-event-id': '0' }, (all) =>
      all.includes('"no-1499"'),
    )
    expect(eventsIn(text).map((each) => each.subject)).toEqual(
      Array.from({ length: 1500 }, (_, at) => `no-${at}`),
    )
  })

  it('begins with the moment it was opened, however busy the writer is', async () => {
    const city = await addDepartment(test, '市')
    const agent = await addAgent(test, city, ['agent'])
    let release: () => void = () => undefined
    const busy = new Promise<void>((resolve) => {
      release = resolve
    })
    const blocking = test.db.write(() => busy)
    const reading = readUntil({ cookie: agent.cookie }, (all) => all.includes('"test.next"'))
    // The stream has been opened, but its first write still waits for the writer.
    await eventually(() => expect(test.deps.hub.size()).toBe(1))
    const next = test.db.write((tx) =>
      writeEvent(tx, {
        type: 'test.next',
        subject: 'next',
        at: test.clock.now(),
        actor: { kind: 'system', id: null },
        audience: [audience.agents],
      }),
    )
    release()
    await Promise.all([blocking, next])
    expect(eventsIn(await reading).map((each) => each.type)).toEqual(['test.next'])
  })

  it('lets one person have so many streams and no more, however they are opened together', async () => {
    const city = await addDepartment(test, '市')
    await addSite(test, city, 'demo')
    const agent = await addAgent(test, city, ['agent'])
    const visitor = await addVisitor(test, 'demo')
    const other = await addVisitor(test, 'demo')
    const open = (headers: Record<string, string>) => test.app.request('/api/v1/events', { headers })
    const many = (count: number, headers: Record<string, string>) =>
      Promise.all(Array.from({ length: count }, () => open(headers)))
    const bearer = { authorization: `Bearer ${visitor.bearer}` }
    const opened = await many(50, bearer)
    const streams = opened.filter((each) => each.status === 200)
    expect(streams).toHaveLength(12)
    for (const refused of opened.filter((each) => each.status !== 200)) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
      expect(await refused.json()).toMatchObject({ code: 'request.too_many' })
    }
    expect(test.deps.hub.readersOf(visitor.id)).toBe(12)
    // Nobody else is kept out, and an agent has seats of their own number.
    expect((await many(70, { cookie: agent.cookie })).filter((each) => each.status === 200)).toHaveLength(60)
    const [foreign] = await many(1, { authorization: `Bearer ${other.bearer}` })
    expect(foreign?.status).toBe(200)
    // As many as leave can come again; what goes wrong while opening takes no seat.
    await Promise.all(streams.slice(0, 5).map((each) => each.body?.cancel()))
    expect((await open({ ...bearer, 'last-event-id': 'x' })).status).toBe(400)
    const again = await many(50, bearer)
    expect(again.filter((each) => each.status === 200)).toHaveLength(5)
    test.deps.hub.disconnect(visitor.id)
    expect((await many(20, bearer)).filter((each) => each.status === 200)).toHaveLength(12)
  })

  describe('of a citizen who came back as somebody new', () => {
    const open = async () => {
      const city = await addDepartment(test, '市')
      const site = await addSite(test, city, 'demo')
      const agent = await addAgent(test, city, ['agent'])
      const earlier = await addVisitor(test, 'demo')
      const asked = await test.request('POST', '/consultations', {
        bearer: earlier.bearer,
        body: { channel: 'chat', topic: '先前的事' },
      })
      const { id, ticketNumber } = asked.body.state.consultation
      await test.request('POST', `/consultations/${id}/leave`, { bearer: earlier.bearer, body: {} })
      await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
      const opened = await test.request('POST', '/consultations/telephone', {
        cookie: agent.cookie,
        body: { siteId: site.id, topic: '电话里的事', channel: 'chat' },
      })
      const code = opened.body.joinCode as string
      const joined = await test.request('POST', '/visitors', {
        body: { site: 'demo', code, earlier: earlier.bearer },
      })
      expect(joined.status, JSON.stringify([opened.body, joined.body])).toBe(201)
      const reply = (body: string) =>
        test.request('POST', `/tickets/${ticketNumber}/replies`, {
          cookie: agent.cookie,
          body: { kind: 'reply', body },
        })
      return { earlier, ticketNumber, bearer: joined.body.token as string, reply, agent }
    }
    const newsIn = (text: string) => eventsIn(text).filter((each) => each.type === 'request.news')

    it('says that there is news of earlier requests, and nothing of what it is', async () => {
      const { bearer, ticketNumber, reply, earlier } = await open()
      const streamOf = (token: string, cursor: string) =>
        readUntil({ authorization: `Bearer ${token}`, 'last-event-id': cursor }, (all) =>
          all.includes('"test.end"'),
        )
      const end = (visitorIds: string[]) =>
        test.db.write((tx) =>
          writeEvent(tx, {
            type: 'test.end',
            subject: 'end',
            at: test.clock.now(),
            actor: { kind: 'system', id: null },
            audience: visitorIds.map(audience.visitor),
            forVisitor: {},
          }),
        )
      const stranger = await addVisitor(test, 'demo')
      const me = await test.request('GET', '/visitors/me', { bearer })
      const own = me.body.state.visitor.id
      const { cursor } = me.body
      const live = [bearer, stranger.bearer].map((token) => streamOf(token, cursor))
      await eventually(() => expect(test.deps.hub.size()).toBe(2))
      expect((await reply('机密的答复')).status).toBe(201)
      await end([own, stranger.id, earlier.id])
      const [mine = '', theirs = ''] = await Promise.all(live)
      const told = { requestNews: { ticketNumber, isAnswer: true } }
      expect(newsIn(mine).map((each) => each.data)).toContainEqual(told)
      expect(mine).not.toContain('机密的答复')
      expect(eventsIn(theirs).map((each) => each.type)).toEqual(['test.end'])
      // The same from the table, for a browser that was away; the earlier visitor itself hears all of it.
      const later = await streamOf(bearer, cursor)
      expect(newsIn(later)).toEqual(newsIn(mine))
      expect(await streamOf(earlier.bearer, cursor)).toContain('机密的答复')
      // What the list then says is looked into anew.
      const list = await test.request('GET', '/visitors/me/requests', { bearer })
      expect(JSON.stringify(list.body)).toContain('机密的答复')
    })

    it('says nothing to the earlier visitor of what it became', async () => {
      const { bearer, earlier } = await open()
      const state = (await test.request('GET', '/visitors/me', { bearer })).body
      const { id } = state.state.consultation
      const cursor = (await test.request('GET', '/visitors/me', { bearer: earlier.bearer })).body.cursor
      await test.request('POST', `/consultations/${id}/messages`, { bearer, body: { body: '新的话' } })
      await test.db.write((tx) =>
        writeEvent(tx, {
          type: 'test.end',
          subject: 'end',
          at: test.clock.now(),
          actor: { kind: 'system', id: null },
          audience: [audience.visitor(earlier.id)],
          forVisitor: {},
        }),
      )
      const heard = await readUntil(
        { authorization: `Bearer ${earlier.bearer}`, 'last-event-id': cursor },
        (all) => all.includes('"test.end"'),
      )
      expect(eventsIn(heard).map((each) => each.type)).toEqual(['test.end'])
    })
  })

  it('tells colleagues of the site about the queue only, and nobody above about what is watched below', async () => {
    const city = await addDepartment(test, '市')
    const village = await addDepartment(test, '村', city)
    await addSite(test, city, 'demo')
    const agent = await addAgent(test, city, ['agent'])
    const colleague = await addAgent(test, city, ['agent'])
    const above = await addAgent(test, city, ['auditor'])
    const below = await addAgent(test, village, ['auditor'])
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
    const visitor = await addVisitor(test, 'demo')
    const { body } = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '社保', phone: '13800000000' },
    })
    const id = body.state.consultation.id
    const as = (cookie: string, method: string, path: string, json: object) =>
      test.request(method, `/consultations/${id}${path}`, { cookie, body: json })
    await as(agent.cookie, 'POST', '/accept', { tab: 'tab-123456' })
    await as(agent.cookie, 'PUT', '/wrap-up', { note: '身份证号只给经办人' })
    await as(agent.cookie, 'POST', '/end', {})
    await as(agent.cookie, 'POST', '/wrap-up', {
      outcome: 'solved',
      topic: '社保',
      note: '身份证号只给经办人',
    })
    await test.db.write((tx) =>
      writeEvent(tx, {
        type: 'test.end',
        subject: 'end',
        at: test.clock.now(),
        actor: { kind: 'system', id: null },
        audience: [audience.agents],
      }),
    )
    const heard = async (cookie: string) =>
      eventsIn(await readUntil({ cookie, 'last-event-id': '0' }, (all) => all.includes('"test.end"')))
    const types = async (cookie: string) => (await heard(cookie)).map((each) => each.type)
    expect(await types(agent.cookie)).toContain('consultation.closed')
    expect(await types(above.cookie)).toContain('consultation.closed')
    expect(JSON.stringify(await heard(colleague.cookie))).not.toContain('身份证号')
    expect(await types(colleague.cookie)).toEqual(
      expect.arrayContaining(['consultation.queued', 'consultation.accepted']),
    )
    expect(await types(colleague.cookie)).not.toContain('consultation.ended')
    expect((await types(below.cookie)).filter((type) => type.startsWith('consultation.'))).toEqual([])
    expect((await test.request('GET', `/consultations/${id}`, { cookie: below.cookie })).status).toBe(404)
    expect((await test.request('GET', `/consultations/${id}`, { cookie: above.cookie })).status).toBe(200)
  })
})
