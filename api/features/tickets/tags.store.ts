import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { tags, tickets, ticketTags } from '../../../drizzle/schema/index'
import { newId } from '../../lib/ids'

export interface Tag {
  id: string
  name: string
}

/** Tags whose name contains `q`, by name. */
export const findTags = (tx: Tx, q: string, limit: number): Promise<Tag[]> => {
  const pattern = `%${q
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`
  return tx
    .select({ id: tags.id, name: tags.name })
    .from(tags)
    .where(q.trim() ? sql`lower(${tags.name}) like ${pattern} escape '\\'` : undefined)
    .orderBy(asc(tags.name))
    .limit(limit)
    .then((rows) => rows)
}

/** The tags of these names; those that do not exist yet are made. */
export const findOrMakeTags = async (tx: Tx, names: readonly string[], at: number): Promise<Tag[]> => {
  if (names.length === 0) return []
  await tx
    .insert(tags)
    .values(names.map((name) => ({ id: newId('tag'), name, createdAt: at })))
    .onConflictDoNothing()
  return tx
    .select({ id: tags.id, name: tags.name })
    .from(tags)
    .where(inArray(tags.name, [...names]))
}

export const addTicketTags = async (
  tx: Tx,
  ticketId: string,
  tagIds: readonly string[],
  at: number,
): Promise<void> => {
  if (tagIds.length === 0) return
  const [ticket] = await tx
    .select({ departmentId: tickets.departmentId, ticketUpdatedAt: tickets.updatedAt })
    .from(tickets)
    .where(eq(tickets.id, ticketId))
  if (!ticket) return
  await tx
    .insert(ticketTags)
    .values(tagIds.map((tagId) => ({ ticketId, tagId, createdAt: at, ...ticket })))
    .onConflictDoNothing()
}

export const removeTicketTags = async (
  tx: Tx,
  ticketId: string,
  tagIds: readonly string[],
): Promise<void> => {
  if (tagIds.length === 0) return
  await tx
    .delete(ticketTags)
    .where(and(eq(ticketTags.ticketId, ticketId), inArray(ticketTags.tagId, [...tagIds])))
}
