import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { agents, departmentLeaders, tickets } from '../../../drizzle/schema/index'
import { addAgent, addDepartment } from '../../testing/app'
import { schedule } from '../due/due.store'
import { writeEvent } from '../events/events.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { ownerGoneJob } from './stand-in.usecases'
import {
  away,
  command,
  happen,
  hour,
  lead,
  makeTicket,
  minute,
  only,
  openOf,
  other,
  pass,
  result,
  step,
  test,
  town,
  useWorld,
  type Who,
  who,
} from './testing/escalations.world'

useWorld()

const switchOff = (agent: Who) =>
  test.request('PATCH', `/agents/${agent.id}`, { cookie: who.admin.cookie, body: { isActive: false } })
const assigneeOf = async (id: string) => (await test.db.read((tx) => loadTicketRow(tx, id))).assigneeId
const rated = (id: string, stars = 1) => happen(id, 'ticket.rated', { stars, comment: '', via: 'link' })

describe('an owner who is no longer there', () => {
  it('switched off: their tickets go back to the department, their matters to the stand-in', async () => {
    const { id } = await makeTicket(who.townHead)
    await step(id, 2)
    const made = await only(id)
    await command(who.townHead, made.id, 'acknowledge')
    expect((await switchOff(who.townHead)).status).toBe(200)
    await pass(0)
    expect(await assigneeOf(id)).toBeNull()
    expect(await only(id)).toMatchObject({ status: 'raised', owner: { name: '吴副站长' } })
  })

  it('switched off with more on the desk than goes into one transaction', async () => {
    const ids: string[] = []
    for (let index = 0; index < 43; index += 1) ids.push((await makeTicket(who.second)).id)
    await switchOff(who.second)
    await pass(0)
    for (const id of ids) expect(await assigneeOf(id)).toBeNull()
  })

  it('switched off and on again before anybody looked: all stays', async () => {
    const { id } = await makeTicket(who.second)
    await switchOff(who.second)
    await test.request('PATCH', `/agents/${who.second.id}`, {
      cookie: who.admin.cookie,
      body: { isActive: true },
    })
    await pass(0)
    expect(await assigneeOf(id)).toBe(who.second.id)
  })

  it('switched off where only the one it is about is left: it stays theirs, the tickets do not', async () => {
    const { id } = await makeTicket(who.agent)
    await rated(id)
    expect(await only(id)).toMatchObject({ owner: { name: '周站长' } })
    const own = await makeTicket(who.townHead)
    await test.db.write((tx) =>
      tx
        .update(agents)
        .set({ isActive: false })
        .then(() => tx.update(agents).set({ isActive: true }).where(eq(agents.id, who.agent.id)))
        .then(() => schedule(tx, ownerGoneJob, who.townHead.id, test.clock.now())),
    )
    await pass(0)
    expect(await assigneeOf(own.id)).toBeNull()
    expect(await only(id)).toMatchObject({ owner: { name: '周站长' } })
  })

  it('switched off after the end: reopened, it is nobody’s and not a dead account’s', async () => {
    const { id } = await makeTicket(who.second)
    const settle = (name: string) =>
      test.request('POST', `/tickets/${id}/status`, { cookie: who.townHead.cookie, body: { command: name } })
    expect((await settle('resolve')).status).toBe(200)
    await switchOff(who.second)
    await pass(0)
    expect(await assigneeOf(id)).toBe(who.second.id)
    expect((await settle('reopen')).status).toBe(200)
    await test.project()
    await pass(0)
    expect(await assigneeOf(id)).toBeNull()
  })

  it('switched off while a referral waits for them: the next leader there is asked', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    const made = await only(id)
    await command(who.townHead, made.id, 'acknowledge')
    const next = await addDepartment(test, '社保中心', town)
    const first = await addAgent(test, next, ['supervisor'], '甲')
    const second = await addAgent(test, next, ['agent'], '乙')
    await lead(next, first, 'head')
    await lead(next, second, 'deputy', 1)
    const referred = await command(who.townHead, made.id, 'refer', { departmentId: next.id, note: '请办' })
    expect(referred.status).toBe(200)
    await switchOff(first)
    await pass(0)
    expect(await only(id)).toMatchObject({
      status: 'referred',
      owner: { name: '乙' },
      department: { name: '社保中心' },
    })
    expect((await command(second, made.id, 'accept')).status).toBe(200)
  })

  it('away since they acknowledged: when the step falls due the deputy they named has it', async () => {
    const { id } = await makeTicket()
    await step(id, 2)
    const made = await only(id)
    await command(who.townHead, made.id, 'acknowledge')
    const acted = await command(who.townHead, made.id, 'act', {
      nextAction: '约市民核对',
      nextActionAt: new Date(test.clock.now() + 4 * hour * 1000).toISOString(),
    })
    expect(acted.status).toBe(200)
    await away(who.townHead, who.second)
    await pass(4 * hour + minute)
    expect(await only(id)).toMatchObject({ status: 'raised', level: 2, owner: { name: '刘志远' } })
  })
})

describe('a matter about somebody', () => {
  it('is not closed, handed over or put up by them, though they lead the department', async () => {
    const { id } = await makeTicket(who.townHead)
    await rated(id)
    const made = await only(id)
    expect(made.owner.name).toBe('吴副站长')
    const seen = await test.request('GET', `/escalations/${made.id}`, { cookie: who.townHead.cookie })
    expect(seen.body.may).toEqual([])
    expect((await command(who.townHead, made.id, 'close', result)).status).toBe(403)
    expect((await command(who.townHead, made.id, 'climb', { reason: 'x' })).status).toBe(403)
    const over = { agentId: who.second.id, reason: 'x' }
    expect((await command(who.townHead, made.id, 'hand-over', over)).status).toBe(403)
    expect((await command(who.countyHead, made.id, 'close', result)).status).toBe(200)
  })

  it('a second rating, about who has the first one on the desk, is a matter of its own', async () => {
    const { id } = await makeTicket(who.agent)
    await rated(id)
    expect(await only(id)).toMatchObject({ owner: { name: '周站长' } })
    await test.request('POST', `/tickets/${id}/assign`, {
      cookie: who.townHead.cookie,
      body: { agentId: who.townHead.id },
    })
    await rated(id)
    const all = await openOf(id)
    expect(all.map((each) => each.owner.name).sort()).toEqual(['吴副站长', '周站长'])
    await rated(id)
    expect(await openOf(id)).toHaveLength(2)
  })

  it('waits, while nobody else could answer for it, and is about the same person when somebody can', async () => {
    const { id } = await makeTicket(who.agent)
    await test.db.write((tx) =>
      tx
        .delete(departmentLeaders)
        .then(() => tx.update(agents).set({ isActive: false }))
        .then(() => tx.update(agents).set({ isActive: true }).where(eq(agents.id, who.agent.id)))
        .then(() => undefined),
    )
    await rated(id)
    expect(await openOf(id)).toEqual([])
    await test.db.write((tx) =>
      tx
        .update(agents)
        .set({ isActive: true })
        .where(eq(agents.id, who.second.id))
        .then(() => tx.update(tickets).set({ assigneeId: who.second.id }).where(eq(tickets.id, id)))
        .then(() => undefined),
    )
    await pass(hour + minute)
    expect(await only(id)).toMatchObject({ reason: 'low_rating', owner: { name: '刘志远' } })
  })
})

describe('an answer that is required', () => {
  it('is given live too', async () => {
    const { id } = await makeTicket()
    await step(id, 2, 'require_answer')
    const made = await only(id)
    await command(who.townHead, made.id, 'acknowledge')
    expect((await command(who.townHead, made.id, 'close', result)).status).toBe(422)
    await happen(id, 'consultation.accepted', {})
    expect((await command(who.townHead, made.id, 'close', result)).status).toBe(422)
    await test.db.write((tx) =>
      writeEvent(tx, {
        type: 'consultation.accepted',
        subject: 'con_x',
        ticketId: id,
        at: test.clock.now(),
        actor: {
          kind: 'agent',
          id: who.agent.id,
          name: '陈晓雯',
          roles: ['agent'],
          permissions: new Set(),
          departmentId: town.id,
          departmentName: '柳林镇',
          departmentPath: town.path,
          sessionId: 'ses_x',
        },
        audience: [],
        forAgents: null,
      }).then(() => undefined),
    )
    expect((await command(who.townHead, made.id, 'close', result)).status).toBe(200)
  })
})

describe('an owner to whom the matter was put from elsewhere', () => {
  const put = async () => {
    const { id: ticketId } = await makeTicket()
    await step(ticketId, 2)
    const { id } = await only(ticketId)
    await command(who.townHead, id, 'acknowledge')
    await command(who.townHead, id, 'refer', { departmentId: other.id, note: '请核定' })
    await command(who.otherHead, id, 'accept')
    return { id, ticketId }
  }

  it('goes away: their own deputy answers, and the matter stays with the department that accepted it', async () => {
    const { ticketId } = await put()
    const deputy = await addAgent(test, other, ['agent'], '孙副科长')
    await away(who.otherHead, deputy, 400)
    // Until the matter is overdue: the absence began after it had been acknowledged.
    for (let hours = 0; hours < 240 && (await only(ticketId)).owner.name === '钱科长'; hours++)
      await pass(hour)
    expect(await only(ticketId)).toMatchObject({
      status: 'raised',
      owner: { name: '孙副科长' },
      department: { name: '税务局' },
    })
  })

  it('is gone: whoever stands in there gets it, not the department that put it there', async () => {
    const { ticketId } = await put()
    const deputy = await addAgent(test, other, ['agent'], '孙副科长')
    await lead(other, deputy, 'deputy', 1)
    await switchOff(who.otherHead)
    await pass(0)
    expect(await only(ticketId)).toMatchObject({
      owner: { name: '孙副科长' },
      department: { name: '税务局' },
    })
  })

  it('lets it climb: whoever gets it then has nothing to give back', async () => {
    const { id, ticketId } = await put()
    expect((await command(who.otherHead, id, 'climb', { reason: '超出权限' })).status).toBe(200)
    expect(await only(ticketId)).toMatchObject({ level: 3, owner: { name: '何主任' } })
    await command(who.countyHead, id, 'acknowledge')
    expect((await command(who.countyHead, id, 'return', { reason: '退回' })).body.code).toBe(
      'escalations.nothing_to_return',
    )
    expect(await only(ticketId)).toMatchObject({ level: 3, owner: { name: '何主任' } })
  })
})

describe('where a branch has no leader left', () => {
  it('an administrator above answers, not one of another branch who has been there longer', async () => {
    const foreign = await addAgent(test, other, ['admin'], '外局管理员')
    await test.db.write((tx) =>
      tx
        .delete(departmentLeaders)
        .then(() => tx.update(agents).set({ createdAt: 1 }).where(eq(agents.id, foreign.id)))
        .then(() => undefined),
    )
    const { id } = await makeTicket()
    await step(id, 2)
    expect(await only(id)).toMatchObject({ owner: { name: '李思远' } })
  })
})
