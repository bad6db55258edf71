import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, events, visitors } from '../../../drizzle/schema/index'
import { buildTimeline, peopleIn } from './timeline'

/** The last `limit` events before `before`, as lines oldest first; `earlier` continues from there. */
export const loadTimelinePage = async (
  tx: Tx,
  ticketId: string,
  before: number | null,
  limit: number,
): Promise<{ entries: TimelineEntry[]; earlier: number | null }> => {
  const found = await tx
    .select()
    .from(events)
    .where(and(eq(events.ticketId, ticketId), before === null ? undefined : lt(events.seq, before)))
    .orderBy(desc(events.seq))
    .limit(limit + 1)
  const rows = found.slice(0, limit).reverse()
  return {
    entries: buildTimeline(rows, await namesOf(tx, peopleIn(rows))),
    earlier: found.length > limit ? (rows[0]?.seq ?? null) : null,
  }
}

const namesOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, string>> => {
  const ofAgents = ids.filter((id) => id.startsWith('agt_'))
  const ofVisitors = ids.filter((id) => id.startsWith('vis_'))
  const found = [
    ...(ofAgents.length > 0
      ? await tx.select({ id: agents.id, name: agents.name }).from(agents).where(inArray(agents.id, ofAgents))
      : []),
    ...(ofVisitors.length > 0
      ? await tx
          .select({ id: visitors.id, name: visitors.name })
          .from(visitors)
          .where(inArray(visitors.id, ofVisitors))
      : []),
  ]
  return new Map(found.flatMap((each) => (each.name === null ? [] : [[each.id, each.name] as const])))
}
