import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SearchDocument, SearchEngine } from './engine'
import { createIndexer, type OutboxEntry } from './indexer'
import { createSqliteEngine } from './sqlite.engine'
import { document, temporaryFolder, tickets } from './testing/collections'

let engine: SearchEngine
const stops: (() => Promise<void>)[] = []
/** A busy machine is slow and not wrong. */
const patient = { timeout: 20_000 }
beforeEach(() => {
  engine = createSqliteEngine(temporaryFolder(), tickets)
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  await engine.close()
})

const outbox = () => {
  const entries: OutboxEntry[] = []
  return {
    entries,
    add(id: string, doc: SearchDocument | null): void {
      entries.push({ seq: (entries.at(-1)?.seq ?? 0) + 1, collection: 'tickets', id, doc })
    },
    takeBatch: async (limit: number) => entries.slice(0, limit),
    ack: async (upTo: number) => {
      entries.splice(0, entries.filter(({ seq }) => seq <= upTo).length)
    },
  }
}

const find = async (q: string) =>
  (await engine.search('tickets', { q, limit: 50 })).hits.map(({ id }) => id).sort()

it('carries over the last state of every document, then forgets', async () => {
  const source = outbox()
  for (let at = 0; at < 25; at++) source.add(`d${at}`, document(`d${at}`, '户口'))
  source.add('d3', null)
  source.add('d4', document('d4', '医保'))
  expect(await createIndexer({ engine, source, batchSize: 10 }).drain()).toBe(27)
  expect(source.entries).toEqual([])
  expect(await find('户口')).toHaveLength(23)
  expect(await find('医保')).toEqual(['d4'])
})

it('tries again after a failure without losing a change', async () => {
  const source = outbox()
  source.add('again', document('again', '公积金'))
  let failures = 2
  const flaky = {
    remove: engine.remove,
    index: async (...args: Parameters<typeof engine.index>) => {
      if (failures-- > 0) throw new Error('engine away')
      await engine.index(...args)
    },
  }
  const onError = vi.fn()
  const indexer = createIndexer({ engine: flaky, source, idleMs: 5, onError })
  stops.push(indexer.stop)
  indexer.start()
  await vi.waitFor(async () => expect(await find('公积金')).toEqual(['again']), patient)
  await vi.waitFor(() => expect(source.entries).toEqual([]), patient)
  expect(onError).toHaveBeenCalledTimes(2)
})

it('looks at once when woken', async () => {
  const source = outbox()
  const indexer = createIndexer({ engine, source, idleMs: 3_600_000 })
  stops.push(indexer.stop)
  indexer.start()
  await indexer.drain()
  source.add('woken', document('woken', '残疾证'))
  await vi.waitFor(async () => {
    indexer.wake()
    expect(await find('残疾证')).toEqual(['woken'])
  }, patient)
})
