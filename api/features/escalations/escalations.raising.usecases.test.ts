import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { agents, tickets } from '../../../drizzle/schema/index'
import { loadTicketRow } from '../tickets/tickets.store'
import { chooseOwner } from './choose-owner.usecases'
import { historyOf } from './escalations.queries.store'
import { findEscalation } from './escalations.store'
import {
  away,
  command,
  happen,
  hour,
  levelOf,
  makeTicket,
  minute,
  only,
  openOf,
  pass,
  step,
  test,
  town,
  useWorld,
  type Who,
  who,
} from './testing/escalations.world'

useWorld()

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

  it('away like the deputy they named: that one’s own deputy, before anybody of the department', async () => {
    await away(who.townHead, who.second)
    await away(who.second, who.otherHead)
    expect((await choose(2)).name).toBe('钱科长')
    // Who is complained about names no stand-in, and is none.
    expect((await choose(2, { avoidAgentId: who.second.id })).name).toBe('吴副站长')
    expect((await choose(2, { avoidAgentId: who.otherHead.id })).name).toBe('吴副站长')
    await switchOff(who.otherHead)
    expect((await choose(2)).name).toBe('吴副站长')
  })

  it('away and named by their own deputy: the department’s next leader', async () => {
    await away(who.townHead, who.second)
    await away(who.second, who.townHead)
    expect((await choose(2)).name).toBe('吴副站长')
    await away(who.townDeputy, who.agent)
    expect((await choose(2)).name).toBe('陈晓雯')
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
