import type { FieldValue } from '../../../contract/ticket-fields.rules'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { filterFound } from '../tickets/list.filter.store'
import { listTicketIds, type Position } from '../tickets/list.store'
import { parseFilter } from '../tickets/list.usecases'
import { type LoadedTicket, loadTicketsById, tagsOf } from '../tickets/tickets.queries.store'
import { departmentLabels } from './departments.store'
import { type ExportedField, loadFieldValues } from './fields.store'

/** A ticket with everything a line can hold. */
export interface ExportedTicket extends LoadedTicket {
  tagNames: string[]
  /** The department's name, with those above it where another has the same. */
  departmentLabel: string
  /** Values of custom fields by the field's id. */
  fieldValues: ReadonlyMap<string, FieldValue>
}

const pageRows = 100

/** What is the same for every page. */
interface WalkContext {
  fields: readonly ExportedField[]
  labels: ReadonlyMap<string, string>
}
const none: ReadonlyMap<string, FieldValue> = new Map()

const load = async (
  tx: Tx,
  ids: readonly string[],
  { fields, labels }: WalkContext,
): Promise<ExportedTicket[]> => {
  if (ids.length === 0) return []
  const loaded = new Map((await loadTicketsById(tx, ids)).map((each) => [each.ticket.id, each]))
  const tags = await tagsOf(tx, ids)
  const values = await loadFieldValues(tx, fields, ids)
  return ids.flatMap((id) => {
    const found = loaded.get(id)
    if (!found) return []
    const tagNames = (tags.get(id) ?? []).map((tag) => tag.name)
    const departmentLabel = labels.get(found.ticket.departmentId) ?? found.departmentName
    return [{ ...found, tagNames, departmentLabel, fieldValues: values.get(id) ?? none }]
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
  fields: readonly ExportedField[],
): AsyncGenerator<ExportedTicket[]> {
  const filter = parseFilter(actor, query)
  const context: WalkContext = { fields, labels: await departmentLabels(tx) }
  if (ids !== null) {
    for (let at = 0; at < ids.length; at += pageRows) {
      const some = ids.slice(at, at + pageRows)
      const allowed = await filterFound(tx, actor, filter, some)
      yield load(
        tx,
        some.filter((id) => allowed.has(id)),
        context,
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
    yield load(tx, page.ids, context)
    after = page.next
  } while (after !== null)
}
