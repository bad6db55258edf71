import { and, asc, desc, eq, gt, gte, inArray, isNull, lt, lte, or, type SQL } from 'drizzle-orm'
import {
  type AgeBucket,
  ageBuckets,
  ageLimitsMs,
  type EscalationReason,
  type EscalationStatus,
} from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import { agents, departments, escalations, events, visitors } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize } from '../../lib/actor'
import { hiding, refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'
import type { EventRow } from '../events/events.store'
import { loadTicket } from '../tickets/tickets.queries.store'
import { type EscalationRow, findEscalation, withMerged } from './escalations.store'

const notFound = () => refuse('escalations.not_found', 'There is no such matter.')

/** Ids of the departments at `path` and below; null where that is all of them. */
export const branchOf = async (tx: Tx, path: string): Promise<string[] | null> => {
  const isRoot = path.split('/').filter(Boolean).length <= 1
  if (isRoot) {
    const roots = await tx
      .select({ id: departments.id })
      .from(departments)
      .where(isNull(departments.parentId))
      .limit(2)
    if (roots.length < 2) return null
  }
  return (await tx.select({ id: departments.id }).from(departments).where(isUnder(path))).map((row) => row.id)
}

/** Own branch by place or by home, one's own desk, and what one raised: as `isEscalationVisible` has it. */
const withinReach = async (tx: Tx, actor: AgentActor): Promise<SQL | undefined> => {
  const branch = await branchOf(tx, actor.departmentPath)
  if (!branch) return undefined
  return or(
    inArray(escalations.departmentId, branch),
    inArray(escalations.homeDepartmentId, branch),
    eq(escalations.ownerId, actor.id),
    eq(escalations.raisedById, actor.id),
  )
}

/** The matter, where the actor sees it or its ticket. Throws 404. */
export const loadEscalation = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
): Promise<Authorized<EscalationRow>> => {
  const reach = await withinReach(tx, actor)
  const [row] = await tx
    .select()
    .from(escalations)
    .where(and(eq(escalations.id, id), reach))
  if (row) return authorize(row)
  const any = await findEscalation(tx, id)
  if (!any) throw notFound()
  await hiding(loadTicket(tx, actor, any.ticketId), notFound)
  return authorize(any)
}

export interface EscalationFilter {
  status: EscalationStatus | 'open' | 'all'
  level?: number
  /** Of the filter's department, which is shown with what lies below. */
  departmentPath?: string
  ownerId?: string
  reason?: EscalationReason
  age?: AgeBucket
  isRed: boolean
  isOverdue: boolean
  now: number
}

const conditionsOf = async (
  tx: Tx,
  actor: AgentActor,
  filter: EscalationFilter,
): Promise<SQL | undefined> => {
  const { now } = filter
  const branch = filter.departmentPath ? await branchOf(tx, filter.departmentPath) : null
  const age = filter.age ? ageLimitsMs[filter.age] : null
  const redIds = filter.isRed ? await redIdsOf(tx, now) : null
  return and(
    await withinReach(tx, actor),
    filter.status === 'open'
      ? isNull(escalations.closedAt)
      : filter.status === 'all'
        ? undefined
        : eq(escalations.status, filter.status),
    filter.level === undefined ? undefined : eq(escalations.level, filter.level),
    branch ? inArray(escalations.departmentId, branch) : undefined,
    filter.ownerId ? eq(escalations.ownerId, filter.ownerId) : undefined,
    filter.reason ? eq(escalations.reason, filter.reason) : undefined,
    age && age.from > 0 ? lte(escalations.raisedAt, now - age.from) : undefined,
    age && age.to < Number.MAX_SAFE_INTEGER ? gt(escalations.raisedAt, now - age.to) : undefined,
    filter.isRed ? lte(escalations.redLightAt, now) : undefined,
    redIds ? inArray(escalations.id, redIds) : undefined,
    filter.isOverdue ? lte(escalations.dueAt, now) : undefined,
  )
}

/** So many red matters are fetched by their ids; more are met soon enough in the order of the list. */
const fewRed = 400

/** Ids of the open matters whose red light is on, unless there are many: a list without one would read them all. */
const redIdsOf = async (tx: Tx, now: number): Promise<string[] | null> => {
  const rows = await tx
    .select({ id: escalations.id })
    .from(escalations)
    .where(and(isNull(escalations.closedAt), lte(escalations.redLightAt, now)))
    .limit(fewRed + 1)
  return rows.length > fewRed ? null : rows.map((row) => row.id)
}

export type EscalationSort = 'oldest' | 'newest' | 'due'

export interface Position {
  value: number
  id: string
}

/** A page of matters; `after` is the sorting value and id of the last one seen. */
export const listEscalations = async (
  tx: Tx,
  actor: AgentActor,
  filter: EscalationFilter,
  page: { sort: EscalationSort; after: Position | null; limit: number },
): Promise<EscalationRow[]> => {
  const column = page.sort === 'due' ? escalations.dueAt : escalations.raisedAt
  const isDown = page.sort === 'newest'
  const beyond = isDown ? lt : gt
  const { after } = page
  const following = after
    ? or(beyond(column, after.value), and(eq(column, after.value), beyond(escalations.id, after.id)))
    : undefined
  const order = isDown ? desc : asc
  return tx
    .select()
    .from(escalations)
    .where(
      and(
        await conditionsOf(tx, actor, filter),
        following,
        page.sort === 'due' ? gte(escalations.dueAt, 0) : undefined,
      ),
    )
    .orderBy(order(column), order(escalations.id))
    .limit(page.limit)
}

/** The oldest of one column of the board. */
export const listColumn = async (
  tx: Tx,
  actor: AgentActor,
  filter: EscalationFilter,
  column: { by: 'level' | 'age'; key: string },
  limit: number,
): Promise<EscalationRow[]> => {
  const narrowed = narrow(filter, column)
  return narrowed ? listEscalations(tx, actor, narrowed, { sort: 'oldest', after: null, limit }) : []
}

/** Null where the filter leaves nothing in this column. */
const narrow = (
  filter: EscalationFilter,
  { by, key }: { by: 'level' | 'age'; key: string },
): EscalationFilter | null => {
  if (by === 'level') {
    if (filter.level !== undefined && String(filter.level) !== key) return null
    return { ...filter, level: Number(key) }
  }
  const age = ageBuckets.find((each) => each === key)
  if (!age || (filter.age && filter.age !== age)) return null
  return { ...filter, age }
}

/** All matters of a ticket and of those merged into it, the newest first. The caller has loaded the ticket. */
export const listOfTicket = async (tx: Tx, ticketId: string): Promise<EscalationRow[]> =>
  tx
    .select()
    .from(escalations)
    .where(inArray(escalations.ticketId, await withMerged(tx, ticketId)))
    .orderBy(desc(escalations.raisedAt), desc(escalations.id))
    .limit(50)

/** What happened with a matter, oldest first; the ticket's events are found by its index. */
export const historyOf = async (tx: Tx, row: EscalationRow): Promise<EventRow[]> =>
  tx
    .select()
    .from(events)
    .where(
      and(eq(events.ticketId, row.ticketId), or(eq(events.subject, row.id), eq(events.type, 'ticket.urged'))),
    )
    .orderBy(asc(events.seq))
    .limit(500)

/** Names of agents and citizens by id. */
export const namesOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, string>> => {
  const of = (prefix: string) => [...new Set(ids.filter((id) => id.startsWith(prefix)))]
  const found = [
    ...(await tx
      .select({ id: agents.id, name: agents.name })
      .from(agents)
      .where(inArray(agents.id, of('agt_')))),
    ...(await tx
      .select({ id: visitors.id, name: visitors.name })
      .from(visitors)
      .where(inArray(visitors.id, of('vis_')))),
  ]
  return new Map(found.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])))
}
