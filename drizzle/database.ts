import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { groupCommits } from './group-commit'
import { keepQueries } from './prepared'
import { queriesOn, type Tx } from './session'
import { keepStatements } from './statements'

export type { Tx } from './session'

export interface Database {
  /** Runs `work` in one read transaction: several selects belong to one moment. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Runs `work` in the one write transaction; writers queue. Only the database may be awaited inside.
   * A write inside a write throws, because it would wait for itself.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Called after every commit of this process; returns a function that stops it. */
  onCommit(listener: () => void): () => void
  close(): Promise<void>
}

const insideWrite = new AsyncLocalStorage<true>()

/** A queue of one: tasks run one after the other, whatever becomes of each. */
export const serialise = () => {
  let tail: Promise<unknown> = Promise.resolve()
  return <T>(task: () => Promise<T>): Promise<T> => {
    const run = tail.then(task, task)
    tail = run.catch(() => undefined)
    return run
  }
}

/** Refuses a nested write and tells listeners of commits; shared by both dialects. */
export const guardWrites = (queue: <T>(task: () => Promise<T>) => Promise<T>) => {
  const listeners = new Set<() => void>()
  return {
    write: <T>(task: () => Promise<T>): Promise<T> => {
      if (insideWrite.getStore())
        throw new Error('A write inside a write would wait for itself: pass tx on instead')
      return queue(() => insideWrite.run(true, task)).then((result) => {
        for (const listener of listeners) listener()
        return result
      })
    },
    onCommit: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const pragmas = [
  'journal_mode = WAL',
  'foreign_keys = ON',
  'busy_timeout = 2000',
  'cache_size = -32000',
  'temp_store = MEMORY',
]

export interface Opening {
  readers?: number
  /** No for a file that nobody needs after a power cut, a test's: its commits do not wait for the disk. */
  isDurable?: boolean
}

/** A connection with the settings we rely on, asserted. */
export const connect = (
  path: string,
  options: Pick<Opening, 'isDurable'> & { readonly?: boolean } = {},
): Sqlite.Database => {
  const connection = new Sqlite(path, { readonly: options.readonly ?? false })
  const synchronous = options.isDurable === false ? 'OFF' : 'FULL'
  for (const pragma of [...pragmas, `synchronous = ${synchronous}`]) {
    if (options.readonly && pragma.startsWith('journal_mode')) continue
    connection.pragma(pragma)
  }
  const settings = [
    connection.pragma('journal_mode', { simple: true }),
    connection.pragma('foreign_keys', { simple: true }),
    connection.pragma('synchronous', { simple: true }),
  ]
  if (settings.join() !== `wal,1,${synchronous === 'FULL' ? 2 : 0}`)
    throw new Error(`SQLite did not take its settings: ${settings.join()}`)
  return connection
}

type Pair = [Sqlite.Statement, Sqlite.Statement]
interface Reader {
  begin: Sqlite.Statement
  commit: Sqlite.Statement
  connection: Sqlite.Database
  tx: Tx
}

/** Opens the SQLite database at `path` (created if missing; not migrated). */
export const openDatabase = (path: string, options: Opening = {}): Database => {
  mkdirSync(dirname(path), { recursive: true })
  const writer = connect(path, options)
  const idle: Reader[] = []
  const waiting: ((reader: Reader) => void)[] = []
  const all: Sqlite.Database[] = [writer]
  for (let count = 0; count < (options.readers ?? 4); count++) {
    const connection = connect(path, { readonly: true })
    all.push(connection)
    const [begin, commit] = ['BEGIN', 'COMMIT'].map((sql) => connection.prepare(sql)) as Pair
    idle.push({ begin, commit, connection, tx: keepQueries(queriesOn(keepStatements(connection))) })
  }
  const guarded = guardWrites(groupCommits(writer))
  const writerTx = keepQueries(queriesOn(keepStatements(writer)))

  const release = (reader: Reader) => {
    const next = waiting.shift()
    if (next) next(reader)
    else idle.push(reader)
  }
  return {
    async read(work) {
      const reader = idle.pop() ?? (await new Promise<Reader>((resolve) => waiting.push(resolve)))
      try {
        reader.begin.run()
        return await work(reader.tx)
      } finally {
        if (reader.connection.inTransaction) reader.commit.run()
        release(reader)
      }
    },
    write: (work) => guarded.write(() => work(writerTx)),
    onCommit: guarded.onCommit,
    async close() {
      await guarded.write(async () => undefined)
      // The writer last: a read-only connection cannot fold the WAL back into the database.
      for (const connection of all.reverse()) connection.close()
    },
  }
}

/** A read-only connection of its own, for a worker thread: one transaction at a time. */
export const openReader = (
  path: string,
): { read<T>(work: (tx: Tx) => Promise<T>): Promise<T>; close(): void } => {
  const connection = connect(path, { readonly: true })
  const tx = keepQueries(queriesOn(keepStatements(connection)))
  return {
    async read(work) {
      connection.exec('BEGIN')
      try {
        return await work(tx)
      } finally {
        connection.exec('COMMIT')
      }
    },
    close: () => connection.close(),
  }
}
