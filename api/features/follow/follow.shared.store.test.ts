import { beforeEach, describe, expect, it } from 'vitest'
import type { FollowView } from '../../../contract/follow.schema'
import { system } from '../../lib/actor'
import { addAgent, addVisitor } from '../../testing/app'
import { eventsAfter } from '../events/events.store'
import { tokensOf } from '../events/hub'
import { loadTicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import { as, county, openLink, see, test, tokenOf, useWorld } from './testing/follow.world'

useWorld()

type Citizen = Awaited<ReturnType<typeof ask>>
let chief: Awaited<ReturnType<typeof addAgent>>
let one: Citizen
let two: Citizen

const by = async (method: string, path: string, body?: unknown) => {
  const answer = await test.request(method, path, {
    cookie: chief.cookie,
    ...(body === undefined ? {} : { body }),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** A citizen who asks, says something nobody else should read, and goes. */
const ask = async (topic: string, name: string | null, phone: string | null) => {
  const visitor = await addVisitor(test, 'east')
  const body = { channel: 'chat', topic, ...(phone ? { phone } : {}), ...(name ? { name } : {}) }
  const { consultation } = (await test.request('POST', '/consultations', { bearer: visitor.bearer, body }))
    .body.state
  const said = async (what: string) => {
    const path = `/consultations/${consultation.id}/${what === 'leave' ? 'leave' : 'messages'}`
    await test.request('POST', path, { bearer: visitor.bearer, body: what === 'leave' ? {} : { body: what } })
  }
  await said(`${topic}：我的身份证号`)
  await said('leave')
  test.clock.advance(1)
  await by('POST', `/tickets/${consultation.ticketNumber}/status`, { command: 'resume' })
  return { ...visitor, number: consultation.ticketNumber as string }
}
const write = (bearer: string, number: string, body: string) =>
  as(bearer, 'POST', `/tickets/${number}/replies`, { body })
/** Everything that the feed would hand to this browser. */
const heardBy = async (visitorId: string) =>
  JSON.stringify(
    (await test.db.read((tx) => eventsAfter(tx, 0, 100_000)))
      .filter((row) => tokensOf(row).includes(`visitor:${visitorId}`))
      .map((row) => row.visitorData),
  )
const linkFor = async (bearer: string, number: string) => {
  const { status, body } = await as(bearer, 'GET', `/tickets/${number}/link`)
  if (status !== 200) return null
  return (await openLink(tokenOf(body.url))).body as { token: string; number: string }
}
const saidIn = (view: FollowView) =>
  view.posts.filter((post) => post.from !== 'system').map((post) => post.body)

beforeEach(async () => {
  chief = await addAgent(test, county, ['supervisor'], '赵主任')
  one = await ask('路灯不亮', '甲', '13811110001')
  two = await ask('路灯坏了', '乙', '13811110002')
  await by('POST', `/tickets/${one.number}/merge`, { intoId: two.number })
  test.clock.advance(1)
})

describe('a ticket that stands for several citizens', () => {
  it('tells nobody else what one of them writes', async () => {
    expect((await write(two.bearer, two.number, '乙的银行卡号')).status).toBe(200)
    expect((await write(one.bearer, one.number, '甲的家庭住址')).status).toBe(200)
    expect(await heardBy(one.id)).toContain('甲的家庭住址')
    expect(await heardBy(one.id)).not.toContain('乙的银行卡号')
    expect(await heardBy(two.id)).toContain('乙的银行卡号')
    expect(await heardBy(two.id)).not.toContain('甲的家庭住址')
    await by('POST', `/tickets/${two.number}/replies`, { kind: 'reply', body: '周五修好' })
    for (const citizen of [one, two]) expect(await heardBy(citizen.id)).toContain('周五修好')
  })

  it('shows each of them only their own words among their requests', async () => {
    await write(two.bearer, two.number, '乙的银行卡号')
    const list = (await test.request('GET', '/visitors/me/requests', { bearer: one.bearer })).body
    expect(JSON.stringify(list)).not.toContain('乙的银行卡号')
    const own = (await test.request('GET', '/visitors/me/requests', { bearer: two.bearer })).body
    expect(JSON.stringify(own)).toContain('乙的银行卡号')
  })

  it('hands out an address that opens no more than the one who asked for it sees', async () => {
    await write(two.bearer, two.number, '乙的银行卡号')
    for (const number of [one.number, two.number]) {
      const session = await linkFor(one.bearer, number)
      expect(session?.number, number).toBe(one.number)
      const view = await see(session?.token ?? '', one.number)
      expect(saidIn(view)).toEqual(['路灯不亮：我的身份证号'])
      expect(view.contact.phone).toBe('138****0001')
      // The address of an address is the same one.
      expect((await linkFor(session?.token ?? '', one.number))?.number).toBe(one.number)
    }
    const owner = await linkFor(two.bearer, two.number)
    expect(saidIn(await see(owner?.token ?? '', two.number))).toContain('路灯坏了：我的身份证号')
  })

  it('does not take the other one for somebody who gave no name', async () => {
    const nameless = await ask('路灯闪烁', null, null)
    const link = (await by('POST', `/tickets/${nameless.number}/follow-links`)).url
    await by('POST', `/tickets/${two.number}/merge`, { intoId: nameless.number })
    const session = (await openLink(tokenOf(link))).body
    for (const bearer of [nameless.bearer, session.token]) {
      const view = await see(bearer, nameless.number)
      expect(JSON.stringify(view)).not.toContain('路灯坏了：我的身份证号')
      expect(view.contact.phone).toBeNull()
    }
    expect(saidIn(await see(two.bearer, nameless.number))).toEqual(['路灯坏了：我的身份证号'])
  })

  it('keeps the answers since the merge, whatever happens on the old ticket later', async () => {
    await by('POST', `/tickets/${two.number}/replies`, { kind: 'reply', body: '周五修好' })
    test.clock.advance(60)
    const id = (await by('GET', `/tickets/${one.number}`)).ticket.id
    await test.db.write(async (tx) =>
      tellTicket(tx, await loadTicketRow(tx, id), 'escalation.closed', system, test.clock.now(), {}),
    )
    expect(saidIn(await see(one.bearer, one.number))).toEqual(['路灯不亮：我的身份证号', '周五修好'])
  })
})

describe('three tickets merged in turn, and a fourth', () => {
  const answer = async (number: string, body: string) => {
    test.clock.advance(1)
    await by('POST', `/tickets/${number}/replies`, { kind: 'reply', body })
  }
  const own = async (citizen: Citizen, number: string, body: string) => {
    test.clock.advance(1)
    expect((await write(citizen.bearer, number, body)).status).toBe(200)
  }
  /** What was written, and who may read it. */
  const expected: [text: string, readers: string][] = [
    ['答甲', 'a'],
    ['答乙', 'b'],
    ['答丙', 'c'],
    ['甲并入乙后答', 'ab'],
    ['甲说：住址', 'a'],
    ['乙说：卡号', 'b'],
    ['丙另外的答复', 'c'],
    ['乙并入丙后答', 'abc'],
    ['丙说：病历', 'c'],
    ['丁并入后答', 'abcd'],
  ]

  it('tell each citizen every answer meant for them, and nobody’s words but their own', async () => {
    const a = await ask('井盖缺失', '甲三', '13811110011')
    const b = await ask('井盖坏了', '乙三', '13811110012')
    const c = await ask('井盖松动', '丙三', '13811110013')
    const d = await ask('井盖响', '丁三', '13811110014')
    const link = (await by('POST', `/tickets/${a.number}/follow-links`)).url as string
    await answer(a.number, '答甲')
    await answer(b.number, '答乙')
    await answer(c.number, '答丙')
    await by('POST', `/tickets/${a.number}/merge`, { intoId: b.number })
    await answer(b.number, '甲并入乙后答')
    await own(a, a.number, '甲说：住址')
    await own(b, b.number, '乙说：卡号')
    await answer(c.number, '丙另外的答复')
    await by('POST', `/tickets/${b.number}/merge`, { intoId: c.number })
    await answer(c.number, '乙并入丙后答')
    await own(c, c.number, '丙说：病历')
    await by('POST', `/tickets/${d.number}/merge`, { intoId: c.number })
    await answer(c.number, '丁并入后答')

    const citizens = { a, b, c, d }
    for (const [name, { bearer, number }] of Object.entries(citizens)) {
      const said = saidIn(await see(bearer, number))
      for (const [text, readers] of expected)
        expect(said.includes(text), `${name} reads ${text}`).toBe(readers.includes(name))
      const list = (await test.request('GET', '/visitors/me/requests', { bearer })).body
      expect(JSON.stringify(list)).toContain('丁并入后答')
    }
    // By a link for the first one: the same, but for words written elsewhere.
    const session = (await openLink(tokenOf(link))).body.token as string
    const said = saidIn(await see(session, a.number))
    for (const [text, readers] of expected.filter(([each]) => !each.includes('说：')))
      expect(said.includes(text), `by link ${text}`).toBe(readers.includes('a'))
    for (const other of ['乙说：卡号', '丙说：病历']) expect(said).not.toContain(other)
    // And told at once to those it was for, as far as they watch.
    for (const [name, { id }] of Object.entries(citizens)) {
      const heard = await heardBy(id)
      for (const [text, readers] of expected)
        if (!readers.includes(name)) expect(heard, `${name} hears ${text}`).not.toContain(text)
        else if (text.includes('后答')) expect(heard, `${name} hears ${text}`).toContain(text)
    }
  })
})
