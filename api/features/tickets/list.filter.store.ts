import { and, asc, desc, eq, exists, gt, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type {
  ApplicationResult,
  SlaState,
  TicketPriority,
  TicketSource,
  TicketStatus,
} from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { departments, ticketParticipants, tickets, ticketTags } from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import { reachOf } from './tickets.queries.store'

/** A list's filter with every value parsed. Times are milliseconds. */
export interface ListFilter {
  statuses: readonly TicketStatus[]
  /** An agent's id, or nobody. */
  assignee: string | 'none' | null
  departmentId: string | null
  serviceItemId: string | null
  priorities: readonly TicketPriority[]
  tagIds: readonly string[]
  siteId: string | null
  sources: readonly TicketSource[]
  slaStates: readonly SlaState[]
  isEscalated: boolean | null
  isComplaint: boolean | null
  applications: readonly ApplicationResult[]
  created: Range
  updated: Range
  due: Range
  /** The beginning of a number. */
  numberPrefix: string | null
}
interface Range {
  from: number | null
  to: number | null
}

/**
 * An agent's latest participations that lists look through. What lies in the own branch or is assigned to the agent
 * comes from other streams whatever its age; older matters of other departments are found by search and number.
 */
const maxParticipations = 300

const inRange = (column: typeof tickets.createdAt | typeof tickets.nextDueAt, { from, to }: Range): SQL[] => [
  ...(from === null ? [] : [gte(column, from)]),
  ...(to === null ? [] : [lt(column, to)]),
]

/** Which departments a list is about. */
export interface Branch {
  /** Those of the own branch that are asked for. */
  ids: string[]
  /** That is every department there is. */
  isAll: boolean
  /** Asked for, wherever they are; null: any. */
  wanted: string[] | null
  /** None lies outside the own branch. */
  isInside: boolean
}
/** The same with what the agent has to do with elsewhere. */
export interface ListScope extends Branch {
  /** Tickets of the latest participations. */
  broughtInto: string[]
  /** Departments in which tickets are assigned to the agent; null where they are too many to be listed. */
  assignedIn: string[] | null
}

/** Departments looked for in which an agent has tickets: nobody works for more of them. */
const maxAssignedIn = 40

const nextAssignedIn = prepared((tx, v: { agentId: string; after: string }) =>
  tx
    .select({ departmentId: tickets.departmentId })
    .from(tickets)
    .where(and(eq(tickets.assigneeId, v.agentId), gt(tickets.departmentId, v.after)))
    .orderBy(asc(tickets.departmentId))
    .limit(1),
)

/** From one department to the next in an index: as many steps as departments, however many tickets. */
const assignedInOf = async (tx: Tx, agentId: string): Promise<string[] | null> => {
  const found: string[] = []
  for (;;) {
    const [next] = await nextAssignedIn(tx, { agentId, after: found.at(-1) ?? '' })
    if (!next) return found
    if (found.length === maxAssignedIn) return null
    found.push(next.departmentId)
  }
}

export const branchOf = async (tx: Tx, path: string, within: string | null): Promise<Branch> => {
  const rows = await tx.select({ id: departments.id, path: departments.path }).from(departments)
  const root = within === null ? null : rows.find((row) => row.id === within)
  const wanted = within === null ? null : rows.filter((row) => root && row.path.startsWith(root.path))
  const own = (wanted ?? rows).filter((row) => row.path.startsWith(path))
  return {
    ids: own.map((row) => row.id),
    isAll: own.length === rows.length,
    wanted: wanted?.map((row) => row.id) ?? null,
    isInside: wanted !== null && own.length === wanted.length,
  }
}

const latestParticipations = prepared((tx, v: { agentId: string }) => {
  const latest = tx
    .select({ ticketId: ticketParticipants.ticketId })
    .from(ticketParticipants)
    .where(eq(ticketParticipants.agentId, v.agentId))
    .orderBy(desc(ticketParticipants.createdAt))
    .limit(maxParticipations)
    .as('latest')
  return tx
    .select({ id: tickets.id, departmentId: tickets.departmentId, assigneeId: tickets.assigneeId })
    .from(latest)
    .innerJoin(tickets, eq(tickets.id, latest.ticketId))
})

/** Where a list of this agent has to look; asked once for all columns of a board. */
export const scopeOf = async (tx: Tx, actor: AgentActor, filter: ListFilter): Promise<ListScope> => {
  const branch = await branchOf(tx, actor.departmentPath, filter.departmentId)
  const isOneStream = filter.numberPrefix !== null || (filter.assignee !== null && filter.assignee !== 'none')
  if (branch.isAll || branch.isInside || isOneStream) return { ...branch, broughtInto: [], assignedIn: [] }
  const own = new Set(branch.ids)
  const assignedIn = await assignedInOf(tx, actor.id)
  const rows = await latestParticipations(tx, { agentId: actor.id })
  const others = rows.filter((row) => !own.has(row.departmentId) && row.assigneeId !== actor.id)
  return {
    ...branch,
    broughtInto: others.map((row) => row.id),
    assignedIn: assignedIn?.filter((id) => !own.has(id) && (branch.wanted?.includes(id) ?? true)) ?? null,
  }
}

/** Everything the filter asks for, as one condition on a ticket. */
export const conditionOf = (tx: Tx, filter: ListFilter): SQL | undefined => {
  const among = <T extends string>(column: Parameters<typeof inArray>[0], values: readonly T[]): SQL[] =>
    values.length === 0 ? [] : [inArray(column, [...values])]
  const tagged = tx
    .select({ one: sql`1` })
    .from(ticketTags)
    .where(and(eq(ticketTags.ticketId, tickets.id), inArray(ticketTags.tagId, [...filter.tagIds])))
  return and(
    ...among(tickets.status, filter.statuses),
    ...among(tickets.priority, filter.priorities),
    ...among(tickets.source, filter.sources),
    ...among(tickets.slaState, filter.slaStates),
    ...among(tickets.applicationResult, filter.applications),
    filter.assignee === null
      ? undefined
      : filter.assignee === 'none'
        ? isNull(tickets.assigneeId)
        : eq(tickets.assigneeId, filter.assignee),
    filter.serviceItemId === null ? undefined : eq(tickets.serviceItemId, filter.serviceItemId),
    filter.siteId === null ? undefined : eq(tickets.siteId, filter.siteId),
    filter.isEscalated === null
      ? undefined
      : filter.isEscalated
        ? gt(tickets.escalationLevel, 0)
        : eq(tickets.escalationLevel, 0),
    filter.isComplaint === null ? undefined : eq(tickets.isComplaint, filter.isComplaint),
    filter.tagIds.length > 0 ? exists(tagged) : undefined,
    filter.numberPrefix === null
      ? undefined
      : and(gte(tickets.number, filter.numberPrefix), lt(tickets.number, `${filter.numberPrefix}~`)),
    ...inRange(tickets.createdAt, filter.created),
    ...inRange(tickets.updatedAt, filter.updated),
    ...inRange(tickets.nextDueAt, filter.due),
  )
}

/** Which of the tickets the agent may see and the filter allows. */
export const filterFound = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  ids: readonly string[],
): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const branch = await branchOf(tx, actor.departmentPath, filter.departmentId)
  const rows = await tx
    .select({ id: tickets.id })
    .from(tickets)
    .where(
      and(
        inArray(tickets.id, [...ids]),
        reachOf(tx, actor),
        conditionOf(tx, filter),
        branch.wanted === null ? undefined : inArray(tickets.departmentId, branch.wanted),
      ),
    )
  return new Set(rows.map((row) => row.id))
}
