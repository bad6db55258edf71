import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { type Database, guardWrites, serialise, type Tx } from './database'
import * as schema from './schema/index'

/** An in-memory PostgreSQL with the schema applied: every store's tests run on it too. */
export const openPglite = async (migrationsDir: string): Promise<Database> => {
  const client = new PGlite()
  const names = readdirSync(migrationsDir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  for (const name of names) await client.exec(readFileSync(join(migrationsDir, name), 'utf8'))
  const db = drizzle(client, { schema })
  const one = serialise()
  const guarded = guardWrites(one)
  // The schema kit is in its PostgreSQL form here; the types are those of the SQLite form.
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => db.transaction((tx) => work(tx as unknown as Tx))
  return {
    read: (work) => one(() => inTransaction(work)),
    write: (work) => guarded.write(() => inTransaction(work)),
    onCommit: guarded.onCommit,
    close: () => client.close(),
  }
}
