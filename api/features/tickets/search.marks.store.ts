import { and, asc, eq, gt, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { searchMarks, ticketParticipants, tickets } from '../../../drizzle/schema/index'

export type SearchMark = typeof searchMarks.$inferSelect
type Kind = SearchMark['kind']

const idOf = (kind: Kind, subject: string): string => `${kind}:${subject}`

/**
 * Asks the indexer, which alone has the index files open, to read tickets again: all of them, those of a
 * department, or those an agent was brought into. Asked again, it begins anew.
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
export interface Slice {
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

export const ticketsOfDepartment = async (
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

export const ticketsOfAgent = async (
  tx: Tx,
  agentId: string,
  place: string,
  limit: number,
): Promise<Slice> => {
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
