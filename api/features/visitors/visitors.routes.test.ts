import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silenceSeconds } from '../../../contract/consultations.rules'
import { hostCodeSeconds, replacedCodeSeconds } from '../../../contract/visitors.rules'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { silenceVisitor } from '../consultations/silence.usecases'
import { confirmContact, insertVisitor } from './visitors.store'

let test: TestApp
let agent: { id: string; cookie: string }
let site: { id: string }
let city: { id: string; path: string }
beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  site = await addSite(test, city, 'demo')
  await addSite(test, city, 'other')
  agent = await addAgent(test, city, ['agent'], '甲')
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
})
afterEach(() => test.close())

const enter = (body: object) => test.request('POST', '/visitors', { body: { site: 'demo', ...body } })
const me = (bearer: string) => test.request('GET', '/visitors/me', { bearer })
const makeCode = async (bearer: string, body: object = {}) =>
  (await test.request('POST', '/visitors/me/resume-codes', { bearer, body })).body.code as string
const peek = (code: string, key = 'demo') =>
  test.request('POST', '/visitors/resume-codes/peek', { body: { site: key, code } })
const ask = async (bearer: string, topic: string) =>
  (await test.request('POST', '/consultations', { bearer, body: { channel: 'chat', topic } })).body.state
    .consultation
/** The code that an agent reads out on the telephone. */
const phoneCode = async (): Promise<string> => {
  const { cookie } = await addAgent(test, city, ['agent'])
  await test.request('PUT', '/presence', { cookie, body: { availability: 'available' } })
  const opened = { siteId: site.id, topic: '电话里的事', channel: 'chat' }
  return (await test.request('POST', '/consultations/telephone', { cookie, body: opened })).body.joinCode
}
const requests = async (bearer: string) =>
  (await test.request('GET', '/visitors/me/requests', { bearer })).body.items

describe('the code a host page keeps', () => {
  it('comes with the session where asked for, brings it back once, and brings the next', async () => {
    expect((await enter({})).body.hostCode).toBeNull()
    const first = (await enter({ wantsHostCode: true })).body
    const again = await enter({ code: first.hostCode, wantsHostCode: true })
    expect(again.body).toMatchObject({ visitorId: first.visitorId, hostCode: expect.any(String) })
    expect(again.body.hostCode).not.toBe(first.hostCode)
    expect((await enter({ code: first.hostCode })).status).toBe(404)
    test.clock.advance(hostCodeSeconds - 1)
    expect((await enter({ code: again.body.hostCode })).status).toBe(201)
  })

  it('is over in time, and soon once replaced, by its own visitor only', async () => {
    const mine = (await enter({ wantsHostCode: true })).body
    const stranger = await addVisitor(test, 'demo')
    await makeCode(stranger.bearer, { forHost: true, replaces: mine.hostCode })
    test.clock.advance(replacedCodeSeconds + 1)
    expect((await peek(mine.hostCode)).status).toBe(200)
    const next = await makeCode(mine.token, { forHost: true, replaces: mine.hostCode })
    expect((await peek(mine.hostCode)).status).toBe(200)
    test.clock.advance(replacedCodeSeconds + 1)
    expect((await enter({ code: mine.hostCode })).status).toBe(404)
    test.clock.advance(hostCodeSeconds)
    expect((await enter({ code: next })).status).toBe(404)
  })
})

describe('looking at a code first', () => {
  it('tells whose it is and what is on, and uses nothing up', async () => {
    const visitor = await addVisitor(test, 'demo')
    const code = await makeCode(visitor.bearer)
    expect((await peek(code)).body).toEqual({ visitorId: visitor.id, consultation: null })
    const { ticketNumber } = await ask(visitor.bearer, '养老认证')
    expect((await peek(code)).body.consultation).toEqual({
      ticketNumber,
      topic: '养老认证',
      status: 'waiting',
    })
    expect((await enter({ code })).status).toBe(201)
    expect((await peek(code)).status).toBe(404)
  })

  it('tells nothing at another site, and nothing about telephone codes', async () => {
    const visitor = await addVisitor(test, 'demo')
    expect((await peek(await makeCode(visitor.bearer), 'other')).status).toBe(404)
    await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
    const { body } = await test.request('POST', '/consultations/telephone', {
      cookie: agent.cookie,
      body: { siteId: site.id, topic: '' },
    })
    expect(body.joinCode).toMatch(/^\d{6}$/)
    expect((await peek(body.joinCode)).status).toBe(404)
  })
})

describe('a place given away', () => {
  const goSilent = (id: string) => test.db.write((tx) => silenceVisitor(tx, test.deps, id))

  it('is told apart from leaving, and can be found again by its number', async () => {
    const visitor = await addVisitor(test, 'demo')
    const asked = await ask(visitor.bearer, '公积金提取')
    await goSilent(asked.id)
    test.clock.advance(silenceSeconds + 1)
    await test.sweep()
    const { consultation } = (await me(visitor.bearer)).body.state
    expect(consultation).toMatchObject({ status: 'abandoned', hasExpired: true })
    expect(await requests(visitor.bearer)).toMatchObject([
      { id: asked.id, ticketNumber: asked.ticketNumber, topic: '公积金提取', stage: 'expired' },
    ])
  })

  it('is not what leaving looks like, even after a silence', async () => {
    const visitor = await addVisitor(test, 'demo')
    const { id } = await ask(visitor.bearer, '公积金提取')
    await goSilent(id)
    const left = await test.request('POST', `/consultations/${id}/leave`, {
      bearer: visitor.bearer,
      body: {},
    })
    expect(left.body.state.consultation).toMatchObject({ status: 'abandoned', hasExpired: false })
    expect(await requests(visitor.bearer)).toMatchObject([{ stage: 'left' }])
  })
})

describe('my requests', () => {
  const say = (bearer: string, id: string, body: string) =>
    test.request('POST', `/consultations/${id}/messages`, { bearer, body: { body } })
  const read = (bearer: string, number: string) =>
    test.request('GET', `/follow/tickets/${number}`, { bearer })

  it('are listed with the latest news first, and can be read by their visitor only', async () => {
    const visitor = await addVisitor(test, 'demo')
    const first = await ask(visitor.bearer, '第一件')
    await say(visitor.bearer, first.id, '一')
    await say(visitor.bearer, first.id, '二')
    await test.request('POST', `/consultations/${first.id}/leave`, { bearer: visitor.bearer, body: {} })
    test.clock.advance(3600)
    const second = await ask(visitor.bearer, '第二件')
    const items = await requests(visitor.bearer)
    expect(items).toMatchObject([
      { id: second.id, stage: 'waiting', lastMessage: null },
      { id: first.id, stage: 'left', lastMessage: { from: 'visitor' } },
    ])
    const { body } = await read(visitor.bearer, first.ticketNumber)
    expect(body.posts.map((each: { body: string }) => each.body).sort()).toEqual(['一', '二'])
    expect(body).toMatchObject({ number: first.ticketNumber, topic: '第一件', stage: 'left' })
    const stranger = await addVisitor(test, 'demo')
    expect((await read(stranger.bearer, first.ticketNumber)).status).toBe(404)
    expect(await requests(stranger.bearer)).toEqual([])
  })

  it('of a confirmed person come together from every browser; a typed name proves nothing', async () => {
    const confirmed = await Promise.all(
      [1, 2].map(async () => {
        const token = newSecret()
        await test.db.write(async (tx) => {
          const contactId = await confirmContact(tx, site.id, 'subject-1', '李', null, 0)
          await insertVisitor(tx, {
            id: newId('vis'),
            siteId: site.id,
            tokenHash: sha256(token),
            contactId,
            name: '李',
            isIdentified: true,
            lang: 'zh-CN',
            createdAt: 0,
            expiresAt: test.clock.now() + 1e9,
          })
        })
        return token
      }),
    )
    const [one = '', two = ''] = confirmed
    const asked = await ask(one, '社保转移')
    expect(await requests(two)).toMatchObject([{ id: asked.id }])
    expect((await read(two, asked.ticketNumber)).status).toBe(200)
    const typed = await addVisitor(test, 'demo')
    await test.request('PATCH', '/visitors/me', { bearer: typed.bearer, body: { name: '李' } })
    expect(await requests(typed.bearer)).toEqual([])
  })

  it('stay in the list of a browser that a telephone code made somebody new, and in no other', async () => {
    const mine = await addVisitor(test, 'demo')
    const asked = await ask(mine.bearer, '先前的事')
    await test.request('POST', `/consultations/${asked.id}/leave`, { bearer: mine.bearer, body: {} })
    const byPhone = async (more: Record<string, unknown>) => {
      const joined = await enter({ code: await phoneCode(), ...more })
      expect(joined.status, JSON.stringify(joined.body)).toBe(201)
      return joined.body.token as string
    }
    const topics = async (bearer: string) =>
      (await requests(bearer)).map((each: { topic: string }) => each.topic).sort()

    const first = await byPhone({ earlier: mine.bearer })
    expect(await topics(first)).toEqual(['先前的事', '电话里的事'])
    expect((await read(first, asked.ticketNumber)).status).toBe(200)
    const second = await byPhone({ earlier: first })
    expect(await topics(second)).toEqual(['先前的事', '电话里的事', '电话里的事'])
    expect((await read(second, asked.ticketNumber)).status).toBe(200)
    // What the browser was before learns nothing of what it became.
    expect(await topics(mine.bearer)).toEqual(['先前的事'])
    // A guess, none at all, and a way that is no telephone code bring nothing.
    expect(await topics(await byPhone({ earlier: newSecret() }))).toEqual(['电话里的事'])
    expect(await topics(await byPhone({}))).toEqual(['电话里的事'])
    const fresh = await enter({ earlier: mine.bearer })
    expect(await topics(fresh.body.token)).toEqual([])
  })

  it('of a person the host confirmed do not stay in a browser where somebody else answers the telephone', async () => {
    const token = newSecret()
    await test.db.write(async (tx) => {
      const contactId = await confirmContact(tx, site.id, 'subject-2', '周', null, 0)
      const expiresAt = test.clock.now() + 1e9
      const who = { contactId, name: '周', isIdentified: true, lang: 'zh-CN', createdAt: 0, expiresAt }
      await insertVisitor(tx, { id: newId('vis'), siteId: site.id, tokenHash: sha256(token), ...who })
    })
    await ask(token, '周的事')
    const joined = await enter({ code: await phoneCode(), earlier: token })
    expect((await requests(joined.body.token)).map((each: { topic: string }) => each.topic)).toEqual([
      '电话里的事',
    ])
  })
})
