import {
  and,
  asc,
  desc,
  eq,
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
  type SlaState,
  type TicketPriority,
  type TicketStatus,
  ticketPriorities,
  ticketStatuses,
} from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { tickets } from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import { conditionOf, type ListFilter, type ListScope, scopeOf } from './list.filter.store'
import { reachOf } from './tickets.queries.store'

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

/** Columns that a stream holds fast, so that an index gives it in order. */
interface Held {
  departmentId?: string
  status?: TicketStatus
  priority?: TicketPriority
  assigneeId?: string
  slaState?: SlaState
}
const heldColumns = {
  departmentId: tickets.departmentId,
  status: tickets.status,
  priority: tickets.priority,
  assigneeId: tickets.assigneeId,
  slaState: tickets.slaState,
} as const

/** What is special about a kind of stream besides the columns it holds. */
type StreamKind = 'plain' | 'number' | 'escalated' | 'unassigned' | 'brought_into'

/** Part of a list that one index gives in order. */
interface Stream {
  kind: StreamKind
  held: Held
  /** Holds nothing that the agent may not see. */
  isReached?: boolean
}

const unassigned: Stream = { kind: 'unassigned', held: {} }
const broughtInto: Stream = { kind: 'brought_into', held: {} }

/** Equality conditions that together cover the scope, each with an index that also holds the order. */
const streamsOf = (actor: AgentActor, filter: ListFilter, sort: Sort, own: ListScope): Stream[] => {
  const { statuses, assignee } = filter
  const byStatus = ({ kind, held }: Stream): Stream[] =>
    statuses.length > 0 && sort === 'updated'
      ? statuses.map((status) => ({ kind, held: { ...held, status } }))
      : [{ kind, held }]
  if (filter.numberPrefix !== null) return [{ kind: 'number', held: {} }]
  if (assignee !== null && assignee !== 'none')
    return byStatus({ kind: 'plain', held: { assigneeId: assignee } })
  const onePriority = filter.priorities.length === 1 && sort === 'updated' ? filter.priorities[0] : undefined
  const isEscalated = filter.isEscalated === true && sort === 'updated'
  const kind: StreamKind = isEscalated ? 'escalated' : 'plain'
  const inDepartment = (departmentId: string): Stream[] => {
    const held = { departmentId }
    if (isEscalated) return [{ kind, held }]
    const fits = own.ids.length * Math.max(1, statuses.length) <= maxStreams
    if (onePriority && !(fits && statuses.length > 0))
      return [{ kind, held: { ...held, priority: onePriority } }]
    return fits
      ? byStatus({ kind, held: onePriority ? { ...held, priority: onePriority } : held })
      : [{ kind, held }]
  }
  const wide = (): Stream[] => {
    if (isEscalated) return [{ kind, held: {} }]
    if (sort === 'due' && filter.slaStates.length > 0)
      return filter.slaStates.map((slaState) => ({ kind, held: { slaState } }))
    if (onePriority)
      return (statuses.length > 0 ? statuses : ticketStatuses).map((status) => ({
        kind,
        held: { priority: onePriority, status },
      }))
    return byStatus(assignee === 'none' ? unassigned : { kind, held: {} })
  }
  const isWide = own.isAll || own.ids.length > maxStreams
  const streams = isWide
    ? wide()
    : own.ids.flatMap(inDepartment).map((stream) => ({ ...stream, isReached: true }))
  if (own.isAll || own.isInside) return streams
  return [
    ...streams,
    ...byStatus({ kind: 'plain', held: { assigneeId: actor.id } }).map((stream) => ({
      ...stream,
      isReached: true,
    })),
    ...(own.broughtInto.length > 0 ? [broughtInto] : []),
  ]
}

interface Asked {
  own: ListScope
  filter: ListFilter
  sort: Sort
  /** What a row of a stream must fulfil, where the stream holds only what may be seen, and where not. */
  wanted: SQL | undefined
  wantedAndReached: SQL | undefined
}

const whereOf = (kind: StreamKind, { filter, own }: Asked): SQL | undefined => {
  if (kind === 'number' && filter.numberPrefix !== null)
    return and(gte(tickets.number, filter.numberPrefix), lt(tickets.number, `${filter.numberPrefix}~`))
  if (kind === 'unassigned') return isNull(tickets.assigneeId)
  if (kind === 'brought_into') return inArray(tickets.id, own.broughtInto)
  // Said with the number itself: the index of what is escalated holds only such rows.
  return kind === 'escalated' ? sql`${tickets.escalationLevel} > 0` : undefined
}

/** One query for all streams of a form: building it takes longer than running it. */
const readerOf = (asked: Asked, { kind, isReached }: Stream) => {
  const { sort } = asked
  const column = columns[sort]
  const order = sort === 'due' ? [asc(column), asc(tickets.id)] : [desc(column), desc(tickets.id)]
  const condition = isReached ? asked.wanted : asked.wantedAndReached
  return prepared((tx, { rows, key, id, ...values }: Held & Partial<Place> & { rows: number }) => {
    const held = Object.entries(values).map(([name, value]) => eq(heldColumns[name as keyof Held], value))
    return tx
      .select({
        key: column,
        id: tickets.id,
        isMatch: condition ? sql<unknown>`(${condition})` : sql<unknown>`1 = 1`,
      })
      .from(tickets)
      .where(
        and(
          ...held,
          whereOf(kind, asked),
          sort === 'due' ? isNotNull(column) : undefined,
          key === undefined || id === undefined ? undefined : beyond(sort, { key, id }),
        ),
      )
      .orderBy(...order)
      .limit(rows)
  })
}

interface Reading {
  stream: Stream
  matches: Place[]
  /** How far it was read; null before its first row. */
  reached: Place | null
  isEnded: boolean
  nextRows: number
}

/** Reads on in a stream; returns how many rows were looked at. */
const readOn = async (
  tx: Tx,
  readers: Map<string, ReturnType<typeof readerOf>>,
  asked: Asked,
  it: Reading,
) => {
  const { stream, reached } = it
  const form = `${stream.kind}${stream.isReached}`
  const read = readers.get(form) ?? readerOf(asked, stream)
  readers.set(form, read)
  const rows = it.nextRows
  const place = reached ? { key: reached.key, id: reached.id } : {}
  const found = await read(tx, { ...stream.held, ...place, rows })
  for (const row of found) if (row.isMatch) it.matches.push({ key: Number(row.key), id: row.id })
  const last = found.at(-1)
  if (last) it.reached = { key: Number(last.key), id: last.id }
  it.isEnded = found.length < rows
  it.nextRows = Math.min(chunkRows, rows * 4)
  return found.length
}

/**
 * Tickets of several streams as one list, each stream read no further than the list needs: always on where
 * the list is held up. Where too many rows were looked at it ends early and says where to go on.
 */
const listSorted = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  sort: Sort,
  after: Place | null,
  limit: number,
  own: ListScope,
): Promise<{ places: Place[]; next: Place | null }> => {
  const wanted = and(
    conditionOf(tx, filter),
    own.wanted === null ? undefined : inArray(tickets.departmentId, own.wanted),
  )
  const wantedAndReached = own.isAll ? wanted : and(wanted, reachOf(tx, actor))
  const asked: Asked = { own, filter, sort, wanted, wantedAndReached }
  const streams = streamsOf(actor, filter, sort, own)
  const compare = (a: Place, b: Place) => (a.id === b.id ? 0 : isBefore(sort, a, b) ? -1 : 1)
  const share = Math.ceil((limit + 1) / streams.length)
  const readings: Reading[] = streams.map((stream) => ({
    stream,
    matches: [],
    reached: after,
    isEnded: false,
    nextRows: streams.length === 1 ? share : share + 8,
  }))
  const readers = new Map<string, ReturnType<typeof readerOf>>()
  let looked = 0
  for (const reading of readings) looked += await readOn(tx, readers, asked, reading)
  for (;;) {
    const open = readings.filter((each) => !each.isEnded)
    // An open stream has been read to somewhere: an empty answer ends it.
    const nearest = open.reduce<Reading | null>(
      (first, each) =>
        first?.reached && each.reached && compare(first.reached, each.reached) <= 0 ? first : each,
      null,
    )
    const edge = nearest?.reached ?? null
    const all = new Map(readings.flatMap((each) => each.matches).map((place) => [place.id, place]))
    const sure = [...all.values()].filter((place) => !edge || !isBefore(sort, edge, place)).sort(compare)
    if (sure.length > limit) {
      const places = sure.slice(0, limit)
      return { places, next: places.at(-1) ?? null }
    }
    if (!nearest || looked >= rowBudget) return { places: sure, next: edge }
    looked += await readOn(tx, readers, asked, nearest)
  }
}

/** A page of tickets the agent may see, as ids in order. `known` saves looking the scope up again. */
export const listTicketIds = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  sort: ListSort,
  after: Position | null,
  limit: number,
  known?: ListScope,
): Promise<ListPage> => {
  const own = known ?? (await scopeOf(tx, actor, filter))
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
