import { eq } from 'drizzle-orm'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { EscalationView } from '../../../contract/escalations.schema'
import { absences, agents, departmentLeaders, ticketReplies, tickets } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { loadTicketRow } from '../tickets/tickets.store'
import { assignTicket, createTicket, tellTicket } from '../tickets/tickets.usecases'
import { chooseOwner } from './choose-owner.usecases'
import { escalationViews } from './escalations.presenter'
import { historyOf } from './escalations.queries.store'
import { findEscalation, openOfTicket } from './escalations.store'

type Who = Awaited<ReturnType<typeof addAgent>>
type Where = Awaited<ReturnType<typeof addDepartment>>

const minute = 60
const hour = 3600
/** Friday 10:00 in Shanghai, where the tests begin. */
const closed: TestApp[] = []

let test: TestApp
let city: Where
let county: Where
let town: Where
let other: Where
let who: Record<
  'agent' | 'second' | 'townHead' | 'townDeputy' | 'countyHead' | 'cityHead' | 'otherHead' | 'admin',
  Who
>
let siteId: string

const lead = (department: Where, agent: Who, role: 'head' | 'deputy', position = 0) =>
  test.db.write((tx) =>
    tx
      .insert(departmentLeaders)
      .values({ departmentId: department.id, agentId: agent.id, role, position })
      .then(() => undefined),
  )

beforeEach(async () => {
  if (test) closed.push(test)
  test = await createTestApp()
  city = await addDepartment(test, '清河市')
  county = await addDepartment(test, '青云区', city)
  town = await addDepartment(test, '柳林镇', county)
  other = await addDepartment(test, '税务局', city)
  siteId = (await addSite(test, town, 'town')).id
  who = {
    agent: await addAgent(test, town, ['agent'], '陈晓雯'),
    second: await addAgent(test, town, ['agent'], '刘志远'),
    townHead: await addAgent(test, town, ['supervisor'], '周站长'),
    townDeputy: await addAgent(test, town, ['agent'], '吴副站长'),
    countyHead: await addAgent(test, county, ['supervisor'], '何主任'),
    cityHead: await addAgent(test, city, ['supervisor'], '郭局长'),
    otherHead: await addAgent(test, other, ['supervisor'], '钱科长'),
    admin: await addAgent(test, city, ['admin'], '李思远'),
  }
  await lead(town, who.townHead, 'head')
  await lead(town, who.townDeputy, 'deputy', 1)
  await lead(county, who.countyHead, 'head')
  await lead(city, who.cityHead, 'head')
  await lead(other, who.otherHead, 'head')
})
afterAll(async () => {
  for (const each of [...closed, test]) await each.close()
})

const makeTicket = async (assignee: Who | null = who.agent, more: { isComplaint?: boolean } = {}) => {
  const made = await test.db.write((tx) =>
    createTicket(tx, test.deps, {
      actor: system,
      siteId,
      departmentId: town.id,
      topic: '社保断缴补缴',
      serviceItemId: null,
      contactId: null,
      timeZone: 'Asia/Shanghai',
      ...more,
    }),
  )
  if (assignee) await test.db.write((tx) => assignTicket(tx, test.deps, system, made.id, assignee.id))
  return made
}
/** Something happens on the ticket, and what follows from it. */
const happen = async (ticketId: string, type: string, facts: Record<string, unknown>) => {
  await test.db.write(async (tx) =>
    tellTicket(tx, await loadTicketRow(tx, ticketId), type, system, test.clock.now(), facts),
  )
  await test.project()
}
const step = (ticketId: string, level: number, action = 'escalate') =>
  happen(ticketId, 'sla.step', { stepId: 's', action, level, trigger: 'breach', isLate: false })
/** Read past the sessions, which end while the clock is turned. */
const openOf = (ticketId: string): Promise<EscalationView[]> =>
  test.db.read(async (tx) => escalationViews(tx, await openOfTicket(tx, ticketId)))
const only = async (ticketId: string): Promise<EscalationView> => {
  const all = await openOf(ticketId)
  expect(all).toHaveLength(1)
  return all[0] as EscalationView
}
const levelOf = async (ticketId: string) =>
  (await test.db.read((tx) => loadTicketRow(tx, ticketId))).escalationLevel
const pass = async (seconds: number) => {
  test.clock.advance(seconds)
  await test.sweep()
}
const command = (by: Who, id: string, name: string, body: Record<string, unknown> = {}) =>
  test.request('POST', `/escalations/${id}/${name}`, { cookie: by.cookie, body })
const away = (agent: Who, deputy: Who | null, hours = 48) =>
  test.db.write((tx) =>
    tx
      .insert(absences)
      .values({
        id: newId('abs'),
        agentId: agent.id,
        fromAt: test.clock.now(),
        toAt: test.clock.now() + hours * hour * 1000,
        deputyId: deputy?.id ?? null,
        note: '',
      })
      .then(() => undefined),
  )
const result = {
  outcome: 'settled',
  result: '已补缴到账',
  cause: 'rules_unclear',
  accountability: '更新办事指南，责任人钱科长',
}

describe('what makes a matter', () => {
  it('a step of a rule: at its level, on the desk of the head there', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    const made = await only(id)
    expect(made).toMatchObject({
      reason: 'sla_breached',
      level: 2,
      status: 'raised',
      owner: { name: '周站长' },
    })
    expect(await levelOf(id)).toBe(2)
    // Two working hours, over the lunch break: Friday 10:00 → 12:00.
    expect(made.acknowledgeBy).toBe('2026-11-20T04:00:00.000Z')
  })

  it('a further step makes the open one climb instead of a second one; a lower one changes nothing', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    await step(id, 3)
    await step(id, 2)
    expect(await only(id)).toMatchObject({
      level: 3,
      owner: { name: '何主任' },
      department: { name: '青云区' },
    })
    expect(await levelOf(id)).toBe(3)
  })

  it('a step that only tells makes none; one that reassigns also gives the ticket away', async () => {
    const { id } = await makeTicket()
    await step(id, 2, 'notify')
    expect(await openOf(id)).toEqual([])
    await step(id, 2, 'reassign')
    const ticket = await test.db.read((tx) => loadTicketRow(tx, id))
    expect(ticket.assigneeId).toBe(who.townHead.id)
  })

  it('a complaint never goes to the one complained about, though they lead the department', async () => {
    const { id } = await makeTicket(who.townHead)
    await test.db.write((tx) =>
      tx
        .update(tickets)
        .set({ isComplaint: true })
        .where(eq(tickets.id, id))
        .then(() => undefined),
    )
    await happen(id, 'ticket.edited', { changes: [{ field: 'isComplaint', before: false, after: true }] })
    expect(await only(id)).toMatchObject({ reason: 'complaint', owner: { name: '吴副站长' } })
  })

  it('a ticket that comes in as a complaint', async () => {
    const { id } = await makeTicket(null, { isComplaint: true })
    await test.project()
    expect(await only(id)).toMatchObject({ reason: 'complaint', level: 2, owner: { name: '周站长' } })
  })

  it.each([
    [1, 1],
    [2, 1],
    [3, 0],
    [5, 0],
  ])('%i stars make %i', async (stars, count) => {
    const { id } = await makeTicket(who.townHead)
    await happen(id, 'ticket.rated', { stars, comment: '没解决', via: 'link' })
    const all = await openOf(id)
    expect(all).toHaveLength(count)
    for (const each of all) expect(each).toMatchObject({ reason: 'low_rating', owner: { name: '吴副站长' } })
  })

  it('never goes to the rated agent on any way up, deputies named by absent heads included', async () => {
    const { id } = await makeTicket(who.cityHead)
    await happen(id, 'ticket.rated', { stars: 1, comment: '', via: 'link' })
    await away(who.countyHead, who.cityHead, 400)
    for (let hours = 0; hours < 200; hours += 4) {
      expect((await only(id)).owner.id).not.toBe(who.cityHead.id)
      await pass(4 * hour)
    }
    expect(await only(id)).toMatchObject({ level: 4, owner: { name: '李思远' } })
  })

  it('the third urging; the sixth makes it climb, and cards show the count', async () => {
    const { id } = await makeTicket()
    const urge = async (count: number) => {
      await test.db.write((tx) =>
        tx
          .update(tickets)
          .set({ urgeCount: count })
          .where(eq(tickets.id, id))
          .then(() => undefined),
      )
      await happen(id, 'ticket.urged', { count })
    }
    await urge(1)
    await urge(2)
    expect(await openOf(id)).toEqual([])
    await urge(3)
    expect(await only(id)).toMatchObject({ reason: 'urged', level: 2, urgeCount: 3 })
    await urge(4)
    await urge(6)
    expect(await only(id)).toMatchObject({ level: 3, urgeCount: 6 })
  })
})

describe('the owner', () => {
  const choose = (level: number, more: { avoidAgentId?: string; assigneeId?: string } = {}) =>
    test.db.read((tx) =>
      chooseOwner(tx, {
        departmentId: town.id,
        level,
        avoidAgentId: null,
        at: test.clock.now(),
        assigneeId: who.agent.id,
        ...more,
      }),
    )
  const switchOff = (agent: Who) =>
    test.db.write((tx) =>
      tx
        .update(agents)
        .set({ isActive: false })
        .where(eq(agents.id, agent.id))
        .then(() => undefined),
    )

  it('is the head of each level', async () => {
    const names = []
    for (const level of [1, 2, 3, 4]) names.push((await choose(level)).name)
    expect(names).toEqual(['陈晓雯', '周站长', '何主任', '郭局长'])
  })

  it('away: the deputy they named, the next deputy, up the tree, at last an administrator', async () => {
    await away(who.townHead, who.second)
    expect((await choose(2)).name).toBe('刘志远')
    await switchOff(who.second)
    expect((await choose(2)).name).toBe('吴副站长')
    await away(who.townDeputy, null)
    expect(await choose(2)).toMatchObject({ name: '何主任', department: { name: '青云区' } })
    await switchOff(who.countyHead)
    expect((await choose(2)).name).toBe('郭局长')
    await away(who.cityHead, null)
    expect(await choose(2)).toMatchObject({ name: '李思远', department: { name: '柳林镇' } })
    expect((await choose(2, { avoidAgentId: who.admin.id })).name).not.toBe('李思远')
  })

  it('at level 1 without an assignee: a deputy, then anybody of the department', async () => {
    expect((await choose(1, { assigneeId: '' })).name).toBe('吴副站长')
    await switchOff(who.townDeputy)
    expect(['陈晓雯', '刘志远']).toContain((await choose(1, { assigneeId: '' })).name)
    expect((await choose(1, { assigneeId: who.agent.id, avoidAgentId: who.agent.id })).name).toBe('刘志远')
  })
})

describe('time', () => {
  it('unacknowledged it climbs to the top by itself, there it rings again and is red', async () => {
    const { id } = await makeTicket()
    await step(id, 1)
    const owners = [(await only(id)).owner.name]
    for (let round = 0; round < 3; round++) {
      const { acknowledgeBy } = await only(id)
      await pass((Date.parse(acknowledgeBy) - test.clock.now()) / 1000 - 1)
      expect((await only(id)).level).toBe(round + 1)
      // Used up exactly at closing time, it waits for the morning.
      await pass(17 * hour)
      while ((await only(id)).level === round + 1) await pass(hour)
      owners.push((await only(id)).owner.name)
    }
    expect(owners).toEqual(['陈晓雯', '周站长', '何主任', '郭局长'])
    const top = await only(id)
    for (let hours = 0; hours < 96; hours++) await pass(hour)
    const later = await only(id)
    expect(later).toMatchObject({ level: 4, owner: { name: '郭局长' } })
    expect(Date.parse(later.acknowledgeBy)).toBeGreaterThan(Date.parse(top.acknowledgeBy))
    expect(Date.parse(later.redLightAt ?? '')).toBeLessThanOrEqual(test.clock.now())
  })

  it('climbs never at night, nor at the weekend, nor at once for every hour the program was down', async () => {
    const { id } = await makeTicket()
    await pass(6 * hour) // Friday 16:00
    await step(id, 2)
    expect((await only(id)).acknowledgeBy).toBe('2026-11-23T02:00:00.000Z')
    for (let hours = 0; hours < 64; hours++) {
      await pass(hour)
      expect((await only(id)).level).toBe(2)
    }
    // Down until the next night: nothing at 22:00, one level in the morning.
    test.clock.advance(14 * hour + 4 * hour - 6 * hour)
    await test.sweep()
    expect((await only(id)).level).toBe(2)
    while ((await only(id)).level === 2) await pass(10 * minute)
    const at = new Date(test.clock.now()).toISOString()
    expect(at.slice(11, 16) >= '01:00' && at.slice(11, 16) < '09:00').toBe(true)
    expect((await only(id)).level).toBe(3)
  })

  it('an owner who goes away before acknowledging gives way to the deputy; the level stays', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    await away(who.townHead, null)
    await pass(3 * hour + 10)
    expect(await only(id)).toMatchObject({ level: 2, owner: { name: '吴副站长' }, status: 'raised' })
  })

  it('a passed next step reminds its owner, in working hours', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    const { id: matter } = await only(id)
    await command(who.townHead, matter, 'acknowledge')
    const nextActionAt = '2026-11-20T14:00:00.000Z' // 22:00
    await command(who.townHead, matter, 'act', { nextAction: '核对底档', nextActionAt })
    const reminders = () =>
      test.db.read(async (tx) => {
        const row = await findEscalation(tx, matter)
        const history = row ? await historyOf(tx, row) : []
        return history.filter((each) => each.type === 'escalation.reminded')
      })
    await pass(13 * hour)
    expect(await reminders()).toHaveLength(0)
    await pass(2.5 * 24 * hour)
    expect(await reminders()).toMatchObject([{ facts: { reason: 'next_action', nextAction: '核对底档' } }])
  })
})

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
    await test.db.write((tx) =>
      tx
        .insert(ticketReplies)
        .values({
          id: newId('rpl'),
          ticketId,
          kind: 'reply',
          agentId: who.townHead.id,
          body: '已为您核定',
          via: 'console',
          createdAt: test.clock.now(),
        })
        .then(() => undefined),
    )
    expect((await command(who.townHead, id, 'close', result)).body.escalation.status).toBe('closed')
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
