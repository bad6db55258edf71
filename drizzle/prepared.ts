import { Placeholder } from 'drizzle-orm'
import type { Tx } from './session'

type Values = Record<string, unknown>

/** A query as the builder gives it: awaited it runs; prepared it can be run again with other values. */
interface Buildable<R> extends PromiseLike<R> {
  prepare(): { execute(values: Values): unknown }
}
interface Kept {
  all(values: Values): unknown
  run(values: Values): unknown
  executeMethod: 'all' | 'run' | 'get'
}

const keeping = new WeakSet<Tx>()

/** Says that `tx` stands for one connection for as long as it lives, so that its queries are worth keeping. */
export const keepQueries = (tx: Tx): Tx => {
  keeping.add(tx)
  return tx
}

/** Lists are filled up to 1, 2, 4, 8 … by repeating their last value, so that few forms of a query are kept. */
const filledUp = (list: readonly unknown[]): unknown[] => {
  let length = 1
  while (length < list.length) length *= 2
  return Array.from({ length }, (_, at) => list[Math.min(at, list.length - 1)])
}

/** Every list becomes `key.0`, `key.1` …; what is undefined counts as not given. */
const spread = (values: Values, lists: readonly string[]): { flat: Values; form: string } => {
  const flat: Values = {}
  let form = ''
  for (const key in values) {
    const value = values[key]
    if (value === undefined) continue
    form += ` ${key}`
    if (!lists.includes(key)) flat[key] = value
    else {
      const list = filledUp(value as unknown[])
      form += list.length
      for (let at = 0; at < list.length; at++) flat[`${key}.${at}`] = list[at]
    }
  }
  return { flat, form }
}

/** The same keys with placeholders in the place of values. */
const holesFor = (values: Values, lists: readonly string[]): Values => {
  const holes: Values = {}
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue
    holes[key] = lists.includes(key)
      ? filledUp(value as unknown[]).map((_, at) => new Placeholder(`${key}.${at}`))
      : new Placeholder(key)
  }
  return holes
}

/**
 * A query that is built once per connection and form of its values: building SQL text costs several times
 * what running it does. `build` must put the values into the query and do nothing else with them, because
 * it is given placeholders. Lists are for `inArray` and not empty; a JSON column's list goes in an object.
 * On a connection that is not kept (PostgreSQL) the query is built with its values each time.
 */
export const prepared = <V extends object, R>(
  build: (tx: Tx, values: V) => Buildable<R>,
  ...lists: (keyof V & string)[]
) => {
  const perConnection = new WeakMap<Tx, Map<string, Kept>>()
  return async (tx: Tx, values: V): Promise<R> => {
    if (!keeping.has(tx)) return build(tx, values)
    const { flat, form } = spread(values as Values, lists)
    let forms = perConnection.get(tx)
    if (!forms) {
      forms = new Map()
      perConnection.set(tx, forms)
    }
    let query = forms.get(form)
    if (!query) {
      query = build(tx, holesFor(values as Values, lists) as V).prepare() as unknown as Kept
      forms.set(form, query)
    }
    return (query.executeMethod === 'run' ? query.run(flat) : query.all(flat)) as R
  }
}
