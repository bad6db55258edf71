import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import { isUnresolved, type SlaState, unresolvedStatuses } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { firedSteps, slaClocks, slaIntervals, tickets } from '../../../drizzle/schema/index'

export type ClockRow = typeof slaClocks.$inferSelect
export type IntervalRow = typeof slaIntervals.$inferSelect
export type FiredRow = typeof firedSteps.$inferSelect

/** What is kept about the clocks of one ticket. */
export interface KeptClocks {
  clocks: ClockRow[]
  intervals: IntervalRow[]
  fired: FiredRow[]
}

const clockRows = prepared(
  (tx, v: { ids: string[] }) => tx.select().from(slaClocks).where(inArray(slaClocks.ticketId, v.ids)),
  'ids',
)
const intervalRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select()
      .from(slaIntervals)
      .where(inArray(slaIntervals.ticketId, v.ids))
      .orderBy(asc(slaIntervals.position)),
  'ids',
)
const firedRows = prepared(
  (tx, v: { ids: string[] }) => tx.select().from(firedSteps).where(inArray(firedSteps.ticketId, v.ids)),
  'ids',
)

/** What is kept about the clocks of tickets, by ticket; every id has an entry. */
export const loadKept = async (tx: Tx, ids: readonly string[]): Promise<Map<string, KeptClocks>> => {
  const kept = new Map<string, KeptClocks>(ids.map((id) => [id, { clocks: [], intervals: [], fired: [] }]))
  if (ids.length === 0) return kept
  for (const row of await clockRows(tx, { ids: [...ids] })) kept.get(row.ticketId)?.clocks.push(row)
  for (const row of await intervalRows(tx, { ids: [...ids] })) kept.get(row.ticketId)?.intervals.push(row)
  for (const row of await firedRows(tx, { ids: [...ids] })) kept.get(row.ticketId)?.fired.push(row)
  return kept
}

const upsertClock = prepared((tx, v: ClockRow) =>
  tx
    .insert(slaClocks)
    .values(v)
    .onConflictDoUpdate({
      target: [slaClocks.ticketId, slaClocks.kind, slaClocks.round],
      set: {
        policyId: v.policyId,
        outcome: v.outcome,
        targetMs: v.targetMs,
        elapsedMs: v.elapsedMs,
        startedAt: v.startedAt,
        stoppedAt: v.stoppedAt,
        dueAt: v.dueAt,
        breachedAt: v.breachedAt,
      },
    }),
)
type ClockKey = Pick<ClockRow, 'ticketId' | 'kind' | 'round'>
const deleteClock = prepared((tx, v: ClockKey) =>
  tx
    .delete(slaClocks)
    .where(and(eq(slaClocks.ticketId, v.ticketId), eq(slaClocks.kind, v.kind), eq(slaClocks.round, v.round))),
)
const deleteIntervals = prepared((tx, v: { ticketId: string; kind: string; round: number }) =>
  tx
    .delete(slaIntervals)
    .where(
      and(
        eq(slaIntervals.ticketId, v.ticketId),
        eq(slaIntervals.kind, v.kind),
        eq(slaIntervals.round, v.round),
      ),
    ),
)
const insertInterval = prepared((tx, v: IntervalRow) => tx.insert(slaIntervals).values(v))

export const saveClock = async (tx: Tx, row: ClockRow): Promise<void> => {
  await upsertClock(tx, row)
}

const keyOf = ({ ticketId, kind, round }: ClockKey): ClockKey => ({ ticketId, kind, round })

/** Replaces the intervals of one clock. */
export const replaceIntervals = async (
  tx: Tx,
  clock: ClockKey,
  rows: readonly IntervalRow[],
): Promise<void> => {
  await deleteIntervals(tx, keyOf(clock))
  for (const row of rows) await insertInterval(tx, row)
}

/** A clock that no longer exists, because its policy has no such target. */
export const removeClock = async (tx: Tx, clock: ClockKey): Promise<void> => {
  await deleteIntervals(tx, keyOf(clock))
  await deleteClock(tx, keyOf(clock))
}

const updateState = prepared((tx, v: { ticket: string; slaState: SlaState; nextDueAt: number | null }) =>
  tx.update(tickets).set({ slaState: v.slaState, nextDueAt: v.nextDueAt }).where(eq(tickets.id, v.ticket)),
)

/** Not a change by somebody: the ticket keeps its place in lists of the last changed. */
export const saveTicketState = async (
  tx: Tx,
  ticketId: string,
  state: { slaState: SlaState; nextDueAt: number | null },
): Promise<void> => {
  await updateState(tx, { ticket: ticketId, ...state })
}

const insertFired = prepared((tx, v: FiredRow) => tx.insert(firedSteps).values(v))

/** Throws where the step was done before: the primary key holds that nothing is done twice. */
export const recordFired = async (tx: Tx, row: FiredRow): Promise<void> => {
  await insertFired(tx, row)
}

/** A step that, as the clock is reckoned now, was not due yet when it was done: it may come again. */
export const forgetFired = async (tx: Tx, row: FiredRow): Promise<void> => {
  await tx
    .delete(firedSteps)
    .where(
      and(
        eq(firedSteps.ticketId, row.ticketId),
        eq(firedSteps.kind, row.kind),
        eq(firedSteps.round, row.round),
        eq(firedSteps.stepId, row.stepId),
      ),
    )
}

/** Ids of unresolved tickets among the next `limit` after `cursor`, and where to go on; null at the end. */
export const nextUnresolved = async (
  tx: Tx,
  cursor: string,
  limit: number,
): Promise<{ ids: string[]; cursor: string | null }> => {
  const rows = await tx
    .select({ id: tickets.id, status: tickets.status })
    .from(tickets)
    .where(gt(tickets.id, cursor))
    .orderBy(asc(tickets.id))
    .limit(limit)
  return {
    ids: rows.filter((row) => isUnresolved(row.status)).map((row) => row.id),
    cursor: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
  }
}

/** Unresolved tickets for which this agent answers, after `cursor`, by id. */
export const nextUnresolvedOf = async (
  tx: Tx,
  agentId: string,
  cursor: string,
  limit: number,
): Promise<string[]> => {
  const rows = await tx
    .select({ id: tickets.id })
    .from(tickets)
    .where(
      and(
        eq(tickets.assigneeId, agentId),
        inArray(tickets.status, [...unresolvedStatuses]),
        gt(tickets.id, cursor),
      ),
    )
    .orderBy(asc(tickets.id))
    .limit(limit)
  return rows.map((row) => row.id)
}

/** Tickets that owe the citizen an answer. */
export const owingAnswer = async (tx: Tx, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await clockRows(tx, { ids: [...ids] })
  return new Set(
    rows.filter((row) => row.kind !== 'resolution' && row.stoppedAt === null).map((row) => row.ticketId),
  )
}
