import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FamilyChange, TicketFamily } from '../../../contract/ticket-family.schema'
import type { TicketChange, TicketDetail } from '../../../contract/tickets.schema'
import {
  consultations,
  messages,
  ticketLinks,
  ticketOperations,
  ticketParticipants,
  ticketReplies,
  tickets,
  ticketTags,
} from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { rowsOutOfStep } from '../../testing/in-step'
import { addConsultationTo } from '../../testing/rows'
import { eventsAfter } from '../events/events.store'

type Who = { id: string; name: string; cookie: string }
let test: TestApp
let site: { id: string; key: string }
let wang: Who
let li: Who
let chief: Who
let stranger: Who

beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市政务服务中心')
  const county = await addDepartment(test, '东县', city)
  const west = await addDepartment(test, '西县', city)
  site = await addSite(test, county, 'east')
  wang = await addAgent(test, county, ['agent'], '王敏')
  li = await addAgent(test, county, ['agent'], '李强')
  chief = await addAgent(test, city, ['supervisor'], '赵主任')
  stranger = await addAgent(test, west, ['agent'], '外人')
})
afterAll(async () => {
  expect(await rowsOutOfStep(test)).toEqual([])
  await test.close()
})

const call = (who: Who, method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: who.cookie, ...(body === undefined ? {} : { body }) })
const done = async <T = TicketChange>(answer: ReturnType<typeof call>): Promise<T> => {
  const { status, body } = await answer
  expect(status, JSON.stringify(body)).toBeLessThan(300)
  return body as T
}
const open = async (more: Record<string, unknown> = {}) =>
  (await done(call(wang, 'POST', '/tickets', { siteId: site.id, topic: '营业执照遗失', ...more }))).ticket
const reply = async (id: string, body: string, kind = 'reply') =>
  (await done(call(wang, 'POST', `/tickets/${id}/replies`, { kind, body }))).reply?.id ?? ''
const addConsultation = async (ticketId: string): Promise<string> => {
  const queueSeq = test.clock.now() % 1_000_000_000
  const id = await addConsultationTo(test, { siteId: site.id, ticketId }, { queueSeq, status: 'closed' })
  test.clock.advance(1)
  return id
}
const merge = (id: string, intoId: string, who = wang) =>
  done<FamilyChange>(call(who, 'POST', `/tickets/${id}/merge`, { intoId }))
const undo = (operationId: string, who = wang) => call(who, 'POST', `/operations/${operationId}/undo`)
const family = (id: string) => done<TicketFamily>(call(wang, 'GET', `/tickets/${id}/family`))
const typesOf = async (id: string) =>
  (await test.db.read((tx) => eventsAfter(tx, 0, 100_000)))
    .filter((row) => row.ticketId === id)
    .map((row) => row.type)

/** Every row that a merge may touch, the time of the last change left out: undoing is a change too. */
const snapshot = () =>
  test.db.read(async (tx) => {
    const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).sort()
    return {
      tickets: sorted((await tx.select().from(tickets)).map((row) => ({ ...row, updatedAt: 0 }))),
      consultations: sorted(await tx.select().from(consultations)),
      replies: sorted(await tx.select().from(ticketReplies)),
      participants: sorted(await tx.select().from(ticketParticipants)),
      tags: sorted((await tx.select().from(ticketTags)).map((row) => ({ ...row, ticketUpdatedAt: 0 }))),
      links: sorted(await tx.select().from(ticketLinks)),
    }
  })

describe('merging', () => {
  it('hands everything over, and undoing restores every row', async () => {
    const phone = { contactName: '李华', contactPhone: '13800000000' }
    const from = await open({ ...phone, assignToMe: true })
    const into = await open({ topic: '补办执照' })
    const child = await open({ topic: '下级' })
    await done(call(wang, 'PUT', `/tickets/${child.id}/parent`, { parentId: from.number }))
    const con = await addConsultation(from.id)
    const own = await addConsultation(into.id)
    await done(call(wang, 'PUT', `/tickets/${from.id}/tags`, { tags: ['加急', '老人'] }))
    await done(call(wang, 'PUT', `/tickets/${into.id}/tags`, { tags: ['老人'] }))
    const said = await reply(from.id, '请带身份证')
    const noted = await reply(from.id, '记一笔', 'note')
    await done(call(wang, 'POST', `/tickets/${from.id}/participants`, { add: [li.id] }))
    const until = new Date(test.clock.now() + 5 * 3_600_000).toISOString()
    await done(call(wang, 'POST', `/tickets/${from.id}/status`, { command: 'hold', holdUntil: until }))
    const before = await snapshot()

    const answer = await merge(from.id, into.number)
    expect(answer.ticket).toMatchObject({ id: into.id, contactName: '李华' })
    expect(answer.ticket.tags.map((tag) => tag.name).sort()).toEqual(['加急', '老人'])
    expect(answer.more.participants.map((each) => each.name)).toContain('李强')
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${into.id}`))
    expect(page.consultations.map((each) => each.id).sort()).toEqual([con, own].sort())
    // What was said on the merged one stands in the history of the one that goes on.
    expect(page.replies.map((each) => each.id)).toEqual(expect.arrayContaining([said, noted]))
    expect(page.timeline.map((each) => each.type)).toEqual(
      expect.arrayContaining(['ticket.absorbed', 'ticket.replied', 'ticket.noted', 'consultation.moved']),
    )
    expect(await typesOf(from.id)).toContain('ticket.merged')
    const old = await family(from.number)
    expect(old.mergedInto).toMatchObject({ ticket: { id: into.id }, operationId: answer.operation.id })
    expect(await family(into.id)).toMatchObject({
      absorbed: [{ ticket: { id: from.id, status: 'merged' }, operationId: answer.operation.id }],
      children: [{ id: child.id }],
    })
    expect(
      (await call(wang, 'POST', `/tickets/${from.id}/replies`, { kind: 'note', body: '一' })).body.code,
    ).toBe('tickets.merged')

    test.clock.advance(3600)
    const { body } = await undo(answer.operation.id)
    expect(body).toMatchObject({ skipped: [], operation: { kind: 'merge', by: { name: '王敏' } } })
    expect(await snapshot()).toEqual(before)
    expect(await typesOf(into.id)).toContain('ticket.released')
    expect((await family(into.id)).absorbed).toEqual([])
    // The hold goes on and still ends by itself.
    test.clock.advance(5 * 3600)
    await test.sweep()
    expect((await done<TicketDetail>(call(wang, 'GET', `/tickets/${from.id}`))).ticket.status).toBe('open')
  })

  it('is refused into itself, into or from what was merged, when closed, out of reach', async () => {
    const [one, other, third] = [await open(), await open(), await open()]
    const post = (id: string, intoId: string, who = wang) =>
      call(who, 'POST', `/tickets/${id}/merge`, { intoId }).then((answer) => answer.body.code)
    expect(await post(one.id, one.number)).toBe('tickets.merge_refused')
    await merge(one.id, other.id)
    expect(await post(one.id, third.id)).toBe('tickets.merged')
    expect(await post(other.id, one.id)).toBe('tickets.merged')
    expect(await post(other.id, third.id, stranger)).toBe('tickets.not_found')
    await done(call(wang, 'POST', `/tickets/${third.id}/status`, { command: 'close' }))
    expect(await post(third.id, other.id)).toBe('request.conflict')
  })

  it('does not bury what is to be done in a ticket that is settled', async () => {
    const [pending, settled] = [await open(), await open()]
    for (const command of ['resolve', 'close']) {
      await done(call(wang, 'POST', `/tickets/${settled.id}/status`, { command }))
      const refused = await call(wang, 'POST', `/tickets/${pending.id}/merge`, { intoId: settled.id })
      expect(refused.body, command).toMatchObject({ status: 409, code: 'request.conflict' })
    }
    await done(call(wang, 'POST', `/tickets/${settled.id}/status`, { command: 'reopen' }))
    await merge(pending.id, settled.id)
  })

  it('into a ticket further down takes its place: no ticket is ever below itself', async () => {
    const chain = [await open(), await open(), await open(), await open()]
    for (const [at, each] of chain.entries())
      if (at > 0) await done(call(wang, 'PUT', `/tickets/${each.id}/parent`, { parentId: chain[at - 1]?.id }))
    const [top, from, between, into] = chain as [(typeof chain)[0], ...typeof chain]
    const before = await snapshot()
    const { operation } = await merge(from?.id ?? '', into?.id ?? '')
    expect((await family(into?.id ?? '')).parent?.id).toBe(top?.id)
    expect((await family(between?.id ?? '')).parent?.id).toBe(into?.id)
    // Whoever walks up or down the line comes to an end.
    await done(call(wang, 'PUT', `/tickets/${top?.id}/parent`, { parentId: null }))
    expect((await call(wang, 'PUT', `/tickets/${top?.id}/parent`, { parentId: between?.id })).body.code).toBe(
      'tickets.link_refused',
    )
    await done(undo(operation.id))
    expect(await snapshot()).toEqual(before)
  })

  it('is undone without making a circle of what was moved since', async () => {
    const [from, between, into, other] = [await open(), await open(), await open(), await open()]
    await done(call(wang, 'PUT', `/tickets/${between.id}/parent`, { parentId: from.id }))
    await done(call(wang, 'PUT', `/tickets/${into.id}/parent`, { parentId: between.id }))
    const { operation } = await merge(from.id, into.id)
    await done(call(wang, 'PUT', `/tickets/${other.id}/parent`, { parentId: into.id }))
    await done(call(wang, 'PUT', `/tickets/${between.id}/parent`, { parentId: other.id }))
    const undone = await done<{ skipped: { field: string }[] }>(undo(operation.id))
    expect(undone.skipped.filter((each) => each.field === 'parentId')).toHaveLength(2)
    await done(call(wang, 'POST', `/tickets/${into.id}/resolve-family`))
  })

  it('leaves with the survivor what another one merged into it brings along too', async () => {
    const [into, one, other] = [await open(), await open(), await open()]
    for (const each of [one, other]) {
      await done(call(wang, 'PUT', `/tickets/${each.id}/tags`, { tags: ['加急'] }))
      await done(call(wang, 'POST', `/tickets/${each.id}/participants`, { add: [li.id] }))
    }
    const { operation } = await merge(one.id, into.id)
    await merge(other.id, into.id)
    const undone = await done<{ skipped: { field: string }[] }>(undo(operation.id))
    expect(undone.skipped.map((each) => each.field.split(':')[0]).sort()).toEqual(['participant', 'tag'])
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${into.id}`))
    expect(page.ticket.tags.map((tag) => tag.name)).toEqual(['加急'])
    expect(page.more.participants.map((each) => each.name)).toContain('李强')
  })

  it('is undone by nobody who does not see what would come back', async () => {
    const city = await addDepartment(test, '另一市')
    const here = await addDepartment(test, '一区', city)
    const there = await addDepartment(test, '二区', city)
    const both = await addSite(test, city, 'both')
    const boss = await addAgent(test, city, ['supervisor'], '市主任')
    const near = await addAgent(test, here, ['supervisor'], '一区主任')
    const make = async () =>
      (
        await done(
          call(boss, 'POST', '/tickets', { siteId: both.id, topic: '同一件事', departmentId: here.id }),
        )
      ).ticket
    const [hidden, seen] = [await make(), await make()]
    await done(call(near, 'POST', `/tickets/${hidden.id}/department`, { departmentId: there.id }))
    const { operation } = await merge(hidden.id, seen.id, near)
    const split = await done<FamilyChange>(
      call(near, 'POST', `/tickets/${seen.id}/split`, { topic: '另一件', departmentId: there.id }),
    )
    // Whoever moved it away was let go since.
    await test.db.write((tx) =>
      tx
        .delete(ticketParticipants)
        .where(eq(ticketParticipants.agentId, near.id))
        .then(() => undefined),
    )
    for (const each of [operation, split.operation])
      expect((await undo(each.id, near)).body.code).toBe('tickets.not_found')
    expect((await undo(operation.id, chief)).body.code).toBe('operations.not_found')
    for (const each of [split.operation, operation]) await done(undo(each.id, boss))
  })

  it('is undone in the order it was done, once, by who did it or a supervisor, for seven days', async () => {
    const [a, b, c] = [await open(), await open(), await open()]
    const first = await merge(a.id, b.id)
    const second = await merge(b.id, c.id)
    const blocked = await undo(first.operation.id)
    expect(blocked.body).toMatchObject({ status: 409, code: 'operations.blocked' })
    expect(blocked.body.detail).toContain(c.number)
    expect((await undo(second.operation.id, li)).body.code).toBe('operations.not_found')
    await done(undo(second.operation.id, chief))
    expect((await undo(second.operation.id)).body.code).toBe('operations.undone')
    const long = test.clock.now() - 7 * 24 * 3600 * 1000 - 1
    await test.db.write((tx) =>
      tx
        .update(ticketOperations)
        .set({ createdAt: long })
        .where(eq(ticketOperations.id, first.operation.id))
        .then(() => undefined),
    )
    expect((await undo(first.operation.id)).body.code).toBe('operations.too_late')
    expect((await family(b.id)).absorbed).toMatchObject([{ operationId: null }])
  })

  it('leaves what went elsewhere where it is, and names it', async () => {
    const [a, b] = [await open(), await open()]
    const con = await addConsultation(a.id)
    const { operation } = await merge(a.id, b.id)
    await done(call(wang, 'POST', `/tickets/${b.id}/split`, { topic: '别的', consultationIds: [con] }))
    const { body } = await undo(operation.id)
    expect(body.skipped).toMatchObject([{ field: `consultation:${con}`, reason: 'changed' }])
  })

  it('keeps every consultation and reply exactly once through any merges and undoings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ from: fc.nat(4), into: fc.nat(4), back: fc.option(fc.nat(9)) }), {
          maxLength: 12,
        }),
        async (steps) => {
          const all = await Promise.all([0, 1, 2, 3, 4].map(() => open()))
          const homes = new Map<string, string>()
          for (const ticket of all) {
            homes.set(await addConsultation(ticket.id), ticket.id)
            homes.set(await reply(ticket.id, '您好'), ticket.id)
          }
          const before = await snapshot()
          const open_: string[] = []
          for (const { from, into, back } of steps) {
            const [source, target] = [all[from], all[into]]
            if (back !== null) {
              const id = open_[back % Math.max(1, open_.length)]
              if (id && (await undo(id)).status === 200) open_.splice(open_.indexOf(id), 1)
            } else if (source && target) {
              const answer = await call(wang, 'POST', `/tickets/${source.id}/merge`, { intoId: target.id })
              if (answer.status === 200) open_.push(answer.body.operation.id)
            }
            await everythingOnce(
              homes,
              all.map((ticket) => ticket.id),
            )
          }
          while (open_.length > 0) {
            const last = open_.at(-1) ?? ''
            expect((await undo(last)).status).toBe(200)
            open_.pop()
          }
          expect(await snapshot()).toEqual(before)
        },
      ),
      { numRuns: 6, seed: 20261122 },
    )
  })
})

/** Each one is on one of the tickets, and never on one that was merged away. */
const everythingOnce = async (homes: ReadonlyMap<string, string>, own: readonly string[]): Promise<void> => {
  const { rows, merged } = await test.db.read(async (tx) => ({
    rows: [
      ...(await tx.select({ id: consultations.id, ticketId: consultations.ticketId }).from(consultations)),
      ...(await tx.select({ id: ticketReplies.id, ticketId: ticketReplies.ticketId }).from(ticketReplies)),
    ].filter((row) => homes.has(row.id)),
    merged: new Set(
      (await tx.select({ id: tickets.id, status: tickets.status }).from(tickets))
        .filter((row) => row.status === 'merged')
        .map((row) => row.id),
    ),
  }))
  expect(rows.map((row) => row.id).sort()).toEqual([...homes.keys()].sort())
  expect(rows.filter((row) => !own.includes(row.ticketId) || merged.has(row.ticketId))).toEqual([])
}

describe('splitting', () => {
  it('gives another matter its own number, and takes it back while nothing was done there', async () => {
    const ticket = await open({ topic: '执照和社保' })
    const con = await addConsultation(ticket.id)
    const stays = await addConsultation(ticket.id)
    const moved = await reply(ticket.id, '社保请找二号窗口')
    await reply(ticket.id, '执照请找一号窗口')
    const line = newId('msg')
    await test.db.write((tx) =>
      tx
        .insert(messages)
        .values({
          id: line,
          consultationId: stays,
          from: 'visitor',
          body: '社保怎么转',
          createdAt: test.clock.now(),
        })
        .then(() => undefined),
    )
    const before = await snapshot()
    const wrong = await call(wang, 'POST', `/tickets/${ticket.id}/split`, {
      topic: '社保',
      replyIds: [newId('rpl')],
    })
    expect(wrong.body).toMatchObject({ code: 'tickets.split_refused', errors: [{ path: 'body.replyIds.0' }] })
    const body = { topic: '社保', replyIds: [moved], consultationIds: [con], messageIds: [line] }
    const made = await done<FamilyChange>(call(wang, 'POST', `/tickets/${ticket.id}/split`, body))
    expect(made.ticket).toMatchObject({ topic: '社保', status: 'new' })
    const page = await done<TicketDetail>(call(wang, 'GET', `/tickets/${made.ticket.number}`))
    expect(page.consultations.map((each) => each.id)).toEqual([con])
    expect(page.replies.map((each) => each.body)).toEqual(
      expect.arrayContaining(['社保请找二号窗口', expect.stringContaining('社保怎么转')]),
    )
    expect(await typesOf(ticket.id)).toContain('ticket.split')
    const own = await family(ticket.id)
    expect(own.links.map((each) => each.id)).toEqual([made.ticket.id])
    expect(own.splitOff).toMatchObject([{ operationId: made.operation.id }])

    await done(undo(made.operation.id))
    const after = await snapshot()
    expect({ ...after, tickets: [], participants: [], replies: [] }).toEqual({
      ...before,
      tickets: [],
      participants: [],
      replies: [],
    })
    expect(after.replies).toEqual(expect.arrayContaining(before.replies))
    expect((await family(made.ticket.id)).mergedInto?.ticket.id).toBe(ticket.id)
  })

  it('is not undone once the new ticket was answered', async () => {
    const ticket = await open()
    const made = await done<FamilyChange>(
      call(wang, 'POST', `/tickets/${ticket.id}/split`, { topic: '另一件' }),
    )
    await reply(made.ticket.id, '已受理')
    expect((await undo(made.operation.id)).body).toMatchObject({ code: 'operations.blocked' })
  })
})
