import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from './migrate'

let root: string
let path: string
let migrations: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bangban-migrate-'))
  path = join(root, 'data', 'bangban.db')
  migrations = join(root, 'migrations')
  mkdirSync(migrations)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const breakpoint = '--> statement-breakpoint'
const write = (name: string, ...statements: string[]) =>
  writeFileSync(join(migrations, name), statements.join(`\n${breakpoint}\n`))
const run = (at = Date.parse('2026-11-20T02:00:00Z')) => migrate(path, migrations, () => at)
/** Looks into a database file. */
const rows = (sql: string, file = path): unknown[] => {
  const connection = new Sqlite(file)
  try {
    return connection.prepare(sql).all()
  } finally {
    connection.close()
  }
}
const change = (sql: string) => {
  const connection = new Sqlite(path)
  connection.exec(sql)
  connection.close()
}

const writeFirst = () =>
  write(
    '0000_first.sql',
    'CREATE TABLE parents (id INTEGER PRIMARY KEY)',
    'CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents(id) ON DELETE CASCADE)',
    'INSERT INTO parents VALUES (1), (2)',
    'INSERT INTO children VALUES (1, 1), (2, 2)',
  )
const rebuildParents = [
  'CREATE TABLE parents_new (id INTEGER PRIMARY KEY, name TEXT)',
  'INSERT INTO parents_new (id) SELECT id FROM parents',
  'DROP TABLE parents',
  'ALTER TABLE parents_new RENAME TO parents',
]

describe('migrate', () => {
  it('makes a new database without a backup, and does nothing the second time', () => {
    writeFirst()
    expect(run()).toEqual({ applied: ['0000_first.sql'], backup: null })
    expect(rows('SELECT name, applied_at FROM migrations')).toEqual([
      { name: '0000_first.sql', applied_at: Date.parse('2026-11-20T02:00:00Z') },
    ])
    expect(run()).toEqual({ applied: [], backup: null })
    expect(existsSync(join(root, 'data', 'backups'))).toBe(false)
  })

  it('applies what is new in order of name, each once, after a copy of what was there', () => {
    writeFirst()
    run()
    write('0002_third.sql', 'UPDATE parents SET name = id || name')
    write('0001_second.sql', 'ALTER TABLE parents ADD COLUMN name TEXT', "UPDATE parents SET name = 'x'")
    const report = run()
    expect(report.applied).toEqual(['0001_second.sql', '0002_third.sql'])
    expect(rows('SELECT name FROM parents')).toEqual([{ name: '1x' }, { name: '2x' }])
    expect(report.backup).toMatch(/backups\/before-migration-2026-11-20T02-00-00-000Z\.db$/)
    expect(rows('SELECT * FROM parents', report.backup ?? '')).toEqual([{ id: 1 }, { id: 2 }])
    expect(rows('SELECT name FROM migrations', report.backup ?? '')).toEqual([{ name: '0000_first.sql' }])
  })

  it('applies a migration merged late, with an earlier name', () => {
    writeFirst()
    write('0002_later.sql', 'CREATE TABLE later (id INTEGER)')
    run()
    write('0001_merged_late.sql', 'CREATE TABLE merged_late (id INTEGER)')
    expect(run().applied).toEqual(['0001_merged_late.sql'])
  })

  it('rebuilds a table without cascading into the ones that point at it', () => {
    writeFirst()
    run()
    write('0001_rebuild.sql', ...rebuildParents)
    expect(run().applied).toEqual(['0001_rebuild.sql'])
    expect(rows('SELECT id FROM children')).toHaveLength(2)
  })

  it('refuses a database that is newer than the program, and touches nothing', () => {
    writeFirst()
    run()
    change("INSERT INTO migrations VALUES ('0009_future.sql', 'hash', 0)")
    write('0001_second.sql', 'CREATE TABLE second (id INTEGER)')
    expect(() => run()).toThrow(/newer than this program.*0009_future/)
    expect(rows("SELECT name FROM sqlite_master WHERE name = 'second'")).toEqual([])
    expect(existsSync(join(root, 'data', 'backups'))).toBe(false)
  })

  it('refuses a migration that was changed after it had been applied', () => {
    writeFirst()
    run()
    write('0000_first.sql', 'CREATE TABLE something_else (id INTEGER)')
    expect(() => run()).toThrow(/0000_first\.sql was changed/)
  })

  it('refuses to lose rows: everything of that migration is undone, the ones before it stay', () => {
    writeFirst()
    run()
    write('0001_fine.sql', 'CREATE TABLE fine (id INTEGER)')
    write('0002_loses.sql', 'CREATE TABLE half (id INTEGER)', 'DELETE FROM children WHERE id = 2')
    expect(() => run()).toThrow(/would lose 1 rows of children/)
    expect(rows('SELECT id FROM children')).toHaveLength(2)
    expect(rows("SELECT name FROM sqlite_master WHERE name IN ('fine', 'half')")).toEqual([{ name: 'fine' }])
    expect(readdirSync(join(root, 'data', 'backups'))).toHaveLength(1)
  })

  it('refuses to leave broken references, and to stop half-way in faulty SQL', () => {
    writeFirst()
    run()
    write('0001_orphan.sql', 'INSERT INTO children VALUES (3, 99)')
    expect(() => run()).toThrow(/leaves 1 broken references/)
    write('0001_orphan.sql', 'CREATE TABLE half (id INTEGER)', 'CREATE NONSENSE')
    expect(() => run(Date.parse('2026-11-20T03:00:00Z'))).toThrow(/syntax/)
    expect(rows('SELECT id FROM children')).toHaveLength(2)
    expect(rows("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([])
  })

  it('can be started again at once after a failure', () => {
    writeFirst()
    run()
    write('0001_orphan.sql', 'INSERT INTO children VALUES (3, 99)')
    expect(() => run()).toThrow(/broken references/)
    expect(() => run()).toThrow(/broken references/)
    write('0001_orphan.sql', 'INSERT INTO children VALUES (3, 1)')
    expect(run().applied).toEqual(['0001_orphan.sql'])
  })

  it('applies the real migrations, with foreign keys in force afterwards', () => {
    const real = join(import.meta.dirname, 'migrations/sqlite')
    const { applied } = migrate(path, real, () => 0)
    expect(applied).toEqual(readdirSync(real).filter((name) => name.endsWith('.sql')))
    const connection = new Sqlite(path)
    connection.pragma('foreign_keys = ON')
    expect(() => connection.exec("INSERT INTO participants VALUES ('con_x', 'agt_x', 0)")).toThrow(
      /FOREIGN KEY/,
    )
    connection.close()
  })
})
