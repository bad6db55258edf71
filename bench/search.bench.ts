/**
 * Full-text search over generated Chinese tickets, through the same thread the API uses: queries, suggestions,
 * filling an index and changing one document. Other sizes by argument: `npm run bench -- search 1000000`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSearchWorker } from '../search/worker.engine'
import { note, percentile, printFigure } from './support/figures'
import { benchCollection, createTexts } from './support/search-texts'

const collection = 'tickets'
const batch = 400
const warmUps = 50
const queries = 500
const changes = 200

const timesOf = async (count: number, work: () => Promise<unknown>): Promise<number[]> => {
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  return times
}

const measure = async (size: number): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bangban-bench-search-'))
  const engine = createSearchWorker(folder, { collections: { [collection]: benchCollection } })
  const texts = createTexts(size)
  const print = (figure: string, value: number, unit: string): void =>
    printFigure({ bench: 'search', figure, size, engine: 'sqlite', value, unit })
  const batches = function* () {
    for (let from = 0; from < size; from += batch)
      yield Array.from({ length: Math.min(batch, size - from) }, (_, step) => texts.document(from + step))
  }
  try {
    await engine.stats()
    const startedAt = performance.now()
    await engine.rebuild(collection, batches())
    print('index_per_s', (size / (performance.now() - startedAt)) * 1000, '1/s')

    let found = 0
    let complete = 0
    const query = async () => {
      const page = await engine.search(collection, texts.query(size))
      found += Number(page.hits.length > 0)
      complete += Number(page.isComplete)
    }
    await timesOf(warmUps, query)
    print('query_p95_ms', percentile(await timesOf(queries, query), 0.95), 'ms')
    const suggest = () => engine.suggest(collection, { prefix: texts.prefix(), limit: 8 })
    print('suggest_p95_ms', percentile(await timesOf(queries, suggest), 0.95), 'ms')
    const change = () => engine.index(collection, [texts.document(texts.pick(size))])
    print('update_p95_ms', percentile(await timesOf(changes, change), 0.95), 'ms')

    const bytes = (await engine.stats())[0]?.bytes ?? 0
    const asked = warmUps + queries
    note(
      `${size}: ${(bytes / 1e6).toFixed(0)} MB; of ${asked} queries ${found} found, ${complete} looked at all`,
    )
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const given = process.argv.slice(2).map(Number)
for (const size of given.length > 0 ? given : [1000, 10_000, 100_000]) await measure(size)
