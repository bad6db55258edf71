/** How a list is cut into streams that an index gives in order, and how each is read. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { ListSort } from '../../../contract/ticket-list.rules'
import {
  type SlaState,
  type TicketPriority,
  type TicketStatus,
  ticketStatuses,
} from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { tickets, ticketTags } from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import {
  conditionOf,
  type FilterValues,
  filterLists,
  type ListFilter,
  type ListScope,
} from './list.filter.store'
import { reachOf } from './tickets.queries.store'

/** More departments than this: one walk over all tickets beats a walk for each. */
const maxStreams = 48

export type Sort = Exclude<ListSort, 'priority'>
/** The sort key and id of a ticket. */
export interface Place {
  key: number
  id: string
}

/** Columns that a stream holds fast, so that an index gives it in order. */
interface Held {
  departmentId?: string
  status?: TicketStatus
  priority?: TicketPriority
  assigneeId?: string
  serviceItemId?: string
  slaState?: SlaState
  tagId?: string
}

/** What is special about a kind of stream besides the columns it holds. */
type StreamKind = 'plain' | 'number' | 'escalated' | 'alarmed' | 'tagged' | 'unassigned' | 'brought_into'

/** Part of a list that one index gives in order. */
export interface Stream {
  kind: StreamKind
  held: Held
  /** Holds nothing that the agent may not see. */
  isReached?: boolean
}

const unassigned: Stream = { kind: 'unassigned', held: {} }
const broughtInto: Stream = { kind: 'brought_into', held: {} }
const alarming: readonly SlaState[] = ['warned', 'breached']

/** What a filter asks for that few tickets have and an index holds: of one department, or of all. */
const rareOf = (filter: ListFilter, sort: Sort): Omit<Stream, 'isReached'>[] => {
  if (sort === 'due') return filter.slaStates.map((slaState) => ({ kind: 'plain', held: { slaState } }))
  if (sort !== 'updated') return []
  if (filter.isEscalated === true) return [{ kind: 'escalated', held: {} }]
  if (filter.slaStates.length > 0 && filter.slaStates.every((state) => alarming.includes(state)))
    return filter.slaStates.map((slaState) => ({ kind: 'alarmed', held: { slaState } }))
  if (filter.tagIds.length > 0) return filter.tagIds.map((tagId) => ({ kind: 'tagged', held: { tagId } }))
  if (filter.serviceItemId !== null) return [{ kind: 'plain', held: { serviceItemId: filter.serviceItemId } }]
  return []
}

/** Equality conditions that together cover the scope, each with an index that also holds the order. */
export const streamsOf = (actor: AgentActor, filter: ListFilter, sort: Sort, own: ListScope): Stream[] => {
  const { statuses, assignee } = filter
  const byStatus = (stream: Stream): Stream[] =>
    statuses.length > 0 && sort === 'updated'
      ? statuses.map((status) => ({ ...stream, held: { ...stream.held, status } }))
      : [stream]
  if (filter.numberPrefix !== null) return [{ kind: 'number', held: {} }]
  if (assignee !== null && assignee !== 'none')
    return byStatus({ kind: 'plain', held: { assigneeId: assignee }, isReached: assignee === actor.id })
  const onePriority = filter.priorities.length === 1 && sort === 'updated' ? filter.priorities[0] : undefined
  const rare = rareOf(filter, sort)
  const inDepartment = (departmentId: string): Stream[] => {
    const held = { departmentId }
    if (rare.length > 0) return rare.map((each) => ({ ...each, held: { ...held, ...each.held } }))
    const fits = own.ids.length * Math.max(1, statuses.length) <= maxStreams
    if (onePriority && !(fits && statuses.length > 0))
      return [{ kind: 'plain', held: { ...held, priority: onePriority } }]
    return fits
      ? byStatus({ kind: 'plain', held: onePriority ? { ...held, priority: onePriority } : held })
      : [{ kind: 'plain', held }]
  }
  const wide = (): Stream[] => {
    if (rare.length > 0) return rare
    if (onePriority)
      return (statuses.length > 0 ? statuses : ticketStatuses).map((status) => ({
        kind: 'plain',
        held: { priority: onePriority, status },
      }))
    return byStatus(assignee === 'none' ? unassigned : { kind: 'plain', held: {} })
  }
  const isWide = own.isAll || own.ids.length * Math.max(1, rare.length) > maxStreams
  const streams = isWide
    ? wide()
    : own.ids.flatMap(inDepartment).map((stream) => ({ ...stream, isReached: true }))
  if (own.isAll || own.isInside) return streams
  const assigned: Stream[] = own.assignedIn
    ? own.assignedIn.map((departmentId) => ({ kind: 'plain', held: { assigneeId: actor.id, departmentId } }))
    : byStatus({ kind: 'plain', held: { assigneeId: actor.id } })
  return [
    ...streams,
    ...assigned.map((stream) => ({ ...stream, isReached: true })),
    ...(own.broughtInto.length > 0 ? [broughtInto] : []),
  ]
}

const columns = { updated: tickets.updatedAt, created: tickets.createdAt, due: tickets.nextDueAt } as const
const heldColumns = {
  departmentId: tickets.departmentId,
  status: tickets.status,
  priority: tickets.priority,
  assigneeId: tickets.assigneeId,
  serviceItemId: tickets.serviceItemId,
  slaState: tickets.slaState,
  tagId: ticketTags.tagId,
} as const

/** Where a stream's rows lie: those of a tag with the tag, all others with the ticket. */
const sourceOf = (kind: StreamKind, sort: Sort) =>
  kind === 'tagged'
    ? {
        key: ticketTags.ticketUpdatedAt,
        id: ticketTags.ticketId,
        held: { ...heldColumns, departmentId: ticketTags.departmentId },
      }
    : { key: columns[sort], id: tickets.id, held: heldColumns }
type Source = ReturnType<typeof sourceOf>

const beyond = (sort: Sort, source: Source, { key, id }: Place): SQL | undefined =>
  // Two conditions, so that an index is entered at the place rather than read up to it.
  sort === 'due'
    ? and(gte(source.key, key), or(gt(source.key, key), gt(source.id, id)))
    : and(lte(source.key, key), or(lt(source.key, key), lt(source.id, id)))

/** Values of one step in a stream. */
interface Step {
  /** What its rows must fulfil beyond that. */
  filter: FilterValues
  broughtInto: string[]
  /** Who looks; null: somebody who may see everything. */
  actor: { id: string; path: string } | null
  after: Place | null
  rows: number
}
type StepValues = Held &
  FilterValues &
  Partial<Place> & { rows: number; actorId?: string; actorPath?: string; broughtInto?: string[] }

const whereOf = (kind: StreamKind, v: StepValues): SQL | undefined => {
  if (kind === 'number' && v.numberFrom !== undefined && v.numberBefore !== undefined)
    return and(gte(tickets.number, v.numberFrom), lt(tickets.number, v.numberBefore))
  if (kind === 'unassigned') return isNull(tickets.assigneeId)
  // What is assigned to the agent comes from streams of its own.
  if (kind === 'brought_into' && v.broughtInto)
    return and(
      inArray(tickets.id, v.broughtInto),
      v.actorId === undefined ? undefined : or(isNull(tickets.assigneeId), ne(tickets.assigneeId, v.actorId)),
    )
  // Said in the words of the indexes that hold only such rows.
  if (kind === 'alarmed') return sql`${tickets.slaState} in ('warned', 'breached')`
  return kind === 'escalated' ? sql`${tickets.escalationLevel} > 0` : undefined
}

/** What is in a stream, beyond the place where reading goes on. */
const insideOf = (kind: StreamKind, sort: Sort, source: Source, v: StepValues): SQL | undefined => {
  const held = Object.entries(source.held).flatMap(([name, column]) => {
    const value = v[name as keyof Held]
    return value === undefined ? [] : [eq(column, value)]
  })
  return and(
    ...held,
    whereOf(kind, v),
    sort === 'due' ? isNotNull(source.key) : undefined,
    v.key === undefined || v.id === undefined ? undefined : beyond(sort, source, { key: v.key, id: v.id }),
  )
}
const orderOf = (sort: Sort, source: Source): SQL[] =>
  sort === 'due' ? [asc(source.key), asc(source.id)] : [desc(source.key), desc(source.id)]

/** The query of all streams of a kind and order: built once per form of its values. */
const readerOf = (kind: StreamKind, sort: Sort) => {
  const source = sourceOf(kind, sort)
  return prepared(
    (tx, v: StepValues) => {
      const reach =
        v.actorId === undefined || v.actorPath === undefined
          ? undefined
          : reachOf(tx, { id: v.actorId, departmentPath: v.actorPath })
      const condition = and(conditionOf(tx, v), reach)
      const shown = {
        key: source.key,
        id: source.id,
        isMatch: condition ? sql<unknown>`(${condition})` : sql<unknown>`1 = 1`,
      }
      const from =
        kind === 'tagged' && condition
          ? tx.select(shown).from(ticketTags).innerJoin(tickets, eq(tickets.id, ticketTags.ticketId))
          : tx.select(shown).from(kind === 'tagged' ? ticketTags : tickets)
      return from
        .where(insideOf(kind, sort, source, v))
        .orderBy(...orderOf(sort, source))
        .limit(v.rows)
    },
    'broughtInto',
    ...filterLists,
  )
}
/** The query that counts the first rows of such streams, without looking at the tickets themselves. */
const counterOf = (kind: StreamKind, sort: Sort) => {
  const source = sourceOf(kind, sort)
  return prepared((tx, v: StepValues) => {
    const first = tx
      .select({ id: source.id })
      .from(kind === 'tagged' ? ticketTags : tickets)
      .where(insideOf(kind, sort, source, v))
      .orderBy(...orderOf(sort, source))
      .limit(v.rows)
      .as('first')
    return tx.select({ rows: count() }).from(first)
  })
}
const readers = new Map<string, ReturnType<typeof readerOf>>()
const counters = new Map<string, ReturnType<typeof counterOf>>()
const keptIn = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const kept = map.get(key) ?? make()
  map.set(key, kept)
  return kept
}

/** What a stream holds fast need not be asked of its rows. */
const leftOf = ({ kind, held }: Stream, filter: FilterValues): FilterValues => {
  const { statuses, priorities, slaStates, tagIds, itemId, ownerId, within, ...others } = filter
  const { isEscalated, isUnassigned, ...rest } = others
  return {
    ...rest,
    ...(held.status === undefined ? { statuses } : {}),
    ...(held.priority === undefined ? { priorities } : {}),
    ...(held.slaState === undefined ? { slaStates } : {}),
    ...(held.tagId === undefined ? { tagIds } : {}),
    ...(held.serviceItemId === undefined ? { itemId } : {}),
    ...(held.assigneeId === undefined ? { ownerId } : {}),
    // Streams are cut from the departments asked for.
    ...(held.departmentId === undefined ? { within } : {}),
    ...(kind === 'escalated' ? {} : { isEscalated }),
    ...(kind === 'unassigned' ? {} : { isUnassigned }),
  } as FilterValues
}

/** The next rows of a stream and which of them are wanted. */
export const readStream = (tx: Tx, stream: Stream, sort: Sort, step: Step) => {
  const read = keptIn(readers, `${stream.kind} ${sort}`, () => readerOf(stream.kind, sort))
  return read(tx, {
    ...leftOf(stream, step.filter),
    ...stream.held,
    ...(stream.kind === 'brought_into' ? { broughtInto: step.broughtInto } : {}),
    ...(stream.isReached || !step.actor ? {} : { actorId: step.actor.id, actorPath: step.actor.path }),
    ...(step.after ? { key: step.after.key, id: step.after.id } : {}),
    rows: step.rows,
  })
}

/** Every row of the stream is wanted: nothing is left to be asked of it. */
export const isAllWanted = (stream: Stream, step: Pick<Step, 'filter' | 'actor'>): boolean =>
  stream.kind !== 'number' &&
  stream.kind !== 'brought_into' &&
  (stream.isReached === true || step.actor === null) &&
  Object.values(leftOf(stream, step.filter)).every((value) => value === undefined)

/** How many rows a stream has of which all are wanted, up to `rows`. */
export const countStream = async (tx: Tx, stream: Stream, sort: Sort, rows: number): Promise<number> => {
  const counter = keptIn(counters, `${stream.kind} ${sort}`, () => counterOf(stream.kind, sort))
  const [found] = await counter(tx, { ...stream.held, rows })
  return Number(found?.rows ?? 0)
}
