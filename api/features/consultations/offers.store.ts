import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { OfferStatus } from '../../../contract/consultations.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { invitations, offers } from '../../../drizzle/schema/index'
import type { InvitationRow, OfferRow } from './consultations.store'

const addOffer = prepared((tx, row: typeof offers.$inferInsert) => tx.insert(offers).values(row).returning())

export const insertOffer = async (tx: Tx, row: typeof offers.$inferInsert): Promise<OfferRow> => {
  const [inserted] = await addOffer(tx, row)
  if (!inserted) throw new Error('The offer was not written')
  return inserted
}

export const findOffer = async (tx: Tx, id: string): Promise<OfferRow | null> => {
  const [row] = await offerById(tx, { id })
  return row ?? null
}

const offerById = prepared((tx, v: { id: string }) => tx.select().from(offers).where(eq(offers.id, v.id)))

/** Moves a ringing offer on; null where it no longer rings. */
export const moveOffer = async (tx: Tx, id: string, status: OfferStatus): Promise<OfferRow | null> => {
  const [row] = await changeOffer(tx, { id, status })
  return row ?? null
}

const changeOffer = prepared((tx, v: { id: string; status: OfferStatus }) =>
  tx
    .update(offers)
    .set({ status: v.status })
    .where(and(eq(offers.id, v.id), eq(offers.status, 'ringing')))
    .returning(),
)

const ringingAt = prepared((tx, v: { agentId: string }) =>
  tx
    .select()
    .from(offers)
    .where(and(eq(offers.agentId, v.agentId), eq(offers.status, 'ringing'))),
)
export const listRingingAt = (tx: Tx, agentId: string): Promise<OfferRow[]> => ringingAt(tx, { agentId })

const ringingOf = prepared((tx, v: { consultationId: string }) =>
  tx
    .select()
    .from(offers)
    .where(and(eq(offers.consultationId, v.consultationId), eq(offers.status, 'ringing'))),
)
export const listRingingOf = (tx: Tx, consultationId: string): Promise<OfferRow[]> =>
  ringingOf(tx, { consultationId })

/** Agents something rings at now. */
export const ringingAgents = async (tx: Tx): Promise<Set<string>> =>
  new Set((await everybodyRungAt(tx, {})).map((row) => row.agentId))

const everybodyRungAt = prepared((tx) =>
  tx.select({ agentId: offers.agentId }).from(offers).where(eq(offers.status, 'ringing')),
)

/** Agents who let it ring out or declined it since `since`, with when it last began to ring at them. */
export const refusersOf = async (
  tx: Tx,
  consultationId: string,
  since: number,
): Promise<Map<string, number>> =>
  new Map(
    (
      await tx
        .select({ agentId: offers.agentId, at: offers.createdAt })
        .from(offers)
        .where(
          and(
            eq(offers.consultationId, consultationId),
            inArray(offers.status, ['ignored', 'declined']),
            gt(offers.createdAt, since),
          ),
        )
        .orderBy(asc(offers.createdAt))
    ).map((row) => [row.agentId, row.at]),
  )

export const insertInvitation = async (
  tx: Tx,
  row: typeof invitations.$inferInsert,
): Promise<InvitationRow> => {
  const [inserted] = await tx.insert(invitations).values(row).returning()
  if (!inserted) throw new Error('The invitation was not written')
  return inserted
}

export const findInvitation = async (tx: Tx, id: string): Promise<InvitationRow | null> => {
  const [row] = await tx.select().from(invitations).where(eq(invitations.id, id))
  return row ?? null
}

export const moveInvitation = async (
  tx: Tx,
  id: string,
  set: Partial<InvitationRow>,
): Promise<InvitationRow | null> => {
  const [row] = await tx
    .update(invitations)
    .set(set)
    .where(and(eq(invitations.id, id), eq(invitations.status, 'pending')))
    .returning()
  return row ?? null
}

export const listPendingOf = (tx: Tx, consultationId: string): Promise<InvitationRow[]> =>
  tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.consultationId, consultationId), eq(invitations.status, 'pending')))
    .then((rows) => rows)

export const listPendingFor = async (tx: Tx, agentId: string): Promise<InvitationRow[]> => {
  const rows = await pending(tx, {})
  return rows.filter((row) => row.fromId === agentId || row.toId === agentId)
}

const pending = prepared((tx) =>
  tx
    .select()
    .from(invitations)
    .where(eq(invitations.status, 'pending'))
    .orderBy(invitations.createdAt, invitations.id),
)
