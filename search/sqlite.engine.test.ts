import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { BadCursorError, type KeyFilter, type SearchEngine, type SearchQuery } from './engine'
import { createSqliteCommands, createSqliteEngine } from './sqlite.engine'
import { document, now, temporaryFolder, tickets } from './testing/collections'
import { tokenize } from './tokenizer'

const dayMs = 86_400_000
const open: SearchEngine[] = []
const create = (folder = temporaryFolder()): SearchEngine => {
  const engine = createSqliteEngine(folder, tickets, () => now)
  open.push(engine)
  return engine
}
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close()
})

const idsOf = async (engine: SearchEngine, q: string, more: Partial<SearchQuery> = {}): Promise<string[]> =>
  (await engine.search('tickets', { q, limit: 20, ...more })).hits.map(({ id }) => id)

describe('finding', () => {
  it('finds traditional, full-width and plural spellings of the same', async () => {
    const engine = create()
    await engine.index('tickets', [document('a', '办理社会保险'), document('b', 'ID cards', '编号ABC-12')])
    expect(await idsOf(engine, '社會保險')).toEqual(['a'])
    expect(await idsOf(engine, 'ＣＡＲＤ')).toEqual(['b'])
    expect(await idsOf(engine, 'abc-12')).toEqual(['b'])
  })
  it('finds what jieba cut otherwise, by its characters', async () => {
    const engine = create()
    await engine.index('tickets', [document('a', '城乡居民'), document('b', '居民')])
    expect(await idsOf(engine, '乡居')).toEqual(['a'])
  })
  it('replaces on update and forgets on removal', async () => {
    const engine = create()
    await engine.index('tickets', [document('a', '退休'), document('b', '户口')])
    await engine.index('tickets', [document('a', '医保')])
    await engine.remove('tickets', ['b', 'unknown'])
    expect(await idsOf(engine, '退休')).toEqual([])
    expect(await idsOf(engine, '医保')).toEqual(['a'])
    expect(await idsOf(engine, '户口')).toEqual([])
    expect((await engine.stats())[0]?.documents).toBe(1)
  })
  it('is not confused by the syntax of FTS5', async () => {
    const engine = create()
    await engine.index('tickets', [document('a', '居住证')])
    for (const q of [
      '"居住证',
      '居住证*',
      'NOT 居住证',
      '居住证 OR',
      '(居住证',
      'tokens:居住证',
      '^居住证',
      "';--居住证",
    ])
      expect(await idsOf(engine, q)).toEqual(['a'])
    for (const q of ['"', '*', '=all', '()', '---']) expect(await idsOf(engine, q)).toEqual([])
  })
  it('finds everything by each of its own words', async () => {
    const engine = create()
    const text = fc.string({
      unit: fc.constantFrom(...'社会保险卡办理居民身份证户籍迁移退休金城乡医疗abs 019-@._臺灣ＡＢ，。'),
      minLength: 1,
      maxLength: 40,
    })
    let made = 0
    await fc.assert(
      fc.asyncProperty(text, text, async (title, body) => {
        const id = `doc${made++}`
        const keys = [`own:${id}`]
        await engine.index('tickets', [document(id, title, body, { keys })])
        for (const word of tokenize(`${title}\n${body}`))
          expect([word, await idsOf(engine, word, { filter: { own: [id] } })]).toEqual([word, [id]])
      }),
      { numRuns: 60 },
    )
  })
})

describe('ranking', () => {
  it('puts a word in the title before the same in the body', async () => {
    const engine = create()
    await engine.index('tickets', [document('body', '咨询', '居住证'), document('title', '居住证', '咨询')])
    expect(await idsOf(engine, '居住证')).toEqual(['title', 'body'])
  })
  it('puts all words before some, however often', async () => {
    const engine = create()
    await engine.index('tickets', [
      document('all', '咨询', '户口和医保'),
      document('some', '户口户口户口', '户口'),
      document('none', '公积金'),
    ])
    expect(await idsOf(engine, '户口 医保')).toEqual(['all', 'some'])
  })
  it('puts the rare word before the frequent one', async () => {
    const engine = create()
    const many = Array.from({ length: 50 }, (_, at) => document(`m${at}`, '申请户口'))
    await engine.index('tickets', [
      ...many,
      document('rare', '申请公积金'),
      ...many.map((one) => ({ ...one, id: `n${one.id}` })),
    ])
    expect((await idsOf(engine, '户口 公积金'))[0]).toBe('rare')
  })
  it('puts the newer before the older when they are equal', async () => {
    const engine = create()
    await engine.index('tickets', [
      document('new', '户口', '', { at: now - dayMs }),
      document('old', '户口', '', { at: now - 900 * dayMs }),
    ])
    expect(await idsOf(engine, '户口')).toEqual(['new', 'old'])
  })
})

describe('filters and scope', () => {
  const filled = async () => {
    const engine = create()
    await engine.index('tickets', [
      document('a', '户口', '', { keys: ['site:One', 'dept:d1', 'status:open'] }),
      document('b', '户口', '', { keys: ['site:one', 'dept:d2', 'status:open', 'assignee:me'] }),
      document('c', '户口', '', { keys: ['site:One', 'dept:d3', 'status:closed'] }),
    ])
    return engine
  }
  const sorted = async (...args: Parameters<typeof idsOf>) => (await idsOf(...args)).sort()

  it('demands every name, by any of its values, in the very spelling', async () => {
    const engine = await filled()
    expect(await sorted(engine, '户口', { filter: { site: ['One'] } })).toEqual(['a', 'c'])
    expect(await sorted(engine, '户口', { filter: { site: ['one'] } })).toEqual(['b'])
    const both = { dept: ['d1', 'd3'], status: ['open'] }
    expect(await sorted(engine, '户口', { filter: both })).toEqual(['a'])
  })
  it('lets a scope widen only by its own alternatives', async () => {
    const engine = await filled()
    const scope: KeyFilter[] = [{ dept: ['d1'] }, { assignee: ['me'] }]
    expect(await sorted(engine, '户口', { scope })).toEqual(['a', 'b'])
    expect(await sorted(engine, '', { scope, newestFirst: true })).toEqual(['a', 'b'])
    expect(await sorted(engine, '户口', { scope: [{}] })).toEqual(['a', 'b', 'c'])
  })
  it('shows nothing to whom nothing is allowed', async () => {
    const engine = await filled()
    for (const more of [
      { scope: [] },
      { scope: [{ dept: [] }] },
      { filter: { dept: [] } },
      { filter: { dept: ['"'] } },
    ]) {
      expect(await idsOf(engine, '户口', more)).toEqual([])
      expect(await engine.suggest('tickets', { prefix: '户', limit: 5, ...more })).toEqual([])
    }
  })
  it('does not find keys as words', async () => {
    expect(await idsOf(await filled(), 'site:One =site:^4f.ne open')).toEqual([])
  })
  it('answers as a plain filter over all documents would', async () => {
    const engine = create()
    const value = fc.constantFrom('a', 'B', 'b', '户', 'x y', '"')
    const docs = fc.array(fc.record({ site: value, dept: value, has: fc.boolean() }), { maxLength: 12 })
    const values = fc.array(value, { maxLength: 3 })
    let round = 0
    await fc.assert(
      fc.asyncProperty(docs, values, values, async (rows, site, dept) => {
        const mark = `r${round++}`
        const all = rows.map((row, at) => ({ ...row, id: `${mark}-${at}` }))
        const made = all.map(({ id, has, ...row }) =>
          document(id, has ? '户口' : '医保', '', {
            keys: [`run:${mark}`, `site:${row.site}`, `dept:${row.dept}`],
          }),
        )
        await engine.index('tickets', made)
        const expected = all.filter((one) => one.has && site.includes(one.site) && dept.includes(one.dept))
        const found = await sorted(engine, '户口', { filter: { run: [mark], site, dept } })
        expect(found).toEqual(expected.map(({ id }) => id).sort())
      }),
      { numRuns: 60 },
    )
  })
})

describe('pages', () => {
  it.each([{ newestFirst: false }, { newestFirst: true }])('show each document once: %o', async (order) => {
    const engine = create()
    const docs = Array.from({ length: 45 }, (_, at) =>
      document(`d${at}`, '户口', '补充'.repeat(at % 7), { at: now - (45 - at) * dayMs }),
    )
    await engine.index('tickets', docs)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await engine.search('tickets', {
        q: '户口',
        limit: 10,
        ...order,
        ...(cursor ? { cursor } : {}),
      })
      seen.push(...page.hits.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(45)
    expect(new Set(seen).size).toBe(45)
    if (order.newestFirst) expect(seen).toEqual(docs.map(({ id }) => id).reverse())
  })
  it('refuses a foreign cursor', async () => {
    const engine = create()
    for (const cursor of ['x', 'e30', 'bnVsbA'])
      await expect(engine.search('tickets', { q: '户口', limit: 1, cursor })).rejects.toThrow(BadCursorError)
  })
})

describe('suggestions', () => {
  it('are titles with what was typed, those that begin with it first, then the commonest', async () => {
    const engine = create()
    const titles = [
      '补办居住证',
      '居住证延期',
      '居住证办理',
      '居住证办理',
      'Residence permits',
      'Resignation',
    ]
    await engine.index(
      'tickets',
      titles.map((title, at) => document(`d${at}`, title)),
    )
    const suggest = async (prefix: string) =>
      (await engine.suggest('tickets', { prefix, limit: 5 })).map(({ title, count }) => `${title} ${count}`)
    expect(await suggest('居住證')).toEqual(['居住证办理 2', '居住证延期 1', '补办居住证 1'])
    expect((await suggest('res')).sort()).toEqual(['Residence permits 1', 'Resignation 1'])
    expect(await suggest('Residence p')).toEqual(['Residence permits 1'])
    expect(await suggest('证居')).toEqual([])
    expect(await suggest('')).toEqual([])
  })
})

describe('rebuilding', () => {
  const batches = function* (count: number) {
    for (let at = 0; at < count; at += 10)
      yield Array.from({ length: 10 }, (_, step) => document(`d${at + step}`, '户口', `第${at + step}件`))
  }
  it('puts a complete new index in the place of the old and of nothing else', async () => {
    const folder = temporaryFolder()
    const engine = create(folder)
    await engine.index('tickets', [document('old', '户口')])
    expect((await engine.stats())[0]?.isStale).toBe(true)
    expect(await engine.rebuild('tickets', batches(100))).toBe(100)
    expect(await engine.stats()).toMatchObject([{ documents: 100, isStale: false }])
    expect(await idsOf(engine, '户口', { limit: 200 })).toHaveLength(100)
    await engine.close()
    const again = create(folder)
    expect(await again.stats()).toMatchObject([{ documents: 100, isStale: false }])
  })
  it('keeps what changed meanwhile, and answers from the old index until the end', async () => {
    const engine = create()
    await engine.index('tickets', [document('d1', '旧'), document('d2', '旧')])
    const during = async function* () {
      for (const batch of batches(20)) {
        await engine.index('tickets', [document('d1', '公积金'), document('extra', '公积金')])
        await engine.remove('tickets', ['d2', 'd15'])
        expect(await idsOf(engine, '第7件')).toEqual([])
        yield batch
      }
    }
    await engine.rebuild('tickets', during())
    expect((await idsOf(engine, '公积金')).sort()).toEqual(['d1', 'extra'])
    expect((await engine.stats())[0]?.documents).toBe(19)
  })
  it('leaves the old index when the source fails', async () => {
    const engine = create()
    await engine.index('tickets', [document('old', '户口')])
    const failing = function* () {
      yield* batches(10)
      throw new Error('source failed')
    }
    await expect(engine.rebuild('tickets', failing())).rejects.toThrow('source failed')
    expect(await idsOf(engine, '户口')).toEqual(['old'])
  })
  it('asks for itself when the file is damaged or the options changed', async () => {
    const folder = temporaryFolder()
    const first = create(folder)
    await first.rebuild('tickets', batches(10))
    await first.close()
    const options = { ...tickets.tickets!, fields: { title: { weight: 9, typicalTokens: 15 } } }
    const changed = createSqliteCommands(folder, { tickets: options })
    expect(changed.stats()[0]).toMatchObject({ documents: 10, isStale: true })
    changed.close()
    writeFileSync(join(folder, 'tickets.db'), 'not a database'.repeat(1000))
    expect(await create(folder).stats()).toMatchObject([{ documents: 0, isStale: true }])
  })
})
