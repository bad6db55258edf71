import { boardColumnSize, columnKeys } from '../../../contract/escalation-board.rules'
import type {
  BoardQuery,
  EscalationBoard,
  EscalationDetail,
  EscalationQuery,
  EscalationView,
} from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { findDepartment } from '../departments/departments.store'
import type { EventRow } from '../events/events.store'
import { escalationView, escalationViews } from './escalations.presenter'
import {
  type EscalationFilter,
  type EscalationSort,
  historyOf,
  listColumn,
  listEscalations,
  loadEscalation,
  namesOf,
  type Position,
} from './escalations.queries.store'
import type { EscalationRow } from './escalations.store'
import { commandsFor } from './escalations.usecases'

const filterOf = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: BoardQuery | EscalationQuery,
): Promise<EscalationFilter> => {
  const department = query.departmentId ? await findDepartment(tx, query.departmentId) : null
  if (query.departmentId && !department) throw refuse('departments.not_found', 'There is no such department.')
  const ownerId = query.mine === 'true' ? actor.id : query.ownerId
  return {
    status: query.status ?? 'open',
    ...(query.level === undefined ? {} : { level: query.level }),
    ...(department ? { departmentPath: department.path } : {}),
    ...(ownerId ? { ownerId } : {}),
    ...(query.reason ? { reason: query.reason } : {}),
    ...(query.age ? { age: query.age } : {}),
    isRed: query.red === 'true',
    isOverdue: query.overdue === 'true',
    now: deps.clock.now(),
  }
}

/** `<sorting value>.<id>`; throws 400 for anything else. */
export const readPosition = (cursor: string | undefined): Position | null => {
  if (cursor === undefined) return null
  const [, value, id] = /^(\d{1,15})\.(esc_[0-9A-Za-z]{20})$/.exec(cursor) ?? []
  if (value === undefined || id === undefined) {
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  }
  return { value: Number(value), id }
}

const positionOf = (row: EscalationRow, sort: EscalationSort): string =>
  `${sort === 'due' ? row.dueAt : row.raisedAt}.${row.id}`

/** A page of matters the actor sees. */
export const pageEscalations = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: EscalationQuery,
): Promise<{ items: EscalationView[]; nextCursor: string | null }> => {
  const limit = query.limit ?? 50
  const sort = query.sort ?? 'oldest'
  const rows = await listEscalations(tx, actor, await filterOf(tx, deps, actor, query), {
    sort,
    after: readPosition(query.cursor),
    limit: limit + 1,
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: await escalationViews(tx, shown),
    nextCursor: rows.length > limit && last ? positionOf(last, sort) : null,
  }
}

/** Open matters in columns by level or age. A closed one is on no board. */
export const readBoard = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  query: BoardQuery,
): Promise<EscalationBoard> => {
  const by = query.by ?? 'level'
  const asked = await filterOf(tx, deps, actor, query)
  const filter: EscalationFilter = { ...asked, status: asked.status === 'all' ? 'open' : asked.status }
  const columns: EscalationBoard['columns'] = []
  for (const key of columnKeys(by)) {
    const rows =
      filter.status === 'closed' ? [] : await listColumn(tx, actor, filter, { by, key }, boardColumnSize + 1)
    const items = await escalationViews(tx, rows.slice(0, boardColumnSize))
    columns.push({ key, items, hasMore: rows.length > boardColumnSize })
  }
  return { columns }
}

/** Said to the audience only, not to be told again in the history. */
const hidden = new Set(['escalation.changed'])

const stepOf = (row: EventRow, names: ReadonlyMap<string, string>) => ({
  seq: row.seq,
  type: row.type,
  at: iso(row.at),
  actor: {
    kind: row.actorKind,
    id: row.actorId,
    name: row.actorId ? (names.get(row.actorId) ?? null) : null,
  },
  data: row.facts,
})

/** One matter with its path from desk to desk, and what the actor may do with it now. Throws 404. */
export const readEscalation = async (tx: Tx, actor: AgentActor, id: string): Promise<EscalationDetail> => {
  const row = await loadEscalation(tx, actor, id)
  return detailOf(tx, actor, row)
}

export const detailOf = async (tx: Tx, actor: AgentActor, row: EscalationRow): Promise<EscalationDetail> => {
  const history = (await historyOf(tx, row)).filter((each) => !hidden.has(each.type))
  const names = await namesOf(
    tx,
    history.flatMap((each) => each.actorId ?? []),
  )
  return {
    escalation: await escalationView(tx, row),
    history: history.map((each) => stepOf(each, names)),
    may: await commandsFor(tx, actor, row),
  }
}
