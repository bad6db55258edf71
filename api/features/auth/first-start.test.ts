import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/app'
import { verifyAudit } from '../audit/audit.store'
import { findSiteByKey } from '../sites/sites.store'
import { firstStart } from './first-start.usecases'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

const cookieOf = (answer: { headers: Headers }) =>
  (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const tokenIn = (lines: string[]) => /console\/setup\/([0-9A-Za-z]+)/.exec(lines.join('\n'))?.[1] ?? ''
const accounts = () => JSON.parse(readFileSync(join(test.db.directory, 'demo-accounts.json'), 'utf8'))
const signIn = async (username: string) => {
  const { password } = accounts().find((each: { username: string }) => each.username === username)
  return test.request('POST', '/auth/login', { body: { username, password } })
}

describe('a first start with demo data', () => {
  beforeEach(() => {
    test.deps.config.isDemo = true
  })

  it('keeps the passwords where only its user reads them, and shows them once', async () => {
    const lines = await firstStart(test.deps)
    expect(statSync(join(test.db.directory, 'demo-accounts.json')).mode & 0o777).toBe(0o600)
    for (const { username, password, roles } of accounts()) {
      expect(lines.join('\n')).toContain(password)
      expect(
        (await test.request('POST', '/auth/login', { body: { username, password } })).body.agent,
      ).toMatchObject({ username, roles })
    }
    expect(accounts().map((each: { username: string }) => each.username)).toEqual(
      expect.arrayContaining(['agent1', 'agent2', 'inspector1', 'editor1', 'supervisor1', 'admin1']),
    )
    expect(await firstStart(test.deps)).toEqual([])
    expect((await test.db.read(verifyAudit)).isIntact).toBe(true)
  })

  it('seeds a centre whose site is open and served by its agents', async () => {
    await firstStart(test.deps)
    const site = () => test.request('GET', '/sites/demo')
    expect((await site()).body).toMatchObject({ isOpen: true, isStaffed: false })
    for (const username of ['agent1', 'agent2', 'inspector1', 'supervisor1']) {
      const cookie = cookieOf(await signIn(username))
      await test.request('PUT', '/presence', { cookie, body: { availability: 'available' } })
      expect((await site()).body.isStaffed).toBe(true)
      await test.request('PUT', '/presence', { cookie, body: { availability: 'offline' } })
    }
    const items = (await test.request('GET', '/sites/demo/service-items')).body.items
    expect(items).toHaveLength(12)
    expect(
      new Set(items.map((item: { departmentName: string }) => item.departmentName)).size,
    ).toBeGreaterThan(8)
    const tree = (await test.request('GET', '/departments', { cookie: cookieOf(await signIn('admin1')) }))
      .body.items
    expect(new Set(tree.map((each: { level: string }) => each.level))).toEqual(
      new Set(['city', 'office', 'county', 'town', 'village']),
    )
  })

  it('lets the sample page embed the panel, on another port tomorrow too', async () => {
    await firstStart(test.deps)
    const origins = async () => (await test.db.read((tx) => findSiteByKey(tx, 'demo')))?.origins
    expect(await origins()).toEqual(
      expect.arrayContaining(['http://localhost:8788', 'http://127.0.0.1:8788', 'http://127.0.0.1:8787']),
    )
    test.deps.config.port = 9001
    test.deps.config.publicUrl = 'https://192.0.2.7:9001'
    await firstStart(test.deps)
    expect(await origins()).toEqual(
      expect.arrayContaining(['http://localhost:8788', 'https://192.0.2.7:9002', 'https://localhost:9002']),
    )
  })
})

describe('a first start without demo data', () => {
  it('prints a link for the administrator, a new one at each start until it is used', async () => {
    const old = tokenIn(await firstStart(test.deps))
    const token = tokenIn(await firstStart(test.deps))
    expect((await test.request('GET', `/auth/setup?token=${old}`)).status).toBe(404)
    expect((await test.request('GET', `/auth/setup?token=${token}`)).body.username).toBe('admin')
    const done = await test.request('POST', '/auth/setup', { body: { token, password: 'a long password 1' } })
    expect(done.body.permissions).toContain('agents.manage')
    expect(await firstStart(test.deps)).toEqual([])
    expect((await test.request('GET', '/sites/demo')).status).toBe(404)
  })
})
