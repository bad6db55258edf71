/**
 * The query builder's session for better-sqlite3, without what it does anew for every row and every run:
 * what a row becomes is worked out once per query, and values go straight to the kept statement.
 */
import type Sqlite from 'better-sqlite3'
import { Column, getTableName, is, noopDecoder, Param, Placeholder, type Query, SQL } from 'drizzle-orm'
import { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { BetterSQLiteSession, PreparedQuery } from 'drizzle-orm/better-sqlite3/session'
import { NoopCache } from 'drizzle-orm/cache/core'
import { NoopLogger } from 'drizzle-orm/logger'
import {
  createTableRelationsHelpers,
  extractTablesRelationalConfig,
  type TablesRelationalConfig,
} from 'drizzle-orm/relations'
import { type PreparedQueryConfig, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import * as schema from './schema/index'

/** What queries run on: a connection inside one transaction. */
export type Tx = BetterSQLite3Database<typeof schema>

type Session = BetterSQLiteSession<Record<string, unknown>, TablesRelationalConfig>
type Fields = Parameters<Session['prepareQuery']>[1]
type Method = Parameters<Session['prepareQuery']>[2]
type Mapper = Parameters<Session['prepareQuery']>[4]
type Row = unknown[]

interface Cell {
  outer: string | null
  name: string
  decode: ((value: unknown) => unknown) | null
}

/** An object of a left join, which is null where its table had no row. */
interface Joined {
  name: string
  /** Where its first column stands: null there means that there is no row. */
  at: number
  table: string
}

const decoderOf = (field: NonNullable<Fields>[number]['field']): Cell['decode'] => {
  const source = is(field, Column)
    ? field
    : is(field, SQL)
      ? (field as unknown as { decoder: typeof noopDecoder }).decoder
      : (field as unknown as { sql: { decoder: typeof noopDecoder } }).sql.decoder
  const isPlain = source === noopDecoder || source.mapFromDriverValue === Column.prototype.mapFromDriverValue
  return isPlain ? null : (value) => source.mapFromDriverValue(value)
}

/** Objects whose columns all come from one table: the only ones a left join may make null. */
const joinedOf = (fields: NonNullable<Fields>): Joined[] => {
  const known = new Map<string, Joined | null>()
  for (const [at, { path, field }] of fields.entries()) {
    const [name] = path
    if (path.length !== 2 || name === undefined || !is(field, Column)) continue
    const table = getTableName(field.table)
    const earlier = known.get(name)
    if (earlier === undefined) known.set(name, { name, at, table })
    else if (earlier && earlier.table !== table) known.set(name, null)
  }
  return [...known.values()].filter((each) => each !== null)
}

/** What `mapResultRow` of the query builder does for every cell anew, worked out once per query. */
const rowMapper = (fields: NonNullable<Fields>) => {
  const cells = fields.map(({ path, field }): Cell => {
    const [first = '', second] = path
    return {
      outer: second === undefined ? null : first,
      name: second ?? first,
      decode: decoderOf(field),
    }
  })
  const joined = joinedOf(fields)
  return (row: Row, notNull: Record<string, boolean> | undefined): Record<string, unknown> => {
    const result: Record<string, unknown> = {}
    for (let at = 0; at < cells.length; at++) {
      const { outer, name, decode } = cells[at] as Cell
      const raw = row[at]
      const value = decode === null || raw === null ? raw : decode(raw)
      if (outer === null) result[name] = value
      else {
        result[outer] ??= {}
        ;(result[outer] as Record<string, unknown>)[name] = value
      }
    }
    if (notNull)
      for (const { name, at, table } of joined) if (row[at] === null && !notNull[table]) result[name] = null
    return result
  }
}

type Fill = (values: Record<string, unknown>) => unknown
const encoderOf = (param: unknown): Fill | null => {
  if (is(param, Placeholder)) return (values) => values[param.name]
  if (!is(param, Param) || !is(param.value, Placeholder)) return null
  const { encoder } = param
  const { name } = param.value
  // The builder writes null as NULL; its own filling of placeholders would write the text `null` into JSON.
  return (values) => {
    const value = values[name] ?? null
    return value === null ? null : encoder.mapToDriverValue(value)
  }
}

class Statement extends PreparedQuery {
  /** Set by the query builder on selects with joins. */
  joinsNotNullableMap?: Record<string, boolean>
  readonly #statement: Sqlite.Statement
  readonly #params: unknown[]
  readonly #fills: (Fill | null)[] | null
  readonly #fields: Fields
  readonly #mapper: Mapper
  #mapRow: ReturnType<typeof rowMapper> | null = null

  constructor(statement: Sqlite.Statement, query: Query, fields: Fields, method: Method, mapper: Mapper) {
    super(
      statement,
      query,
      new NoopLogger(),
      new NoopCache(),
      undefined,
      undefined,
      fields,
      method,
      true,
      mapper,
    )
    this.#statement = statement
    this.#params = query.params
    const fills = query.params.map(encoderOf)
    this.#fills = fills.some((fill) => fill !== null) ? fills : null
    this.#fields = fields
    this.#mapper = mapper
  }

  #bound(values: Record<string, unknown> = {}): unknown[] {
    const fills = this.#fills
    return fills
      ? this.#params.map((param, at) => fills[at]?.(values) ?? (fills[at] ? null : param))
      : this.#params
  }
  #mapped(rows: Row[], fields: NonNullable<Fields>): unknown {
    if (this.#mapper) return this.#mapper(rows)
    this.#mapRow ??= rowMapper(fields)
    const mapRow = this.#mapRow
    return rows.map((row) => mapRow(row, this.joinsNotNullableMap))
  }

  override run(values?: Record<string, unknown>) {
    return this.#statement.run(...this.#bound(values))
  }
  override all(values?: Record<string, unknown>): unknown {
    if (!this.#fields && !this.#mapper) return this.#statement.all(...this.#bound(values))
    return this.#mapped(this.values(values) as Row[], this.#fields ?? [])
  }
  override get(values?: Record<string, unknown>): unknown {
    if (!this.#fields && !this.#mapper) return this.#statement.get(...this.#bound(values))
    const row = this.#statement.raw().get(...this.#bound(values)) as Row | undefined
    if (!row) return undefined
    const mapped = this.#mapped([row], this.#fields ?? [])
    return this.#mapper ? mapped : (mapped as unknown[])[0]
  }
  override values(values?: Record<string, unknown>): unknown {
    return this.#statement.raw().all(...this.#bound(values))
  }
}

class KeptSession extends BetterSQLiteSession<Record<string, unknown>, TablesRelationalConfig> {
  readonly #connection: Sqlite.Database
  constructor(connection: Sqlite.Database, dialect: SQLiteSyncDialect) {
    super(connection, dialect, undefined)
    this.#connection = connection
  }
  override prepareQuery<T extends Omit<PreparedQueryConfig, 'statement' | 'run'>>(
    query: Query,
    fields: Fields,
    method: Method,
    _isArray: boolean,
    mapper?: Mapper,
  ) {
    const statement = this.#connection.prepare(query.sql) as Sqlite.Statement
    return new Statement(statement, query, fields, method, mapper) as PreparedQuery<T>
  }
}

const tables = extractTablesRelationalConfig(schema, createTableRelationsHelpers)
const relations = { fullSchema: schema, schema: tables.tables, tableNamesMap: tables.tableNamesMap }

/** Queries on `connection`. */
export const queriesOn = (connection: Sqlite.Database): Tx => {
  const dialect = new SQLiteSyncDialect()
  const session = new KeptSession(connection, dialect)
  return new BetterSQLite3Database('sync', dialect, session, relations as never) as unknown as Tx
}
