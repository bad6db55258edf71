import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idempotencyKeys } from '../../drizzle/schema/index'
import { addAgent, addDepartment, createTestApp, type TestApp } from '../testing/app'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

describe('a repeated command', () => {
  it('gets the first answer, whose secrets are not kept readable', async () => {
    const city = await addDepartment(test, '市')
    const admin = await addAgent(test, city, ['admin'])
    const send = (username: string) =>
      test.request('POST', '/agents', {
        cookie: admin.cookie,
        headers: { 'idempotency-key': 'add-one' },
        body: { username, name: '新同事', roles: ['agent'], departmentId: city.id },
      })
    const first = await send('new1')
    expect(first.status).toBe(201)
    expect((await send('new1')).body).toEqual(first.body)
    expect((await send('new2')).body.code).toBe('request.idempotency_mismatch')
    const rows = await test.db.read((tx) => tx.select().from(idempotencyKeys))
    expect(rows).toHaveLength(1)
    const token = String(first.body.setup.url).split('/').at(-1) ?? ''
    expect(token.length).toBeGreaterThan(20)
    for (const text of [JSON.stringify(rows), Buffer.from(rows[0]?.body ?? '', 'base64').toString('utf8')])
      expect(text).not.toContain(token)
  })
})
