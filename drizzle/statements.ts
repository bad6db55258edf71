import type Sqlite from 'better-sqlite3'

/** Kept statements per connection: more than the program has, few enough for lists of any length in `IN (…)`. */
const kept = 600

/**
 * A statement in both of its modes. `raw()` changes a statement of better-sqlite3 for good, so that a kept
 * one would answer its next user with arrays: each mode has a statement of its own.
 */
const bothModes = (prepare: (source: string) => Sqlite.Statement, source: string) => {
  const plain = prepare(source)
  let raw: Sqlite.Statement | null = null
  return {
    run: (...values: unknown[]) => plain.run(...values),
    get: (...values: unknown[]) => plain.get(...values),
    all: (...values: unknown[]) => plain.all(...values),
    raw: () => {
      raw ??= prepare(source).raw()
      return raw
    },
  }
}

/**
 * Makes `connection.prepare` remember: the query builder prepares each query anew, which costs more than
 * running it. SQLite itself prepares a kept statement again when the schema changes.
 */
export const keepStatements = (connection: Sqlite.Database): Sqlite.Database => {
  const prepare = connection.prepare.bind(connection) as (source: string) => Sqlite.Statement
  const statements = new Map<string, ReturnType<typeof bothModes>>()
  const remember = (source: string) => {
    const known = statements.get(source)
    if (known) {
      statements.delete(source)
      statements.set(source, known)
      return known
    }
    const fresh = bothModes(prepare, source)
    statements.set(source, fresh)
    const [oldest] = statements.size > kept ? statements.keys() : []
    if (oldest !== undefined) statements.delete(oldest)
    return fresh
  }
  connection.prepare = remember as unknown as typeof connection.prepare
  return connection
}
