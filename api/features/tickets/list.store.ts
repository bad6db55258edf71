import type { ListSort } from '../../../contract/ticket-list.rules'
import { type TicketPriority, ticketPriorities } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { type ListFilter, type ListScope, scopeOf, valuesOf } from './list.filter.store'
import {
  countStream,
  isAllWanted,
  type Place,
  readStream,
  type Sort,
  type Stream,
  streamsOf,
} from './list.streams.store'

/** A place in a list: the sort key and id of a ticket; `rank` counts priorities from the most urgent. */
export interface Position extends Place {
  rank: number
}
export interface ListPage {
  ids: string[]
  /** Where to go on; null at the end. */
  next: Position | null
}

/** Rows looked at for one page; a rarer match comes with the next one. */
const rowBudget = 6000
const chunkRows = 600
/** Read beyond an even share of the page, so that most streams need no second look. */
const slackOf = (limit: number): number => Math.min(8, Math.ceil(limit / 4))

const askedOf = (actor: AgentActor, filter: ListFilter, own: ListScope) => ({
  filter: valuesOf(filter, own.wanted),
  broughtInto: own.broughtInto,
  actor: own.isAll ? null : { id: actor.id, path: actor.departmentPath },
})
/** True where `a` comes before `b` in the list. */
const isBefore = (sort: Sort, a: Place, b: Place): boolean =>
  a.key === b.key
    ? sort === 'due'
      ? a.id < b.id
      : a.id > b.id
    : sort === 'due'
      ? a.key < b.key
      : a.key > b.key

interface Reading {
  stream: Stream
  matches: Place[]
  /** How far it was read; null before its first row. */
  reached: Place | null
  isEnded: boolean
  nextRows: number
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
  const streams = streamsOf(actor, filter, sort, own)
  const asked = askedOf(actor, filter, own)
  const compare = (a: Place, b: Place) => (a.id === b.id ? 0 : isBefore(sort, a, b) ? -1 : 1)
  const share = Math.ceil((limit + 1) / streams.length)
  const readings: Reading[] = streams.map((stream) => ({
    stream,
    matches: [],
    reached: after,
    isEnded: false,
    nextRows: streams.length === 1 ? share : share + slackOf(limit),
  }))
  /** Reads on in a stream; returns how many rows were looked at. */
  const readOn = async (it: Reading): Promise<number> => {
    const rows = it.nextRows
    const found = await readStream(tx, it.stream, sort, { ...asked, after: it.reached, rows })
    for (const row of found) if (row.isMatch) it.matches.push({ key: Number(row.key), id: row.id })
    const last = found.at(-1)
    if (last) it.reached = { key: Number(last.key), id: last.id }
    it.isEnded = found.length < rows
    it.nextRows = Math.min(chunkRows, rows * 4)
    return found.length
  }
  let looked = 0
  for (const reading of readings) looked += await readOn(reading)
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
    looked += await readOn(nearest)
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

/**
 * How many tickets a list has, up to `most`; `isMore` where there are or may be more. Counted in the indexes where
 * they say everything, otherwise by reading the list.
 */
export const countTickets = async (
  tx: Tx,
  actor: AgentActor,
  filter: ListFilter,
  sort: ListSort,
  most: number,
  own: ListScope,
): Promise<{ count: number; isMore: boolean }> => {
  const order = sort === 'priority' ? 'updated' : sort
  const asked = askedOf(actor, filter, own)
  const streams = streamsOf(actor, filter, order, own)
  const isCounted = (stream: Stream) => isAllWanted(stream, asked)
  const others = streams.filter((stream) => !isCounted(stream))
  // Two streams must not hold the same ticket: one of two tags, or one assigned somewhere.
  const areApart = filter.tagIds.length < 2 && own.assignedIn !== null
  if (!areApart || others.some((stream) => stream.kind !== 'brought_into')) {
    const { ids, next } = await listTicketIds(tx, actor, filter, order, null, most + 1, own)
    return { count: Math.min(ids.length, most), isMore: ids.length > most || next !== null }
  }
  let found = 0
  for (const stream of streams.filter(isCounted)) {
    if (found > most) break
    found += await countStream(tx, stream, order, most + 1 - found)
  }
  for (const stream of found > most ? [] : others) {
    const rows = await readStream(tx, stream, order, { ...asked, after: null, rows: own.broughtInto.length })
    found += rows.filter((row) => row.isMatch).length
  }
  return { count: Math.min(found, most), isMore: found > most }
}
