import { and, desc, eq, inArray, isNotNull, lt, or, type SQL } from 'drizzle-orm'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { agents, apiKeys, events, visitors } from '../../../drizzle/schema/index'
import { buildTimeline, peopleIn } from './timeline'

/** Whose events make a history. */
export interface TimelineSources {
  ticketId: string
  /** Tickets merged into it: what was said there counts, what became of them does not. */
  mergedIds: readonly string[]
  /** Consultations that began on another ticket. */
  consultationIds: readonly string[]
}

const said = ['ticket.replied', 'ticket.noted', 'ticket.citizen_replied', 'ticket.reply_moved']
/** A matter goes on, with its own events, where its ticket does. */
const ofMatters = [
  'raised',
  'acknowledged',
  'acted',
  'climbed',
  'handed_over',
  'referred',
  'accepted',
  'refused',
  'returned',
  'closed',
  'reopened',
].map((what) => `escalation.${what}`)

const comesFrom = ({ ticketId, mergedIds, consultationIds }: TimelineSources): SQL | undefined =>
  or(
    eq(events.ticketId, ticketId),
    mergedIds.length === 0
      ? undefined
      : and(
          inArray(events.ticketId, [...mergedIds]),
          or(inArray(events.type, [...said, ...ofMatters]), isNotNull(events.consultationId)),
        ),
    consultationIds.length === 0 ? undefined : inArray(events.consultationId, [...consultationIds]),
  )

/** The last `limit` events before `before`, as lines oldest first; `earlier` continues from there. */
export const loadTimelinePage = async (
  tx: Tx,
  sources: TimelineSources,
  before: number | null,
  limit: number,
): Promise<{ entries: TimelineEntry[]; earlier: number | null }> => {
  const found = await tx
    .select()
    .from(events)
    .where(and(comesFrom(sources), before === null ? undefined : lt(events.seq, before)))
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
  const ofKeys = ids.filter((id) => id.startsWith('key_'))
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
    ...(ofKeys.length > 0
      ? await tx
          .select({ id: apiKeys.id, name: apiKeys.name })
          .from(apiKeys)
          .where(inArray(apiKeys.id, ofKeys))
      : []),
  ]
  return new Map(found.flatMap((each) => (each.name === null ? [] : [[each.id, each.name] as const])))
}
