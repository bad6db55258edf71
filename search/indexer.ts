/** Carries changes from an outbox in the main database to the engine, in order and at least once. */
import type { SearchDocument, SearchEngine } from './engine'

export interface OutboxEntry {
  /** Rises with every change. */
  seq: number
  collection: string
  id: string
  /** The document as it is now; null: it is gone, or nobody may find it. */
  doc: SearchDocument | null
}

/** The outbox, as the feature that keeps it offers it. */
export interface OutboxSource {
  /** The oldest entries not acknowledged yet, oldest first. */
  takeBatch(limit: number): Promise<OutboxEntry[]>
  /** Forgets all entries up to and including this one. */
  ack(upToSeq: number): Promise<void>
}

export interface IndexerOptions {
  engine: Pick<SearchEngine, 'index' | 'remove'>
  source: OutboxSource
  /** Small, so that queries wait little behind it. */
  batchSize?: number
  /** How often to look when nobody calls `wake`. */
  idleMs?: number
  onError?: (error: unknown) => void
}

const longestDelayMs = 30_000

/** The last word on each document, by collection. */
const latest = (entries: OutboxEntry[]): Map<string, Map<string, SearchDocument | null>> => {
  const collections = new Map<string, Map<string, SearchDocument | null>>()
  for (const { collection, id, doc } of entries) {
    const documents = collections.get(collection) ?? new Map<string, SearchDocument | null>()
    documents.set(id, doc)
    collections.set(collection, documents)
  }
  return collections
}

export const createIndexer = (options: IndexerOptions) => {
  const { engine, source, batchSize = 40, idleMs = 1000 } = options
  let timer: NodeJS.Timeout | undefined
  let working: Promise<number> | null = null
  let isStarted = false
  let isWoken = false
  let failures = 0

  const indexBatch = async (): Promise<number> => {
    const entries = await source.takeBatch(batchSize)
    const last = entries.at(-1)
    if (!last) return 0
    for (const [collection, documents] of latest(entries)) {
      const present = [...documents.values()].filter((doc) => doc !== null)
      const gone = [...documents].filter(([, doc]) => doc === null).map(([id]) => id)
      if (present.length > 0) await engine.index(collection, present)
      if (gone.length > 0) await engine.remove(collection, gone)
    }
    await source.ack(last.seq)
    return entries.length
  }

  const indexAll = async (mayGoOn: () => boolean): Promise<number> => {
    let done = 0
    for (let more = true; more && mayGoOn(); ) {
      const count = await indexBatch()
      done += count
      more = count > 0
    }
    return done
  }

  /** One run at a time: two would take the same batch. */
  const drainOnce = (mayGoOn: () => boolean): Promise<number> => {
    working ??= indexAll(mayGoOn).finally(() => {
      working = null
    })
    return working
  }

  const round = async (): Promise<void> => {
    isWoken = false
    try {
      await drainOnce(() => isStarted)
      failures = 0
    } catch (error) {
      failures += 1
      options.onError?.(error)
    }
    const delay = failures > 0 ? Math.min(longestDelayMs, idleMs * 2 ** failures) : isWoken ? 0 : idleMs
    if (isStarted) timer = setTimeout(() => void round(), delay)
  }

  return {
    start(): void {
      if (isStarted) return
      isStarted = true
      timer = setTimeout(() => void round(), 0)
    },
    /** There is something new: look at once, unless the engine is failing. */
    wake(): void {
      isWoken = true
      if (!isStarted || working || failures > 0) return
      clearTimeout(timer)
      timer = setTimeout(() => void round(), 0)
    },
    /** Indexes everything that is waiting now; answers how many changes. */
    drain: (): Promise<number> => drainOnce(() => true),
    async stop(): Promise<void> {
      isStarted = false
      clearTimeout(timer)
      await working?.catch((error: unknown) => options.onError?.(error))
    },
  }
}
