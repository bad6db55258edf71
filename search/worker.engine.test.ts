import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterEach, expect, it, vi } from 'vitest'
import { BadCursorError, type SearchEngine } from './engine'
import { document, temporaryFolder, tickets } from './testing/collections'
import { createSearchWorker, SearchUnavailableError, type SearchWorkerOptions } from './worker.engine'

const open: SearchEngine[] = []
const create = (more: Partial<SearchWorkerOptions> = {}, folder = temporaryFolder()): SearchEngine => {
  const engine = createSearchWorker(folder, { collections: tickets, ...more })
  open.push(engine)
  return engine
}
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close()
})

it('answers as the engine in this thread does', async () => {
  const engine = create()
  await engine.index('tickets', [document('a', '居住证', '', { keys: ['site:s1'] })])
  const page = await engine.search('tickets', { q: '居住證', limit: 5, filter: { site: ['s1'] } })
  expect(page.hits.map(({ id }) => id)).toEqual(['a'])
  expect(await engine.suggest('tickets', { prefix: '居', limit: 3 })).toEqual([{ title: '居住证', count: 1 }])
  await expect(engine.search('tickets', { q: 'x', limit: 1, cursor: '!' })).rejects.toThrow(BadCursorError)
  await expect(engine.search('other', { q: 'x', limit: 1 })).rejects.toThrow('No such search collection')
})

it('rebuilds while it answers, and leaves this thread free', async () => {
  const engine = create()
  await engine.index('tickets', [document('old', '户口')])
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const batches = function* () {
    for (let at = 0; at < 2000; at += 100)
      yield Array.from({ length: 100 }, (_, step) => document(`d${at + step}`, '户口', '材料'.repeat(50)))
  }
  const rebuilding = engine.rebuild('tickets', batches())
  const page = await engine.search('tickets', { q: '户口', limit: 5 })
  expect(page.hits.map(({ id }) => id)).toEqual(['old'])
  expect(await rebuilding).toBe(2000)
  delay.disable()
  expect(delay.percentile(50) / 1e6).toBeLessThan(50)
  expect(await engine.stats()).toMatchObject([{ documents: 2000, isStale: false }])
})

it('replaces a thread that does not answer, and keeps what was acknowledged', async () => {
  const onRestart = vi.fn()
  const folder = temporaryFolder()
  const filled = create({}, folder)
  await filled.index('tickets', [document('a', '户口')])
  await filled.close()
  const engine = create({ timeoutMs: 1, onRestart }, folder)
  // The first answer waits for files and dictionary, however short the time for others.
  await engine.stats()
  expect(onRestart).not.toHaveBeenCalled()
  const long = Array.from({ length: 2000 }, (_, at) =>
    document(`long${at}`, '户口', '申请材料不齐全'.repeat(100)),
  )
  await expect(engine.index('tickets', long)).rejects.toThrow(SearchUnavailableError)
  expect(onRestart).toHaveBeenCalledOnce()
  await engine.close()
  expect((await create({}, folder).search('tickets', { q: '户口', limit: 1 })).hits).toHaveLength(1)
})

it('gives a thread that never comes up no more than the long time', async () => {
  const onRestart = vi.fn()
  const engine = create({ timeoutMs: 1, longTimeoutMs: 1, onRestart })
  await expect(engine.stats()).rejects.toThrow('no answer to stats in time')
  expect(onRestart).toHaveBeenCalledOnce()
  // Nothing waits for this engine any more.
  open.splice(0)
  await engine.close().catch((error: unknown) => expect(error).toBeInstanceOf(SearchUnavailableError))
})

it('starts the thread again until it stays', async () => {
  const folder = join(temporaryFolder(), 'index')
  writeFileSync(folder, 'a file where the folder should be')
  const onRestart = vi.fn()
  const engine = create({ onRestart }, folder)
  await expect(engine.stats()).rejects.toThrow(SearchUnavailableError)
  rmSync(folder)
  await vi.waitFor(async () => expect(await engine.stats()).toHaveLength(1), {
    timeout: 20_000,
    interval: 50,
  })
  expect(onRestart).toHaveBeenCalled()
})

it('survives a document that cannot be indexed', async () => {
  const onRestart = vi.fn()
  const engine = create({ onRestart })
  await engine.index('tickets', [document('a', '户口')])
  const odd = { ...document('b', '户口'), fields: null } as unknown as ReturnType<typeof document>
  await expect(engine.index('tickets', [odd])).rejects.toMatchObject({ name: 'TypeError' })
  expect((await engine.search('tickets', { q: '户口', limit: 1 })).hits).toHaveLength(1)
  expect(onRestart).not.toHaveBeenCalled()
})

it('refuses everything once closed', async () => {
  const engine = create()
  await engine.close()
  await expect(engine.stats()).rejects.toThrow(SearchUnavailableError)
  await engine.close()
})
