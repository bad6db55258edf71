import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { connect } from './database'

export interface MigrationReport {
  applied: string[]
  /** Path of the copy made before anything changed; null where nothing had to. */
  backup: string | null
}

interface Migration {
  name: string
  hash: string
  sql: string
}

const readMigrations = (directory: string): Migration[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name), 'utf8')
      return { name, sql, hash: createHash('sha256').update(sql).digest('hex') }
    })

/**
 * Brings the SQLite database at `path` up to the migrations in `directory`, each by name and hash.
 *
 * Foreign keys go off before `BEGIN` (a table rebuild would cascade deletes otherwise), row counts are
 * compared and `foreign_key_check` run before the commit. Throws where the database is newer than this
 * program, an applied migration was changed since, or a migration would lose rows.
 */
export const migrate = (path: string, directory: string, now: () => number): MigrationReport => {
  const isNew = !existsSync(path)
  mkdirSync(dirname(path), { recursive: true })
  const connection = connect(path)
  try {
    connection.exec(
      'CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, hash TEXT NOT NULL, applied_at INTEGER NOT NULL)',
    )
    const pending = pendingMigrations(connection, readMigrations(directory))
    if (pending.length === 0) return { applied: [], backup: null }
    const backup = isNew ? null : backUp(connection, path, now())
    connection.pragma('foreign_keys = OFF')
    for (const migration of pending) apply(connection, migration, now())
    connection.pragma('foreign_keys = ON')
    return { applied: pending.map((migration) => migration.name), backup }
  } finally {
    connection.close()
  }
}

const pendingMigrations = (connection: Sqlite.Database, known: Migration[]): Migration[] => {
  const applied = connection.prepare('SELECT name, hash FROM migrations').all() as {
    name: string
    hash: string
  }[]
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const row of applied) {
    const migration = byName.get(row.name)
    if (!migration)
      throw new Error(
        `The database is newer than this program: it knows the migration ${row.name}. Start the newer version.`,
      )
    if (migration.hash !== row.hash)
      throw new Error(`The migration ${row.name} was changed after it had been applied.`)
  }
  const done = new Set(applied.map((row) => row.name))
  return known.filter((migration) => !done.has(migration.name))
}

const backUp = (connection: Sqlite.Database, path: string, at: number): string => {
  const directory = join(dirname(path), 'backups')
  mkdirSync(directory, { recursive: true })
  const name = join(directory, `before-migration-${new Date(at).toISOString().replace(/[:.]/g, '-')}`)
  let copy = `${name}.db`
  // A start that failed may have left a copy under the same name.
  for (let count = 2; existsSync(copy); count++) copy = `${name}-${count}.db`
  connection.prepare('VACUUM INTO ?').run(copy)
  return copy
}

const rowCounts = (connection: Sqlite.Database): Map<string, number> => {
  const names = connection
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'",
    )
    .all() as { name: string }[]
  return new Map(
    names.map(({ name }) => [
      name,
      (connection.prepare(`SELECT count(*) AS n FROM "${name}"`).get() as { n: number }).n,
    ]),
  )
}

const apply = (connection: Sqlite.Database, migration: Migration, at: number): void => {
  const before = rowCounts(connection)
  connection.exec('BEGIN IMMEDIATE')
  try {
    for (const statement of migration.sql.split('--> statement-breakpoint'))
      if (statement.trim()) connection.exec(statement)
    const after = rowCounts(connection)
    for (const [name, count] of before) {
      const left = after.get(name)
      if (left !== undefined && left < count)
        throw new Error(`The migration ${migration.name} would lose ${count - left} rows of ${name}.`)
    }
    const broken = connection.prepare('PRAGMA foreign_key_check').all()
    if (broken.length > 0)
      throw new Error(`The migration ${migration.name} leaves ${broken.length} broken references.`)
    connection
      .prepare('INSERT INTO migrations (name, hash, applied_at) VALUES (?, ?, ?)')
      .run(migration.name, migration.hash, at)
    connection.exec('COMMIT')
  } catch (error) {
    connection.exec('ROLLBACK')
    throw error
  }
}
