import { afterAll, beforeAll } from 'vitest'
import type { FollowView } from '../../../../contract/follow.schema'
import type { TicketDetail } from '../../../../contract/tickets.schema'
import type { Sms, SmsPort } from '../../../lib/sms'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../../testing/app'

export let test: TestApp
export let site: { id: string; key: string }
export let county: { id: string; path: string }
export let wang: Awaited<ReturnType<typeof addAgent>>
export const outbox: Sms[] = []
export const gateway: SmsPort = {
  async send(message) {
    outbox.push(message)
  },
}
/** Lets the outbox be filled and emptied: the answer waits for neither. */
export const deliver = async () => {
  await test.db.write(async () => undefined)
  await test.sweep()
}
export const phone = '13812341234'

/** One world for all the tests of the file. */
export const useWorld = (): void => {
  beforeAll(async () => {
    outbox.length = 0
    test = await createTestApp({ sms: gateway })
    county = await addDepartment(test, '东县')
    site = await addSite(test, county, 'east')
    await addSite(test, county, 'west')
    wang = await addAgent(test, county, ['agent'], '王敏')
  })
  afterAll(() => test.close())
}

export const agent = (method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: wang.cookie, ...(body === undefined ? {} : { body }) })
export const open = async (more: Record<string, unknown> = {}) => {
  const given = { siteId: site.id, topic: '营业执照遗失', contactName: '张三丰', contactPhone: phone }
  const { body } = await agent('POST', '/tickets', { ...given, assignToMe: true, ...more })
  return body.ticket as { id: string; number: string }
}
export const detail = async (id: string) => (await agent('GET', `/tickets/${id}`)).body as TicketDetail
export const typesOf = async (id: string) => (await detail(id)).timeline.map((line) => line.type)
export const linkOf = async (id: string) =>
  (await agent('POST', `/tickets/${id}/follow-links`)).body.url as string
export const tokenOf = (url: string) => new URL(url).searchParams.get('follow') ?? ''
export const openLink = (token: string, key = 'east') =>
  test.request('POST', '/follow/sessions', { body: { site: key, token } })
export const follow = async (id: string) => (await openLink(tokenOf(await linkOf(id)))).body.token as string
export const as = (bearer: string, method: string, path: string, body?: unknown) =>
  test.request(method, `/follow${path}`, { bearer, ...(body === undefined ? {} : { body }) })
export const see = async (bearer: string, number: string) =>
  (await as(bearer, 'GET', `/tickets/${number}`)).body as FollowView
export const resolve = (id: string) => agent('POST', `/tickets/${id}/status`, { command: 'resolve' })
/** Days later; the agent has signed in again, as sessions end. */
export const days = async (count: number) => {
  test.clock.advance(count * 86_400)
  wang = await addAgent(test, county, ['agent'], '王敏')
}
