/** Whether two servers that did the same work left the same rows. */
import { connect } from '../../drizzle/database'

/** Rows per table, events per type as well, with how much text events and kept answers hold. */
const contentOf = (path: string): Map<string, number> => {
  const db = connect(path, { readonly: true })
  const count = (sql: string) => (db.prepare(sql).get() as { n: number }).n
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all() as { name: string }[]
  const content = new Map(
    tables.map(({ name }) => [`rows of ${name}`, count(`SELECT count(*) AS n FROM "${name}"`)]),
  )
  const events = db.prepare('SELECT type, count(*) AS n FROM events GROUP BY type').all()
  for (const { type, n } of events as { type: string; n: number }[]) content.set(`events ${type}`, n)
  for (const [table, columns] of [
    ['events', ['audience', 'facts', 'agent_data', 'visitor_data']],
    ['idempotency_keys', ['body']],
    ['messages', ['body']],
  ] as const)
    for (const column of columns)
      content.set(
        `characters of ${table}.${column}`,
        count(`SELECT coalesce(sum(length(${column})), 0) AS n FROM ${table}`),
      )
  db.close()
  return content
}

/** What differs between the databases, in words; empty where nothing does. */
export const differences = (productPath: string, barePath: string): string[] => {
  const product = contentOf(productPath)
  const bare = contentOf(barePath)
  return [...new Set([...product.keys(), ...bare.keys()])].flatMap((name) => {
    const [ours, theirs] = [product.get(name) ?? 0, bare.get(name) ?? 0]
    // Rows must be as many; the text in them may differ by a twentieth, a field of a view.
    const slack = name.startsWith('characters') ? ours / 20 : 0
    return Math.abs(ours - theirs) > slack ? [`${name}: ${ours} against ${theirs}`] : []
  })
}
