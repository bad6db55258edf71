import { describe, expect, it } from 'vitest'
import type { FollowView } from '../../../contract/follow.schema'
import { addAgent, addVisitor } from '../../testing/app'
import {
  agent,
  as,
  county,
  days,
  detail,
  follow,
  open,
  openLink,
  phone,
  resolve,
  see,
  test,
  tokenOf,
  typesOf,
  useWorld,
} from './testing/follow.world'

useWorld()

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
