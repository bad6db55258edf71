import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contacts } from '../../../drizzle/schema/index'
import { newId, newSecret, sha256 } from '../../lib/ids'
import { addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import {
  addVisitorToken,
  confirmContact,
  findOrMakeContact,
  findVisitor,
  findVisitorByToken,
  insertResumeCode,
  insertVisitor,
  nameVisitor,
  redeemResumeCode,
  useToken,
} from './visitors.store'

let test: TestApp
let site: { id: string }
let other: { id: string }
beforeAll(async () => {
  test = await createTestApp()
  const city = await addDepartment(test, '市')
  site = await addSite(test, city, 'demo')
  other = await addSite(test, city, 'other')
})
afterAll(() => test.close())

const add = async (more: Partial<Parameters<typeof insertVisitor>[1]> = {}) => {
  const [id, token] = [newId('vis'), newSecret()]
  await test.db.write((tx) =>
    insertVisitor(tx, {
      id,
      siteId: site.id,
      tokenHash: sha256(token),
      isIdentified: false,
      lang: 'zh-CN',
      createdAt: 0,
      expiresAt: 1000,
      ...more,
    }),
  )
  return { id, token }
}
const byToken = (token: string, now: number) => test.db.read((tx) => findVisitorByToken(tx, token, now))

describe('tokens', () => {
  it('are known until they expire, the second one as well as the first', async () => {
    const { id, token } = await add()
    const second = newSecret()
    await test.db.write((tx) =>
      addVisitorToken(tx, { tokenHash: sha256(second), visitorId: id, expiresAt: 2000 }),
    )
    const actor = { kind: 'visitor', id, siteId: site.id }
    expect(await byToken(token, 999)).toEqual(actor)
    expect(await byToken(token, 1000)).toBeNull()
    expect(await byToken(second, 1999)).toEqual(actor)
    expect(await byToken(second, 2000)).toBeNull()
    expect(await byToken(newSecret(), 0)).toBeNull()
    expect(await byToken(sha256(token), 0)).toBeNull()
  })

  it('of a host are used once per site, and forgotten after they expired', async () => {
    const use = (siteId: string, jti: string, now = 0) =>
      test.db.write((tx) => useToken(tx, siteId, jti, 10_000, now))
    expect(
      (await Promise.all([use(site.id, 'a'), use(site.id, 'a'), use(site.id, 'a')])).filter(Boolean),
    ).toHaveLength(1)
    expect(await use(other.id, 'a')).toBe(true)
    expect(await use(site.id, 'b', 70_000)).toBe(true)
    expect(await use(site.id, 'a', 70_000)).toBe(false)
    expect(await use(site.id, 'a', 70_001)).toBe(true)
  })
})

describe('resume codes', () => {
  it('are redeemed once, in time', async () => {
    const { id } = await add()
    const insert = (code: string) =>
      test.db.write((tx) =>
        insertResumeCode(tx, { codeHash: sha256(code), visitorId: id, expiresAt: 1000, usedAt: null }),
      )
    const redeem = (code: string, now: number) => test.db.write((tx) => redeemResumeCode(tx, code, now))
    await insert('one')
    expect((await Promise.all(Array.from({ length: 10 }, () => redeem('one', 999)))).filter(Boolean)).toEqual(
      [id],
    )
    await insert('two')
    expect(await redeem('two', 1000)).toBeNull()
    expect(await redeem('unknown', 0)).toBeNull()
  })
})

describe('names and contacts', () => {
  it('are written down as given; empty ones change nothing; confirmed names stay', async () => {
    const { id } = await add({ phone: '13800000000' })
    const name = (given: { name?: string; phone?: string }) =>
      test.db.write((tx) => nameVisitor(tx, id, given))
    expect(await name({ name: ' 李 ' })).toMatchObject({ name: '李', phone: '13800000000' })
    expect(await name({ name: '  ', phone: '13900000000' })).toMatchObject({
      name: '李',
      phone: '13900000000',
    })
    expect(await test.db.read((tx) => findVisitor(tx, id))).toMatchObject({
      name: '李',
      phone: '13900000000',
    })
    const confirmed = await add({ isIdentified: true, name: '王' })
    expect(await test.db.write((tx) => nameVisitor(tx, confirmed.id, { name: '别人' }))).toMatchObject({
      name: '王',
    })
    await expect(test.db.write((tx) => nameVisitor(tx, 'vis_gone', {}))).rejects.toMatchObject({
      code: 'auth.required',
    })
  })

  it('make a contact once, from what was typed, and none from nothing', async () => {
    const { id } = await add()
    const make = () =>
      test.db.write(async (tx) => {
        const visitor = await findVisitor(tx, id)
        return visitor ? findOrMakeContact(tx, visitor, 5) : undefined
      })
    expect(await make()).toBeNull()
    await test.db.write((tx) => nameVisitor(tx, id, { name: '赵' }))
    const contact = await make()
    await test.db.write((tx) => nameVisitor(tx, id, { phone: '13700000000' }))
    expect(await make()).toBe(contact)
    const rows = await test.db.read((tx) => tx.select().from(contacts))
    expect(rows.filter((row) => row.id === contact)).toMatchObject([
      { name: '赵', phone: '13700000000', subject: null, siteId: site.id },
    ])
  })

  it('confirmed by a host are one per subject and site, renamed, and keep the telephone number', async () => {
    const confirm = (siteId: string, name: string, phone: string | null) =>
      test.db.write((tx) => confirmContact(tx, siteId, 'subject-1', name, phone, 5))
    const ids = await Promise.all([confirm(site.id, '孙', '13600000000'), confirm(site.id, '孙二', null)])
    expect(new Set(ids).size).toBe(1)
    expect(await confirm(other.id, '孙', null)).not.toBe(ids[0])
    const rows = await test.db.read((tx) => tx.select().from(contacts))
    expect(rows.find((row) => row.id === ids[0])).toMatchObject({ name: '孙二', phone: '13600000000' })
  })
})
