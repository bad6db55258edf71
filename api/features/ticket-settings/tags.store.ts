import { and, asc, count, eq, inArray, notExists, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { TagUse } from '../../../contract/ticket-settings.schema'
import type { Tx } from '../../../drizzle/database'
import { tags, ticketTags } from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'

/** Tags whose name contains `q`, by name, with the number of tickets that have each. */
export const listTagUses = async (tx: Tx, q: string, limit: number): Promise<TagUse[]> => {
  const pattern = `%${q
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`
  const rows = await tx
    .select({ id: tags.id, name: tags.name })
    .from(tags)
    .where(q.trim() ? sql`lower(${tags.name}) like ${pattern} escape '\\'` : undefined)
    .orderBy(asc(tags.name))
    .limit(limit)
  if (rows.length === 0) return []
  const counts = await tx
    .select({ id: ticketTags.tagId, count: count() })
    .from(ticketTags)
    .where(
      inArray(
        ticketTags.tagId,
        rows.map((row) => row.id),
      ),
    )
    .groupBy(ticketTags.tagId)
  const countOf = new Map(counts.map((each) => [each.id, each.count]))
  return rows.map((row) => ({ ...row, ticketCount: countOf.get(row.id) ?? 0 }))
}

export const loadTag = async (tx: Tx, id: string): Promise<{ id: string; name: string }> => {
  const [row] = await tx.select({ id: tags.id, name: tags.name }).from(tags).where(eq(tags.id, id))
  if (!row) throw refuse('tags.not_found', 'There is no such tag.')
  return row
}

export const isTagNameTaken = async (tx: Tx, name: string): Promise<boolean> =>
  (await tx.select({ id: tags.id }).from(tags).where(eq(tags.name, name))).length > 0

export const setTagName = async (tx: Tx, id: string, name: string): Promise<void> => {
  await tx.update(tags).set({ name }).where(eq(tags.id, id))
}

/** Every ticket with `from` has `into` instead; `from` is gone. */
export const moveTagTo = async (tx: Tx, from: string, into: string): Promise<void> => {
  const other = alias(ticketTags, 'other')
  const hasInto = tx
    .select({ one: sql`1` })
    .from(other)
    .where(and(eq(other.tagId, into), eq(other.ticketId, ticketTags.ticketId)))
  await tx
    .update(ticketTags)
    .set({ tagId: into })
    .where(and(eq(ticketTags.tagId, from), notExists(hasInto)))
  await tx.delete(ticketTags).where(eq(ticketTags.tagId, from))
  await tx.delete(tags).where(eq(tags.id, from))
}
