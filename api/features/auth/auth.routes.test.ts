import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agents } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../../testing/app'
import { findPresence } from '../presence/presence.store'
import { hashPassword } from './passwords'
import { issueSetupLink } from './sessions.usecases'

const password = 'correct horse 9'
let test: TestApp
let department: { id: string; path: string }

const addAccount = async (username: string, isActive = true) => {
  const agent = await addAgent(test, department, ['agent'], username)
  const passwordHash = await hashPassword(password)
  await test.db.write((tx) =>
    tx
      .update(agents)
      .set({ username, passwordHash, isActive })
      .where(eq(agents.id, agent.id))
      .then(() => undefined),
  )
  return agent
}
const login = (username: string, given = password, headers: Record<string, string> = {}) =>
  test.request('POST', '/auth/login', { body: { username, password: given }, headers })
const cookieOf = (answer: { headers: Headers }) =>
  (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const linkFor = async (agentId: string) => {
  const { url } = await test.db.write((tx) => issueSetupLink(tx, test.deps, system, agentId))
  return url.split('/').at(-1) ?? ''
}

beforeAll(async () => {
  test = await createTestApp()
  department = await addDepartment(test, '市中心')
})
afterAll(() => test.close())

describe('signing in', () => {
  it('sets a cookie that scripts cannot read, and says who it is', async () => {
    const agent = await addAccount('chen')
    const answer = await login('Chen ')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      agent: { id: agent.id, username: 'chen', departmentName: '市中心' },
      isVideoAvailable: true,
    })
    expect(answer.body.permissions).toContain('consultations.serve')
    expect(answer.headers.get('set-cookie')).toMatch(
      /^bangban_session=[0-9A-Za-z]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    const me = await test.request('GET', '/auth/me', { cookie: cookieOf(answer) })
    expect(me.body).toEqual(answer.body)
    expect(await test.db.read((tx) => findPresence(tx, agent.id))).toMatchObject({ availability: 'offline' })
  })

  it('answers alike for a wrong password, an unknown account, one without a password and one switched off', async () => {
    await addAccount('off', false)
    await addAgent(test, department, ['agent'], 'new')
    const answers = [
      await login('chen', 'wrong password'),
      await login('nobody'),
      await login('off'),
      await login('new'),
    ]
    for (const answer of answers)
      expect([answer.status, answer.body.code]).toEqual([401, 'auth.wrong_credentials'])
    expect(new Set(answers.map((answer) => answer.body.detail)).size).toBe(1)
    expect(answers.every((answer) => !answer.headers.get('set-cookie'))).toBe(true)
  })

  it('throttles an account, and a right password within the limit starts it anew', async () => {
    await addAccount('target')
    for (let tries = 0; tries < 9; tries++) expect((await login('target', 'guess')).status).toBe(401)
    expect((await login('target')).status).toBe(200)
    for (let tries = 0; tries < 10; tries++) expect((await login('target', 'guess')).status).toBe(401)
    const answer = await login('target')
    expect([answer.status, answer.body.code]).toEqual([429, 'auth.throttled'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await login('chen')).status).toBe(200)
  })

  it('refuses other origins, other types, unknown fields and nonsense', async () => {
    expect((await login('chen', password, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await login('chen', password, { 'content-type': 'text/plain' })).status).toBe(415)
    for (const body of [
      {},
      { username: 'chen' },
      { username: 'chen', password, more: 1 },
      { username: 7, password },
    ]) {
      const answer = await test.request('POST', '/auth/login', { body })
      expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid'])
      expect(answer.body.errors.length).toBeGreaterThan(0)
    }
  })

  it('marks the cookie secure behind https', async () => {
    test.deps.config.publicUrl = 'https://help.example'
    const answer = await login('chen')
    test.deps.config.publicUrl = 'http://127.0.0.1:8787'
    expect(answer.headers.get('set-cookie')).toContain('Secure')
  })
})

describe('sessions', () => {
  it('end by signing out, which also takes the agent offline', async () => {
    const agent = await addAccount('leaver')
    const cookie = cookieOf(await login('leaver'))
    await test.request('PUT', '/presence', { cookie, body: { availability: 'available' } })
    expect((await test.request('POST', '/auth/logout', { cookie })).body).toEqual({ ok: true })
    expect((await test.request('GET', '/auth/me', { cookie })).status).toBe(401)
    expect(await test.db.read((tx) => findPresence(tx, agent.id))).toMatchObject({
      availability: 'offline',
      reason: 'signed_out',
    })
  })

  it('leave an agent at work who signs out in another browser', async () => {
    const agent = await addAccount('mover')
    const desk = cookieOf(await login('mover', password, { 'user-agent': 'Desk' }))
    const phone = cookieOf(await login('mover', password, { 'user-agent': 'Phone' }))
    await test.request('PUT', '/presence', { cookie: desk, body: { availability: 'available' } })
    const stream = await test.app.request('/api/v1/events', { headers: { cookie: desk } })
    await test.request('POST', '/auth/logout', { cookie: phone })
    expect(test.deps.hub.readersOf(agent.id)).toBe(1)
    expect((await test.db.read((tx) => findPresence(tx, agent.id)))?.availability).toBe('available')
    // The last one at work takes the agent offline.
    await test.request('POST', '/auth/logout', { cookie: desk })
    expect(test.deps.hub.readersOf(agent.id)).toBe(0)
    expect((await test.db.read((tx) => findPresence(tx, agent.id)))?.availability).toBe('offline')
    await stream.body?.cancel()
  })

  it('are listed for their owner, who can end another one and no one else’s', async () => {
    await addAccount('two')
    const first = cookieOf(await login('two', password, { 'user-agent': 'Phone' }))
    const second = cookieOf(await login('two', password, { 'user-agent': 'Desk' }))
    const { items } = (await test.request('GET', '/auth/sessions', { cookie: second })).body
    const phone = items.find((item: { userAgent: string }) => item.userAgent === 'Phone')
    expect(items.find((item: { userAgent: string }) => item.userAgent === 'Desk')).toMatchObject({
      isCurrent: true,
    })
    const stranger = await addAgent(test, department, ['admin'])
    expect(
      (await test.request('DELETE', `/auth/sessions/${phone.id}`, { cookie: stranger.cookie })).status,
    ).toBe(404)
    expect((await test.request('DELETE', `/auth/sessions/${phone.id}`, { cookie: second })).status).toBe(200)
    expect((await test.request('GET', '/auth/me', { cookie: first })).status).toBe(401)
    expect((await test.request('DELETE', `/auth/sessions/${phone.id}`, { cookie: second })).status).toBe(404)
    expect((await test.request('GET', '/auth/me', { cookie: second })).status).toBe(200)
  })

  it('end after 12 idle hours, go on while used, and end after 7 days', async () => {
    await addAccount('sleeper')
    const idle = cookieOf(await login('sleeper'))
    const used = cookieOf(await login('sleeper'))
    const me = (cookie: string) => test.request('GET', '/auth/me', { cookie })
    for (let hours = 0; hours < 22; hours += 11) {
      test.clock.advance(11 * 3600)
      expect((await me(used)).status).toBe(200)
    }
    expect((await me(idle)).status).toBe(401)
    for (let hours = 22; hours < 7 * 24 - 11; hours += 11) {
      test.clock.advance(11 * 3600)
      expect((await me(used)).status).toBe(200)
    }
    test.clock.advance(11 * 3600)
    expect((await me(used)).status).toBe(401)
  })
})

describe('passwords', () => {
  it('change with the current one, and other sessions end', async () => {
    await addAccount('changer')
    const other = cookieOf(await login('changer'))
    const own = cookieOf(await login('changer'))
    const change = (current: string, next: string) =>
      test.request('POST', '/auth/password', { cookie: own, body: { current, next } })
    expect((await change('wrong', 'a new one 4321')).body.code).toBe('auth.wrong_credentials')
    expect((await change(password, 'changer1')).status).toBe(400)
    expect((await change(password, '1111111111')).body.code).toBe('auth.password_weak')
    expect((await change(password, 'a new one 4321')).status).toBe(200)
    expect((await test.request('GET', '/auth/me', { cookie: other })).status).toBe(401)
    expect((await test.request('GET', '/auth/me', { cookie: own })).status).toBe(200)
    expect((await login('changer')).status).toBe(401)
    expect((await login('changer', 'a new one 4321')).status).toBe(200)
  })

  it('are chosen by a link that works once, replaces the one before and expires', async () => {
    const agent = await addAgent(test, department, ['agent'], '新同事')
    const old = await linkFor(agent.id)
    const token = await linkFor(agent.id)
    expect((await test.request('GET', `/auth/setup?token=${old}`)).body.code).toBe('auth.link_invalid')
    expect((await test.request('GET', `/auth/setup?token=${token}`)).body).toMatchObject({ name: '新同事' })
    const setUp = (body: object) => test.request('POST', '/auth/setup', { body })
    expect((await setUp({ token, password: 'short' })).status).toBe(400)
    expect((await setUp({ token, password: '0000000000' })).status).toBe(422)
    const done = await setUp({ token, password })
    expect(done.body).toMatchObject({ agent: { id: agent.id } })
    expect((await test.request('GET', '/auth/me', { cookie: cookieOf(done) })).status).toBe(200)
    expect((await test.request('GET', '/auth/me', { cookie: agent.cookie })).status).toBe(401)
    expect((await setUp({ token, password })).body.code).toBe('auth.link_invalid')
    const late = await linkFor(agent.id)
    test.clock.advance(73 * 3600)
    expect((await setUp({ token: late, password })).status).toBe(404)
  })

  it('lets one of two simultaneous uses of a link through', async () => {
    const agent = await addAgent(test, department, ['agent'])
    const token = await linkFor(agent.id)
    const answers = await Promise.all(
      [1, 2].map((n) =>
        test.request('POST', '/auth/setup', { body: { token, password: `${password} ${n}` } }),
      ),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404])
  })
})

describe('without a session', () => {
  it.each([
    ['GET', '/auth/me'],
    ['GET', '/auth/sessions'],
    ['POST', '/auth/logout'],
    ['DELETE', '/auth/sessions/ses_0123456789ABCDEFGHIJ'],
  ])('%s %s needs one', async (method, path) => {
    const answer = await test.request(method, path)
    expect([answer.status, answer.body.code]).toEqual([401, 'auth.required'])
  })
})
