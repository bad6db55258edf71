import { and, asc, desc, eq, gte, inArray, isNull, ne } from 'drizzle-orm'
import type { EscalationReason, EscalationStatus } from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import {
  consultations,
  escalationReferrals,
  escalations,
  events,
  tickets,
} from '../../../drizzle/schema/index'
import { findDepartment } from '../departments/departments.store'
import { listMergedBelow } from '../tickets/family.store'

export type EscalationRow = typeof escalations.$inferSelect
export type ReferralRow = typeof escalationReferrals.$inferSelect

export const insertEscalation = async (
  tx: Tx,
  row: typeof escalations.$inferInsert,
): Promise<EscalationRow> => {
  const [made] = await tx.insert(escalations).values(row).returning()
  if (!made) throw new Error('The escalation was not written')
  return made
}

export const findEscalation = async (tx: Tx, id: string): Promise<EscalationRow | null> => {
  const [row] = await tx.select().from(escalations).where(eq(escalations.id, id))
  return row ?? null
}

/** Null where the status is no longer `from`. */
export const updateEscalation = async (
  tx: Tx,
  id: string,
  from: EscalationStatus,
  set: Partial<EscalationRow>,
): Promise<EscalationRow | null> => {
  const [row] = await tx
    .update(escalations)
    .set(set)
    .where(and(eq(escalations.id, id), eq(escalations.status, from)))
    .returning()
  return row ?? null
}

/** The ticket with those that were merged into it: their matters go on with it. */
export const withMerged = async (tx: Tx, ticketId: string): Promise<string[]> => [
  ticketId,
  ...(await listMergedBelow(tx, ticketId)),
]

/** The open matters of a ticket and of those merged into it, the oldest first. */
export const openOfTicket = async (tx: Tx, ticketId: string): Promise<EscalationRow[]> =>
  tx
    .select()
    .from(escalations)
    .where(and(inArray(escalations.ticketId, await withMerged(tx, ticketId)), isNull(escalations.closedAt)))
    .orderBy(asc(escalations.raisedAt), asc(escalations.id))

/** The open matter of one of these reasons; where it is about somebody, only the one about the same person. */
export const openOfReason = async (
  tx: Tx,
  ticketId: string,
  reasons: readonly EscalationReason[],
  aboutAgentId: string | null = null,
): Promise<EscalationRow | null> =>
  (await openOfTicket(tx, ticketId)).find(
    (each) => reasons.includes(each.reason) && (aboutAgentId === null || each.avoidAgentId === aboutAgentId),
  ) ?? null

/** The matter of the ticket, or of one merged into it, that was closed last, not before `since`. */
export const lastClosedOfTicket = async (
  tx: Tx,
  ticketId: string,
  since: number,
): Promise<EscalationRow | null> => {
  const [row] = await tx
    .select()
    .from(escalations)
    .where(
      and(inArray(escalations.ticketId, await withMerged(tx, ticketId)), gte(escalations.closedAt, since)),
    )
    .orderBy(desc(escalations.closedAt), desc(escalations.id))
    .limit(1)
  return row ?? null
}

/** The open matters on somebody's desk, the oldest first. */
export const listOpenOfOwner = async (tx: Tx, ownerId: string, limit: number): Promise<EscalationRow[]> =>
  tx
    .select()
    .from(escalations)
    .where(and(eq(escalations.ownerId, ownerId), isNull(escalations.closedAt)))
    .orderBy(asc(escalations.raisedAt), asc(escalations.id))
    .limit(limit)

/** Keeps `tickets.escalationLevel`: the highest of the open matters, 0 without one. */
export const saveTicketLevel = async (tx: Tx, ticketId: string): Promise<void> => {
  const levels = (await openOfTicket(tx, ticketId)).map((each) => each.level)
  const escalationLevel = Math.max(0, ...levels)
  await tx
    .update(tickets)
    .set({ escalationLevel })
    .where(and(eq(tickets.id, ticketId), ne(tickets.escalationLevel, escalationLevel)))
}

export const insertReferral = async (tx: Tx, row: ReferralRow): Promise<void> => {
  await tx.insert(escalationReferrals).values(row)
}

/** The latest referral of a matter that stands in `status`. */
export const lastReferral = async (
  tx: Tx,
  escalationId: string,
  status: ReferralRow['status'],
): Promise<ReferralRow | null> => {
  const [row] = await tx
    .select()
    .from(escalationReferrals)
    .where(and(eq(escalationReferrals.escalationId, escalationId), eq(escalationReferrals.status, status)))
    .orderBy(desc(escalationReferrals.createdAt), desc(escalationReferrals.id))
    .limit(1)
  return row ?? null
}

/** The accepted referral by which the matter lies where it does, there or below; null where it came otherwise. */
export const referralHere = async (
  tx: Tx,
  row: Pick<EscalationRow, 'id' | 'departmentId'>,
): Promise<ReferralRow | null> => {
  const last = await lastReferral(tx, row.id, 'accepted')
  const target = last && (await findDepartment(tx, last.toDepartmentId))
  const here = last && (await findDepartment(tx, row.departmentId))
  return target && here?.path.startsWith(target.path) ? last : null
}

export const answerReferral = async (
  tx: Tx,
  id: string,
  status: ReferralRow['status'],
  reason: string | null,
  at: number,
): Promise<void> => {
  await tx
    .update(escalationReferrals)
    .set({ status, reason, answeredAt: at })
    .where(eq(escalationReferrals.id, id))
}

/** What answers a citizen, as it does for the clocks: a public reply, a consultation taken, words said in one. */
const answers = ['ticket.replied', 'consultation.accepted', 'message.sent']

/** True where an agent answered the citizen since `at`, on the ticket or on one that went into it. */
export const isAnsweredSince = async (tx: Tx, ticketId: string, at: number): Promise<boolean> =>
  (
    await tx
      .select({ seq: events.seq })
      .from(events)
      .where(
        and(
          inArray(events.ticketId, await withMerged(tx, ticketId)),
          inArray(events.type, answers),
          eq(events.actorKind, 'agent'),
          gte(events.at, at),
        ),
      )
      .limit(1)
  ).length > 0

/** Who served in a consultation: the one a rating is about. */
export const servedBy = async (tx: Tx, consultationId: string): Promise<string | null> => {
  const [row] = await tx
    .select({ ownerId: consultations.ownerId })
    .from(consultations)
    .where(eq(consultations.id, consultationId))
  return row?.ownerId ?? null
}

/** Pending referrals of matters, by the id of the matter. */
export const pendingReferrals = async (
  tx: Tx,
  escalationIds: readonly string[],
): Promise<Map<string, ReferralRow>> => {
  if (escalationIds.length === 0) return new Map()
  const rows = await tx
    .select()
    .from(escalationReferrals)
    .where(
      and(
        inArray(escalationReferrals.escalationId, [...escalationIds]),
        eq(escalationReferrals.status, 'pending'),
      ),
    )
    .orderBy(asc(escalationReferrals.createdAt))
  return new Map(rows.map((row) => [row.escalationId, row]))
}
