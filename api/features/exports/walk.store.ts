import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { filterFound, listTicketIds, type Position } from '../tickets/list.store'
import { parseFilter } from '../tickets/list.usecases'
import { type LoadedTicket, loadTicketsById, tagsOf } from '../tickets/tickets.queries.store'

/** A ticket with everything a line can hold. */
export interface ExportedTicket extends LoadedTicket {
  tagNames: string[]
}

const pageRows = 100

const load = async (tx: Tx, ids: readonly string[]): Promise<ExportedTicket[]> => {
  if (ids.length === 0) return []
  const loaded = new Map((await loadTicketsById(tx, ids)).map((each) => [each.ticket.id, each]))
  const tags = await tagsOf(tx, ids)
  return ids.flatMap((id) => {
    const found = loaded.get(id)
    return found ? [{ ...found, tagNames: (tags.get(id) ?? []).map((tag) => tag.name) }] : []
  })
}

/**
 * The whole list, page by page, in its order, within what the agent may see. `ids`: those that a search for
 * words found; they are checked once more here.
 */
export async function* walkTickets(
  tx: Tx,
  actor: AgentActor,
  query: TicketListFilter,
  ids: readonly string[] | null,
): AsyncGenerator<ExportedTicket[]> {
  const filter = parseFilter(actor, query)
  if (ids !== null) {
    for (let at = 0; at < ids.length; at += pageRows) {
      const some = ids.slice(at, at + pageRows)
      const allowed = await filterFound(tx, actor, filter, some)
      yield load(
        tx,
        some.filter((id) => allowed.has(id)),
      )
    }
    return
  }
  let after: Position | null = null
  do {
    const page: Awaited<ReturnType<typeof listTicketIds>> = await listTicketIds(
      tx,
      actor,
      filter,
      query.sort ?? 'updated',
      after,
      pageRows,
    )
    yield load(tx, page.ids)
    after = page.next
  } while (after !== null)
}
