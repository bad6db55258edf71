import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { type ListPage, listTicketIds, type Position } from './list.store'
import { parseFilter, wordsOf } from './list.usecases'
import { searchTickets } from './search.usecases'

/** Pages that are looked through for what is rare before it is called off. */
const maxPages = 20
const searchPage = 100

export interface Matching {
  ids: string[]
  /** There are others, or some may be where it was not looked. */
  isMore: boolean
}

/** The most relevant tickets that hold the words of the filter. */
export const findByWords = async (
  deps: Pick<Deps, 'db' | 'search' | 'logger'>,
  actor: AgentActor,
  filter: TicketListFilter,
  most: number,
): Promise<Matching> => {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? {} : { cursor }
    const page = await searchTickets(deps, actor, { ...filter, limit: searchPage, ...more })
    ids.push(...page.items.map((each) => each.id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && ids.length <= most)
  return { ids: ids.slice(0, most), isMore: ids.length > most || cursor !== undefined }
}

/** The first tickets of a list, at most so many, each page in a snapshot of its own. */
export const findMatching = async (
  deps: Pick<Deps, 'db' | 'search' | 'logger'>,
  actor: AgentActor,
  query: TicketListFilter,
  most: number,
): Promise<Matching> => {
  if (wordsOf(query.q) !== null) return findByWords(deps, actor, query, most)
  const filter = parseFilter(actor, query)
  const ids = new Set<string>()
  let after: Position | null = null
  for (let page = 0; page < maxPages && ids.size <= most; page++) {
    const from: Position | null = after
    const wanted = most + 1 - ids.size
    const found: ListPage = await deps.db.read((tx) =>
      listTicketIds(tx, actor, filter, query.sort ?? 'updated', from, wanted),
    )
    for (const id of found.ids) ids.add(id)
    after = found.next
    if (after === null) break
  }
  return { ids: [...ids].slice(0, most), isMore: ids.size > most || after !== null }
}
