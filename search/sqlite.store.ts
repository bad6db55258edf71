/**
 * One collection in one SQLite file: an FTS5 table without content or positions that finds rows, and a table
 * `docs` that ranks and names them. Rows are numbered in the order they arrive, so that the newest matches are
 * the last of every list and FTS5 reads lists from the end. An update keeps its row's number.
 */
import { existsSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { CollectionOptions, SearchDocument } from './engine'
import { packTerms } from './forward'
import { anyDocument, keyToken, tokenMarks } from './sqlite.match'
import { tokenize, tokenizerVersion } from './tokenizer'

const maxTitleLength = 120
/** A Latin title word can be suggested after two letters; FTS5's own prefix queries would merge whole lists. */
const edgeLengths = [2, 3, 4, 5, 6]

const tables = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS docs (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, title TEXT NOT NULL, terms BLOB NOT NULL
  );
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    tokens, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '${tokenMarks}'"
  );`

/** What the answers depend on besides the documents. */
const fingerprintOf = (options: CollectionOptions): string =>
  JSON.stringify([tokenizerVersion, options.fields, options.titleField])

/** Only when the file is closed, which has written everything back. */
export const deleteLogs = (path: string): void => {
  for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true })
}

const filesOf = (path: string): string[] => [path, `${path}-wal`, `${path}-shm`]

export const deleteFiles = (path: string): void => {
  for (const file of filesOf(path)) rmSync(file, { force: true })
}

const openFile = (path: string, isDurable: boolean): Database.Database => {
  const db = new Database(path)
  try {
    db.pragma('page_size = 8192')
    db.pragma('journal_mode = WAL')
    // The outbox forgets what was acknowledged, so that must be on disk; a rebuild is synced once, at its end.
    db.pragma(`synchronous = ${isDurable ? 'FULL' : 'OFF'}`)
    db.pragma('cache_size = -65536')
    db.pragma('mmap_size = 2147483648')
    db.exec(tables)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const isDamage = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)

/** A damaged index is thrown away: it holds nothing that cannot be made again. */
const openOrReplace = (path: string, isDurable: boolean): Database.Database => {
  try {
    return openFile(path, isDurable)
  } catch (error) {
    if (!isDamage(error)) throw error
    deleteFiles(path)
    return openFile(path, isDurable)
  }
}

const edgesOf = (titleTokens: string[]): string[] =>
  titleTokens
    .filter((token) => /^[a-z]/.test(token))
    .flatMap((token) =>
      edgeLengths.filter((length) => length < token.length).map((n) => `=^${token.slice(0, n)}`),
    )

const prepare = (db: Database.Database) => ({
  numberOf: db.prepare<[string], number>('SELECT number FROM docs WHERE id = ?').pluck(),
  putDoc: db.prepare(
    'INSERT INTO docs (number, id, at, title, terms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET at = excluded.at, title = excluded.title, terms = excluded.terms',
  ),
  putWords: db.prepare('INSERT OR REPLACE INTO words (rowid, tokens) VALUES (?, ?)'),
  dropDoc: db.prepare('DELETE FROM docs WHERE number = ?'),
  dropWords: db.prepare('DELETE FROM words WHERE rowid = ?'),
})

export type CollectionStore = ReturnType<typeof openCollection>

export const openCollection = (path: string, options: CollectionOptions, { isDurable = true } = {}) => {
  const db = openOrReplace(path, isDurable)
  const run = prepare(db)
  const meta = db.prepare<[string], string>('SELECT value FROM meta WHERE name = ?').pluck()
  const setMeta = db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)')
  const count = db.prepare<[], number>('SELECT count(*) FROM docs').pluck()
  const last = db.prepare<[], number | null>('SELECT max(number) FROM docs').pluck()
  const isStale = meta.get('fingerprint') !== fingerprintOf(options)
  // Counting a million rows of a file that no cache holds takes ten seconds: only where nobody kept count.
  const documents = Number(meta.get('documents') ?? count.get() ?? 0)
  const state = { documents, lastNumber: last.get() ?? 0, changes: 0 }

  const put = (document: SearchDocument): void => {
    const tokens: Record<string, string[]> = {}
    for (const field of Object.keys(options.fields)) tokens[field] = tokenize(document.fields[field] ?? '')
    const words = new Set(Object.values(tokens).flat())
    for (const edge of edgesOf(tokens[options.titleField] ?? [])) words.add(edge)
    for (const key of document.keys) words.add(keyToken(key))
    words.add(anyDocument)
    const known = run.numberOf.get(document.id)
    const number = known ?? state.lastNumber + 1
    const title = (document.fields[options.titleField] ?? '').slice(0, maxTitleLength)
    run.putDoc.run(number, document.id, Math.round(document.at), title, packTerms(tokens, options.fields))
    run.putWords.run(number, [...words].join(' '))
    if (known !== undefined) return
    state.lastNumber = number
    state.documents += 1
  }

  const drop = (id: string): void => {
    const number = run.numberOf.get(id)
    if (number === undefined) return
    run.dropDoc.run(number)
    run.dropWords.run(number)
    state.documents -= 1
  }

  /** All or nothing; the counters follow the file. */
  const change = (work: () => void, amount: number): void => {
    const before = { ...state }
    try {
      db.transaction(() => {
        work()
        if (state.documents !== before.documents) setMeta.run('documents', String(state.documents))
      }).immediate()
      state.changes += amount
    } catch (error) {
      Object.assign(state, before)
      throw error
    }
  }

  return {
    db,
    state,
    isStale,
    has: (id: string): boolean => run.numberOf.get(id) !== undefined,
    put: (documents: SearchDocument[]) => change(() => documents.forEach(put), documents.length),
    drop: (ids: string[]) => change(() => ids.forEach(drop), ids.length),
    markFresh: () => setMeta.run('fingerprint', fingerprintOf(options)),
    /** Joins index segments a little; false when there is nothing left to join. */
    merge(pages: number): boolean {
      const before = db.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0
      db.prepare("INSERT INTO words (words, rank) VALUES ('merge', ?)").run(pages)
      return (db.prepare<[], number>('SELECT total_changes()').pluck().get() ?? 0) - before >= 2
    },
    bytes: (): number =>
      filesOf(path).reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0),
    close(): void {
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.close()
    },
  }
}
