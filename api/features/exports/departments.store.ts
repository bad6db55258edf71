import type { Tx } from '../../../drizzle/database'
import { departments } from '../../../drizzle/schema/index'

/** For each department the shortest name that is its alone: `窗口`, or `东区/窗口` where there are others. */
export const departmentLabels = async (tx: Tx): Promise<Map<string, string>> => {
  const rows = await tx
    .select({ id: departments.id, name: departments.name, path: departments.path })
    .from(departments)
  const nameOf = new Map(rows.map((row) => [row.id, row.name]))
  const lines = rows.map((row) => ({
    id: row.id,
    names: row.path.split('/').flatMap((id) => nameOf.get(id) ?? []),
  }))
  const counts = new Map<string, number>()
  const endings = (names: readonly string[]) => names.map((_, at) => names.slice(-at - 1).join('/'))
  for (const { names } of lines)
    for (const ending of endings(names)) counts.set(ending, (counts.get(ending) ?? 0) + 1)
  return new Map(
    lines.map(({ id, names }) => [
      id,
      endings(names).find((ending) => counts.get(ending) === 1) ?? names.join('/'),
    ]),
  )
}
