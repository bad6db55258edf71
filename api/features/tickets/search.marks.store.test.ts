import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TicketListPage } from '../../../contract/ticket-list.schema'
import { serviceItems, ticketParticipants, tickets } from '../../../drizzle/schema/index'
import type { SearchEngine } from '../../../search/engine'
import { newId } from '../../lib/ids'
import { rebuildSearch } from '../../rebuild-search'
import { addAgent, addDepartment, addSite, createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { addServiceItem } from '../../testing/rows'
import { confirmContact } from '../visitors/visitors.store'
import { findOrAddContact } from './contacts.store'
import { createTicketIndexer } from './search.indexer'
import { firstMark, markForSearch } from './search.marks.store'
import { addTicketTags, findOrMakeTags } from './tags.store'

type Department = Awaited<ReturnType<typeof addDepartment>>
type Agent = Awaited<ReturnType<typeof addAgent>>
let test: TestApp
let top: Department
let north: Department
let south: Department
let office: Department
let admin: Agent
let ofNorth: Agent
let ofSouth: Agent
let siteId: string
beforeEach(async () => {
  test = await createTestApp()
  top = await addDepartment(test, '市')
  north = await addDepartment(test, '北区', top)
  south = await addDepartment(test, '南区', top)
  office = await addDepartment(test, '大厅', north)
  admin = await addAgent(test, top, ['admin', 'supervisor'])
  ofNorth = await addAgent(test, north, ['supervisor'])
  ofSouth = await addAgent(test, south, ['supervisor'])
  siteId = (await addSite(test, top, 'city')).id
})
afterEach(() => test.close())

const fill = async (department: Department, count: number, topic: string): Promise<string[]> => {
  const rows = Array.from({ length: count }, (_, at) => ({
    id: newId('tkt'),
    number: `${department.id}-${topic}-${at}`,
    siteId,
    departmentId: department.id,
    status: 'open' as const,
    topic,
    // Many of the same moment: slices are cut between them, too.
    createdAt: 1_780_000_000_000 + Math.floor(at / 40),
    updatedAt: 1_780_000_000_000 + at,
  }))
  await test.db.write((tx) =>
    tx
      .insert(tickets)
      .values(rows)
      .then(() => undefined),
  )
  return rows.map((row) => row.id)
}
const found = async (who: Agent, q: string): Promise<number> => {
  const path = `/tickets?limit=100&q=${encodeURIComponent(q)}`
  let count = 0
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await test.request('GET', cursor ? `${path}&cursor=${cursor}` : path, who)
    count += (body as TicketListPage).items.length
    cursor = (body as TicketListPage).nextCursor
  }
  return count
}
const marks = () => test.db.read(firstMark)

describe('a department that moves', () => {
  it('takes its tickets along in search, slice by slice; whoever lost them finds none', async () => {
    await fill(office, 230, '社保卡补换')
    await test.index()
    expect([await found(ofNorth, '社保卡'), await found(ofSouth, '社保卡')]).toEqual([230, 0])
    const moved = await test.request('PATCH', `/departments/${office.id}`, {
      cookie: admin.cookie,
      body: { parentId: south.id },
    })
    expect(moved.status).toBe(200)
    await test.index()
    expect([await found(ofNorth, '社保卡'), await found(ofSouth, '社保卡')]).toEqual([0, 230])
    expect(await marks()).toBeNull()
  })

  it('takes along whom its people may show a ticket of elsewhere', async () => {
    const helper = await addAgent(test, office, ['agent'])
    const [id = ''] = await fill(south, 1, '公积金提取')
    await test.db.write((tx) =>
      tx
        .insert(ticketParticipants)
        .values({
          ticketId: id,
          agentId: helper.id,
          departmentId: south.id,
          reason: 'served',
          createdAt: 1_780_000_000_000,
        })
        .then(() => undefined),
    )
    await test.index()
    expect(await found(helper, '公积金')).toBe(0)
    await test.request('PATCH', `/departments/${office.id}`, {
      cookie: admin.cookie,
      body: { parentId: south.id },
    })
    await test.index()
    expect(await found(helper, '公积金')).toBe(1)
  })

  it('goes on where it was when the process dies between two slices, and marks nothing for a new name', async () => {
    await fill(office, 150, '居住证')
    await test.index()
    await test.db.write((tx) => markForSearch(tx, 'department', office.id, 1))
    let calls = 0
    const dying: SearchEngine = {
      ...test.deps.search,
      index: async (collection, documents) => {
        calls += 1
        if (calls > 1) throw new Error('killed')
        await test.deps.search.index(collection, documents)
      },
    }
    await expect(createTicketIndexer(test.deps, dying).run()).rejects.toThrow('killed')
    expect(await marks()).toMatchObject({ done: 100 })
    await test.index()
    expect(await marks()).toBeNull()
    await test.request('PATCH', `/departments/${office.id}`, {
      cookie: admin.cookie,
      body: { name: '新大厅' },
    })
    expect(await marks()).toBeNull()
  })
})

describe('a rebuild that was asked for', () => {
  const ask = () => test.db.write((tx) => markForSearch(tx, 'rebuild', 'tickets', 1))

  it('brings back what the index had lost, and what happens meanwhile is in it', async () => {
    const ids = await fill(office, 120, '驾驶证换证')
    await test.index()
    await test.deps.search.remove('tickets', ids)
    expect(await found(ofNorth, '驾驶证')).toBe(0)
    await ask()
    let isOpened = false
    const { search } = test.deps
    const meanwhile: SearchEngine = {
      ...search,
      rebuild: (collection, batches) =>
        search.rebuild(
          collection,
          (async function* () {
            for await (const batch of batches) {
              yield batch
              if (isOpened) continue
              isOpened = true
              const body = { siteId, topic: '驾驶证遗失', departmentId: office.id }
              expect((await test.request('POST', '/tickets', { cookie: ofNorth.cookie, body })).status).toBe(
                201,
              )
            }
          })(),
        ),
    }
    await createTicketIndexer(test.deps, meanwhile).run()
    expect(await found(ofNorth, '驾驶证')).toBe(121)
    expect(await marks()).toBeNull()
  })

  it('is asked for from outside, which hears how far it is and when it is over', async () => {
    await fill(office, 120, '残疾人证')
    const said: string[] = []
    let code: number | null = null
    const asking = rebuildSearch(test.db, (line) => said.push(line)).then((answer) => {
      code = answer
    })
    await eventually(async () => {
      await test.index()
      expect(code).toBe(0)
    })
    await asking
    expect(said.at(-1)).toContain('rebuilt')
    expect(await found(ofNorth, '残疾人证')).toBe(120)
  })

  it('begins anew where it failed, and the old index answers until then', async () => {
    await fill(office, 120, '营业执照')
    await test.index()
    await ask()
    const failing: SearchEngine = {
      ...test.deps.search,
      rebuild: (collection, batches) =>
        test.deps.search.rebuild(
          collection,
          (async function* () {
            for await (const batch of batches) {
              yield batch
              throw new Error('disk full')
            }
          })(),
        ),
    }
    await expect(createTicketIndexer(test.deps, failing).run()).rejects.toThrow('disk full')
    expect(await marks()).toMatchObject({ kind: 'rebuild' })
    expect(await found(ofNorth, '营业执照')).toBe(120)
    await test.index()
    expect([await found(ofNorth, '营业执照'), await marks()]).toEqual([120, null])
  })
})

describe('a name that changes', () => {
  const edit = (method: string, path: string, body: unknown, who = admin) =>
    test.request(method, path, { cookie: who.cookie, body })
  const addTag = (ids: readonly string[], name: string) =>
    test.db.write(async (tx) => {
      const [tag] = await findOrMakeTags(tx, [name], 1)
      for (const id of ids) await addTicketTags(tx, id, [tag?.id ?? ''], 1)
      return tag?.id ?? ''
    })

  it('of a tag is found on all its tickets, the old one on none, after bounded slices', async () => {
    const ids = await fill(office, 230, '一')
    const tag = await addTag(ids, '黄梅戏')
    await test.index()
    expect(await found(ofNorth, '黄梅戏')).toBe(230)
    expect((await edit('PATCH', `/tags/${tag}`, { name: '昆曲' })).status).toBe(200)
    const sizes: number[] = []
    const counting: SearchEngine = {
      ...test.deps.search,
      index: async (collection, documents) => {
        sizes.push(documents.length)
        await test.deps.search.index(collection, documents)
      },
    }
    await createTicketIndexer(test.deps, counting).run()
    expect(sizes).toEqual([100, 100, 30])
    expect([await found(ofNorth, '黄梅戏'), await found(ofNorth, '昆曲')]).toEqual([0, 230])
    expect(await marks()).toBeNull()
  })

  it('of a tag that becomes another’s is found under that one', async () => {
    const [first, second] = [await fill(office, 2, '一'), await fill(office, 1, '二')]
    const [from, into] = [await addTag(first, '黄梅戏'), await addTag(second, '昆曲')]
    await test.index()
    expect((await edit('POST', `/tags/${from}/merge`, { intoId: into })).status).toBe(200)
    await test.index()
    expect([await found(ofNorth, '黄梅戏'), await found(ofNorth, '昆曲')]).toEqual([0, 3])
  })

  it('of a person is found on every ticket of theirs, changed on one of them', async () => {
    const ids = await fill(office, 130, '三')
    await test.db.write(async (tx) => {
      const contactId = await findOrAddContact(tx, siteId, { name: '欧阳锋', phone: '13800000001' }, 1)
      await tx.update(tickets).set({ contactId })
    })
    await test.index()
    expect(await found(ofNorth, '欧阳锋')).toBe(130)
    const renamed = await edit('PATCH', `/tickets/${ids[0]}`, { contactName: '诸葛亮' }, ofNorth)
    expect(renamed.status).toBe(200)
    await test.index()
    expect([await found(ofNorth, '欧阳锋'), await found(ofNorth, '诸葛亮')]).toEqual([0, 130])
  })

  it('of a citizen whom the host confirms anew is found; saying the same again marks nothing', async () => {
    const [id = ''] = await fill(office, 1, '四')
    const confirm = (name: string) =>
      test.db.write((tx) => confirmContact(tx, siteId, 'subject', name, null, test.clock.now()))
    const contactId = await confirm('欧阳锋')
    await test.db.write((tx) =>
      tx
        .update(tickets)
        .set({ contactId })
        .where(eq(tickets.id, id))
        .then(() => undefined),
    )
    await test.index()
    expect(await confirm('欧阳锋')).toBe(contactId)
    expect(await marks()).toBeNull()
    await confirm('诸葛亮')
    await test.index()
    expect([await found(ofNorth, '欧阳锋'), await found(ofNorth, '诸葛亮')]).toEqual([0, 1])
  })

  it('of a service item is found on its tickets, which are looked for among all', async () => {
    const mine = [...(await fill(office, 120, '五')), ...(await fill(south, 1, '六'))]
    await fill(office, 150, '七')
    const item = await addServiceItem(test, top, '黄梅戏', { nameEn: 'opera' })
    await test.db.write(async (tx) => {
      for (const id of mine) await tx.update(tickets).set({ serviceItemId: item }).where(eq(tickets.id, id))
    })
    await test.index()
    expect(await found(admin, '黄梅戏')).toBe(121)
    await test.db.write(async (tx) => {
      await tx.update(serviceItems).set({ name: '昆曲' }).where(eq(serviceItems.id, item))
      await markForSearch(tx, 'service_item', item, 1)
    })
    await test.index()
    expect([await found(admin, '黄梅戏'), await found(admin, '昆曲')]).toEqual([0, 121])
    expect(await marks()).toBeNull()
  })
})
