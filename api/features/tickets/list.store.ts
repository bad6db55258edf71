import {
  and,
  asc,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { ListSort } from '../../../contract/ticket-list.rules'
import {
  type ApplicationResult,
  isUnresolved,
  type SlaState,
  type TicketPriority,
  type TicketSource,
  type TicketStatus,
  ticketPriorities,
} from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
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

/** A place in a list: the sort key and id of a ticket; `rank` counts priorities from the most urgent. */
export interface Position {
  rank: number
  key: number
  id: string
}
export interface ListPage {
  ids: string[]
  /** Where to go on; null at the end. */
  next: Position | null
}

/** Rows looked at for one page; a rarer match comes with the next one. */
const rowBudget = 6000
const chunkRows = 600
/** More departments than this: one walk over all tickets beats a walk for each. */
const maxStreams = 48
/**
 * An agent's latest participations that lists look through. What lies in the own branch or is assigned to the agent
 * comes from other streams whatever its age; older matters of other departments are found by search and number.
 */
const maxParticipations = 300

type Sort = Exclude<ListSort, 'priority'>
const columns = { updated: tickets.updatedAt, created: tickets.createdAt, due: tickets.nextDueAt } as const
type Place = Omit<Position, 'rank'>

/** True where `a` comes before `b` in the list. */
const isBefore = (sort: Sort, a: Place, b: Place): boolean =>
  a.key === b.key
    ? sort === 'due'
      ? a.id < b.id
      : a.id > b.id
    : sort === 'due'
      ? a.key < b.key
      : a.key > b.key

const beyond = (sort: Sort, { key, id }: Place): SQL | undefined => {
  const column = columns[sort]
  // Two conditions, so that an index is entered at the place rather than read up to it.
  return sort === 'due'
    ? and(gte(column, key), or(gt(column, key), gt(tickets.id, id)))
    : and(lte(column, key), or(lt(column, key), lt(tickets.id, id)))
}

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

/** Part of a list that one index gives in order. */
interface Stream {
  where: SQL | undefined
  /** Holds nothing that the agent may not see. */
  isReached?: boolean
  /** Reads tickets through the participations of an agent. */
  participantId?: string
}

/** Equality conditions that together cover the scope, each with an index that also holds the order. */
const streamsOf = (actor: AgentActor, filter: ListFilter, sort: Sort, own: Branch): Stream[] => {
  const { statuses, assignee } = filter
  const byStatus = (base: SQL | undefined): Stream[] =>
    statuses.length > 0 && sort === 'updated'
      ? statuses.map((status) => ({ where: and(base, eq(tickets.status, status)) }))
      : [{ where: base }]
  if (filter.numberPrefix !== null)
    return [
      { where: and(gte(tickets.number, filter.numberPrefix), lt(tickets.number, `${filter.numberPrefix}~`)) },
    ]
  if (filter.isEscalated && sort === 'updated')
    return [1, 2, 3, 4].map((level) => ({ where: eq(tickets.escalationLevel, level) }))
  if (assignee !== null && assignee !== 'none') return byStatus(eq(tickets.assigneeId, assignee))
  // What is unresolved is little beside what is settled: such a status narrows more than a priority does.
  const isNarrow = statuses.length > 0 && statuses.every(isUnresolved)
  const onePriority =
    filter.priorities.length === 1 && sort === 'updated' && !isNarrow ? filter.priorities[0] : undefined
  const inDepartment = (id: string): Stream[] =>
    onePriority
      ? [{ where: and(eq(tickets.departmentId, id), eq(tickets.priority, onePriority)) }]
      : own.ids.length * Math.max(1, statuses.length) <= maxStreams
        ? byStatus(eq(tickets.departmentId, id))
        : [{ where: eq(tickets.departmentId, id) }]
  const wide = (): Stream[] => {
    if (sort === 'due' && filter.slaStates.length > 0)
      return filter.slaStates.map((state) => ({ where: eq(tickets.slaState, state) }))
    if (onePriority) return [{ where: eq(tickets.priority, onePriority) }]
    return assignee === 'none' ? byStatus(isNull(tickets.assigneeId)) : byStatus(undefined)
  }
  const isWide = own.isAll || own.ids.length > maxStreams
  const streams = isWide
    ? wide()
    : own.ids.flatMap(inDepartment).map((stream) => ({ ...stream, isReached: true }))
  if (own.isAll || own.isInside) return streams
  return [
    ...streams,
    ...byStatus(eq(tickets.assigneeId, actor.id)).map((stream) => ({ ...stream, isReached: true })),
    { where: undefined, participantId: actor.id },
  ]
}

const latestParticipations = (tx: Tx, agentId: string) =>
  tx
    .select({ ticketId: ticketParticipants.ticketId })
    .from(ticketParticipants)
    .where(eq(ticketParticipants.agentId, agentId))
    .orderBy(desc(ticketParticipants.createdAt))
    .limit(maxParticipations)
    .as('latest')

interface Found {
  matches: Place[]
  /** How far it was read; null: to its end. */
  reached: Place | null
}

/** Reads a stream until it has `wanted` matches, has looked at `budget` rows, or ends. */
const readStream = async (
  tx: Tx,
  stream: Stream,
  sort: Sort,
  after: Place | null,
  condition: SQL | undefined,
  wanted: number,
  budget: number,
): Promise<Found> => {
  const column = columns[sort]
  const order = sort === 'due' ? [asc(column), asc(tickets.id)] : [desc(column), desc(tickets.id)]
  const matches: Place[] = []
  let place = after
  let rows = wanted
  const latest = stream.participantId ? latestParticipations(tx, stream.participantId) : null
  for (let read = 0; ; rows = Math.min(chunkRows, Math.max(wanted, budget - read))) {
    const query = tx
      .select({
        key: column,
        id: tickets.id,
        isMatch: condition ? sql<unknown>`(${condition})` : sql<unknown>`1 = 1`,
      })
      .from(tickets)
    const from = latest ? query.innerJoin(latest, eq(latest.ticketId, tickets.id)) : query
    const found = await from
      .where(
        and(
          stream.where,
          sort === 'due' ? isNotNull(column) : undefined,
          place ? beyond(sort, place) : undefined,
        ),
      )
      .orderBy(...order)
      .limit(rows)
    for (const row of found) if (row.isMatch) matches.push({ key: Number(row.key), id: row.id })
    const last = found.at(-1)
    if (last) place = { key: Number(last.key), id: last.id }
    read += found.length
    if (found.length < rows) return { matches, reached: null }
    if (matches.length >= wanted || read >= budget) return { matches, reached: place }
  }
}

/** Tickets of several streams as one list: only as far as every stream has been read. */
const merge = (
  sort: Sort,
  found: readonly Found[],
  wanted: number,
): { places: Place[]; next: Place | null } => {
  const compare = (a: Place, b: Place) => (a.id === b.id ? 0 : isBefore(sort, a, b) ? -1 : 1)
  const ends = found.flatMap((each) => each.reached ?? [])
  const [nearest] = [...ends].sort(compare)
  const unique = new Map(found.flatMap((each) => each.matches).map((place) => [place.id, place]))
  const sure = [...unique.values()]
    .filter((place) => !nearest || !isBefore(sort, nearest, place))
    .sort(compare)
  const places = sure.slice(0, wanted)
  if (sure.length > wanted) return { places, next: places.at(-1) ?? null }
  return { places, next: nearest ?? null }
}

const listSorted = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  sort: Sort,
  after: Place | null,
  limit: number,
  own: Branch,
): Promise<{ places: Place[]; next: Place | null }> => {
  const wanted = and(
    conditionOf(tx, filter),
    own.wanted === null ? undefined : inArray(tickets.departmentId, own.wanted),
  )
  const wantedAndReached = own.isAll ? wanted : and(wanted, reachOf(tx, actor))
  const streams = streamsOf(actor, filter, sort, own)
  const budget = Math.max(limit + 1, Math.floor(rowBudget / Math.max(1, streams.length)))
  const found: Found[] = []
  for (const stream of streams)
    found.push(
      await readStream(
        tx,
        stream,
        sort,
        after,
        stream.isReached ? wanted : wantedAndReached,
        limit + 1,
        budget,
      ),
    )
  return merge(sort, found, limit)
}

/** A page of tickets the agent may see, as ids in order. `known` saves looking the departments up again. */
export const listTicketIds = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  sort: ListSort,
  after: Position | null,
  limit: number,
  known?: Branch,
): Promise<ListPage> => {
  const own = known ?? (await branchOf(tx, actor.departmentPath, filter.departmentId))
  if (sort !== 'priority') {
    const { places, next } = await listSorted(tx, actor, filter, sort, after, limit, own)
    return { ids: places.map((place) => place.id), next: next && { rank: 0, ...next } }
  }
  const ids: string[] = []
  const mostUrgentFirst = [...ticketPriorities].reverse()
  for (let rank = after?.rank ?? 0; rank < mostUrgentFirst.length; rank++) {
    const priority = mostUrgentFirst[rank] as TicketPriority
    if (filter.priorities.length > 0 && !filter.priorities.includes(priority)) continue
    const from = rank === after?.rank ? after : null
    const { places, next } = await listSorted(
      tx,
      actor,
      { ...filter, priorities: [priority] },
      'updated',
      from,
      limit - ids.length,
      own,
    )
    ids.push(...places.map((place) => place.id))
    if (next) return { ids, next: { rank, ...next } }
    const isFull = ids.length >= limit && rank + 1 < mostUrgentFirst.length
    // The next priority from its beginning: no ticket changed later than this.
    if (isFull) return { ids, next: { rank: rank + 1, key: Number.MAX_SAFE_INTEGER, id: '~' } }
  }
  return { ids, next: null }
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
