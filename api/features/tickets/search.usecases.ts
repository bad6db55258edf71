import type {
  BoardState,
  TicketListFilter,
  TicketListPage,
  TicketListQuery,
  TicketMatch,
} from '../../../contract/ticket-list.schema'
import type { TicketView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { BadCursorError, type KeyFilter, type QueryTerms, type SearchPage } from '../../../search/engine'
import { highlight } from '../../../search/highlight'
import { type AgentActor, isRootPath } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { filterFound, type ListFilter } from './list.filter.store'
import { boardColumnsOf, cardsPerColumn, parseFilter, viewsInOrder, wordsOf } from './list.usecases'
import { ticketIndex } from './search.indexer'
import { textsOf } from './texts.store'

const snippetLength = 90

/** What the engine can filter by itself; the database checks everything once more. */
const keysOf = (filter: ListFilter): KeyFilter => ({
  ...(filter.statuses.length > 0 ? { s: [...filter.statuses] } : {}),
  ...(filter.priorities.length > 0 ? { p: [...filter.priorities] } : {}),
  ...(filter.assignee === null ? {} : { o: [filter.assignee] }),
  ...(filter.siteId === null ? {} : { site: [filter.siteId] }),
  ...(filter.serviceItemId === null ? {} : { i: [filter.serviceItemId] }),
  ...(filter.departmentId === null ? {} : { d: [filter.departmentId] }),
  ...(filter.tagIds.length > 0 ? { t: [...filter.tagIds] } : {}),
})

/** The part of a long text around its first match, or null where there is none. */
const snippetOf = (text: string, terms: QueryTerms): TicketMatch['snippet'] => {
  const marked = highlight(text, terms)
  const first = marked.findIndex((segment) => segment.isMatch)
  if (first < 0) return null
  const around = marked.slice(Math.max(0, first - 1), first + 8)
  let left = snippetLength
  return around.flatMap((segment, at) => {
    if (left <= 0) return []
    const isBefore = at === 0 && first > 0
    const shown = isBefore && segment.text.length > 24 ? `…${segment.text.slice(-24)}` : segment.text
    const cut = shown.length > left ? `${shown.slice(0, left)}…` : shown
    left -= cut.length
    return [{ text: cut, isMatch: segment.isMatch }]
  })
}

const matchOf = (view: TicketView, texts: readonly string[], terms: QueryTerms): TicketMatch => {
  const topic = highlight(view.topic, terms)
  const isInTopic = topic.some((segment) => segment.isMatch)
  const snippets = isInTopic ? [] : texts.flatMap((text) => [snippetOf(text, terms)])
  return { id: view.id, topic, snippet: snippets.find((each) => each !== null) ?? null }
}

/** Asks the engine, within what the agent may see. Throws `search.unavailable` while it is away. */
const ask = async (
  deps: Pick<Deps, 'search' | 'logger'>,
  actor: AgentActor,
  filter: ListFilter,
  words: string,
  query: TicketListQuery,
): Promise<SearchPage> => {
  try {
    return await deps.search.search(ticketIndex, {
      q: words,
      filter: keysOf(filter),
      // Every ticket is below the topmost department: nothing to walk through beside the words.
      ...(isRootPath(actor.departmentPath)
        ? {}
        : { scope: [{ d: [actor.departmentId] }, { a: [actor.id] }] }),
      limit: query.limit ?? 50,
      ...(query.cursor === undefined ? {} : { cursor: query.cursor }),
    })
  } catch (error) {
    if (error instanceof BadCursorError)
      throw refuse('request.invalid', 'The cursor is not one of ours.', {
        errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
      })
    deps.logger.warn({ err: error }, 'search failed')
    throw refuse('search.unavailable', 'Search is being started again. Try in a moment.', { retryAfter: 5 })
  }
}

/** Tickets that hold the words, the most relevant first, with where they were found. */
export const searchTickets = async (
  deps: Pick<Deps, 'search' | 'db' | 'logger'>,
  actor: AgentActor,
  query: TicketListQuery,
): Promise<TicketListPage> => {
  const filter = parseFilter(actor, query)
  const found = await ask(deps, actor, filter, wordsOf(query.q) ?? '', query)
  return deps.db.read(async (tx: Tx) => {
    const ids = found.hits.map((hit) => hit.id)
    const allowed = await filterFound(tx, actor, filter, ids)
    const items = await viewsInOrder(
      tx,
      ids.filter((id) => allowed.has(id)),
    )
    const texts = await textsOf(
      tx,
      items.map((item) => item.id),
    )
    return {
      items,
      nextCursor: found.nextCursor,
      matches: items.map((item) =>
        matchOf(item, [item.contactName ?? '', ...(texts.get(item.id) ?? [])], found.terms),
      ),
    }
  })
}

/** The same by status: in each column the most relevant first. */
export const searchBoard = async (
  deps: Pick<Deps, 'search' | 'db' | 'logger'>,
  actor: AgentActor,
  query: TicketListFilter,
): Promise<BoardState> => {
  const filter = parseFilter(actor, query)
  const words = wordsOf(query.q) ?? ''
  const pages = await Promise.all(
    boardColumnsOf(filter).map(async (status) => {
      const own = { ...filter, statuses: [status] }
      // Twice as many as without words: the database may take some of them out.
      const page = await ask(deps, actor, own, words, { limit: 2 * cardsPerColumn })
      return { status, own, page }
    }),
  )
  return deps.db.read(async (tx: Tx) => {
    const columns: BoardState['columns'] = []
    for (const { status, own, page } of pages) {
      const ids = page.hits.map((hit) => hit.id)
      const allowed = await filterFound(tx, actor, own, ids)
      const found = ids.filter((id) => allowed.has(id))
      columns.push({
        status,
        count: found.length,
        isMore: page.nextCursor !== null,
        items: await viewsInOrder(tx, found),
        nextCursor: page.nextCursor,
      })
    }
    return { columns }
  })
}
