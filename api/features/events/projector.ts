import { eq, inArray, max } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { events, projectionCursors, projectionFailures } from '../../../drizzle/schema/index'
import { createBatchSizes } from '../../lib/batch-sizes'
import type { Deps } from '../../lib/deps'
import { type EventRow, eventsAfter } from './events.store'

/**
 * Something derived from the events: clocks, notices, figures. `handle` gets each event once, in order,
 * in the transaction that also moves the projection's position on: never lost, never twice.
 */
export interface Projection {
  name: string
  /**
   * Whether the event has anything to do with it; without this, every one. Others are passed over, and how much
   * goes into one transaction is learned from these alone: much that is cheap says nothing about what is not.
   */
  isAbout?(row: EventRow): boolean
  handle(tx: Tx, rows: readonly EventRow[]): Promise<void>
}

const countOwn = (projection: Projection, rows: readonly EventRow[]): number =>
  rows.filter((row) => projection.isAbout?.(row) ?? true).length

/** The first rows, of which `size` are the projection's own; those it has nothing to do with come for nothing. */
const nextPart = (projection: Projection, rows: readonly EventRow[], size: number): readonly EventRow[] => {
  let own = 0
  const end = rows.findIndex((row) => (projection.isAbout?.(row) ?? true) && ++own > size)
  return end < 0 ? rows : rows.slice(0, end)
}

const batchSize = 200
const coalesceMs = 20
const pollMs = 1000

const cursorOf = async (tx: Tx, name: string): Promise<number> => {
  const [row] = await tx.select().from(projectionCursors).where(eq(projectionCursors.name, name))
  return row?.seq ?? 0
}

const moveCursor = async (tx: Tx, name: string, seq: number): Promise<void> => {
  await tx
    .insert(projectionCursors)
    .values({ name, seq })
    .onConflictDoUpdate({ target: projectionCursors.name, set: { seq } })
}

/** The projection begins again with the first event. */
export const forgetCursor = (tx: Tx, name: string): Promise<void> => moveCursor(tx, name, 0)

/**
 * Feeds events to projections after each commit. A new projection starts with the first event there is. An
 * event that cannot be digested is written to `projection_failures` and passed over, alone.
 */
export const createProjector = (
  deps: Pick<Deps, 'db' | 'clock' | 'logger'>,
  projections: readonly Projection[],
) => {
  const sizes = createBatchSizes({ first: 20, largest: batchSize })
  let timer: NodeJS.Timeout | null = null
  let poll: NodeJS.Timeout | null = null
  let running: Promise<number> | null = null
  let isWanted = false
  let isStopped = false

  /** Handles `rows` unless another process was faster; returns how long that held the writer, in milliseconds. */
  const apply = (projection: Projection, from: number, rows: readonly EventRow[]): Promise<number> =>
    deps.db.write(async (tx) => {
      const start = performance.now()
      if ((await cursorOf(tx, projection.name)) !== from) return 0
      const own = projection.isAbout ? rows.filter((row) => projection.isAbout?.(row)) : rows
      if (own.length > 0) await projection.handle(tx, own)
      await moveCursor(tx, projection.name, rows.at(-1)?.seq ?? from)
      return performance.now() - start
    })

  const passOver = (projection: Projection, row: EventRow, error: unknown): Promise<void> => {
    deps.logger.error({ err: error, projection: projection.name, seq: row.seq }, 'event not digested')
    return deps.db.write(async (tx) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
      await tx
        .insert(projectionFailures)
        .values({ id: `${projection.name}:${row.seq}`, error: message, at: deps.clock.now() })
        .onConflictDoNothing()
      await moveCursor(tx, projection.name, row.seq)
    })
  }

  /** Handles `rows` in one transaction, or each in its own where that fails. */
  const digest = async (projection: Projection, from: number, rows: readonly EventRow[]): Promise<void> => {
    try {
      const took = await apply(projection, from, rows)
      const count = countOwn(projection, rows)
      if (count > 0) sizes.learn(projection.name, count, took)
    } catch (error) {
      deps.logger.warn({ err: error, projection: projection.name }, 'batch failed, tried one by one')
      let before = from
      for (const row of rows) {
        try {
          await apply(projection, before, [row])
        } catch (single) {
          await passOver(projection, row, single)
        }
        before = row.seq
      }
    }
  }

  const feed = async (projection: Projection, from: number): Promise<number> => {
    const rows = await deps.db.read((tx) => eventsAfter(tx, from, batchSize))
    let before = from
    for (let at = 0; at < rows.length; ) {
      const part = nextPart(projection, rows.slice(at), sizes.of(projection.name))
      await digest(projection, before, part)
      before = part.at(-1)?.seq ?? before
      at += part.length
    }
    return rows.length
  }

  /** One look at every projection; returns how many events were handled. */
  const round = async (): Promise<number> => {
    if (projections.length === 0) return 0
    const names = projections.map((each) => each.name)
    const { last, cursors } = await deps.db.read(async (tx) => {
      const [row] = await tx.select({ last: max(events.seq) }).from(events)
      const rows = await tx.select().from(projectionCursors).where(inArray(projectionCursors.name, names))
      return { last: Number(row?.last ?? 0), cursors: new Map(rows.map((each) => [each.name, each.seq])) }
    })
    let count = 0
    for (const projection of projections) {
      const from = cursors.get(projection.name) ?? 0
      if (from < last) count += await feed(projection, from)
    }
    return count
  }

  const runAll = async (): Promise<number> => {
    let count = 0
    for (;;) {
      isWanted = false
      const handled = isStopped ? 0 : await round()
      count += handled
      if (handled === 0 && !isWanted) return count
    }
  }

  /** Works until nothing is left, events written by projections included. */
  const run = (): Promise<number> => {
    isWanted = true
    running ??= runAll().finally(() => {
      running = null
    })
    return running
  }

  const wake = () => {
    if (timer || isStopped) return
    timer = setTimeout(() => {
      timer = null
      run().catch((error) => deps.logger.error({ err: error }, 'projections failed'))
    }, coalesceMs)
  }
  let stopListening: (() => void) | null = null

  return {
    run,
    start(): void {
      stopListening = deps.db.onCommit(wake)
      poll = setInterval(wake, pollMs)
    },
    async stop(): Promise<void> {
      isStopped = true
      stopListening?.()
      if (poll) clearInterval(poll)
      if (timer) clearTimeout(timer)
      await running?.catch((error) => deps.logger.error({ err: error }, 'projections failed'))
    },
  }
}
export type Projector = ReturnType<typeof createProjector>
