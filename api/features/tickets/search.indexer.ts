import { eq, max } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { events, projectionCursors } from '../../../drizzle/schema/index'
import type { SearchDocument, SearchEngine } from '../../../search/engine'
import type { Deps } from '../../lib/deps'
import { eventsAfter } from '../events/events.store'
import { loadSearchDocuments, ticketIdsAfter } from './search.documents.store'
import { advanceMark, finishMark, firstMark, type SearchMark, sliceOfMark } from './search.marks.store'

export const ticketIndex = 'tickets'
const cursorName = 'search.tickets'
const eventsAtOnce = 500
const documentsAtOnce = 100
const toldTickets = 1000
const idleMs = 1000
const wakeMs = 100

const cursorOf = async (tx: Tx): Promise<number> => {
  const [row] = await tx.select().from(projectionCursors).where(eq(projectionCursors.name, cursorName))
  return row?.seq ?? 0
}
const moveCursor = async (tx: Tx, seq: number): Promise<void> => {
  await tx
    .insert(projectionCursors)
    .values({ name: cursorName, seq })
    .onConflictDoUpdate({ target: projectionCursors.name, set: { seq } })
}

/** Says nothing about what can be found. */
const isSilent = (type: string): boolean => /^(call\.|offer\.|sla\.|presence\.)/.test(type)

type IndexDeps = Pick<Deps, 'db' | 'logger'>

/** What happens between two batches of a rebuild. */
type Between = (done: number) => Promise<unknown>

async function* allDocuments(deps: IndexDeps, between: Between): AsyncGenerator<SearchDocument[]> {
  let done = 0
  for (let after: { id: string; createdAt: number } | null = null; ; ) {
    const from: typeof after = after
    // Before the next tickets are read: what is newer than they must come after them.
    await between(done)
    const { last, documents } = await deps.db.read(async (tx) => {
      const ids = await ticketIdsAfter(tx, from, documentsAtOnce)
      return {
        last: ids.at(-1),
        documents: await loadSearchDocuments(
          tx,
          ids.map((each) => each.id),
        ),
      }
    })
    if (!last) return
    yield documents
    done += documents.length
    after = last
  }
}

/** Fills the index of tickets anew; the old one answers meanwhile. Returns how many tickets it holds. */
export const rebuildTicketIndex = async (
  deps: IndexDeps,
  engine: SearchEngine,
  between: Between = async () => undefined,
): Promise<number> => {
  // Taken first: what changes while the tickets are read comes again.
  const seq = await deps.db.read(async (tx) => {
    const [row] = await tx.select({ last: max(events.seq) }).from(events)
    return Number(row?.last ?? 0)
  })
  const count = await engine.rebuild(ticketIndex, allDocuments(deps, between))
  await deps.db.write(async (tx) => {
    if ((await cursorOf(tx)) < seq) await moveCursor(tx, seq)
  })
  return count
}

/**
 * Carries changes from the events to the search engine, at least once: the position moves on after the engine
 * has taken a batch. An index that is missing or was made otherwise is filled anew first.
 */
export const createTicketIndexer = (deps: IndexDeps, engine: SearchEngine) => {
  let isChecked = false
  let isStopped = false
  let timer: NodeJS.Timeout | null = null
  let running: Promise<number> | null = null
  let stopListening: (() => void) | null = null
  let failures = 0

  const batch = async (): Promise<number> => {
    const { rows, documents } = await deps.db.read(async (tx) => {
      const found = await eventsAfter(tx, await cursorOf(tx), eventsAtOnce)
      const ids = new Set(found.flatMap((row) => (isSilent(row.type) ? [] : (row.ticketId ?? []))))
      return { rows: found, documents: await loadSearchDocuments(tx, [...ids]) }
    })
    const last = rows.at(-1)
    if (!last) return 0
    if (documents.length > 0) await engine.index(ticketIndex, documents)
    await deps.db.write((tx) => moveCursor(tx, last.seq))
    return rows.length
  }

  const catchUp = async (): Promise<number> => {
    let total = 0
    for (let count = 1; count > 0 && !isStopped; total += count) count = await batch()
    return total
  }

  /** A rebuild that was asked for; what happens meanwhile is found meanwhile. Stopped, it begins anew at the next start. */
  const rebuildFor = async (asked: SearchMark): Promise<void> => {
    let mark: SearchMark | null = asked
    const note = async (done: number) => {
      const now = mark
      if (isStopped) throw new Error('The rebuild is given up: the process stops')
      await catchUp()
      // Told in steps: a write for every batch would be ten thousand.
      if (!now || (now.startedAt !== null && done < now.done + toldTickets)) return
      const startedAt = now.startedAt ?? now.askedAt
      mark = await deps.db.write((tx) => advanceMark(tx, now, { place: '', done, startedAt }))
    }
    await rebuildTicketIndex(deps, engine, note)
    const last = mark
    if (last) await deps.db.write((tx) => finishMark(tx, last))
  }

  /** The next slice of what was marked to be read again; false where there is nothing. */
  const refreshSlice = async (): Promise<boolean> => {
    const mark = await deps.db.read(firstMark)
    if (!mark) return false
    const { kind } = mark
    if (kind === 'rebuild') {
      await rebuildFor(mark)
      return true
    }
    const { slice, documents } = await deps.db.read(async (tx) => {
      const found = await sliceOfMark(tx, kind, mark, documentsAtOnce)
      return { slice: found, documents: await loadSearchDocuments(tx, found.ids) }
    })
    if (documents.length > 0) await engine.index(ticketIndex, documents)
    const { place } = slice
    await deps.db.write(async (tx) => {
      if (place === null) await finishMark(tx, mark)
      else await advanceMark(tx, mark, { place, done: mark.done + documents.length, startedAt: mark.askedAt })
    })
    return true
  }

  const runAll = async (): Promise<number> => {
    if (!isChecked) {
      const own = (await engine.stats()).find((each) => each.collection === ticketIndex)
      if (own?.isStale) await rebuildTicketIndex(deps, engine)
      isChecked = true
    }
    let total = await catchUp()
    // One slice at a time: what happens now does not wait behind a branch that moved.
    while (!isStopped && (await refreshSlice())) total += await catchUp()
    return total
  }
  const run = (): Promise<number> => {
    running ??= runAll().finally(() => {
      running = null
    })
    return running
  }
  const wake = (delayMs: number): void => {
    if (isStopped || timer) return
    timer = setTimeout(async () => {
      timer = null
      try {
        await run()
        failures = 0
      } catch (error) {
        failures += 1
        isChecked = false
        deps.logger.warn({ err: error }, 'search index is behind')
      }
      wake(Math.min(30_000, idleMs * 2 ** failures))
    }, delayMs)
  }
  return {
    /** Indexes what is waiting; answers how many events that was. */
    run,
    start(): void {
      stopListening = deps.db.onCommit(() => failures === 0 && wake(wakeMs))
      wake(wakeMs)
    },
    async stop(): Promise<void> {
      isStopped = true
      stopListening?.()
      if (timer) clearTimeout(timer)
      await running?.catch((error) => deps.logger.warn({ err: error }, 'search index is behind'))
    },
  }
}
