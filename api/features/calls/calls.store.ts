import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { CallView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  callDenials,
  callParticipants,
  callQualities,
  calls,
  webhookEvents,
} from '../../../drizzle/schema/index'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'

export type CallRow = typeof calls.$inferSelect

export const callViewOf = (row: CallRow): CallView => ({
  id: row.id,
  consultationId: row.consultationId,
  status: row.status,
  startedAt: iso(row.startedAt),
  endedAt: iso(row.endedAt),
})

const addCall = prepared((tx, row: typeof calls.$inferInsert) => tx.insert(calls).values(row).returning())

export const insertCall = async (tx: Tx, row: typeof calls.$inferInsert): Promise<CallRow> => {
  const [inserted] = await addCall(tx, row)
  if (!inserted) throw new Error('The call was not written')
  return inserted
}

const byId = prepared((tx, v: { id: string }) => tx.select().from(calls).where(eq(calls.id, v.id)))

export const findCall = async (tx: Tx, id: string): Promise<CallRow> => {
  const [row] = await byId(tx, { id })
  if (!row) throw refuse('calls.not_found', 'There is no such call.')
  return row
}

export const findCallByRoom = async (tx: Tx, room: string): Promise<CallRow | null> => {
  const [row] = await tx.select().from(calls).where(eq(calls.room, room))
  return row ?? null
}

export const listCalls = (tx: Tx, consultationId: string): Promise<CallRow[]> =>
  tx
    .select()
    .from(calls)
    .where(eq(calls.consultationId, consultationId))
    .orderBy(asc(calls.startedAt), asc(calls.id))
    .then((rows) => rows)

export const listOpenCalls = (tx: Tx): Promise<CallRow[]> =>
  tx
    .select()
    .from(calls)
    .where(eq(calls.status, 'open'))
    .then((rows) => rows)

export const findOpenCallOf = async (tx: Tx, consultationId: string): Promise<CallRow | null> => {
  const [row] = await openOf(tx, { consultationId })
  return row ?? null
}

const openOf = prepared((tx, v: { consultationId: string }) =>
  tx
    .select()
    .from(calls)
    .where(and(eq(calls.consultationId, v.consultationId), eq(calls.status, 'open'))),
)

/** Ends an open call; null where it had ended. */
export const moveToEnded = async (tx: Tx, id: string, endedAt: number): Promise<CallRow | null> => {
  const [row] = await tx
    .update(calls)
    .set({ status: 'ended', endedAt })
    .where(and(eq(calls.id, id), eq(calls.status, 'open')))
    .returning()
  return row ?? null
}

export const setAbsentCount = async (tx: Tx, id: string, absentCount: number): Promise<void> => {
  await tx.update(calls).set({ absentCount }).where(eq(calls.id, id))
}

export const denyPerson = async (
  tx: Tx,
  callId: string,
  person: string,
  createdAt: number,
): Promise<void> => {
  await tx.insert(callDenials).values({ callId, person, createdAt }).onConflictDoNothing()
}
export const allowPerson = async (tx: Tx, callId: string, person: string): Promise<void> => {
  await tx.delete(callDenials).where(and(eq(callDenials.callId, callId), eq(callDenials.person, person)))
}
export const isDenied = async (tx: Tx, callId: string, person: string): Promise<boolean> =>
  (await denials(tx, { callId, person })).length > 0

const denials = prepared((tx, v: { callId: string; person: string }) =>
  tx
    .select({ person: callDenials.person })
    .from(callDenials)
    .where(and(eq(callDenials.callId, v.callId), eq(callDenials.person, v.person))),
)

export const saveQuality = async (tx: Tx, row: typeof callQualities.$inferInsert): Promise<void> => {
  const { callId, side, ...set } = row
  await tx
    .insert(callQualities)
    .values({ callId, side, ...set })
    .onConflictDoUpdate({ target: [callQualities.callId, callQualities.side], set })
}

/** Keeps a webhook once; false for a repeat. */
export const keepWebhook = async (tx: Tx, row: typeof webhookEvents.$inferInsert): Promise<boolean> =>
  (await tx.insert(webhookEvents).values(row).onConflictDoNothing().returning({ id: webhookEvents.id }))
    .length === 1

export const pendingWebhooks = (tx: Tx) =>
  tx
    .select()
    .from(webhookEvents)
    .where(isNull(webhookEvents.appliedAt))
    .orderBy(asc(webhookEvents.receivedAt), asc(webhookEvents.id))
    .limit(100)
    .then((rows) => rows)

export const markApplied = async (tx: Tx, id: string, appliedAt: number): Promise<void> => {
  await tx.update(webhookEvents).set({ appliedAt }).where(eq(webhookEvents.id, id))
}

/** Notes a participant's coming or going; late, repeated and disordered webhooks end in the same row. True on news. */
export const noteParticipant = async (
  tx: Tx,
  row: { sid: string; callId: string; identity: string; joinedAt?: number; leftAt?: number },
): Promise<boolean> => {
  const [before] = await tx.select().from(callParticipants).where(eq(callParticipants.sid, row.sid))
  const isNews = row.joinedAt !== undefined ? !before?.joinedAt : !before?.leftAt
  await tx
    .insert(callParticipants)
    .values({
      sid: row.sid,
      callId: row.callId,
      identity: row.identity,
      joinedAt: row.joinedAt ?? null,
      leftAt: row.leftAt ?? null,
    })
    .onConflictDoUpdate({
      target: callParticipants.sid,
      set: {
        joinedAt: sql`coalesce(${callParticipants.joinedAt}, ${row.joinedAt ?? null})`,
        leftAt: sql`coalesce(${callParticipants.leftAt}, ${row.leftAt ?? null})`,
      },
    })
  return isNews
}

/** Forgets webhooks applied before `before`: LiveKit repeats them for minutes, not for days. */
export const deleteAppliedWebhooks = async (tx: Tx, before: number): Promise<void> => {
  await tx.delete(webhookEvents).where(lt(webhookEvents.appliedAt, before))
}
