import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { maxConsultationBytes } from '../../../contract/consultations.rules'
import {
  documents,
  events,
  files,
  idempotencyKeys,
  resumeCodes,
  setupLinks,
  usedTokens,
  visitorTokens,
  webhookEvents,
} from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { tidyUp } from '../../tidy'
import { silenceVisitor } from './silence.usecases'

let test: TestApp
let city: { id: string; path: string }
let agent: { id: string; cookie: string }
let visitor: { id: string; bearer: string }
let id: string
beforeEach(async () => {
  test = await createTestApp()
  city = await addDepartment(test, '市')
  await addSite(test, city, 'demo')
  agent = await addAgent(test, city, ['agent'])
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'away' } })
  visitor = await addVisitor(test, 'demo')
  id = (
    await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '问' },
    })
  ).body.state.consultation.id
})
afterEach(() => test.close())
const accept = () =>
  test.request('POST', `/consultations/${id}/accept`, { cookie: agent.cookie, body: { tab: 'tab-123456' } })

it('gives a silent citizen the time to come back after a restart', async () => {
  await test.db.write((tx) => silenceVisitor(tx, test.deps, id))
  // Down while the place would have expired.
  test.clock.advance(20 * 60)
  await test.restart()
  await test.sweep()
  const status = async () =>
    (await test.request('GET', '/visitors/me', { bearer: visitor.bearer })).body.state.consultation.status
  expect(await status()).toBe('waiting')
  test.clock.advance(15 * 60)
  await test.sweep()
  expect(await status()).toBe('abandoned')
})

it('keeps one event of a note being typed, and the note', async () => {
  await accept()
  for (const note of ['办', '办理', '办理中'])
    await test.request('PUT', `/consultations/${id}/wrap-up`, { cookie: agent.cookie, body: { note } })
  const saved = await test.db.read((tx) =>
    tx.select().from(events).where(eq(events.type, 'consultation.wrap_up_saved')),
  )
  expect(saved).toHaveLength(1)
  expect(saved[0]?.agentData).toMatchObject({ consultation: { wrapUp: { note: '办理中' } } })
})

it('refuses what would exceed the space of a consultation', async () => {
  const sha256 = 'a'.repeat(64)
  await test.db.write(async (tx) => {
    await tx
      .insert(files)
      .values({ sha256, mime: 'image/png', sizeBytes: maxConsultationBytes - 10, createdAt: 0 })
    await tx.insert(documents).values({
      id: newId('doc'),
      consultationId: id,
      kind: 'upload',
      status: 'sent',
      name: 'a.png',
      sha256,
      createdAt: 0,
    })
  })
  const answer = await test.app.request(`/api/v1/consultations/${id}/documents?name=b.png`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${visitor.bearer}`,
      'content-type': 'application/octet-stream',
      'content-length': '11',
    },
    body: 'x'.repeat(11),
  })
  expect([answer.status, (await answer.json()).code]).toEqual([413, 'documents.quota_exceeded'])
})

it('writes into the audit log who accepted, ended and wrapped up', async () => {
  await accept()
  await test.request('POST', `/consultations/${id}/end`, { cookie: agent.cookie, body: {} })
  await test.request('POST', `/consultations/${id}/wrap-up`, {
    cookie: agent.cookie,
    body: { outcome: 'solved', topic: '好', note: '' },
  })
  const auditor = await addAgent(test, city, ['auditor'])
  const { body } = await test.request('GET', `/audit?actorId=${agent.id}`, { cookie: auditor.cookie })
  expect(body.items.map((each: { action: string }) => each.action)).toEqual([
    'consultation.wrapped_up',
    'consultation.ended',
    'consultation.accepted',
  ])
})

it('deletes what has served its time and nothing else', async () => {
  const now = test.clock.now()
  const [old, fresh] = [now - 8 * 24 * 3600 * 1000, now + 60_000]
  await test.db.write(async (tx) => {
    for (const [name, at] of [
      ['old', old],
      ['fresh', fresh],
    ] as const) {
      await tx
        .insert(webhookEvents)
        .values({ id: name, type: 'x', body: {}, receivedAt: at, appliedAt: Math.min(at, now) })
      await tx.insert(resumeCodes).values({ codeHash: name, visitorId: visitor.id, expiresAt: at })
      await tx.insert(visitorTokens).values({ tokenHash: name, visitorId: visitor.id, expiresAt: at })
      await tx.insert(usedTokens).values({ siteId: 's', jti: name, expiresAt: at })
      await tx.insert(setupLinks).values({ tokenHash: name, agentId: agent.id, expiresAt: at })
      await tx
        .insert(idempotencyKeys)
        .values({ id: name, requestHash: '', status: 200, body: '', createdAt: at })
    }
    await tx.insert(webhookEvents).values({ id: 'pending', type: 'x', body: {}, receivedAt: old })
  })
  await tidyUp(test.deps)
  const left = await test.db.read(async (tx) => [
    (await tx.select().from(webhookEvents)).map((row) => row.id).sort(),
    (await tx.select().from(resumeCodes)).map((row) => row.codeHash),
    (await tx.select().from(visitorTokens)).map((row) => row.tokenHash),
    (await tx.select().from(usedTokens)).map((row) => row.jti),
    (await tx.select().from(setupLinks)).map((row) => row.tokenHash),
    (await tx.select().from(idempotencyKeys)).map((row) => row.id),
  ])
  expect(left).toEqual([['fresh', 'pending'], ['fresh'], ['fresh'], ['fresh'], ['fresh'], ['fresh']])
})
