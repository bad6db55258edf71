import { inArray } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, tickets, visitors } from '../../../drizzle/schema/index'
import { type EscalationRow, pendingReferrals, type ReferralRow } from './escalations.store'

interface TicketOfMatter {
  id: string
  number: string
  topic: string
  urgeCount: number
}

const readTickets = (tx: Tx, ids: readonly string[]) =>
  tx
    .select({
      id: tickets.id,
      number: tickets.number,
      topic: tickets.topic,
      urgeCount: tickets.urgeCount,
      mergedIntoId: tickets.mergedIntoId,
    })
    .from(tickets)
    .where(inArray(tickets.id, [...ids]))

/** Tickets by id; for one that was merged away, however often, the one that goes on. */
const ticketsBehind = async (tx: Tx, ids: readonly string[]): Promise<Map<string, TicketOfMatter>> => {
  const known = new Map((await readTickets(tx, ids)).map((row) => [row.id, row]))
  for (;;) {
    const missing = [...known.values()].flatMap(({ mergedIntoId }) =>
      mergedIntoId && !known.has(mergedIntoId) ? [mergedIntoId] : [],
    )
    if (missing.length === 0) break
    for (const row of await readTickets(tx, missing)) known.set(row.id, row)
  }
  return new Map(
    ids.flatMap((id) => {
      let row = known.get(id)
      while (row?.mergedIntoId) row = known.get(row.mergedIntoId)
      return row ? [[id, row] as const] : []
    }),
  )
}

/** Names and places that the views of matters show. */
export interface Surroundings {
  people: ReadonlyMap<string, string>
  places: ReadonlyMap<string, { id: string; name: string; path: string }>
  /** By the id it was raised on: the ticket, or the one that goes on for it where that was merged away. */
  tickets: ReadonlyMap<string, TicketOfMatter>
  referrals: ReadonlyMap<string, ReferralRow>
}

const unique = (ids: readonly (string | null)[], prefix: string): string[] => [
  ...new Set(ids.filter((id): id is string => id?.startsWith(`${prefix}_`) ?? false)),
]

export const surroundingsOf = async (tx: Tx, rows: readonly EscalationRow[]): Promise<Surroundings> => {
  const referrals = await pendingReferrals(
    tx,
    rows.filter((row) => row.status === 'referred').map((row) => row.id),
  )
  const referred = [...referrals.values()]
  const raisers = rows.map((row) => row.raisedById)
  const agentIds = unique(
    [...rows.map((row) => row.ownerId), ...raisers, ...referred.map((each) => each.fromAgentId)],
    'agt',
  )
  const visitorIds = unique(raisers, 'vis')
  const placeIds = unique(
    [
      ...rows.flatMap((row) => [row.departmentId, row.homeDepartmentId]),
      ...referred.map((each) => each.fromDepartmentId),
    ],
    'dep',
  )
  const ticketIds = unique(
    rows.map((row) => row.ticketId),
    'tkt',
  )
  const named = await tx
    .select({ id: agents.id, name: agents.name })
    .from(agents)
    .where(inArray(agents.id, agentIds))
  const visitorNames =
    visitorIds.length === 0
      ? []
      : await tx
          .select({ id: visitors.id, name: visitors.name })
          .from(visitors)
          .where(inArray(visitors.id, visitorIds))
  const places = await tx
    .select({ id: departments.id, name: departments.name, path: departments.path })
    .from(departments)
    .where(inArray(departments.id, placeIds))
  return {
    people: new Map(
      [...named, ...visitorNames].flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])),
    ),
    places: new Map(places.map((each) => [each.id, each])),
    tickets: await ticketsBehind(tx, ticketIds),
    referrals,
  }
}
