import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentView } from '../../../contract/consultations.schema'
import { type DocumentStatus, documentStatuses, documentTransitions } from '../../../contract/documents.rules'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'

let test: TestApp
let agent: { id: string; cookie: string }
let colleague: { cookie: string }
let visitor: { bearer: string }
let stranger: { bearer: string }
let consultationId = ''
let picture: Buffer
const pdf = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n')

beforeAll(async () => {
  test = await createTestApp({ withoutLivekit: true })
  const city = await addDepartment(test, '市')
  agent = await addAgent(test, city, ['agent'])
  colleague = await addAgent(test, city, ['agent'])
  await addSite(test, city, 'hall')
  visitor = await addVisitor(test, 'hall')
  stranger = await addVisitor(test, 'hall')
  await test.request('PUT', '/presence', { cookie: agent.cookie, body: { availability: 'available' } })
  const started = await test.request('POST', '/consultations', {
    bearer: visitor.bearer,
    body: { channel: 'chat', topic: '营业执照' },
  })
  consultationId = started.body.state.consultation.id
  const accepted = await test.request('POST', `/consultations/${consultationId}/accept`, {
    cookie: agent.cookie,
    body: { tab: 'tab-000001' },
  })
  expect(accepted.status).toBe(200)
  picture = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#36c' } })
    .jpeg()
    .toBuffer()
})
afterAll(() => test.close())

type Who = { cookie?: string; bearer?: string }
const headersOf = (who: Who) => ({
  ...(who.cookie ? { cookie: who.cookie } : {}),
  ...(who.bearer ? { authorization: `Bearer ${who.bearer}` } : {}),
})
const put = async (path: string, who: Who, bytes: Buffer, headers: Record<string, string> = {}) => {
  const response = await test.app.request(`/api/v1${path}`, {
    method: 'PUT',
    headers: { ...headersOf(who), ...headers },
    body: new Uint8Array(bytes),
  })
  return { status: response.status, body: await response.json() }
}
const send = (who: Who, name: string, bytes: Buffer, headers: Record<string, string> = {}) =>
  put(`/consultations/${consultationId}/documents?name=${encodeURIComponent(name)}`, who, bytes, headers)
const receipt = (who: Who, id: string, value: string) =>
  test.request('POST', `/documents/${id}/receipts`, { ...who, body: { receipt: value } })
const recall = (who: Who, id: string) => test.request('POST', `/documents/${id}/recall`, who)
const link = async (who: Who, id: string) =>
  (await test.request('POST', `/documents/${id}/links`, who)).body.url as string
const fetchUrl = (url: string, headers: Record<string, string> = {}) => test.app.request(url, { headers })

describe('sending', () => {
  it('pushes from the agent, uploads from the citizen, with what the bytes are', async () => {
    const pushed = await send(agent, '申请表.pdf', pdf)
    expect(pushed.status).toBe(201)
    expect(pushed.body).toMatchObject({
      kind: 'push',
      status: 'sent',
      name: '申请表.pdf',
      mime: 'application/pdf',
      sizeBytes: pdf.length,
      width: null,
      agent: { id: agent.id },
    })
    test.clock.advance(1)
    const uploaded = await send(visitor, 'C:\\photos\\photo.exe', picture)
    expect(uploaded.body).toMatchObject({
      kind: 'upload',
      name: 'photo.exe.jpg',
      mime: 'image/jpeg',
      width: 640,
      height: 360,
      agent: null,
    })
    const detail = await test.request('GET', '/visitors/me', visitor)
    expect(detail).toMatchObject({ status: 200 })
    expect(detail.body.state.documents.map((each: DocumentView) => each.name)).toEqual([
      '申请表.pdf',
      'photo.exe.jpg',
    ])
  })

  it('gives a repeat the first document and stores nothing again', async () => {
    const key = { 'idempotency-key': 'upload-1' }
    const first = await send(agent, 'once.pdf', pdf, key)
    const again = await send(agent, 'once.pdf', Buffer.from('never read'), key)
    expect(again).toEqual(first)
    expect((await send(agent, 'other.pdf', pdf, key)).status).toBe(422)
  })

  it.each([
    ['rubbish', Buffer.from('<html>'), 415, 'documents.type_refused'],
    ['nothing', Buffer.alloc(0), 422, 'documents.empty'],
  ])('refuses %s', async (_, bytes, status, code) => {
    expect(await send(agent, 'a.pdf', bytes)).toMatchObject({ status, body: { code } })
  })

  it('refuses too much before reading and an upload that came short', async () => {
    expect(await send(agent, 'a.pdf', pdf, { 'content-length': String(60 * 1024 * 1024) })).toMatchObject({
      status: 413,
      body: { code: 'documents.too_large' },
    })
    expect(await send(agent, 'a.pdf', pdf, { 'content-length': '9999' })).toMatchObject({
      status: 422,
      body: { code: 'documents.size_mismatch' },
    })
  })

  it('refuses an unknown or repeated query, a wrong id, and those who are not in it', async () => {
    const path = `/consultations/${consultationId}/documents`
    expect((await put(`${path}?name=a.pdf&x=1`, agent, pdf)).status).toBe(400)
    expect((await put(`${path}?name=a.pdf&name=b.pdf`, agent, pdf)).status).toBe(400)
    expect((await put(path, agent, pdf)).status).toBe(400)
    expect((await put('/consultations/none/documents?name=a', agent, pdf)).status).toBe(404)
    expect((await send(stranger, 'a.pdf', pdf)).status).toBe(404)
    expect((await send(colleague, 'a.pdf', pdf)).status).toBe(403)
    expect((await send({}, 'a.pdf', pdf)).status).toBe(401)
    expect(
      (
        await put(
          `/consultations/${consultationId}/snapshots?callId=cal_${'a'.repeat(20)}&callSeconds=1`,
          visitor,
          picture,
        )
      ).status,
    ).toBe(403)
    expect(
      (
        await put(
          `/consultations/${consultationId}/snapshots?callId=cal_${'a'.repeat(20)}&callSeconds=1`,
          agent,
          picture,
        )
      ).status,
    ).toBe(404)
  })
})

describe('receipts and recall', () => {
  const receipts = { deliver: 'delivered', open: 'opened', download: 'downloaded' } as const
  const reach: Record<Exclude<DocumentStatus, 'recalled'>, string[]> = {
    sent: [],
    delivered: ['delivered'],
    opened: ['opened'],
    downloaded: ['downloaded'],
  }

  const documentIn = async (status: DocumentStatus): Promise<DocumentView> => {
    const { body } = await send(agent, `${status}.pdf`, pdf)
    if (status === 'recalled') await recall(agent, body.id)
    else for (const each of reach[status]) await receipt(visitor, body.id, each)
    return body
  }

  it.each(
    documentStatuses.flatMap((from) =>
      (['deliver', 'open', 'download', 'recall'] as const).map((command) => ({ from, command })),
    ),
  )('$command of one that is $from', async ({ from, command }) => {
    const { id } = await documentIn(from)
    const answer =
      command === 'recall' ? await recall(agent, id) : await receipt(visitor, id, receipts[command])
    const expected = documentTransitions[from][command]
    if (expected) expect(answer).toMatchObject({ status: 200, body: { status: expected } })
    else expect(answer).toMatchObject({ status: 409, body: { code: 'documents.wrong_state' } })
  })

  it('belong to the receiving and to the sending side', async () => {
    const pushed = (await send(agent, 'mine.pdf', pdf)).body
    const uploaded = (await send(visitor, 'yours.pdf', pdf)).body
    expect((await receipt(agent, pushed.id, 'opened')).status).toBe(403)
    expect((await receipt(visitor, uploaded.id, 'opened')).status).toBe(403)
    expect((await receipt(stranger, pushed.id, 'opened')).body.code).toBe('documents.not_found')
    expect((await receipt(agent, uploaded.id, 'opened')).body).toMatchObject({ status: 'opened' })
    expect((await recall(visitor, pushed.id)).status).toBe(403)
    expect((await recall(stranger, uploaded.id)).status).toBe(404)
  })

  it('tell both sides once for each step', async () => {
    const { body } = await send(agent, 'steps.pdf', pdf)
    for (const each of ['delivered', 'delivered', 'opened', 'delivered', 'downloaded', 'opened'])
      await receipt(visitor, body.id, each)
    const { eventsAfter } = await import('../events/events.store')
    const rows = (await test.db.read((tx) => eventsAfter(tx, 0, 10_000))).filter(
      (row) => row.subject === body.id,
    )
    expect(rows.map((row) => row.type)).toEqual([
      'document.sent',
      'document.delivered',
      'document.opened',
      'document.downloaded',
    ])
    expect(rows.every((row) => row.agentData?.document && row.visitorData?.document)).toBe(true)
  })
})

describe('the bytes', () => {
  it('come by a signed address, whole and in parts, guarded', async () => {
    const { body } = await send(visitor, '身份证 "1".jpg', picture)
    const url = await link(agent, body.id)
    const whole = await fetchUrl(url)
    expect(whole.status).toBe(200)
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(picture)
    expect(whole.headers.get('content-disposition')).toMatch(
      /^inline; filename=".*"; filename\*=UTF-8''%E8%BA%AB/,
    )
    expect(whole.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
    const part = await fetchUrl(url, { range: 'bytes=10-19' })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${picture.length}`])
    expect(Buffer.from(await part.arrayBuffer())).toEqual(picture.subarray(10, 20))
    expect((await fetchUrl(url, { range: 'bytes=999999-' })).status).toBe(416)
    expect((await fetchUrl(url, { 'if-none-match': whole.headers.get('etag') ?? '' })).status).toBe(304)
    expect((await fetchUrl(`${url}&download=1`)).headers.get('content-disposition')).toMatch(/^attachment/)
    const small = await fetchUrl(url.replace('/content', '/thumbnail'))
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({
      width: 320,
      height: 180,
    })
  })

  it('do not come by a changed, foreign or expired address, nor after a recall', async () => {
    const { body } = await send(agent, 'secret.pdf', pdf)
    const other = (await send(agent, 'other.pdf', pdf)).body
    const url = await link(visitor, body.id)
    expect((await fetchUrl(url.replace(/sig=../, 'sig=zz'))).status).toBe(404)
    expect((await fetchUrl(url.replace(/exp=\d+/, 'exp=99999999999'))).status).toBe(404)
    expect((await fetchUrl(url.replace(body.id, other.id))).status).toBe(404)
    expect((await fetchUrl(url.split('?')[0] ?? '')).status).toBe(400)
    expect((await test.request('POST', `/documents/${body.id}/links`, stranger)).status).toBe(404)
    await recall(agent, body.id)
    expect((await fetchUrl(url)).status).toBe(409)
    expect((await test.request('POST', `/documents/${body.id}/links`, visitor)).status).toBe(409)
    const late = await link(visitor, other.id)
    test.clock.advance(301)
    expect((await fetchUrl(late)).status).toBe(403)
  })

  it('come together as a zip, with the chat; notes are for agents', async () => {
    await test.request('POST', `/consultations/${consultationId}/messages`, {
      bearer: visitor.bearer,
      body: { body: '还缺什么?' },
    })
    const order = (who: Who) => test.request('POST', `/consultations/${consultationId}/export-links`, who)
    expect((await order(stranger)).status).toBe(404)
    const answer = await fetchUrl((await order(visitor)).body.url)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip'])
    const zip = Buffer.from(await answer.arrayBuffer())
    expect(zip.subarray(0, 4).toString('hex')).toBe('504b0304')
    expect(zip.includes(Buffer.from('资料 Documents/申请表.pdf'))).toBe(true)
    expect(zip.includes(Buffer.from('secret.pdf'))).toBe(false)
    expect(zip.includes(Buffer.from('对话记录 Chat.txt'))).toBe(true)
    expect((await fetchUrl((await order(agent)).body.url)).status).toBe(200)
  })

  it('are downloaded once the whole zip has arrived, and not when it was broken off', async () => {
    const { body } = await send(agent, '批复.pdf', pdf)
    const order = async (who: Who) =>
      (await test.request('POST', `/consultations/${consultationId}/export-links`, who)).body.url as string
    const statusOf = async () =>
      (await test.request('GET', '/visitors/me', visitor)).body.state.documents.find(
        (each: DocumentView) => each.id === body.id,
      ).status
    const broken = (await fetchUrl(await order(visitor))).body?.getReader()
    await broken?.read()
    await broken?.cancel()
    await (await fetchUrl(await order(agent))).arrayBuffer()
    expect(await statusOf()).toBe('sent')
    await (await fetchUrl(await order(visitor))).arrayBuffer()
    await expect.poll(statusOf).toBe('downloaded')
  })
})
