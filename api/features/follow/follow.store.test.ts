import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FollowView } from '../../../contract/follow.schema'
import type { TicketDetail } from '../../../contract/tickets.schema'
import type { Sms, SmsPort } from '../../lib/sms'
import { addAgent, addDepartment, addSite, addVisitor, createTestApp, type TestApp } from '../../testing/app'
import { deleteExpiredFollow } from './follow.store'
import { ticketFollowUrl } from './follow-link.usecases'

let test: TestApp
let site: { id: string; key: string }
let county: { id: string }
let wang: Awaited<ReturnType<typeof addAgent>>
const outbox: Sms[] = []
const gateway: SmsPort = {
  async send(message) {
    outbox.push(message)
  },
}
/** Lets the outbox be filled and emptied: the answer waits for neither. */
const deliver = async () => {
  await test.db.write(async () => undefined)
  await test.sweep()
}
const phone = '13812341234'

beforeAll(async () => {
  test = await createTestApp({ sms: gateway })
  county = await addDepartment(test, '东县')
  site = await addSite(test, county, 'east')
  await addSite(test, county, 'west')
  wang = await addAgent(test, county, ['agent'], '王敏')
})
afterAll(() => test.close())

const agent = (method: string, path: string, body?: unknown) =>
  test.request(method, path, { cookie: wang.cookie, ...(body === undefined ? {} : { body }) })
const open = async (more: Record<string, unknown> = {}) => {
  const given = { siteId: site.id, topic: '营业执照遗失', contactName: '张三丰', contactPhone: phone }
  const { body } = await agent('POST', '/tickets', { ...given, assignToMe: true, ...more })
  return body.ticket as { id: string; number: string }
}
const detail = async (id: string) => (await agent('GET', `/tickets/${id}`)).body as TicketDetail
const typesOf = async (id: string) => (await detail(id)).timeline.map((line) => line.type)
const linkOf = async (id: string) => (await agent('POST', `/tickets/${id}/follow-links`)).body.url as string
const tokenOf = (url: string) => new URL(url).searchParams.get('follow') ?? ''
const openLink = (token: string, key = 'east') =>
  test.request('POST', '/follow/sessions', { body: { site: key, token } })
const follow = async (id: string) => (await openLink(tokenOf(await linkOf(id)))).body.token as string
const as = (bearer: string, method: string, path: string, body?: unknown) =>
  test.request(method, `/follow${path}`, { bearer, ...(body === undefined ? {} : { body }) })
const see = async (bearer: string, number: string) =>
  (await as(bearer, 'GET', `/tickets/${number}`)).body as FollowView
const resolve = (id: string) => agent('POST', `/tickets/${id}/status`, { command: 'resolve' })
/** Days later; the agent has signed in again, as sessions end. */
const days = async (count: number) => {
  test.clock.advance(count * 86_400)
  wang = await addAgent(test, county, ['agent'], '王敏')
}

describe('the signed link', () => {
  it('opens one ticket, says nothing about a person and masks them', async () => {
    const ticket = await open()
    const url = await linkOf(ticket.id)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:8787\/help\/east\?follow=[0-9A-Za-z]{20}-1-[0-9a-f]{32}$/)
    expect(await ticketFollowUrl(test.deps, { id: ticket.id, siteId: site.id })).toBe(url)
    const session = await openLink(tokenOf(url))
    expect(session).toMatchObject({ status: 201, body: { number: ticket.number } })
    const view = await see(session.body.token, ticket.number)
    expect(view).toMatchObject({
      topic: '营业执照遗失',
      stage: 'open',
      responsible: { name: '王敏', departmentName: '东县', isEscalated: false },
      contact: { name: '张**', phone: '138****1234' },
      mergedInto: null,
    })
    expect(JSON.stringify(view)).not.toMatch(/三丰|13812341234/)
  })

  it('is refused when forged, of another version, at another site, taken back or too old', async () => {
    const ticket = await open()
    const token = tokenOf(await linkOf(ticket.id))
    const forged = token.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    for (const wrong of [forged, token.replace('-1-', '-2-'), `${token}0`, 'x'.repeat(55)])
      expect((await openLink(wrong)).body.code, wrong).toBe('follow.link_invalid')
    expect((await openLink(token, 'west')).body.code).toBe('follow.link_invalid')
    expect((await openLink(token, 'nowhere')).body.code).toBe('sites.not_found')

    const bearer = (await openLink(token)).body.token
    const renewed = await agent('POST', `/tickets/${ticket.id}/follow-links/renew`)
    expect((await openLink(token)).body.code).toBe('follow.link_invalid')
    // What the old link had opened is shut as well.
    expect((await as(bearer, 'GET', `/tickets/${ticket.number}`)).body.code).toBe('auth.required')
    const next = tokenOf(renewed.body.url)
    expect((await openLink(next)).status).toBe(201)

    await agent('POST', `/tickets/${ticket.id}/status`, { command: 'close' })
    await days(180)
    expect((await openLink(next)).status).toBe(201)
    await days(1)
    expect((await openLink(next)).body.code).toBe('follow.link_invalid')
  })

  it('opens that ticket only, for two hours, and nothing else', async () => {
    const ticket = await open()
    const other = await open()
    const bearer = await follow(ticket.id)
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/link', undefined],
      ['POST', '/replies', { body: '我来看看' }],
      ['POST', '/urge', undefined],
      ['POST', '/confirm', undefined],
      ['POST', '/complaint', { reason: '不满意' }],
    ] as const)
      expect((await as(bearer, method, `/tickets/${other.number}${path}`, body)).body.code, path).toBe(
        'tickets.not_found',
      )
    // A follow session is no visitor: the panel's own routes do not know it.
    for (const path of ['/visitors/me', '/visitors/me/requests', '/events'])
      expect((await test.request('GET', path, { bearer })).body.code, path).toBe('auth.required')
    test.clock.advance(2 * 3600 - 1)
    expect((await as(bearer, 'GET', `/tickets/${ticket.number}`)).status).toBe(200)
    test.clock.advance(1)
    expect((await as(bearer, 'GET', `/tickets/${ticket.number}`)).body.code).toBe('auth.required')
    await test.db.write((tx) => deleteExpiredFollow(tx, test.clock.now() + 1))
  })

  it('is not given out by agents who may not see the ticket', async () => {
    const ticket = await open()
    const stranger = await addAgent(test, await addDepartment(test, '别处'), ['agent'], '外人')
    for (const path of ['follow-links', 'follow-links/renew']) {
      const answer = await test.request('POST', `/tickets/${ticket.id}/${path}`, { cookie: stranger.cookie })
      expect(answer.body.code, path).toBe('tickets.not_found')
    }
  })
})

describe('number, telephone and code', () => {
  let caller = 0
  const ask = (number: string, given = phone) =>
    test.request('POST', '/follow/codes', { body: { site: 'east', number, phone: given } })
  const enter = (number: string, code: string, given = phone) =>
    test.request('POST', '/follow/sessions', { body: { site: 'east', number, phone: given, code } })
  /** An hour on: the limits of the test before are over. */
  const freshPair = async () => {
    test.clock.advance(3601)
    caller++
    const own = `139${String(caller).padStart(8, '0')}`
    return { own, ticket: await open({ contactPhone: own }) }
  }

  it('opens the ticket once, however the number is typed', async () => {
    const { own, ticket } = await freshPair()
    outbox.length = 0
    expect(await ask(ticket.number, `+86 ${own}`)).toMatchObject({
      status: 202,
      body: { expiresInSeconds: 600 },
    })
    expect(outbox).toEqual([])
    await deliver()
    const [message] = outbox
    expect(message).toMatchObject({ template: 'lookup_code', to: `+86 ${own}`, params: { minutes: '10' } })
    const code = message?.params.code ?? ''
    expect(code).toMatch(/^\d{6}$/)
    const session = await enter(ticket.number, code, own)
    expect(session.status).toBe(201)
    expect((await see(session.body.token, ticket.number)).contact.phone).toMatch(/^139\*{4}\d{4}$/)
    expect((await enter(ticket.number, code, own)).body.code).toBe('follow.code_invalid')
  })

  it('answers the same for a pair that does not exist, and sends nothing', async () => {
    const { own, ticket } = await freshPair()
    outbox.length = 0
    const shape = ({ status, body }: { status: number; body: unknown }) => ({ status, body })
    const known = shape(await ask(ticket.number, own))
    await deliver()
    expect(outbox).toHaveLength(1)
    expect(shape(await ask(ticket.number, '13700000000'))).toEqual(known)
    expect(shape(await ask('20200101-00001', own))).toEqual(known)
    await deliver()
    expect(outbox).toHaveLength(1)
    const wrong = async (number: string, given: string) =>
      (await enter(number, '000000', given)).body.code as string
    expect(await wrong('20200101-00001', own)).toBe('follow.code_invalid')
    expect(await wrong(ticket.number, '13700000000')).toBe('follow.code_invalid')
  })

  it('allows five guesses and ten minutes', async () => {
    const { own, ticket } = await freshPair()
    outbox.length = 0
    await ask(ticket.number, own)
    await deliver()
    const code = outbox[0]?.params.code ?? ''
    const wrong = code === '111111' ? '222222' : '111111'
    for (let guess = 0; guess < 5; guess++)
      expect((await enter(ticket.number, wrong, own)).body.code).toBe('follow.code_invalid')
    expect((await enter(ticket.number, code, own)).body.code).toBe('follow.code_invalid')

    await ask(ticket.number, own)
    await deliver()
    test.clock.advance(600)
    expect((await enter(ticket.number, outbox[1]?.params.code ?? '', own)).body.code).toBe(
      'follow.code_invalid',
    )
  })

  it('is throttled by telephone and by number, known or not, over restarts', async () => {
    const { own, ticket } = await freshPair()
    for (let turn = 0; turn < 5; turn++) expect((await ask(ticket.number, own)).status).toBe(202)
    await test.restart()
    const answer = await ask(ticket.number, own)
    expect(answer).toMatchObject({ status: 429, body: { code: 'request.too_many' } })
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    test.clock.advance(3601)
    for (let turn = 0; turn < 10; turn++)
      expect((await ask('20200101-00002', `1360000000${turn}`)).status).toBe(202)
    expect((await ask('20200101-00002', '13500000000')).status).toBe(429)
  })

  it('is throttled by address, for asking and for guessing', async () => {
    test.clock.advance(3601)
    const statuses = []
    for (let turn = 0; turn < 21; turn++)
      statuses.push((await ask(`20200102-${String(turn).padStart(5, '0')}`, `1350000${1000 + turn}`)).status)
    expect(statuses).toEqual([...Array(20).fill(202), 429])
    const guesses = []
    for (let turn = 0; turn < 31; turn++) guesses.push((await enter('20200102-00001', '123456')).status)
    expect(guesses).toEqual([...Array(30).fill(404), 429])
    test.clock.advance(3601)
  })

  it('is not offered where no gateway is set up', async () => {
    const quiet = await createTestApp()
    await addSite(quiet, await addDepartment(quiet, '县'), 'east')
    const body = { site: 'east', number: '20200101-00001', phone }
    expect((await quiet.request('POST', '/follow/codes', { body })).body.code).toBe('follow.unavailable')
    expect((await quiet.request('GET', '/sites/east')).body.canFollowByCode).toBe(false)
    expect((await test.request('GET', '/sites/east')).body.canFollowByCode).toBe(true)
    await quiet.close()
  })
})

describe('what a citizen does', () => {
  it('reads the replies, never the notes, and the agent sees that', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    await agent('POST', `/tickets/${ticket.id}/replies`, { kind: 'note', body: '内部：难缠' })
    await agent('POST', `/tickets/${ticket.id}/replies`, { kind: 'reply', body: '请带身份证' })
    const view = await see(bearer, ticket.number)
    expect(view.posts).toMatchObject([
      { from: 'agent', body: '请带身份证', by: { name: '王敏', departmentName: '东县' }, seenAt: null },
    ])
    expect(JSON.stringify(view)).not.toContain('内部')
    expect(view.history.map((line) => line.event)).toEqual(['asked', 'assigned', 'answered', 'resumed'])
    const replyId = view.posts[0]?.id
    const other = await follow((await open()).id)
    expect((await as(other, 'POST', `/tickets/${ticket.number}/seen`, { replyId })).status).toBe(404)
    for (let turn = 0; turn < 2; turn++)
      expect((await as(bearer, 'POST', `/tickets/${ticket.number}/seen`, { replyId })).status).toBe(200)
    const page = await detail(ticket.id)
    expect(page.replies.find((each) => each.id === replyId)?.seenAt).not.toBeNull()
    expect(page.timeline.filter((line) => line.type === 'ticket.reply_seen')).toHaveLength(1)
  })

  it('writes: a ticket that waited goes on, a repeat acts once', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    await agent('POST', `/tickets/${ticket.id}/status`, { command: 'wait_citizen' })
    expect((await see(bearer, ticket.number)).stage).toBe('asked')
    const send = () =>
      test.request('POST', `/follow/tickets/${ticket.number}/replies`, {
        bearer,
        body: { body: ' 材料补好了 ' },
        headers: { 'idempotency-key': 'same-key-1234' },
      })
    expect((await send()).body).toMatchObject({ stage: 'open', status: 'open' })
    expect((await send()).status).toBe(200)
    const page = await detail(ticket.id)
    expect(page.replies).toMatchObject([{ kind: 'citizen', body: '材料补好了', via: 'link' }])
    expect(await typesOf(ticket.id)).toEqual([
      'ticket.created',
      'ticket.assigned',
      'ticket.waiting_citizen',
      'ticket.citizen_replied',
      'ticket.resumed',
    ])
    const blank = await as(bearer, 'POST', `/tickets/${ticket.number}/replies`, { body: '  ' })
    expect(blank.status).toBe(400)
  })

  it('reopens by a word within seven days, counted, and not a second later', async () => {
    const ticket = await open()
    await resolve(ticket.id)
    await days(7)
    let bearer = await follow(ticket.id)
    const word = (body: string) => as(bearer, 'POST', `/tickets/${ticket.number}/replies`, { body })
    expect((await word('还是不行')).body).toMatchObject({ status: 'open', reopenCount: 1 })
    await resolve(ticket.id)
    await days(7)
    test.clock.advance(1)
    bearer = await follow(ticket.id)
    expect((await word('又不行')).body.code).toBe('follow.over')
    const reopen = await as(bearer, 'POST', `/tickets/${ticket.number}/reopen`, { reason: '又不行' })
    expect(reopen.body.code).toBe('follow.over')
    expect((await detail(ticket.id)).ticket).toMatchObject({ status: 'resolved', reopenCount: 1 })
  })

  it('reopens with a reason, confirms and rates once', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    const post = (path: string, body?: unknown) =>
      as(bearer, 'POST', `/tickets/${ticket.number}/${path}`, body)
    expect((await post('confirm')).body.code).toBe('follow.over')
    expect((await post('rating', { stars: 5 })).body.code).toBe('follow.over')
    await resolve(ticket.id)
    expect((await post('reopen', { reason: '没有收到证' })).body.status).toBe('open')
    await resolve(ticket.id)
    expect((await post('confirm')).body.status).toBe('closed')
    expect((await post('confirm')).status).toBe(200)
    expect((await post('rating', { stars: 2, comment: '太慢' })).body).toMatchObject({ stars: 2 })
    expect((await post('rating', { stars: 5 })).body.code).toBe('follow.already_rated')
    const view = await see(bearer, ticket.number)
    expect(view.history.slice(-4).map((line) => line.event)).toEqual([
      'reopened',
      'resolved',
      'confirmed',
      'rated',
    ])
    const page = await detail(ticket.id)
    expect(page.ticket).toMatchObject({ status: 'closed', rating: 2, reopenCount: 1 })
    expect(page.timeline.at(-1)).toMatchObject({
      type: 'ticket.rated',
      data: { stars: 2, comment: '太慢', via: 'link' },
    })
  })

  it('urges once in four hours, and is told when it is possible again', async () => {
    const ticket = await open()
    let bearer = await follow(ticket.id)
    const urge = () => as(bearer, 'POST', `/tickets/${ticket.number}/urge`)
    expect((await urge()).body).toMatchObject({ urgeCount: 1, actions: { canUrge: false } })
    const soon = await urge()
    expect(soon).toMatchObject({ status: 429, body: { code: 'follow.too_soon' } })
    expect(soon.headers.get('retry-after')).toBe(String(4 * 3600))
    test.clock.advance(4 * 3600)
    bearer = await follow(ticket.id)
    expect((await urge()).body).toMatchObject({ urgeCount: 2 })
    await resolve(ticket.id)
    expect((await urge()).body.code).toBe('follow.over')
    const urged = (await detail(ticket.id)).timeline.filter((line) => line.type === 'ticket.urged')
    expect(urged.map((line) => line.data.count)).toEqual([1, 2])
  })

  it('complains once, in its own words', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    const complain = () => as(bearer, 'POST', `/tickets/${ticket.number}/complaint`, { reason: '推来推去' })
    expect((await complain()).body).toMatchObject({ isComplaint: true, actions: { canComplain: false } })
    expect((await complain()).body.code).toBe('follow.over')
    const page = await detail(ticket.id)
    expect(page.ticket.isComplaint).toBe(true)
    expect(page.timeline.at(-1)).toMatchObject({
      type: 'ticket.edited',
      actor: { kind: 'visitor' },
      data: { changes: [{ field: 'isComplaint', before: false, after: true }], reason: '推来推去' },
    })
    expect((await see(bearer, ticket.number)).history.at(-1)?.event).toBe('complained')
  })
})

describe('the panel’s own bearer', () => {
  it('opens the tickets of its own consultations, their papers, and no others', async () => {
    const mine = await addVisitor(test, 'east')
    const other = await addVisitor(test, 'east')
    const abroad = await addVisitor(test, 'west')
    const body = { channel: 'chat', topic: '我的事', phone }
    const started = await test.request('POST', '/consultations', { bearer: mine.bearer, body })
    const { id, ticketNumber } = started.body.state.consultation
    await test.request('POST', `/consultations/${id}/messages`, {
      bearer: mine.bearer,
      body: { body: '有人吗' },
    })
    const uploaded = await test.app.request(`/api/v1/consultations/${id}/documents?name=a.png`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${mine.bearer}` },
      body: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
      ),
    })
    expect(uploaded.status).toBe(201)
    const view = await see(mine.bearer, ticketNumber)
    expect(view).toMatchObject({ topic: '我的事', contact: { phone: '138****1234' } })
    expect(view.posts.map((post) => post.body)).toContain('有人吗')
    const [paper] = view.documents
    const link = await as(mine.bearer, 'POST', `/documents/${paper?.id}/links`)
    expect((await test.app.request(link.body.url)).status).toBe(200)
    for (const { bearer } of [other, abroad]) {
      expect((await as(bearer, 'GET', `/tickets/${ticketNumber}`)).status).toBe(404)
      expect((await as(bearer, 'POST', `/documents/${paper?.id}/links`)).status).toBe(404)
    }
    const own = (await as(mine.bearer, 'GET', `/tickets/${ticketNumber}/link`)).body.url
    const bearer = (await openLink(tokenOf(own))).body.token
    expect((await see(bearer, ticketNumber)).documents).toHaveLength(1)
    expect((await as(bearer, 'POST', `/documents/${paper?.id}/links`)).status).toBe(200)
  })
})

describe('tickets that were merged', () => {
  const chat = async (topic: string, own: string, name: string) => {
    const visitor = await addVisitor(test, 'east')
    const body = { channel: 'chat', topic, phone: own, name }
    const { consultation } = (await test.request('POST', '/consultations', { bearer: visitor.bearer, body }))
      .body.state
    const say = { body: `${name}的身份证号` }
    await test.request('POST', `/consultations/${consultation.id}/messages`, {
      bearer: visitor.bearer,
      body: say,
    })
    await test.request('POST', `/consultations/${consultation.id}/leave`, {
      bearer: visitor.bearer,
      body: {},
    })
    return { ...visitor, number: consultation.ticketNumber as string, ticketId: consultation.ticketId }
  }
  const said = (view: FollowView) =>
    view.posts.filter((post) => post.from !== 'system').map((post) => post.body)

  it('go on for each citizen with their own words, and with what is answered to all', async () => {
    const chief = await addAgent(test, county, ['supervisor'], '赵主任')
    const by = (method: string, path: string, body?: unknown) =>
      test.request(method, path, { cookie: chief.cookie, ...(body === undefined ? {} : { body }) })
    const one = await chat('路灯不亮', '13811110001', '甲')
    const two = await chat('路灯坏了', '13811110002', '乙')
    for (const { number } of [one, two]) await by('POST', `/tickets/${number}/status`, { command: 'resume' })
    await by('POST', `/tickets/${two.number}/replies`, { kind: 'reply', body: '乙您好，您的地址已记下' })
    const link = (await by('POST', `/tickets/${one.number}/follow-links`)).body.url
    test.clock.advance(1)
    const merged = await by('POST', `/tickets/${one.number}/merge`, { intoId: two.number })
    expect(merged.status, JSON.stringify(merged.body)).toBe(200)
    test.clock.advance(1)
    await by('POST', `/tickets/${two.number}/replies`, { kind: 'reply', body: '路灯周五修好' })

    const bearer = (await openLink(tokenOf(link))).body.token
    for (const [who, token] of [
      ['link', bearer],
      ['panel', one.bearer],
    ] as const) {
      const view = await see(token, one.number)
      expect(view.mergedInto, who).toBe(two.number)
      expect(said(view), who).toEqual(['甲的身份证号', '路灯周五修好'])
      expect(view.contact, who).toMatchObject({ phone: '138****0001' })
      expect(view.actions, who).toMatchObject({ canReply: true, canConfirm: false, canRate: false })
    }
    const other = await see(two.bearer, two.number)
    expect(said(other)).toEqual(['乙的身份证号', '乙您好，您的地址已记下', '路灯周五修好'])
    expect((await see(one.bearer, two.number)).contact.phone).toBe('138****0001')
    // One of several cannot close it for the others.
    await by('POST', `/tickets/${two.number}/status`, { command: 'resolve' })
    expect((await as(bearer, 'POST', `/tickets/${one.number}/confirm`)).body.code).toBe('follow.over')
    expect((await as(two.bearer, 'POST', `/tickets/${two.number}/confirm`)).body.status).toBe('closed')
  })
})
