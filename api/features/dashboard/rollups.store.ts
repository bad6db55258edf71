import { and, eq, inArray, sql } from 'drizzle-orm'
import { countedFigures, topicGrain } from '../../../contract/figures.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  consultations,
  departments,
  rollupEntries,
  rollups,
  rollupTickets,
  sites,
  tickets,
} from '../../../drizzle/schema/index'

export type EntryRow = typeof rollupEntries.$inferSelect
export type TicketStanding = typeof rollupTickets.$inferSelect
export type RollupRow = typeof rollups.$inferSelect

const entriesById = prepared(
  (tx, v: { ids: string[] }) => tx.select().from(rollupEntries).where(inArray(rollupEntries.id, v.ids)),
  'ids',
)
export const loadEntries = async (tx: Tx, ids: readonly string[]): Promise<EntryRow[]> =>
  ids.length === 0 ? [] : entriesById(tx, { ids: [...ids] })

const putEntry = prepared((tx, v: EntryRow) => {
  const { id: _, ...set } = v
  return tx.insert(rollupEntries).values(v).onConflictDoUpdate({ target: rollupEntries.id, set })
})
const removeEntry = prepared((tx, v: { entry: string }) =>
  tx.delete(rollupEntries).where(eq(rollupEntries.id, v.entry)),
)
/** Writes an entry, or takes it away where it is null. */
export const saveEntry = async (tx: Tx, id: string, entry: EntryRow | null): Promise<void> => {
  if (entry) await putEntry(tx, entry)
  else await removeEntry(tx, { entry: id })
}

const standingsById = prepared(
  (tx, v: { ids: string[] }) => tx.select().from(rollupTickets).where(inArray(rollupTickets.ticketId, v.ids)),
  'ids',
)
export const loadStandings = async (tx: Tx, ids: readonly string[]): Promise<TicketStanding[]> =>
  ids.length === 0 ? [] : standingsById(tx, { ids: [...ids] })

const putStanding = prepared((tx, v: TicketStanding) => {
  const { ticketId: _, ...set } = v
  return tx.insert(rollupTickets).values(v).onConflictDoUpdate({ target: rollupTickets.ticketId, set })
})
export const saveStanding = async (tx: Tx, standing: TicketStanding): Promise<void> => {
  await putStanding(tx, standing)
}

/** For tickets whose creation was told before events said where they belong. */
export const findTicketDimensions = async (tx: Tx, ticketId: string) => {
  const [row] = await tx
    .select({
      siteId: tickets.siteId,
      departmentId: tickets.departmentId,
      serviceItemId: tickets.serviceItemId,
      createdAt: tickets.createdAt,
    })
    .from(tickets)
    .where(eq(tickets.id, ticketId))
  return row ?? null
}

/** Time zones of sites, paths of departments: read once per batch. */
export const loadPlaces = async (tx: Tx) => {
  const zones = await tx.select({ id: sites.id, timeZone: sites.timeZone }).from(sites)
  const paths = await tx.select({ id: departments.id, path: departments.path }).from(departments)
  return {
    zoneOf: new Map(zones.map((each) => [each.id, each.timeZone])),
    lineOf: new Map(paths.map((each) => [each.id, each.path.split('/').filter(Boolean)])),
  }
}
export type Places = Awaited<ReturnType<typeof loadPlaces>>

export const findConsultationOwner = async (tx: Tx, consultationId: string): Promise<string | null> => {
  const [row] = await tx
    .select({ ownerId: consultations.ownerId })
    .from(consultations)
    .where(eq(consultations.id, consultationId))
  return row?.ownerId ?? null
}

const addUp = prepared((tx, v: RollupRow) =>
  tx
    .insert(rollups)
    .values(v)
    .onConflictDoUpdate({
      target: [
        rollups.figure,
        rollups.departmentId,
        rollups.siteId,
        rollups.day,
        rollups.serviceItemId,
        rollups.agentId,
      ],
      set: {
        count: sql`${rollups.count} + excluded.count`,
        sum: sql`${rollups.sum} + excluded.sum`,
      },
    })
    .returning({ count: rollups.count, sum: rollups.sum }),
)
const removeRollup = prepared((tx, v: Omit<RollupRow, 'count' | 'sum'>) =>
  tx
    .delete(rollups)
    .where(
      and(
        eq(rollups.figure, v.figure),
        eq(rollups.day, v.day),
        eq(rollups.siteId, v.siteId),
        eq(rollups.departmentId, v.departmentId),
        eq(rollups.serviceItemId, v.serviceItemId),
        eq(rollups.agentId, v.agentId),
      ),
    ),
)
/** Adds to a rollup row; one that comes to nothing goes, so that old days cost nothing. */
export const addToRollup = async (tx: Tx, row: RollupRow): Promise<void> => {
  const [now] = await addUp(tx, row)
  if (now?.count !== 0 || now.sum !== 0) return
  const { count: _count, sum: _sum, ...key } = row
  await removeRollup(tx, key)
}

/** Forgets everything counted; the projection then counts all events anew. */
export const forgetRollups = async (tx: Tx): Promise<void> => {
  await tx.delete(rollups)
  await tx.delete(rollupEntries)
  await tx.delete(rollupTickets)
}

/** What is kept per department: totals, and those of each topic. */
const departmentGrains = countedFigures.flatMap((figure) => [figure, topicGrain(figure)])

/**
 * A department moves to another place in the tree: what was counted in it is taken from the departments it lay
 * under and given to those it lies under now.
 */
export const moveRollups = async (tx: Tx, departmentId: string, from: string, to: string): Promise<void> => {
  const line = (path: string) => path.split('/').filter((id) => id !== '' && id !== departmentId)
  const lost = line(from).filter((id) => !line(to).includes(id))
  const gained = line(to).filter((id) => !line(from).includes(id))
  // Every figure by name: the key begins with it.
  const rows = await tx
    .select()
    .from(rollups)
    .where(and(inArray(rollups.figure, departmentGrains), eq(rollups.departmentId, departmentId)))
  for (const row of rows) {
    for (const above of lost)
      await addToRollup(tx, { ...row, departmentId: above, count: -row.count, sum: -row.sum })
    for (const above of gained) await addToRollup(tx, { ...row, departmentId: above })
  }
}
