import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { type Database, guardWrites, serialise, type Tx } from './database'
import * as schema from './schema/index'

/** Starting PostgreSQL takes seconds: one that was closed is emptied and serves again. */
const emptied: PGlite[] = []

const startPglite = async (migrationsDir: string): Promise<PGlite> => {
  const client = new PGlite()
  const names = readdirSync(migrationsDir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  for (const name of names) await client.exec(readFileSync(join(migrationsDir, name), 'utf8'))
  return client
}

const namesOf = async (client: PGlite, query: string): Promise<string[]> =>
  (await client.query<{ name: string }>(query)).rows.map(({ name }) => `"${name}"`)

/** As after the migrations, which leave no rows: tables empty, numbers from 1. Few tables have rows, and deleting is quicker than truncating. */
const empty = async (client: PGlite): Promise<void> => {
  const tables = await namesOf(client, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
  const sequences = await namesOf(
    client,
    "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public'",
  )
  await client.exec(
    [
      'SET session_replication_role = replica', // no foreign keys: the order of tables does not matter
      ...tables.map((name) => `DELETE FROM ${name}`),
      'SET session_replication_role = DEFAULT',
      ...sequences.map((name) => `ALTER SEQUENCE ${name} RESTART`),
    ].join(';'),
  )
}

/** An in-memory PostgreSQL with the schema applied: every store's tests run on it too. */
export const openPglite = async (migrationsDir: string): Promise<Database> => {
  const client = emptied.pop() ?? (await startPglite(migrationsDir))
  const db = drizzle(client, { schema })
  const one = serialise()
  let isClosed = false
  // What a test has left running is refused once it has closed: the next one must not find its rows.
  const open = <T>(task: () => Promise<T>): Promise<T> =>
    one(() => (isClosed ? Promise.reject(new Error('The database is closed')) : task()))
  const guarded = guardWrites(open)
  // The schema kit is in its PostgreSQL form here; the types are those of the SQLite form.
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => db.transaction((tx) => work(tx as unknown as Tx))
  return {
    read: (work) => open(() => inTransaction(work)),
    write: (work) => guarded.write(() => inTransaction(work)),
    onCommit: guarded.onCommit,
    close: async () => {
      if (isClosed) return
      isClosed = true
      await one(() => empty(client))
      emptied.push(client)
    },
  }
}
