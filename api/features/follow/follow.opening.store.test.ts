import { describe, expect, it } from 'vitest'
import { addAgent, addDepartment, addSite, createTestApp } from '../../testing/app'
import { deleteExpiredFollow } from './follow.store'
import { ticketFollowUrl } from './follow-link.usecases'
import {
  agent,
  as,
  days,
  deliver,
  follow,
  linkOf,
  open,
  openLink,
  outbox,
  phone,
  see,
  site,
  test,
  tokenOf,
  useWorld,
} from './testing/follow.world'

useWorld()

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
    expect(message).toMatchObject({ template: 'lookup_code', to: own, params: { minutes: '10' } })
    const code = message?.params.code ?? ''
    expect(code).toMatch(/^\d{6}$/)
    const session = await enter(ticket.number, code, own)
    expect(session.status).toBe(201)
    expect((await see(session.body.token, ticket.number)).contact.phone).toMatch(/^139\*{4}\d{4}$/)
    expect((await enter(ticket.number, code, own)).body.code).toBe('follow.code_invalid')
  })

  it('sends the code to the number given with the ticket, not to one abroad with the same digits', async () => {
    const { own, ticket } = await freshPair()
    outbox.length = 0
    expect((await ask(ticket.number, `+${own}`)).status).toBe(202)
    await deliver()
    expect(outbox.map((each) => each.to)).toEqual([own])
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
