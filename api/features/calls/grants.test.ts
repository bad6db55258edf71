import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { events } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let cookie: string
beforeEach(async () => {
  test = await createTestApp({ coalesceMs: 0 })
  const city = await addDepartment(test, '市中心')
  await addSite(test, city, 'demo')
  cookie = (await addAgent(test, city, ['agent'])).cookie
  await test.request('PUT', '/presence', { cookie, body: { availability: 'available' } })
})
afterEach(() => test.close())

/** What the stream says until `isEnough`. */
const listen = async (bearer: string, query: string) => {
  const response = await test.app.request(`/api/v1/events${query}`, {
    headers: { authorization: `Bearer ${bearer}` },
  })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const until = async (isEnough: (text: string) => boolean): Promise<string> => {
    while (reader && !isEnough(text)) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value, { stream: true })
    }
    return text
  }
  // Without a place in the feed it begins when it says so: what happens before is not for this stream.
  if (response.ok && !query.includes('cursor=')) await until((all) => all.includes('from now on'))
  return { status: response.status, until, end: () => reader?.cancel() }
}
const grantsIn = (text: string) =>
  [...text.matchAll(/^data: (.*"call\.grant".*)$/gm)].map((each) => JSON.parse(each[1] ?? '').data.grant)

const ask = async (bearer: string, hasConsented: boolean): Promise<string> => {
  const asked = await test.request('POST', '/consultations', {
    bearer,
    body: { channel: 'video', topic: '营业执照' },
  })
  const { id } = asked.body.state.consultation
  if (hasConsented) await test.request('POST', `/consultations/${id}/consent`, { bearer, body: {} })
  return id
}
const accept = (id: string) =>
  test.request('POST', `/consultations/${id}/accept`, { cookie, body: { tab: 'agents-tab' } })

describe('the grant that travels with the news of the call', () => {
  it('is made for each tab of the citizen, and for nobody else', async () => {
    const visitor = await addVisitor(test, 'demo')
    const stranger = await addVisitor(test, 'demo')
    const id = await ask(visitor.bearer, true)
    const one = await listen(visitor.bearer, '?tab=first-tab')
    const two = await listen(visitor.bearer, '?tab=second-tab')
    const nameless = await listen(visitor.bearer, '')
    const other = await listen(stranger.bearer, '?tab=first-tab')
    const { body } = await accept(id)
    const isThere = (text: string) => text.includes('"call.grant"') && text.includes('consultation.accepted')
    const [grant] = grantsIn(await one.until(isThere))
    expect(grant).toMatchObject({
      callId: body.consultation.callId,
      identity: `visitor:${visitor.id}:first-tab`,
    })
    const [second] = grantsIn(await two.until(isThere))
    expect(second.identity).toBe(`visitor:${visitor.id}:second-tab`)
    const silent = await nameless.until(
      (text) => text.includes('presence.changed') || text.includes('queue.left'),
    )
    expect(grantsIn(silent)).toEqual([])
    expect(grantsIn(await other.until((text) => text.includes('from now on')))).toEqual([])
    for (const stream of [one, two, nameless, other]) await stream.end()
  })

  it('is kept nowhere', async () => {
    const visitor = await addVisitor(test, 'demo')
    const id = await ask(visitor.bearer, true)
    const stream = await listen(visitor.bearer, '?tab=first-tab')
    await accept(id)
    const [grant] = grantsIn(await stream.until((text) => text.includes('"call.grant"')))
    await stream.end()
    const rows = await test.db.read((tx) => tx.select().from(events))
    expect(rows.length).toBeGreaterThan(3)
    expect(JSON.stringify(rows)).not.toContain(grant.token)
    // Coming back, the citizen is told of the call but gets no old token.
    const again = await listen(visitor.bearer, '?cursor=0&tab=first-tab')
    const replayed = await again.until((text) => text.includes('consultation.accepted'))
    await again.end()
    expect(grantsIn(replayed)).toEqual([])
  })

  it('waits for the notice to be agreed to', async () => {
    const visitor = await addVisitor(test, 'demo')
    const id = await ask(visitor.bearer, false)
    const stream = await listen(visitor.bearer, '?tab=first-tab')
    const { body } = await accept(id)
    await test.request('POST', `/consultations/${id}/consent`, { bearer: visitor.bearer, body: {} })
    const text = await stream.until((all) => all.includes('consultation.consented'))
    await stream.end()
    expect(grantsIn(text)).toEqual([])
    const asked = await test.request('POST', `/calls/${body.consultation.callId}/grants`, {
      bearer: visitor.bearer,
      body: { tab: 'first-tab' },
    })
    expect(asked.status).toBe(200)
  })

  it('leaves a tab without one that LiveKit does not answer for', async () => {
    const visitor = await addVisitor(test, 'demo')
    const id = await ask(visitor.bearer, true)
    const stream = await listen(visitor.bearer, '?tab=first-tab')
    test.livekit.setDown(true)
    expect((await accept(id)).body.grant).toBeNull()
    const text = await stream.until((all) => all.includes('consultation.accepted'))
    await stream.end()
    expect(grantsIn(text)).toEqual([])
  })

  it('refuses a name that no tab has', async () => {
    const visitor = await addVisitor(test, 'demo')
    expect((await listen(visitor.bearer, '?tab=a b')).status).toBe(400)
  })
})
