import { afterAll, beforeAll, expect, it } from 'vitest'
import { addAgent, addDepartment, addKey, addSite, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let agent: { cookie: string }
let number: string
beforeAll(async () => {
  test = await createTestApp()
  const office = await addDepartment(test, '政务服务中心')
  const site = await addSite(test, office, 'demo')
  agent = await addAgent(test, office, ['agent'])
  const key = await addKey(test, office, ['tickets:create'])
  const opened = await test.request('POST', '/tickets', {
    cookie: agent.cookie,
    body: { siteId: site.id, topic: '按电话找', contactName: '王', contactPhone: '138-0013-8000' },
  })
  expect(opened.status).toBe(201)
  number = opened.body.ticket.number
  const handed = await test.request('POST', '/tickets', {
    bearer: key.token,
    body: {
      site: 'demo',
      externalSystem: '12345',
      externalNumber: '441900-77',
      topic: '按热线单号找',
      description: '路灯',
    },
  })
  expect(handed.status, JSON.stringify(handed.body)).toBe(201)
  await test.index()
})
afterAll(() => test.close())

it.each([
  ['a telephone number', '13800138000', '按电话找'],
  ['one with separators', '138-0013-8000', '按电话找'],
  ['its last four digits', '8000', '按电话找'],
  ['the number another system gave it', '441900-77', '按热线单号找'],
])('finds a ticket by %s', async (_what, q, topic) => {
  const { body } = await test.request('GET', `/tickets?q=${encodeURIComponent(q)}`, { cookie: agent.cookie })
  expect(body.items.map((each: { topic: string }) => each.topic)).toEqual([topic])
})

it('finds by the beginning of its number', async () => {
  for (const q of [number, number.slice(0, 8), number.slice(0, 11), '2026']) {
    const { body } = await test.request('GET', `/tickets?q=${q}`, { cookie: agent.cookie })
    expect(body.items.map((each: { number: string }) => each.number)).toContain(number)
  }
})
