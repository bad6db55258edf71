import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dueJobs, slaClocks, slaIntervals, tickets } from '../../../drizzle/schema/index'
import { system } from '../../lib/actor'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { addTicket } from '../../testing/rows'
import { liveAmong } from '../consultations/live.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { changeTicketState, tellTicket } from '../tickets/tickets.usecases'
import { forgetFired, loadKept, nextUnresolved, owingAnswer, recordFired } from './clocks.store'
import { fallDue } from './due.usecases'
import { ensureSla } from './ensure-sla.usecases'
import { loadHistories, loadSurvivors } from './history.store'
import { calendarViews, policyViews, putRule, ruleViews } from './settings.usecases'
import { loadSlaConfig } from './sla.config.store'

let test: TestApp
let ids: string[]
beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  const site = await addSite(test, city, 'demo')
  const agent = await addAgent(test, city, ['agent'], '王敏')
  await ensureSla(test.deps)
  const open = () => addTicket(test, { siteId: site.id, departmentId: city.id, topic: '公司注册' })
  ids = [(await open()).id, (await open()).id, (await open()).id].sort()
  await test.db.write(async (tx) => {
    const ticket = await loadTicketRow(tx, ids[0] ?? '')
    const actor = { kind: 'agent', id: agent.id, name: '王敏' } as Parameters<typeof tellTicket>[3]
    await tellTicket(tx, ticket, 'ticket.replied', actor, test.clock.now() + 1000, {})
    await changeTicketState(tx, test.deps, system, ids[2] ?? '', 'resolve')
  })
  test.clock.advance(2)
  await test.project()
})
afterAll(() => test.close())

describe('clocks in the database', () => {
  it('keep what the projection reckoned, and nothing twice', async () => {
    const kept = await test.db.read((tx) => loadKept(tx, ids))
    expect(
      kept
        .get(ids[0] ?? '')
        ?.clocks.map((row) => [row.kind, row.outcome])
        .sort(),
    ).toEqual([
      ['first_response', 'met'],
      ['resolution', 'running'],
    ])
    expect(kept.get(ids[1] ?? '')?.intervals).toHaveLength(2)
    expect(
      kept
        .get(ids[2] ?? '')
        ?.clocks.map((row) => row.outcome)
        .sort(),
    ).toEqual(['cancelled', 'met'])
    const count = async () =>
      test.db.read(async (tx) => [
        (await tx.select().from(slaClocks)).length,
        (await tx.select().from(slaIntervals)).length,
      ])
    const before = await count()
    await test.db.write((tx) => fallDue(tx, test.deps, ids))
    expect(await count()).toEqual(before)
  })

  it('plan one job per open ticket', async () => {
    const jobs = (await test.db.read((tx) => tx.select().from(dueJobs))).filter(
      (job) => job.kind === 'sla.due',
    )
    expect(jobs.map((job) => job.subject).sort()).toEqual(ids.slice(0, 2))
  })

  it('record each step once', async () => {
    const row = {
      ticketId: ids[1] ?? '',
      kind: 'resolution',
      round: 0,
      stepId: 'x',
      dueAt: 1,
      firedAt: 2,
      isLate: false,
    }
    await test.db.write((tx) => recordFired(tx, row))
    await expect(test.db.write((tx) => recordFired(tx, row))).rejects.toThrow()
    expect((await test.db.read((tx) => loadKept(tx, [row.ticketId]))).get(row.ticketId)?.fired).toEqual([row])
    await test.db.write((tx) => forgetFired(tx, row))
    expect((await test.db.read((tx) => loadKept(tx, [row.ticketId]))).get(row.ticketId)?.fired).toEqual([])
  })

  it('say who owes an answer, and walk through the unresolved', async () => {
    await test.db.read(async (tx) => {
      expect([...(await owingAnswer(tx, ids))]).toEqual([ids[1]])
      expect([...(await liveAmong(tx, ['con_00000000000000000000']))]).toEqual([])
      expect(await nextUnresolved(tx, '', 2)).toEqual({ ids: ids.slice(0, 2), cursor: ids[1] })
      expect(await nextUnresolved(tx, ids[1] ?? '', 2)).toEqual({ ids: [], cursor: null })
      expect(await loadSurvivors(tx, ids)).toEqual([])
    })
  })

  it('are reckoned from histories in the order asked for, with the names of then', async () => {
    const histories = await test.db.read((tx) => loadHistories(tx, [...ids].reverse()))
    expect(histories.map((each) => each.ticket.id)).toEqual([...ids].reverse())
    expect(histories.at(-1)?.facts.map((fact) => [fact.kind, fact.by.name])).toEqual([
      ['created', ''],
      ['agent_replied', '王敏'],
    ])
    expect((await test.db.read((tx) => tx.select().from(tickets))).map((row) => row.slaState).sort()).toEqual(
      ['met', 'running', 'running'],
    )
  })
})

describe('the set-up', () => {
  it('is read anew after a change only', async () => {
    const read = () => test.db.read((tx) => loadSlaConfig(tx, test.clock.now()))
    const before = await read()
    expect(await read()).toBe(before)
    const [rule] = await test.db.read((tx) => ruleViews(tx, system))
    if (!rule) throw new Error('a rule was expected')
    const { id, canEdit: _canEdit, ...body } = rule
    const changed = await test.db.write((tx) =>
      putRule(tx, test.deps, system, { ...body, isActive: false }, id),
    )
    expect(changed.steps).toEqual(rule.steps)
    const after = await read()
    expect(after).not.toBe(before)
    expect(after?.rules.length).toBe((before?.rules.length ?? 0) - 1)
    expect(after?.calendars.values().next().value).toMatchObject({ name: '工作时间' })
  })

  it('has a calendar with the public holidays and a default policy, the last', async () => {
    const [calendars, policies] = await test.db.read(async (tx) => [
      await calendarViews(tx),
      await policyViews(tx, system),
    ])
    expect(calendars[0]?.exceptions.some((day) => day.date === '2026-10-01')).toBe(true)
    expect(policies.map((each) => each.isDefault)).toEqual([false, false, true])
  })
})
