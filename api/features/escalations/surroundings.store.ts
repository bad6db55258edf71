import { inArray } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, tickets, visitors } from '../../../drizzle/schema/index'
import { type EscalationRow, pendingReferrals, type ReferralRow } from './escalations.store'

/** Names and places that the views of matters show. */
export interface Surroundings {
  people: ReadonlyMap<string, string>
  places: ReadonlyMap<string, { id: string; name: string; path: string }>
  tickets: ReadonlyMap<string, { number: string; topic: string; urgeCount: number }>
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
  const found = await tx
    .select({ id: tickets.id, number: tickets.number, topic: tickets.topic, urgeCount: tickets.urgeCount })
    .from(tickets)
    .where(inArray(tickets.id, ticketIds))
  return {
    people: new Map(
      [...named, ...visitorNames].flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])),
    ),
    places: new Map(places.map((each) => [each.id, each])),
    tickets: new Map(found.map((each) => [each.id, each])),
    referrals,
  }
}
