import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { consultationStatuses, consultationTransitions } from '../../../contract/consultations.rules'
import { type AgentActor, authorize, permissionSet, system, type VisitorActor } from '../../lib/actor'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { addConsultationRow } from '../../testing/rows'
import { changeState } from './consultation-state.usecases'
import {
  addParticipant,
  countOpenOf,
  findByJoinCode,
  findConsultation,
  findLatestOf,
  findOpenOf,
  insertRating,
  insiders,
  isJoinCodeTaken,
  listDispatchable,
  listIdsByStatus,
  listIdsOnDesk,
  loadConsultation,
  moveConsultation,
  moveOwner,
  nextQueueSeq,
  participantIds,
  patchConsultation,
  removeParticipant,
  seqsAhead,
} from './consultations.store'
import { insertMessage, listMessages } from './messages.store'
import {
  findInvitation,
  findOffer,
  insertInvitation,
  insertOffer,
  listPendingFor,
  listPendingOf,
  listRingingAt,
  listRingingOf,
  moveInvitation,
  moveOffer,
  refusersOf,
  ringingAgents,
} from './offers.store'
import { recentWaits } from './today.store'

let test: TestApp
let city: { id: string; path: string; name: string }
let one: { id: string; name: string }
let two: { id: string; name: string }
let site: { id: string; key: string }
let seq = 0

beforeAll(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  one = await addAgent(test, city, ['agent'], '甲')
  two = await addAgent(test, city, ['agent'], '乙')
})
afterAll(() => test.close())
// Each test has a site of its own, so that queues do not mix.
beforeEach(async () => {
  site = await addSite(test, city, `site-${newId('k').slice(2, 12).toLowerCase()}`)
})

const add = (more: Parameters<typeof addConsultationRow>[2] = {}) =>
  addConsultationRow(test, { siteId: site.id, departmentId: city.id, queueSeq: ++seq }, more)
const read: TestApp['db']['read'] = (work) => test.db.read(work)
const write: TestApp['db']['write'] = (work) => test.db.write(work)
const offer = (consultationId: string, agentId: string, more: object = {}) =>
  write((tx) =>
    insertOffer(tx, {
      id: newId('off'),
      consultationId,
      agentId,
      status: 'ringing',
      createdAt: 1000,
      expiresAt: 21_000,
      ...more,
    }),
  )
const actorOf = (
  agent: { id: string; name: string },
  path = city.path,
  roles = ['agent'] as const,
): AgentActor => ({
  kind: 'agent',
  id: agent.id,
  name: agent.name,
  roles,
  permissions: permissionSet(roles),
  departmentId: city.id,
  departmentName: '市',
  departmentPath: path,
  sessionId: 'ses_x',
})

describe('the state', () => {
  it('moves once, whoever else moves it from the same state', async () => {
    const id = await add()
    const moved = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        write((tx) =>
          moveConsultation(tx, id, 'waiting', { status: 'active', ownerId: at % 2 ? one.id : two.id }),
        ),
      ),
    )
    expect(moved.filter(Boolean)).toHaveLength(1)
    expect(await read((tx) => findConsultation(tx, id))).toEqual(moved.find(Boolean))
  })

  it('changes by the table and only by the table, for every pair', async () => {
    const commands = ['join', 'accept', 'leave', 'expire', 'defer', 'end', 'wrap_up'] as const
    for (const status of consultationStatuses)
      for (const command of commands) {
        const id = await add({ status })
        const to = consultationTransitions[status][command]
        const changing = write(async (tx) => {
          const row = await findConsultation(tx, id)
          if (!row) throw new Error('gone')
          return changeState(tx, authorize(row), command)
        })
        if (to) expect((await changing).status, `${status} ${command}`).toBe(to)
        else
          await expect(changing, `${status} ${command}`).rejects.toMatchObject({
            code: 'consultations.wrong_state',
          })
        expect((await read((tx) => findConsultation(tx, id)))?.status).toBe(to ?? status)
      }
  })

  it('gives the owner away once, and only while it runs', async () => {
    const id = await add({ status: 'active', ownerId: one.id })
    const both = await Promise.all([
      write((tx) => moveOwner(tx, id, one.id, two.id)),
      write((tx) => moveOwner(tx, id, one.id, two.id)),
    ])
    expect(both.sort()).toEqual([false, true])
    const ended = await add({ status: 'wrap_up', ownerId: one.id })
    expect(await write((tx) => moveOwner(tx, ended, one.id, two.id))).toBe(false)
  })
})

describe('the queue', () => {
  it('numbers places without gaps or doubles under concurrency, per site', async () => {
    const seqs = await Promise.all(Array.from({ length: 50 }, () => write((tx) => nextQueueSeq(tx, site.id))))
    expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1))
    expect(await write((tx) => nextQueueSeq(tx, `${site.id}x`))).toBe(1)
  })

  it('lists who may be rung first come first: waiting, connected and ringing at nobody', async () => {
    const [first, silent, ringing, second] = [await add(), await add(), await add(), await add()]
    await write((tx) => patchConsultation(tx, silent, { silentSince: 5 }))
    const rung = await offer(ringing, one.id)
    await add({ status: 'active' })
    const own = [first, silent, ringing, second]
    const here = async () =>
      (await read((tx) => listDispatchable(tx))).map((row) => row.id).filter((id) => own.includes(id))
    expect(await here()).toEqual([first, second])
    expect((await read((tx) => listDispatchable(tx)))[0]?.path).toBe(city.path)
    await write((tx) => moveOffer(tx, rung.id, 'declined'))
    await write((tx) => patchConsultation(tx, silent, { silentSince: null }))
    expect(await here()).toEqual(own)
    // Page by page it is the same list, whatever the size of the pages.
    const whole = await read((tx) => listDispatchable(tx))
    let page = await read((tx) => listDispatchable(tx, null, 2))
    const paged = [...page]
    for (let last = page.at(-1); last; last = page.at(-1)) {
      const after = last
      page = await read((tx) => listDispatchable(tx, after, 2))
      paged.push(...page)
    }
    expect(paged).toEqual(whole)
  })

  it('tells who is ahead, and lists by status in order of place', async () => {
    const ids = [await add(), await add({ status: 'deferred' }), await add()]
    const rows = await Promise.all(ids.map((id) => read((tx) => findConsultation(tx, id))))
    const last = rows[2]?.queueSeq ?? 0
    expect(await read((tx) => seqsAhead(tx, site.id, last))).toEqual([rows[0]?.queueSeq])
    expect(await read((tx) => listIdsByStatus(tx, ['waiting'], [site.id]))).toEqual([ids[0], ids[2]])
    expect(await read((tx) => listIdsByStatus(tx, ['waiting', 'deferred'], [site.id]))).toEqual(ids)
    expect(await read((tx) => listIdsByStatus(tx, ['waiting'], []))).toEqual([])
  })

  it('remembers the last waits of the site, newest first, without telephone calls', async () => {
    for (const seconds of [10, 20, 30])
      await add({ status: 'closed', queuedAt: 0, acceptedAt: seconds * 1000, joinCode: null })
    await add({ status: 'active', queuedAt: 0, acceptedAt: 40_000, isTelephone: true })
    await add({ status: 'active', queuedAt: 0, acceptedAt: 50_000, deferredReason: 'outside_hours' })
    await add()
    expect(await read((tx) => recentWaits(tx, site.id, 15_000))).toEqual([30, 20])
    expect(await read((tx) => recentWaits(tx, site.id, 0, 1))).toEqual([30])
  })
})

describe('offers', () => {
  it('end once: of two answers the first counts', async () => {
    const ringing = await offer(await add(), one.id)
    const moved = await Promise.all(
      (['accepted', 'declined', 'ignored', 'withdrawn'] as const).map((status) =>
        write((tx) => moveOffer(tx, ringing.id, status)),
      ),
    )
    expect(moved.filter(Boolean)).toHaveLength(1)
    expect(await read((tx) => findOffer(tx, ringing.id))).toEqual(moved.find(Boolean))
    expect(await read((tx) => findOffer(tx, 'off_x'))).toBeNull()
  })

  it('know who is rung, and who refused within the time', async () => {
    const id = await add()
    const ringing = await offer(id, two.id)
    expect((await read(ringingAgents)).has(two.id)).toBe(true)
    expect(await read((tx) => listRingingOf(tx, id))).toEqual([ringing])
    expect((await read((tx) => listRingingAt(tx, two.id))).map((row) => row.id)).toContain(ringing.id)
    await write((tx) => moveOffer(tx, ringing.id, 'ignored'))
    expect(await read((tx) => listRingingOf(tx, id))).toEqual([])
    expect(await read((tx) => refusersOf(tx, id, 999))).toEqual(new Map([[two.id, 1000]]))
    expect((await read((tx) => refusersOf(tx, id, 1000))).size).toBe(0)
    await offer(id, one.id, { status: 'withdrawn' })
    expect((await read((tx) => refusersOf(tx, id, 0))).has(one.id)).toBe(false)
  })
})

describe('invitations', () => {
  it('are answered once, and listed for both sides while pending', async () => {
    const consultationId = await add({ status: 'active', ownerId: one.id })
    const invitation = await write((tx) =>
      insertInvitation(tx, {
        id: newId('inv'),
        consultationId,
        kind: 'join',
        status: 'pending',
        fromId: one.id,
        toId: two.id,
        note: '',
        createdAt: 0,
      }),
    )
    for (const agent of [one, two])
      expect(await read((tx) => listPendingFor(tx, agent.id))).toEqual([invitation])
    expect(await read((tx) => listPendingOf(tx, consultationId))).toEqual([invitation])
    const answers = await Promise.all([
      write((tx) => moveInvitation(tx, invitation.id, { status: 'accepted' })),
      write((tx) => moveInvitation(tx, invitation.id, { status: 'refused', reason: '忙' })),
    ])
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await read((tx) => findInvitation(tx, invitation.id))).toEqual(answers.find(Boolean))
    expect(await read((tx) => listPendingFor(tx, two.id))).toEqual([])
  })
})

describe('people', () => {
  it('join once, leave, and count as open work', async () => {
    const before = await read((tx) => countOpenOf(tx, two.id))
    const id = await add({ status: 'active', ownerId: one.id })
    await write((tx) => addParticipant(tx, id, two.id, 5))
    await write((tx) => addParticipant(tx, id, two.id, 6))
    expect(await read((tx) => participantIds(tx, id))).toEqual([two.id])
    expect(await read((tx) => insiders(tx, { id, ownerId: one.id }))).toEqual([one.id, two.id])
    expect(await read((tx) => countOpenOf(tx, two.id))).toEqual({ ...before, active: before.active + 1 })
    expect(await read((tx) => listIdsOnDesk(tx, two.id))).toContain(id)
    await write((tx) => moveConsultation(tx, id, 'active', { status: 'wrap_up' }))
    expect(await read((tx) => listIdsOnDesk(tx, two.id))).not.toContain(id)
    expect(await read((tx) => listIdsOnDesk(tx, one.id))).toContain(id)
    await write((tx) => removeParticipant(tx, id, two.id))
    expect(await read((tx) => participantIds(tx, id))).toEqual([])
  })

  it('find only what is theirs', async () => {
    const id = await add()
    const load = (...args: [AgentActor | VisitorActor, 'see' | 'take' | 'talk' | 'own']) =>
      read((tx) => loadConsultation(tx, args[0], id, args[1]))
    const near = actorOf(one)
    const far = actorOf(two, '/elsewhere/')
    expect((await load(near, 'see')).id).toBe(id)
    expect((await load(near, 'take')).id).toBe(id)
    await expect(load(near, 'own')).rejects.toMatchObject({ code: 'consultations.not_owner' })
    for (const need of ['see', 'take', 'talk', 'own'] as const) {
      await expect(load(far, need)).rejects.toMatchObject({ code: 'consultations.not_found' })
      const visitor: VisitorActor = { kind: 'visitor', id: 'vis_x', siteId: site.id }
      await expect(load(visitor, need)).rejects.toMatchObject({ code: 'consultations.not_found' })
    }
    expect((await read((tx) => loadConsultation(tx, system, id, 'own'))).id).toBe(id)
  })

  it('rate once', async () => {
    const id = await add({ status: 'closed' })
    const rate = (stars: number) =>
      write((tx) => insertRating(tx, { consultationId: id, stars, comment: '', createdAt: 0 }))
    expect((await Promise.all([rate(5), rate(1)])).sort()).toEqual([false, true])
  })
})

describe('visitors and codes', () => {
  it("find the visitor's open consultation and the latest", async () => {
    const visitor = await addVisitor(test, site.key)
    const old = await add({ visitorId: visitor.id, status: 'closed', queuedAt: 1 })
    expect(await read((tx) => findOpenOf(tx, visitor.id))).toBeNull()
    expect((await read((tx) => findLatestOf(tx, visitor.id)))?.id).toBe(old)
    const open = await add({ visitorId: visitor.id, queuedAt: 2 })
    expect((await read((tx) => findOpenOf(tx, visitor.id)))?.id).toBe(open)
    expect((await read((tx) => findLatestOf(tx, visitor.id)))?.id).toBe(open)
  })

  it('find a telephone code at its site while it is expected, and never give it out twice', async () => {
    const joinCode = newId('x').slice(2, 8)
    const id = await add({ status: 'expected', joinCode })
    expect((await read((tx) => findByJoinCode(tx, site.id, joinCode)))?.id).toBe(id)
    expect(await read((tx) => findByJoinCode(tx, 'sit_other', joinCode))).toBeNull()
    expect(await read((tx) => isJoinCodeTaken(tx, joinCode))).toBe(true)
    await expect(add({ status: 'expected', joinCode })).rejects.toThrow()
    await write((tx) => moveConsultation(tx, id, 'expected', { status: 'active', joinCode: null }))
    expect(await read((tx) => isJoinCodeTaken(tx, joinCode))).toBe(false)
  })
})

it('pages messages in the order in which they were sent, equal times by id', async () => {
  const consultationId = await add()
  const ids = ['msg_b', 'msg_a', 'msg_c'].map((id) => `${id}_${consultationId}`)
  for (const [at, id] of ids.entries())
    await write((tx) =>
      insertMessage(tx, {
        id,
        consultationId,
        from: 'visitor',
        agentId: null,
        body: id,
        createdAt: at === 2 ? 9 : 5,
      }),
    )
  const list = (after: { at: number; id: string } | null, limit = 10) =>
    read((tx) => listMessages(tx, consultationId, after, limit)).then((rows) => rows.map((row) => row.id))
  expect(await list(null)).toEqual([ids[1], ids[0], ids[2]])
  expect(await list({ at: 5, id: ids[1] ?? '' })).toEqual([ids[0], ids[2]])
  expect(await list(null, 1)).toEqual([ids[1]])
})
