import { type ListSort, maxCount, quickFilterQuery, quickFilters } from '../../../contract/ticket-list.rules'
import type {
  BoardState,
  CappedCount,
  TicketCounts,
  TicketListFilter,
  TicketListQuery,
} from '../../../contract/ticket-list.schema'
import { type TicketStatus, unresolvedStatuses } from '../../../contract/tickets.rules'
import type { TicketView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { momentOf } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { type ListFilter, scopeOf } from './list.filter.store'
import { countTickets, type ListPage, listTicketIds, type Position } from './list.store'
import { ticketViews } from './tickets.presenter'
import { loadListedTickets } from './tickets.queries.store'

const listOf = <T extends string>(value: string | undefined): T[] => (value ? (value.split(',') as T[]) : [])
const flagOf = (value: 'true' | 'false' | undefined): boolean | null =>
  value === undefined ? null : value === 'true'
const rangeOf = (from: string | undefined, to: string | undefined) => ({
  from: from === undefined ? null : momentOf(from),
  to: to === undefined ? null : momentOf(to),
})
/** The beginning of a ticket number: a day, as far as it is typed, and the counter. Telephones and others are words. */
const isNumber = (q: string): boolean =>
  /^20\d\d(?:[01]|(?:0[1-9]|1[0-2])(?:[0-3]|[0-3]\d(?:-\d{0,9})?)?)?$/.test(q)

/** The question as it was asked, with every value parsed. */
export const parseFilter = (actor: AgentActor, query: TicketListFilter & { mine?: string }): ListFilter => {
  const q = query.q?.trim() ?? ''
  const assignee = query.mine === 'true' ? 'me' : (query.assignee ?? null)
  return {
    statuses: listOf(query.status),
    assignee: assignee === 'me' ? actor.id : assignee,
    departmentId: query.department ?? null,
    serviceItemId: query.serviceItem ?? null,
    priorities: listOf(query.priority),
    tagIds: listOf(query.tag),
    siteId: query.site ?? null,
    sources: listOf(query.source),
    slaStates: listOf(query.sla),
    isEscalated: flagOf(query.escalated),
    isComplaint: flagOf(query.complaint),
    applications: listOf(query.application),
    created: rangeOf(query.createdFrom, query.createdTo),
    updated: rangeOf(query.updatedFrom, query.updatedTo),
    due: rangeOf(query.dueFrom, query.dueTo),
    numberPrefix: isNumber(q) ? q : null,
  }
}

/** Words to be looked for; null where `q` is empty or the beginning of a number. */
export const wordsOf = (q: string | undefined): string | null => {
  const words = q?.trim() ?? ''
  return words === '' || isNumber(words) ? null : words
}

const writePosition = (it: Position | null): string | null => it && `${it.rank}.${it.key}.${it.id}`

const readPosition = (cursor: string | undefined): Position | null => {
  if (cursor === undefined) return null
  const [, rank, key, id] = /^([0-3])\.(\d{1,16})\.(tkt_[0-9A-Za-z]{20}|~)$/.exec(cursor) ?? []
  if (rank === undefined || key === undefined || id === undefined)
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  return { rank: Number(rank), key: Number(key), id }
}

/** Views of tickets whose ids were found for this actor, in that order. */
export const viewsInOrder = async (tx: Tx, ids: readonly string[]): Promise<TicketView[]> => {
  if (ids.length === 0) return []
  const loaded = await loadListedTickets(tx, ids)
  const views = new Map((await ticketViews(tx, loaded)).map((view) => [view.id, view]))
  return ids.flatMap((id) => views.get(id) ?? [])
}

export const pageTickets = async (
  tx: Tx,
  actor: AgentActor,
  query: TicketListQuery,
  sort: ListSort = query.sort ?? 'updated',
): Promise<{ items: TicketView[]; nextCursor: string | null }> => {
  const filter = parseFilter(actor, query)
  const page = await listTicketIds(tx, actor, filter, sort, readPosition(query.cursor), query.limit ?? 50)
  return { items: await viewsInOrder(tx, page.ids), nextCursor: writePosition(page.next) }
}

/** The numbers beside the quick filters. */
export const countQuickFilters = async (tx: Tx, actor: AgentActor): Promise<TicketCounts> => {
  const quick: TicketCounts['quick'] = []
  // None of them names a department: all look in the same places.
  const scope = await scopeOf(tx, actor, parseFilter(actor, {}))
  for (const id of quickFilters) {
    const query: TicketListFilter = quickFilterQuery[id]
    const sort = query.sort ?? 'updated'
    quick.push({ id, ...(await countTickets(tx, actor, parseFilter(actor, query), sort, maxCount, scope)) })
  }
  return { quick }
}

/** Cards of a column in the first answer: a little more than a tall screen shows. The list of its status goes on. */
export const cardsPerColumn = 12
const settledColumns: readonly TicketStatus[] = ['resolved']

/** The columns of a board: a status filter chooses them. */
export const boardColumnsOf = ({ statuses }: ListFilter): readonly TicketStatus[] =>
  statuses.length > 0 ? statuses : [...unresolvedStatuses, ...settledColumns]

/** Tickets by status, the last changed first. */
export const loadBoard = async (tx: Tx, actor: AgentActor, query: TicketListFilter): Promise<BoardState> => {
  const filter = parseFilter(actor, query)
  const scope = await scopeOf(tx, actor, filter)
  const found: { status: TicketStatus; page: ListPage; counted: CappedCount }[] = []
  for (const status of boardColumnsOf(filter)) {
    const own = { ...filter, statuses: [status] }
    const page = await listTicketIds(tx, actor, own, 'updated', null, cardsPerColumn, scope)
    const counted = page.next
      ? await countTickets(tx, actor, own, 'updated', maxCount, scope)
      : { count: page.ids.length, isMore: false }
    found.push({ status, page, counted })
  }
  const shown = found.flatMap(({ page }) => page.ids)
  const views = new Map((await viewsInOrder(tx, shown)).map((view) => [view.id, view]))
  const columns = found.map(({ status, page, counted }) => ({
    status,
    ...counted,
    items: page.ids.flatMap((id) => views.get(id) ?? []),
    nextCursor: writePosition(page.next),
  }))
  return { columns }
}
