import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../drizzle/database'
import { migrate } from '../../drizzle/migrate'
import { dialect } from '../../drizzle/schema/columns'
import { projectRoot } from '../lib/project'

export const migrationsDir = (form: 'sqlite' | 'postgresql') => join(projectRoot, 'drizzle/migrations', form)

/** What a freshly migrated SQLite file holds: migrated once for all the tests of this process. */
let migrated: Buffer | null = null
const migratedFile = (directory: string): Buffer => {
  const path = join(directory, 'template.db')
  migrate(path, migrationsDir('sqlite'), () => 0)
  const content = readFileSync(path)
  rmSync(path)
  return content
}

/** A database at `path` with the schema applied. The file is a test's own: that it survives a power cut is not asked. */
const openSqlite = (directory: string): Database => {
  migrated ??= migratedFile(directory)
  const path = join(directory, 'bangban.db')
  writeFileSync(path, migrated)
  return openDatabase(path, { isDurable: false, readers: 2 })
}

/** A fresh, migrated database: a SQLite file, or PGlite where `BANGBAN_DIALECT=pg`. Closing removes it. */
export const openTestDatabase = async (): Promise<Database & { directory: string }> => {
  const directory = mkdtempSync(join(tmpdir(), 'bangban-test-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  const db =
    dialect === 'pg'
      ? await (await import('../../drizzle/pglite')).openPglite(migrationsDir('postgresql'))
      : openSqlite(directory)
  return { ...db, directory, close: () => db.close().finally(remove) }
}
