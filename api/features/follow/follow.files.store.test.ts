import { beforeEach, describe, expect, it } from 'vitest'
import type { DocumentView } from '../../../contract/consultations.schema'
import { maxReplyDocuments } from '../../../contract/documents.rules'
import type { FollowView } from '../../../contract/follow.schema'
import type { VisitorRequestView } from '../../../contract/visitors.schema'
import { documents, events, files } from '../../../drizzle/schema/index'
import { addAgent, addDepartment, addVisitor } from '../../testing/app'
import {
  agent,
  as,
  county,
  days,
  detail,
  follow,
  open,
  resolve,
  see,
  test,
  useWorld,
  wang,
} from './testing/follow.world'

useWorld()

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n')

/** Hands over a file; `path` below /api/v1. */
const put = async (
  path: string,
  name: string,
  headers: Record<string, string>,
  body: Buffer = png,
  kind?: string,
): Promise<{ status: number; body: DocumentView & { code: string } }> => {
  const address = `/api/v1${path}/documents?name=${encodeURIComponent(name)}${kind ? `&kind=${kind}` : ''}`
  const answer = await test.app.request(address, { method: 'PUT', headers, body: new Uint8Array(body) })
  return { status: answer.status, body: await answer.json() }
}
const citizenPuts = (bearer: string, number: string, name: string, body?: Buffer, more = {}) =>
  put(`/follow/tickets/${number}`, name, { authorization: `Bearer ${bearer}`, ...more }, body)
const agentPuts = (id: string, name: string, body?: Buffer) =>
  put(`/tickets/${id}`, name, { cookie: wang.cookie }, body)
const reply = (bearer: string, number: string, body: string, documentIds?: string[]) =>
  as(bearer, 'POST', `/tickets/${number}/replies`, { body, ...(documentIds ? { documentIds } : {}) })

let ticket: { id: string; number: string }
let bearer: string
beforeEach(async () => {
  ticket = await open()
  bearer = await follow(ticket.id)
})

describe('files with a citizen’s reply', () => {
  it('are theirs alone until the reply is sent, and the agent’s to open from then on', async () => {
    const { status, body: photo } = await citizenPuts(bearer, ticket.number, '身份证.png')
    expect(status).toBe(201)
    expect(photo).toMatchObject({
      kind: 'upload',
      name: '身份证.png',
      mime: 'image/png',
      consultationId: null,
    })
    const before = await see(bearer, ticket.number)
    expect(before.drafts.map((each) => each.name)).toEqual(['身份证.png'])
    expect(before.documents).toEqual([])
    expect((await agent('POST', `/documents/${photo.id}/links`)).body.code).toBe('documents.not_found')
    expect((await as(bearer, 'POST', `/documents/${photo.id}/links`)).body.code).toBe('documents.not_found')

    const sent = await reply(bearer, ticket.number, '拍好了，请看', [photo.id])
    const view = sent.body as FollowView
    expect(view.drafts).toEqual([])
    const post = view.posts.at(-1)
    expect(view.documents).toMatchObject([{ id: photo.id, replyId: post?.id, by: null, openedAt: null }])

    const page = await detail(ticket.id)
    expect(page.replies.at(-1)).toMatchObject({ body: '拍好了，请看', documents: [{ id: photo.id }] })
    expect(page.timeline.at(-1)?.data).toMatchObject({ files: ['身份证.png'] })
    const link = await agent('POST', `/documents/${photo.id}/links`)
    expect((await test.app.request(link.body.url)).status).toBe(200)
    const receipt = { receipt: 'opened' }
    expect((await agent('POST', `/documents/${photo.id}/receipts`, receipt)).body.status).toBe('opened')
    expect((await see(bearer, ticket.number)).documents[0]?.openedAt).not.toBeNull()
    const own = await as(bearer, 'POST', `/documents/${photo.id}/links`)
    expect((await test.app.request(own.body.url)).headers.get('content-type')).toBe('image/png')
  })

  it('may go without a word, and are told by their names', async () => {
    const visitor = await addVisitor(test, 'east')
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '补材料' },
    })
    const { ticketNumber } = started.body.state.consultation
    expect((await reply(visitor.bearer, ticketNumber, ' ', [])).status).toBe(400)
    const one = await citizenPuts(visitor.bearer, ticketNumber, '正面.png')
    test.clock.advance(1)
    const two = await citizenPuts(visitor.bearer, ticketNumber, '说明.pdf', pdf)
    expect((await reply(visitor.bearer, ticketNumber, '', [one.body.id, two.body.id])).status).toBe(200)
    expect((await detail(ticketNumber)).timeline.at(-1)?.data.body).toBe('正面.png、说明.pdf')
    const list = await test.request('GET', '/visitors/me/requests', { bearer: visitor.bearer })
    expect((list.body.items as VisitorRequestView[])[0]?.lastMessage?.body).toBe('正面.png、说明.pdf')
  })

  it('wait for the reply over a new session of the link, and are taken back where changed', async () => {
    const kept = await citizenPuts(bearer, ticket.number, '留下.png')
    const dropped = await citizenPuts(bearer, ticket.number, '不要.png')
    const again = await follow(ticket.id)
    expect((await as(again, 'POST', `/documents/${dropped.body.id}/recall`)).status).toBe(200)
    expect((await as(again, 'POST', `/documents/${dropped.body.id}/recall`)).status).toBe(200)
    expect((await see(again, ticket.number)).drafts.map((each) => each.id)).toEqual([kept.body.id])
    const refused = await reply(again, ticket.number, '给您', [kept.body.id, dropped.body.id])
    expect(refused.body.code).toBe('documents.not_found')
    expect((await detail(ticket.id)).replies).toEqual([])
    expect((await reply(again, ticket.number, '给您', [kept.body.id])).status).toBe(200)
    // Sent is sent: it neither goes a second time nor is it taken back.
    expect((await reply(again, ticket.number, '再给', [kept.body.id])).body.code).toBe('documents.not_found')
    expect((await as(again, 'POST', `/documents/${kept.body.id}/recall`)).body.code).toBe(
      'documents.not_found',
    )
  })

  it('are nobody else’s: neither to see, to send nor to take back', async () => {
    const { body: photo } = await citizenPuts(bearer, ticket.number, '身份证.png')
    const other = await open()
    const stranger = await follow(other.id)
    expect((await citizenPuts(stranger, ticket.number, '别人.png')).body.code).toBe('tickets.not_found')
    expect((await reply(stranger, other.number, '拿来', [photo.id])).body.code).toBe('documents.not_found')
    expect((await as(stranger, 'POST', `/documents/${photo.id}/recall`)).status).toBe(404)
    const agents = { kind: 'reply', body: '拿来', documentIds: [photo.id] }
    expect((await agent('POST', `/tickets/${ticket.id}/replies`, agents)).body.code).toBe(
      'documents.not_found',
    )
    await reply(bearer, ticket.number, '', [photo.id])
    expect((await as(stranger, 'POST', `/documents/${photo.id}/links`)).status).toBe(404)
    // A panel's bearer opens it by way of the ticket only.
    const visitor = await addVisitor(test, 'east')
    for (const path of [`/documents/${photo.id}/links`, `/follow/documents/${photo.id}/links`])
      expect((await test.request('POST', path, { bearer: visitor.bearer, body: {} })).status, path).toBe(404)
  })

  it('are looked at as everywhere: by their bytes, their size, the quota and the state of the ticket', async () => {
    const exe = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])
    expect((await citizenPuts(bearer, ticket.number, 'photo.png', exe)).body.code).toBe(
      'documents.type_refused',
    )
    expect((await citizenPuts(bearer, ticket.number, 'a.png', Buffer.alloc(0))).body.code).toBe(
      'documents.empty',
    )
    const announced = { 'content-length': String(51 * 1024 * 1024) }
    expect((await citizenPuts(bearer, ticket.number, 'a.png', png, announced)).status).toBe(413)
    const key = { 'idempotency-key': 'once' }
    const first = await citizenPuts(bearer, ticket.number, '一.png', png, key)
    expect((await citizenPuts(bearer, ticket.number, '一.png', png, key)).body.id).toBe(first.body.id)
    expect((await see(bearer, ticket.number)).drafts).toHaveLength(1)

    await test.db.write(async (tx) => {
      const sha256 = 'f'.repeat(64)
      const row = (await tx.select().from(documents)).find((each) => each.id === first.body.id)
      if (!row) throw new Error('not kept')
      await tx.insert(files).values({
        sha256,
        mime: 'video/mp4',
        sizeBytes: 500 * 1024 * 1024 - 100,
        width: null,
        height: null,
        createdAt: 1,
      })
      await tx.insert(documents).values({ ...row, id: 'doc_00000000000000000001', sha256 })
    })
    expect((await citizenPuts(bearer, ticket.number, '多.pdf', pdf)).body.code).toBe(
      'documents.quota_exceeded',
    )
    await resolve(ticket.id)
    await days(7)
    test.clock.advance(1)
    const late = await follow(ticket.id)
    expect((await citizenPuts(late, ticket.number, '晚.png')).body.code).toBe('follow.over')
  })
})

describe('files with an agent’s reply', () => {
  it('are the citizen’s to download, and the agent sees that they were opened', async () => {
    const { body: permit } = await agentPuts(ticket.id, '受理通知书.pdf', pdf)
    expect(permit).toMatchObject({ kind: 'push', agent: { name: '王敏' } })
    expect(JSON.stringify(await see(bearer, ticket.number))).not.toContain('受理通知书')
    const noted = { kind: 'note', body: '内部', documentIds: [permit.id] }
    // What was handed over for an answer is no file of a note.
    expect((await agent('POST', `/tickets/${ticket.id}/replies`, noted)).body.code).toBe(
      'documents.not_found',
    )
    const many = { kind: 'reply', body: '多', documentIds: Array(maxReplyDocuments + 1).fill(permit.id) }
    expect((await agent('POST', `/tickets/${ticket.id}/replies`, many)).status).toBe(400)
    const body = { kind: 'reply', body: '', documentIds: [permit.id] }
    expect((await agent('POST', `/tickets/${ticket.id}/replies`, body)).status).toBe(201)

    const view = await see(bearer, ticket.number)
    expect(view.documents).toMatchObject([
      { id: permit.id, by: { name: '王敏' }, replyId: view.posts.at(-1)?.id, openedAt: null },
    ])
    const link = await as(bearer, 'POST', `/documents/${permit.id}/links`)
    const download = await test.app.request(`${link.body.url}&download=1`)
    expect(download.headers.get('content-disposition')).toContain('attachment')
    const page = await detail(ticket.id)
    expect(page.replies[0]?.documents[0]).toMatchObject({ status: 'opened' })
    expect(page.timeline.at(-1)).toMatchObject({ type: 'document.opened', data: { name: '受理通知书.pdf' } })
    expect((await agent('POST', `/documents/${permit.id}/recall`)).body.code).toBe('documents.wrong_state')
  })

  it('are taken back while nobody has opened them', async () => {
    const { body: wrong } = await agentPuts(ticket.id, '别家的.pdf', pdf)
    const body = { kind: 'reply', body: '请看附件', documentIds: [wrong.id] }
    await agent('POST', `/tickets/${ticket.id}/replies`, body)
    expect((await agent('POST', `/documents/${wrong.id}/recall`)).body.status).toBe('recalled')
    expect((await see(bearer, ticket.number)).documents).toEqual([])
    expect((await as(bearer, 'POST', `/documents/${wrong.id}/links`)).body.code).toBe('documents.not_found')
    expect((await detail(ticket.id)).replies[0]?.documents).toEqual([])
  })
})

describe('files with an internal note', () => {
  const notePuts = (name: string) => put(`/tickets/${ticket.id}`, name, { cookie: wang.cookie }, pdf, 'note')
  const write = (kind: string, documentIds: string[], body = '内部看看') =>
    agent('POST', `/tickets/${ticket.id}/replies`, { kind, body, documentIds })

  it('wait beside those for an answer, and neither becomes the other', async () => {
    const { body: secret } = await notePuts('内部核查.pdf')
    const { body: open } = await agentPuts(ticket.id, '告知书.pdf', pdf)
    const page = await detail(ticket.id)
    expect(page.noteDocuments.map((each) => each.name)).toEqual(['内部核查.pdf'])
    expect(page.draftDocuments.map((each) => each.name)).toEqual(['告知书.pdf'])
    expect((await write('reply', [secret.id])).body.code).toBe('documents.not_found')
    expect((await write('reply', [open.id, secret.id])).body.code).toBe('documents.not_found')
    const { body: dropped } = await notePuts('不要.pdf')
    expect((await agent('POST', `/documents/${dropped.id}/recall`)).status).toBe(200)
    expect((await write('note', [secret.id, dropped.id])).body.code).toBe('documents.not_found')
    expect((await write('note', [secret.id], '')).status).toBe(201)
    const after = await detail(ticket.id)
    expect(after.replies.at(-1)).toMatchObject({ kind: 'note', documents: [{ id: secret.id }] })
    expect(after.timeline.at(-1)).toMatchObject({ type: 'ticket.noted', data: { files: ['内部核查.pdf'] } })
    expect(after.noteDocuments).toEqual([])
    const link = await agent('POST', `/documents/${secret.id}/links`)
    expect((await test.app.request(link.body.url)).status).toBe(200)
  })

  it('are seen by no citizen, whoever asks and by whatever way', async () => {
    const visitor = await addVisitor(test, 'east')
    const started = await test.request('POST', '/consultations', {
      bearer: visitor.bearer,
      body: { channel: 'chat', topic: '有内情的事' },
    })
    const { ticketNumber } = started.body.state.consultation
    ticket = (await detail(ticketNumber)).ticket
    const { body: secret } = await notePuts('内部核查.pdf')
    const linked = await follow(ticket.id)
    const ways = async () => {
      // A link's session is nobody at the addresses of agents and visitors.
      for (const citizen of [linked, visitor.bearer])
        for (const path of [
          `/follow/documents/${secret.id}/links`,
          `/follow/documents/${secret.id}/recall`,
          `/documents/${secret.id}/links`,
          `/documents/${secret.id}/recall`,
        ])
          expect([401, 404], path).toContain((await test.request('POST', path, { bearer: citizen })).status)
      const receipt = { bearer: visitor.bearer, body: { receipt: 'opened' } }
      expect((await test.request('POST', `/documents/${secret.id}/receipts`, receipt)).status).toBe(404)
      const stolen = { kind: 'citizen', body: '拿来', documentIds: [secret.id] }
      expect((await as(linked, 'POST', `/tickets/${ticket.number}/replies`, stolen)).status).toBe(400)
      expect((await reply(linked, ticket.number, '拿来', [secret.id])).body.code).toBe('documents.not_found')
      for (const citizen of [linked, visitor.bearer]) {
        const view = JSON.stringify((await as(citizen, 'GET', `/tickets/${ticket.number}`)).body)
        expect(view).toContain(ticket.number)
        expect(view).not.toContain('内部')
        expect(view).not.toContain(secret.id)
      }
    }
    await ways()
    expect((await write('note', [secret.id])).status).toBe(201)
    await ways()
    for (const path of ['/visitors/me', '/visitors/me/requests'])
      expect(
        JSON.stringify((await test.request('GET', path, { bearer: visitor.bearer })).body),
      ).not.toContain('内部')
    // Taken back: colleagues learn of it, and no citizen is woken.
    const seqs = (await test.db.read((tx) => tx.select().from(events))).map((row) => row.seq)
    const last = Math.max(...seqs)
    expect((await agent('POST', `/documents/${secret.id}/recall`)).body.status).toBe('recalled')
    const all = await test.db.read((tx) => tx.select().from(events))
    const written = all.filter((row) => row.seq > last)
    expect(written.map((row) => row.type)).toContain('document.recalled')
    for (const row of all.filter((each) => each.ticketId === ticket.id))
      if (JSON.stringify(row.facts).includes('内部') || row.type === 'document.recalled')
        expect([row.type, row.visitorData, row.audience.includes('visitor:')]).toEqual([
          row.type,
          null,
          false,
        ])
  })

  it('are no business of an agent from elsewhere', async () => {
    const { body: secret } = await notePuts('内部核查.pdf')
    expect((await write('note', [secret.id])).status).toBe(201)
    const town = await addDepartment(test, '外镇')
    const stranger = await addAgent(test, town, ['agent'])
    for (const path of [`/documents/${secret.id}/links`, `/documents/${secret.id}/recall`])
      expect((await test.request('POST', path, { cookie: stranger.cookie })).status).toBe(404)
    const colleague = await addAgent(test, county, ['agent'])
    expect(
      (await test.request('POST', `/documents/${secret.id}/links`, { cookie: colleague.cookie })).status,
    ).toBe(200)
    // Of a draft nobody but its writer knows.
    const { body: draft } = await notePuts('草稿.pdf')
    for (const path of [`/documents/${draft.id}/links`, `/documents/${draft.id}/recall`])
      expect((await test.request('POST', path, { cookie: colleague.cookie })).status).toBe(404)
  })
})
