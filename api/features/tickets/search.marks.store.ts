import { and, asc, eq, gt, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { searchMarks, ticketParticipants, tickets, ticketTags } from '../../../drizzle/schema/index'

export type SearchMark = typeof searchMarks.$inferSelect
type Kind = SearchMark['kind']

const idOf = (kind: Kind, subject: string): string => `${kind}:${subject}`

/**
 * Asks the indexer, which alone has the index files open, to read tickets again: all of them, those of a
 * department that moved, those an agent was brought into, or those that hold the name of a tag, a contact or a
 * service item. Asked again, it begins anew.
 */
export const markForSearch = async (tx: Tx, kind: Kind, subject: string, at: number): Promise<void> => {
  const fresh = { place: '', done: 0, askedAt: at, startedAt: null }
  await tx
    .insert(searchMarks)
    .values({ id: idOf(kind, subject), kind, subject, ...fresh })
    .onConflictDoUpdate({ target: searchMarks.id, set: fresh })
}

export const findMark = async (tx: Tx, kind: Kind, subject: string): Promise<SearchMark | null> => {
  const [row] = await tx
    .select()
    .from(searchMarks)
    .where(eq(searchMarks.id, idOf(kind, subject)))
  return row ?? null
}

/** The one that was asked for first. */
export const firstMark = async (tx: Tx): Promise<SearchMark | null> => {
  const [row] = await tx
    .select()
    .from(searchMarks)
    .orderBy(asc(searchMarks.askedAt), asc(searchMarks.id))
    .limit(1)
  return row ?? null
}

/** Still as it was read: nobody has asked again meanwhile. */
const unchanged = (mark: SearchMark) =>
  and(
    eq(searchMarks.id, mark.id),
    eq(searchMarks.askedAt, mark.askedAt),
    eq(searchMarks.place, mark.place),
    eq(searchMarks.done, mark.done),
  )

/** How far it came; null where it was asked for again and begins anew. */
export const advanceMark = async (
  tx: Tx,
  mark: SearchMark,
  set: Pick<SearchMark, 'place' | 'done' | 'startedAt'>,
): Promise<SearchMark | null> => {
  const [row] = await tx.update(searchMarks).set(set).where(unchanged(mark)).returning()
  return row ?? null
}

export const finishMark = async (tx: Tx, mark: SearchMark): Promise<void> => {
  await tx.delete(searchMarks).where(unchanged(mark))
}

/** Tickets behind a mark, in an order of their own, and where the next slice begins. */
interface Slice {
  ids: string[]
  /** Null at the end. */
  place: string | null
}

const readPlace = (place: string): { at: number; id: string } => {
  const [at = '0', id = ''] = place.split('.')
  return { at: Number(at), id }
}
const sliceOf = (rows: readonly { at: number; id: string }[], limit: number): Slice => {
  const last = rows.at(-1)
  return {
    ids: rows.map((row) => row.id),
    place: last && rows.length === limit ? `${last.at}.${last.id}` : null,
  }
}

const ticketsOfDepartment = async (
  tx: Tx,
  departmentId: string,
  place: string,
  limit: number,
): Promise<Slice> => {
  const after = readPlace(place)
  const rows = await tx
    .select({ at: tickets.createdAt, id: tickets.id })
    .from(tickets)
    .where(
      and(
        eq(tickets.departmentId, departmentId),
        or(gt(tickets.createdAt, after.at), and(eq(tickets.createdAt, after.at), gt(tickets.id, after.id))),
      ),
    )
    .orderBy(asc(tickets.createdAt), asc(tickets.id))
    .limit(limit)
  return sliceOf(rows, limit)
}

const ticketsOfAgent = async (tx: Tx, agentId: string, place: string, limit: number): Promise<Slice> => {
  const { createdAt, ticketId } = ticketParticipants
  const after = readPlace(place)
  const rows = await tx
    .select({ at: createdAt, id: ticketId })
    .from(ticketParticipants)
    .where(
      and(
        eq(ticketParticipants.agentId, agentId),
        or(gt(createdAt, after.at), and(eq(createdAt, after.at), gt(ticketId, after.id))),
      ),
    )
    .orderBy(asc(createdAt), asc(ticketId))
    .limit(limit)
  return sliceOf(rows, limit)
}

/** A ticket that changes meanwhile moves behind the place; it is read again, then or by its own event. */
const ticketsOfTag = async (tx: Tx, tagId: string, place: string, limit: number): Promise<Slice> => {
  const { ticketUpdatedAt, ticketId } = ticketTags
  const after = readPlace(place)
  const rows = await tx
    .select({ at: ticketUpdatedAt, id: ticketId })
    .from(ticketTags)
    .where(
      and(
        eq(ticketTags.tagId, tagId),
        or(gt(ticketUpdatedAt, after.at), and(eq(ticketUpdatedAt, after.at), gt(ticketId, after.id))),
      ),
    )
    .orderBy(asc(ticketUpdatedAt), asc(ticketId))
    .limit(limit)
  return sliceOf(rows, limit)
}

const ticketsOfContact = async (tx: Tx, contactId: string, place: string, limit: number): Promise<Slice> => {
  const after = readPlace(place)
  const rows = await tx
    .select({ id: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.contactId, contactId), gt(tickets.id, after.id)))
    .orderBy(asc(tickets.id))
    .limit(limit)
  return sliceOf(
    rows.map(({ id }) => ({ at: 0, id })),
    limit,
  )
}

/** Tickets looked at for each that is wanted: service items have no index, so all tickets are walked once. */
const walkedPerTicket = 20

const ticketsOfServiceItem = async (
  tx: Tx,
  serviceItemId: string,
  place: string,
  limit: number,
): Promise<Slice> => {
  const after = readPlace(place)
  const { createdAt, id } = tickets
  const walked = await tx
    .select({ at: createdAt, id, itemId: tickets.serviceItemId })
    .from(tickets)
    .where(or(gt(createdAt, after.at), and(eq(createdAt, after.at), gt(id, after.id))))
    .orderBy(asc(createdAt), asc(id))
    .limit(limit * walkedPerTicket)
  const own = walked.filter((row) => row.itemId === serviceItemId)
  // So many of them that a slice is full: the walk goes on behind the last that fits.
  if (own.length >= limit) return sliceOf(own.slice(0, limit), limit)
  return { ids: own.map((row) => row.id), place: sliceOf(walked, limit * walkedPerTicket).place }
}

const slices: Record<Exclude<Kind, 'rebuild'>, typeof ticketsOfDepartment> = {
  department: ticketsOfDepartment,
  agent: ticketsOfAgent,
  tag: ticketsOfTag,
  contact: ticketsOfContact,
  service_item: ticketsOfServiceItem,
}

/** The next tickets behind a mark, at most `limit`. */
export const sliceOfMark = (
  tx: Tx,
  kind: Exclude<Kind, 'rebuild'>,
  { subject, place }: Pick<SearchMark, 'subject' | 'place'>,
  limit: number,
): Promise<Slice> => slices[kind](tx, subject, place, limit)
