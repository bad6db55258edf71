/**
 * The portable column kit: one definition of a table gives a SQLite and a PostgreSQL form.
 *
 * The form is chosen once, when this module loads (`BANGBAN_DIALECT=pg` for PostgreSQL). The static
 * types are those of the SQLite form; queries use only what both dialects have.
 */
import * as pg from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'

export const dialect: 'sqlite' | 'pg' = process.env.BANGBAN_DIALECT === 'pg' ? 'pg' : 'sqlite'
const isPg = dialect === 'pg'

/** Both forms behave alike for the queries we write; the SQLite form lends its types. */
const either = <T>(forSqlite: () => T, forPg: () => unknown): T => (isPg ? (forPg() as T) : forSqlite())

export const table: typeof sqlite.sqliteTable = isPg
  ? (pg.pgTable as unknown as typeof sqlite.sqliteTable)
  : sqlite.sqliteTable

/** Primary key: a prefixed, unguessable id. */
export const id = () =>
  either(
    () => sqlite.text('id').primaryKey(),
    () => pg.text('id').primaryKey(),
  )
export const text = (name: string) =>
  either(
    () => sqlite.text(name),
    () => pg.text(name),
  )
export const int = (name: string) =>
  either(
    () => sqlite.integer(name),
    () => pg.bigint(name, { mode: 'number' }),
  )
export const real = (name: string) =>
  either(
    () => sqlite.real(name),
    () => pg.doublePrecision(name),
  )
/** An instant, as milliseconds since 1970 UTC. */
export const time = int
export const bool = (name: string) =>
  either(
    () => sqlite.integer(name, { mode: 'boolean' }),
    () => pg.boolean(name),
  )
/** A JSON value; never queried inside, only read whole. */
export const json = <T>(name: string) =>
  either(
    () => sqlite.text(name, { mode: 'json' }).$type<T>(),
    () => pg.jsonb(name).$type<T>(),
  )
/** A growing number handed out by the database, never reused: the order of events. */
export const seq = () =>
  either(
    () => sqlite.integer('seq').primaryKey({ autoIncrement: true }),
    () => pg.bigserial('seq', { mode: 'number' }).primaryKey(),
  )
export const index: typeof sqlite.index = isPg ? (pg.index as unknown as typeof sqlite.index) : sqlite.index
export const uniqueIndex: typeof sqlite.uniqueIndex = isPg
  ? (pg.uniqueIndex as unknown as typeof sqlite.uniqueIndex)
  : sqlite.uniqueIndex
export const compositeKey: typeof sqlite.primaryKey = isPg
  ? (pg.primaryKey as unknown as typeof sqlite.primaryKey)
  : sqlite.primaryKey
