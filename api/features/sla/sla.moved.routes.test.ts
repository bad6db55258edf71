import { describe, expect, it } from 'vitest'
import { addVisitor } from '../../testing/app'
import { agent, clock, hour, minute, site, test, useWorld } from './testing/sla.world'

useWorld()

const post = async (who: { cookie?: string; bearer?: string }, path: string, body: unknown = {}) => {
  const answer = await test.request('POST', path, { ...who, body })
  expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300)
  return answer.body
}

/** A conversation that an agent is in. */
const talk = async () => {
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
  const { bearer } = await addVisitor(test, site.key)
  const asked = await post({ bearer }, '/consultations', { channel: 'chat', topic: '公司注册' })
  const { id, ticketNumber } = asked.state.consultation
  await post(agent, `/consultations/${id}/accept`, { tab: 'tab-123456' })
  const { ticket } = (await test.request('GET', `/tickets/${ticketNumber}`, { cookie: agent.cookie })).body
  return { bearer: bearer as string, id: id as string, ticketId: ticket.id as string }
}
type Talk = Awaited<ReturnType<typeof talk>>
const say = async (call: Talk, body: string) => {
  test.clock.advance(minute)
  await post({ bearer: call.bearer }, `/consultations/${call.id}/messages`, { body })
  await test.sweep()
}
const end = async (call: Talk) => {
  test.clock.advance(minute)
  await post(agent, `/consultations/${call.id}/end`)
}

/** The conversation goes to a ticket that has been answered. */
const merged = async () => {
  const call = await talk()
  const into = (await post(agent, '/tickets', { siteId: site.id, topic: '营业执照' })).ticket.id as string
  await post(agent, `/tickets/${into}/replies`, { kind: 'reply', body: '您好' })
  const { operation } = await post(agent, `/tickets/${call.ticketId}/merge`, { intoId: into })
  return { call, into, undo: () => post(agent, `/operations/${operation.id}/undo`) }
}

describe('a conversation that goes to another ticket while it is on', () => {
  it('is heard at once there too: what the citizen says in it opens no clock, after its end it does', async () => {
    const { call, into } = await merged()
    await say(call, '就是这个')
    await end(call)
    await test.sweep()
    expect(await clock(into, 'next_response')).toBeUndefined()
    await say(call, '还有一个问题')
    expect(await clock(into, 'next_response')).toMatchObject({ outcome: 'running' })
  })

  it('ended there and brought back, owes an answer to what is written afterwards', async () => {
    const { call, undo } = await merged()
    await end(call)
    await undo()
    await say(call, '还有一个问题')
    expect(await clock(call.ticketId, 'next_response')).toMatchObject({ outcome: 'running' })
  })

  it('answers a ticket made for it live from the beginning', async () => {
    const call = await talk()
    const body = { topic: '另一件事', consultationIds: [call.id] }
    const made = (await post(agent, `/tickets/${call.ticketId}/split`, body)).ticket.id
    await say(call, '就是这个')
    expect(await clock(made, 'first_response')).toMatchObject({ outcome: 'met' })
    expect(await clock(made, 'next_response')).toBeUndefined()
    await end(call)
    test.clock.advance(2 * hour)
    await test.sweep()
    expect(await clock(made, 'first_response')).toMatchObject({ outcome: 'met' })
  })

  it('answers nothing on a ticket made for one that was over', async () => {
    const call = await talk()
    await end(call)
    const body = { topic: '另一件事', consultationIds: [call.id] }
    const made = (await post(agent, `/tickets/${call.ticketId}/split`, body)).ticket.id
    await test.sweep()
    expect(await clock(made, 'first_response')).toMatchObject({ outcome: 'running' })
  })

  it('brought back by undoing the split, owes an answer to what was written there meanwhile', async () => {
    const call = await talk()
    await end(call)
    const body = { topic: '另一件事', consultationIds: [call.id] }
    const split = await post(agent, `/tickets/${call.ticketId}/split`, body)
    test.clock.advance(hour)
    const wroteAt = new Date(test.clock.now() + minute * 1000).toISOString()
    await say(call, '还有一个问题')
    expect(await clock(call.ticketId, 'next_response')).toBeUndefined()
    await post(agent, `/operations/${split.operation.id}/undo`)
    await test.sweep()
    expect(await clock(call.ticketId, 'next_response')).toMatchObject({
      outcome: 'running',
      startedAt: wroteAt,
    })
  })

  it('brought back with nothing written meanwhile, owes nothing', async () => {
    const call = await talk()
    await end(call)
    const body = { topic: '另一件事', consultationIds: [call.id] }
    const split = await post(agent, `/tickets/${call.ticketId}/split`, body)
    test.clock.advance(hour)
    await post(agent, `/operations/${split.operation.id}/undo`)
    await test.sweep()
    expect(await clock(call.ticketId, 'next_response')).toBeUndefined()
  })
})
