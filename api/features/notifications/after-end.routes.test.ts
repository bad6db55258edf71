import { afterEach, beforeEach, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let agent: Awaited<ReturnType<typeof addAgent>>
let visitor: Awaited<ReturnType<typeof addVisitor>>

beforeEach(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'], '王')
  visitor = await addVisitor(test, 'demo')
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
})
afterEach(() => test.close())

const done = async (answer: ReturnType<typeof test.request>) => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body
}
const post = (path: string, body: unknown) => done(test.request('POST', path, { cookie: agent.cookie, body }))
/** What the agent was told that the citizen wrote. */
const told = async (): Promise<string[]> => {
  await test.project()
  const { items } = await done(test.request('GET', '/notifications', { cookie: agent.cookie }))
  return items.flatMap((each: { kind: string; facts: { text: string } }) =>
    each.kind === 'citizen_replied' ? [each.facts.text] : [],
  )
}

it('tells who answers for it what the citizen writes once the consultation is over, and nothing before', async () => {
  const request = { channel: 'chat', topic: '怎么办' }
  const asked = await done(test.request('POST', '/consultations', { bearer: visitor.bearer, body: request }))
  const path = `/consultations/${asked.state.consultation.id}`
  const say = (body: string) =>
    done(test.request('POST', `${path}/messages`, { bearer: visitor.bearer, body: { body } }))
  await say('等着')
  await post(`${path}/accept`, { tab: 'tab-123456' })
  await say('正在谈')
  await post(`${path}/end`, {})
  await post(`${path}/wrap-up`, { outcome: 'follow_up', topic: '办结', note: '' })
  expect(await told()).toEqual([])
  await say('还有一件')
  expect(await told()).toEqual(['还有一件'])
})
