import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../drizzle/database'
import { migrate } from '../../drizzle/migrate'
import { dialect } from '../../drizzle/schema/columns'
import { projectRoot } from '../lib/project'

export const migrationsDir = (form: 'sqlite' | 'postgresql') => join(projectRoot, 'drizzle/migrations', form)

/** A fresh, migrated database: a SQLite file, or PGlite where `BANGBAN_DIALECT=pg`. Closing removes it. */
export const openTestDatabase = async (): Promise<Database & { directory: string }> => {
  const directory = mkdtempSync(join(tmpdir(), 'bangban-test-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  if (dialect === 'pg') {
    const { openPglite } = await import('../../drizzle/pglite')
    const db = await openPglite(migrationsDir('postgresql'))
    return { ...db, directory, close: () => db.close().finally(remove) }
  }
  const path = join(directory, 'bangban.db')
  migrate(path, migrationsDir('sqlite'), () => 0)
  const db = openDatabase(path)
  return { ...db, directory, close: () => db.close().finally(remove) }
}
