import { asc, eq, inArray } from 'drizzle-orm'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, events, visitors } from '../../../drizzle/schema/index'
import { buildTimeline, peopleIn } from './timeline'

/** A ticket is worked on for weeks, not for ever: a bound on what one page can ask for. */
const maxEntries = 5000

/** Everything that happened to the ticket and its consultations. The caller has loaded the ticket. */
export const loadTimeline = async (tx: Tx, ticketId: string): Promise<TimelineEntry[]> => {
  const rows = await tx
    .select()
    .from(events)
    .where(eq(events.ticketId, ticketId))
    .orderBy(asc(events.seq))
    .limit(maxEntries)
  return buildTimeline(rows, await namesOf(tx, peopleIn(rows)))
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
