import { beforeAll, describe, expect, it } from 'vitest'
import type { FollowView } from '../../../contract/follow.schema'
import type { VisitorRequestView } from '../../../contract/visitors.schema'
import { addAgent, addDepartment, addVisitor } from '../../testing/app'
import { ensureSla } from '../sla/ensure-sla.usecases'
import { agent, county, follow, open, resolve, see, test, useWorld } from './testing/follow.world'

useWorld()

const hour = 3600
beforeAll(async () => {
  await ensureSla(test.deps)
  await test.sweep()
})

const dues = (view: FollowView) =>
  view.clocks.items.map(({ kind, state, dueAt }) => `${kind} ${state} ${dueAt ?? '-'}`)

describe('the deadlines a citizen is told', () => {
  it('are one for the answer and one for the end, as of now', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    const now = () => see(bearer, ticket.number)
    const [answer, resolution, ...others] = (await now()).clocks.items
    expect(others).toEqual([])
    expect(answer).toMatchObject({ kind: 'answer', state: 'on_time' })
    expect(resolution).toMatchObject({ kind: 'resolution', state: 'on_time' })
    expect(answer?.dueAt && resolution?.dueAt && answer.dueAt < resolution.dueAt).toBe(true)

    // Nobody has projected anything: what is late is late all the same.
    const until = (Date.parse(answer?.dueAt ?? '') - test.clock.now()) / 1000
    test.clock.advance(until + 1)
    const lateBearer = await follow(ticket.id)
    expect(dues(await see(lateBearer, ticket.number))[0]).toBe(`answer late ${answer?.dueAt}`)
  })

  it('rest while it waits, with the reason, and end with whether they were kept', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    const now = () => see(bearer, ticket.number)
    const status = async (body: Record<string, unknown>) => {
      const answer = await agent('POST', `/tickets/${ticket.id}/status`, body)
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    }
    await agent('POST', `/tickets/${ticket.id}/replies`, { kind: 'reply', body: '请补身份证' })
    expect(dues(await now())).toEqual([expect.stringMatching(/^resolution on_time/)])
    test.clock.advance(60)
    await status({ command: 'wait_citizen' })
    expect(await now()).toMatchObject({ waiting: null, stage: 'asked' })
    expect(dues(await now())).toEqual(['resolution waiting_for_you -'])

    test.clock.advance(60)
    const tax = await addDepartment(test, '税务局', county)
    await status({ command: 'wait_department', waitingDepartmentId: tax.id })
    expect(await now()).toMatchObject({ waiting: { departmentName: '税务局', until: null } })
    // This policy rests for the citizen only: the time goes on.
    expect(dues(await now())).toEqual([expect.stringMatching(/^resolution on_time/)])

    const holdUntil = new Date(test.clock.now() + 50 * hour * 1000).toISOString()
    await status({ command: 'hold', holdUntil })
    expect((await now()).waiting).toEqual({ departmentName: null, until: holdUntil })

    test.clock.advance(60)
    await resolve(ticket.id)
    expect((await now()).clocks).toMatchObject({ items: [], isKept: true })
    const [ledger] = (await now()).clocks.ledgers
    const keys = ledger?.lines.map((line) => line.key)
    expect(keys).toEqual(['started', 'rests_for_you', 'resumed', 'met'])
    expect((await now()).waiting).toBeNull()
  })
})

describe('what an administrator calls a status', () => {
  it('reaches the citizen’s panel and page', async () => {
    const admin = await addAgent(test, county, ['admin'])
    const put = (items: unknown[]) =>
      test.request('PUT', '/tickets/labels', { cookie: admin.cookie, body: { items } })
    const visitor = await addVisitor(test, 'east')
    const body = { channel: 'chat', topic: '户口迁移' }
    const started = await test.request('POST', '/consultations', { bearer: visitor.bearer, body })
    const number = started.body.state.consultation.ticketNumber as string
    const list = async () =>
      (await test.request('GET', '/visitors/me/requests', { bearer: visitor.bearer })).body
        .items as VisitorRequestView[]
    expect((await list())[0]).toMatchObject({ status: 'new', statusLabel: null })
    expect((await put([{ status: 'new', label: '待签收', labelEn: 'To be signed for' }])).status).toBe(200)
    const statusLabel = { label: '待签收', labelEn: 'To be signed for' }
    expect((await list())[0]).toMatchObject({ status: 'new', statusLabel })
    expect(await see(visitor.bearer, number)).toMatchObject({ status: 'new', statusLabel })
    await put([])
    expect((await see(visitor.bearer, number)).statusLabel).toBeNull()
  })
})
