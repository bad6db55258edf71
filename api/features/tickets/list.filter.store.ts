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
interface AgentStep {
  agentId: string
  after: string
}

const nextAssignedIn = prepared((tx, v: AgentStep) =>
  tx
    .select({ departmentId: tickets.departmentId })
    .from(tickets)
    .where(and(eq(tickets.assigneeId, v.agentId), gt(tickets.departmentId, v.after)))
    .orderBy(asc(tickets.departmentId))
    .limit(1),
)
const nextTakingPartIn = prepared((tx, v: AgentStep) =>
  tx
    .select({ departmentId: ticketParticipants.departmentId })
    .from(ticketParticipants)
    .where(and(eq(ticketParticipants.agentId, v.agentId), gt(ticketParticipants.departmentId, v.after)))
    .orderBy(asc(ticketParticipants.departmentId))
    .limit(1),
)

/** From one department to the next in an index: as many steps as departments, however many tickets. */
const departmentsFrom = async (
  tx: Tx,
  next: typeof nextAssignedIn,
  agentId: string,
): Promise<string[] | null> => {
  const found: string[] = []
  for (;;) {
    const [step] = await next(tx, { agentId, after: found.at(-1) ?? '' })
    if (!step) return found
    if (found.length === maxAssignedIn) return null
    found.push(step.departmentId)
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

const latestIn = prepared(
  (tx, v: { agentId: string; departmentIds: string[] }) =>
    tx
      .select({ ticketId: ticketParticipants.ticketId })
      .from(ticketParticipants)
      .where(
        and(
          eq(ticketParticipants.agentId, v.agentId),
          inArray(ticketParticipants.departmentId, v.departmentIds),
        ),
      )
      .orderBy(desc(ticketParticipants.createdAt), desc(ticketParticipants.ticketId))
      .limit(maxParticipations),
  'departmentIds',
)
const latestOf = prepared((tx, v: { agentId: string }) =>
  tx
    .select({ ticketId: ticketParticipants.ticketId, departmentId: ticketParticipants.departmentId })
    .from(ticketParticipants)
    .where(eq(ticketParticipants.agentId, v.agentId))
    .orderBy(desc(ticketParticipants.createdAt), desc(ticketParticipants.ticketId))
    .limit(maxParticipations),
)

/** The agent's latest participations in tickets of other branches. */
const broughtElsewhere = async (
  tx: Tx,
  agentId: string,
  isElsewhere: (departmentId: string) => boolean,
): Promise<string[]> => {
  const all = await departmentsFrom(tx, nextTakingPartIn, agentId)
  if (!all) {
    // Somebody who takes part nearly everywhere: the latest, wherever they are.
    const latest = await latestOf(tx, { agentId })
    return latest.filter((row) => isElsewhere(row.departmentId)).map((row) => row.ticketId)
  }
  const departmentIds = all.filter(isElsewhere)
  if (departmentIds.length === 0) return []
  return (await latestIn(tx, { agentId, departmentIds })).map((row) => row.ticketId)
}

/** Where a list of this agent has to look; asked once for all columns of a board. */
export const scopeOf = async (tx: Tx, actor: AgentActor, filter: ListFilter): Promise<ListScope> => {
  const branch = await branchOf(tx, actor.departmentPath, filter.departmentId)
  const isOneStream = filter.numberPrefix !== null || (filter.assignee !== null && filter.assignee !== 'none')
  if (branch.isAll || branch.isInside || isOneStream) return { ...branch, broughtInto: [], assignedIn: [] }
  const own = new Set(branch.ids)
  const isElsewhere = (id: string) => !own.has(id) && (branch.wanted?.includes(id) ?? true)
  const assignedIn = await departmentsFrom(tx, nextAssignedIn, actor.id)
  return {
    ...branch,
    broughtInto: await broughtElsewhere(tx, actor.id, isElsewhere),
    assignedIn: assignedIn?.filter(isElsewhere) ?? null,
  }
}

/** A filter as values of a query that is built once: what it does not ask for is not there. */
export interface FilterValues {
  statuses?: TicketStatus[]
  priorities?: TicketPriority[]
  sources?: TicketSource[]
  slaStates?: SlaState[]
  applications?: ApplicationResult[]
  tagIds?: string[]
  ownerId?: string
  itemId?: string
  siteId?: string
  // That one of these is there says it all: a query is built for each set of keys.
  isUnassigned?: 1
  isEscalated?: 1
  isNotEscalated?: 1
  isComplaint?: 1
  isNoComplaint?: 1
  numberFrom?: string
  numberBefore?: string
  createdFrom?: number
  createdBefore?: number
  updatedFrom?: number
  updatedBefore?: number
  dueFrom?: number
  dueBefore?: number
  /** Departments asked for. */
  within?: string[]
}
/** Those of the values that are lists: see `prepared`. */
export const filterLists = [
  'statuses',
  'priorities',
  'sources',
  'slaStates',
  'applications',
  'tagIds',
  'within',
] as const

const flags = (value: boolean | null, yes: keyof FilterValues, no: keyof FilterValues): FilterValues =>
  value === null ? {} : { [value ? yes : no]: 1 }
const present = <T extends object>(values: { [K in keyof T]: T[K] | null }): Partial<T> =>
  Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  ) as Partial<T>

export const valuesOf = (filter: ListFilter, within: readonly string[] | null): FilterValues => ({
  ...present<FilterValues>({
    statuses: [...filter.statuses],
    priorities: [...filter.priorities],
    sources: [...filter.sources],
    slaStates: [...filter.slaStates],
    applications: [...filter.applications],
    tagIds: [...filter.tagIds],
    ownerId: filter.assignee === 'none' ? null : filter.assignee,
    itemId: filter.serviceItemId,
    siteId: filter.siteId,
    isUnassigned: filter.assignee === 'none' ? 1 : null,
    numberFrom: filter.numberPrefix,
    numberBefore: filter.numberPrefix === null ? null : `${filter.numberPrefix}~`,
    createdFrom: filter.created.from,
    createdBefore: filter.created.to,
    updatedFrom: filter.updated.from,
    updatedBefore: filter.updated.to,
    dueFrom: filter.due.from,
    dueBefore: filter.due.to,
  }),
  ...flags(filter.isEscalated, 'isEscalated', 'isNotEscalated'),
  ...flags(filter.isComplaint, 'isComplaint', 'isNoComplaint'),
  // An empty list finds nothing, and must: nobody is asked for.
  ...(within === null ? {} : { within: within.length > 0 ? [...within] : ['-'] }),
})

/** Everything the values ask for, as one condition on a ticket. */
export const conditionOf = (tx: Tx, v: FilterValues): SQL | undefined => {
  const tagged = (tagIds: string[]) =>
    tx
      .select({ one: sql`1` })
      .from(ticketTags)
      .where(and(eq(ticketTags.ticketId, tickets.id), inArray(ticketTags.tagId, tagIds)))
  return and(
    v.statuses && inArray(tickets.status, v.statuses),
    v.priorities && inArray(tickets.priority, v.priorities),
    v.sources && inArray(tickets.source, v.sources),
    v.slaStates && inArray(tickets.slaState, v.slaStates),
    v.applications && inArray(tickets.applicationResult, v.applications),
    v.ownerId === undefined ? undefined : eq(tickets.assigneeId, v.ownerId),
    v.isUnassigned && isNull(tickets.assigneeId),
    v.itemId === undefined ? undefined : eq(tickets.serviceItemId, v.itemId),
    v.siteId === undefined ? undefined : eq(tickets.siteId, v.siteId),
    v.isEscalated && gt(tickets.escalationLevel, 0),
    v.isNotEscalated && eq(tickets.escalationLevel, 0),
    v.isComplaint && eq(tickets.isComplaint, true),
    v.isNoComplaint && eq(tickets.isComplaint, false),
    v.tagIds && exists(tagged(v.tagIds)),
    v.numberFrom === undefined ? undefined : gte(tickets.number, v.numberFrom),
    v.numberBefore === undefined ? undefined : lt(tickets.number, v.numberBefore),
    v.createdFrom === undefined ? undefined : gte(tickets.createdAt, v.createdFrom),
    v.createdBefore === undefined ? undefined : lt(tickets.createdAt, v.createdBefore),
    v.updatedFrom === undefined ? undefined : gte(tickets.updatedAt, v.updatedFrom),
    v.updatedBefore === undefined ? undefined : lt(tickets.updatedAt, v.updatedBefore),
    v.dueFrom === undefined ? undefined : gte(tickets.nextDueAt, v.dueFrom),
    v.dueBefore === undefined ? undefined : lt(tickets.nextDueAt, v.dueBefore),
    v.within && inArray(tickets.departmentId, v.within),
  )
}

const allowed = prepared(
  (
    tx,
    {
      ids,
      actorId,
      actorPath,
      ...values
    }: FilterValues & { ids: string[]; actorId: string; actorPath: string },
  ) =>
    tx
      .select({ id: tickets.id })
      .from(tickets)
      .where(
        and(
          inArray(tickets.id, ids),
          reachOf(tx, { id: actorId, departmentPath: actorPath }),
          conditionOf(tx, values),
        ),
      ),
  'ids',
  ...filterLists,
)

/** Which of the tickets the agent may see and the filter allows. */
export const filterFound = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  ids: readonly string[],
): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const branch = await branchOf(tx, actor.departmentPath, filter.departmentId)
  const rows = await allowed(tx, {
    ...valuesOf(filter, branch.wanted),
    ids: [...ids],
    actorId: actor.id,
    actorPath: actor.departmentPath,
  })
  return new Set(rows.map((row) => row.id))
}
