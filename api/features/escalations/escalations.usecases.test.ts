import { describe, expect, it } from 'vitest'
import {
  away,
  city,
  command,
  county,
  happen,
  hour,
  levelOf,
  makeTicket,
  only,
  other,
  pass,
  result,
  step,
  test,
  town,
  useWorld,
  type Where,
  type Who,
  who,
} from './testing/escalations.world'

useWorld()

describe('commands', () => {
  const raised = async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    return only(id)
  }

  it('acknowledge, act, close with a result; the ticket is at no level afterwards', async () => {
    const { id, ticketId } = await raised()
    expect((await command(who.townHead, id, 'acknowledge')).body.escalation.status).toBe('acknowledged')
    expect((await command(who.townHead, id, 'acknowledge')).body.code).toBe('escalations.wrong_state')
    const past = { nextAction: '回电', nextActionAt: '2026-11-19T00:00:00.000Z' }
    expect((await command(who.townHead, id, 'act', past)).body.code).toBe('escalations.past_date')
    // A promise for ever would turn off every reminder.
    const never = await command(who.townHead, id, 'act', {
      ...past,
      nextActionAt: '2199-01-01T00:00:00.000Z',
    })
    expect([never.status, never.body.code]).toEqual([422, 'escalations.past_date'])
    for (const at of ['9999-12-31T00:00:00Z', '+275760-09-13T00:00:00.000Z', 'tomorrow'])
      expect((await command(who.townHead, id, 'act', { ...past, nextActionAt: at })).status, at).toBe(400)
    const nextActionAt = '2026-11-20T08:00:00.000Z'
    const acted = await command(who.townHead, id, 'act', { nextAction: '回电', nextActionAt })
    expect(acted.body.escalation).toMatchObject({ nextAction: '回电', nextActionAt, dueAt: nextActionAt })
    for (const missing of ['outcome', 'result', 'cause', 'accountability']) {
      const { [missing as 'result']: _, ...rest } = result
      expect((await command(who.townHead, id, 'close', rest)).status, missing).toBe(400)
      expect((await command(who.townHead, id, 'close', { ...rest, [missing]: '' })).status, missing).toBe(400)
    }
    test.clock.advance(2 * hour)
    const done = await command(who.townHead, id, 'close', result)
    expect(done.body.escalation).toMatchObject({ status: 'closed', ...result, dueAt: null, redLightAt: null })
    expect(done.body.may).toEqual([])
    expect(await levelOf(ticketId)).toBe(0)
    expect(await test.sweep()).toBe(0)
  })

  it('belongs to the owner; who manages the branch may hand over and close; others get 403, strangers 404', async () => {
    const { id } = await raised()
    expect((await command(who.agent, id, 'acknowledge')).body.code).toBe('escalations.not_owner')
    expect((await command(who.agent, id, 'close', result)).body.code).toBe('escalations.not_owner')
    expect((await command(who.otherHead, id, 'close', result)).body.code).toBe('escalations.not_found')
    expect((await command(who.countyHead, id, 'acknowledge')).body.code).toBe('escalations.not_owner')
    const handed = await command(who.countyHead, id, 'hand-over', {
      agentId: who.second.id,
      reason: '熟悉业务',
    })
    expect(handed.body.escalation).toMatchObject({ status: 'raised', owner: { name: '刘志远' } })
    expect((await command(who.countyHead, id, 'close', result)).body.escalation.status).toBe('closed')
  })

  it('is handed to nobody who is away, switched off, or complained about', async () => {
    const { id: ticketId } = await makeTicket(who.second)
    await happen(ticketId, 'ticket.rated', { stars: 1, comment: '', via: 'link' })
    const { id } = await only(ticketId)
    await away(who.agent, null)
    for (const agent of [who.second, who.agent])
      expect(
        (await command(who.townHead, id, 'hand-over', { agentId: agent.id, reason: '换人' })).body.code,
      ).toBe('escalations.owner_unfit')
  })

  it('asks for an answer to the citizen where a step demanded one', async () => {
    const { id: ticketId } = await makeTicket()
    await step(ticketId, 2, 'require_answer')
    const { id } = await only(ticketId)
    expect((await command(who.townHead, id, 'close', result)).body.code).toBe('escalations.answer_required')
    const answered = await test.request('POST', `/tickets/${ticketId}/replies`, {
      cookie: who.townHead.cookie,
      body: { kind: 'reply', body: '已为您核定' },
    })
    expect(answered.status).toBeLessThan(300)
    expect((await command(who.townHead, id, 'close', result)).body.escalation.status).toBe('closed')
  })

  it('goes on with the ticket its own was merged into, and back again', async () => {
    const [{ id: from }, { id: into }] = [await makeTicket(), await makeTicket(who.second)]
    await step(from, 2, 'require_answer')
    const { id } = await only(from)
    const post = (by: Who, path: string, body: object) =>
      test.request('POST', path, { cookie: by.cookie, body })
    const { operation } = (await post(who.agent, `/tickets/${from}/merge`, { intoId: into })).body
    await test.project()
    expect(await levelOf(into)).toBe(2)
    const page = () => test.request('GET', `/tickets/${into}/escalations`, { cookie: who.second.cookie })
    expect((await page()).body.items.map((each: { id: string }) => each.id)).toEqual([id])
    await post(who.second, `/operations/${operation.id}/undo`, {})
    await post(who.agent, `/operations/${operation.id}/undo`, {})
    await test.project()
    expect([await levelOf(from), await levelOf(into)]).toEqual([2, 0])
    expect((await page()).body.items).toEqual([])

    await post(who.agent, `/tickets/${from}/merge`, { intoId: into })
    await test.project()
    // The same cause again is the same matter, and whoever gets it sees the ticket that goes on.
    await step(into, 3, 'require_answer')
    expect(await only(into)).toMatchObject({ id, level: 3, owner: { name: '何主任' } })
    expect(
      (await command(who.countyHead, id, 'hand-over', { agentId: who.otherHead.id, reason: '归口' })).status,
    ).toBe(200)
    expect((await test.request('GET', `/tickets/${into}`, { cookie: who.otherHead.cookie })).status).toBe(200)
    // Answered is the citizen where the matter goes on: the old ticket takes no answers.
    expect((await command(who.otherHead, id, 'close', result)).body.code).toBe('escalations.answer_required')
    expect(
      (await post(who.second, `/tickets/${into}/replies`, { kind: 'reply', body: '已为您核定' })).status,
    ).toBe(201)
    expect((await command(who.otherHead, id, 'close', result)).body.escalation.status).toBe('closed')
    expect(await levelOf(into)).toBe(0)
    const { timeline } = (await test.request('GET', `/tickets/${into}`, { cookie: who.second.cookie })).body
    expect(timeline.map((each: { type: string }) => each.type)).toContain('escalation.closed')
    const late = await post(who.agent, `/tickets/${from}/escalations`, {
      departmentId: county.id,
      why: '办不了',
    })
    expect(late.body.code).toBe('tickets.merged')
  })

  it('a reopened ticket brings the matter back, counted', async () => {
    const { id, ticketId } = await raised()
    await command(who.townHead, id, 'close', result)
    test.clock.advance(24 * hour)
    await happen(ticketId, 'ticket.reopened', { from: 'resolved', to: 'open' })
    expect(await only(ticketId)).toMatchObject({
      status: 'raised',
      reopenCount: 1,
      result: null,
      owner: { name: '周站长' },
    })
    expect(await levelOf(ticketId)).toBe(2)
  })
})

describe('cannot be settled here', () => {
  const raise = (by: Who, ticketId: string, to: Where) =>
    test.request('POST', `/tickets/${ticketId}/escalations`, {
      cookie: by.cookie,
      body: { departmentId: to.id, why: '补缴基数须税务核定' },
    })

  it('across: the head there sees the ticket, refuses with a reason, and it is back on the agent’s desk', async () => {
    const { id } = await makeTicket()
    const made = await raise(who.agent, id, other)
    expect(made.status).toBe(201)
    expect(made.body.escalation).toMatchObject({
      status: 'referred',
      level: 2,
      owner: { name: '钱科长' },
      department: { name: '税务局' },
      referral: { from: { name: '陈晓雯' }, note: '补缴基数须税务核定' },
    })
    expect((await test.request('GET', `/tickets/${id}`, { cookie: who.otherHead.cookie })).status).toBe(200)
    expect((await raise(who.second, id, county)).body.code).toBe('escalations.already_open')
    const { id: matter } = made.body.escalation
    expect((await command(who.otherHead, matter, 'refuse', { reason: '' })).status).toBe(400)
    const refused = await command(who.otherHead, matter, 'refuse', { reason: '不属本局' })
    expect(refused.body.escalation).toMatchObject({
      status: 'acknowledged',
      level: 1,
      owner: { name: '陈晓雯' },
      returnCount: 1,
      referral: null,
    })
    expect(refused.body.history.map((each: { type: string }) => each.type)).toEqual([
      'escalation.raised',
      'escalation.referred',
      'escalation.refused',
    ])
  })

  it('up: accepted, given back with a reason, taken back before an answer', async () => {
    const { id } = await makeTicket()
    const { id: matter, level } = (await raise(who.agent, id, city)).body.escalation
    expect(level).toBe(4)
    expect((await command(who.cityHead, matter, 'accept')).body.escalation.status).toBe('acknowledged')
    const given = await command(who.cityHead, matter, 'return', { reason: '区里可办' })
    expect(given.body.escalation).toMatchObject({
      status: 'raised',
      owner: { name: '陈晓雯' },
      returnCount: 1,
    })
    await command(who.agent, matter, 'refer', { departmentId: county.id, note: '请协调' })
    const taken = await command(who.agent, matter, 'return', { reason: '已解决' })
    expect(taken.body.escalation).toMatchObject({
      status: 'acknowledged',
      owner: { name: '陈晓雯' },
      returnCount: 2,
    })
    expect((await command(who.agent, matter, 'return', { reason: '再退' })).body.code).toBe(
      'escalations.nothing_to_return',
    )
  })

  it('unanswered it climbs', async () => {
    const { id } = await makeTicket()
    await raise(who.agent, id, other)
    await pass(2 * hour + 1)
    await pass(3 * hour)
    expect(await only(id)).toMatchObject({ status: 'raised', level: 3, owner: { name: '何主任' } })
  })

  it('not to the department itself', async () => {
    const { id } = await makeTicket()
    expect((await raise(who.agent, id, town)).body.code).toBe('escalations.same_department')
    expect((await raise(who.otherHead, id, county)).status).toBe(404)
  })
})
