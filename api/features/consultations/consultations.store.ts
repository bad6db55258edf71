import { and, asc, desc, eq, gt, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { ConsultationStatus } from '../../../contract/consultations.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  consultations,
  departments,
  invitations,
  offers,
  participants,
  queueCounters,
  ratings,
  sites,
} from '../../../drizzle/schema/index'
import { type Actor, type Authorized, authorize, isBelow, isSameLine } from '../../lib/actor'
import { refuse } from '../../lib/errors'

export type ConsultationRow = typeof consultations.$inferSelect
export type OfferRow = typeof offers.$inferSelect
export type InvitationRow = typeof invitations.$inferSelect

/** What a caller wants of a consultation; each is checked in `loadConsultation`. */
export type Need =
  | 'see' // visitor of it, owner, participant, or a watcher of its site
  | 'take' // an agent who serves its site
  | 'talk' // visitor, owner or participant
  | 'own' // its owner
  | 'oversee' // a supervisor who serves and watches its site

const notFound = () => refuse('consultations.not_found', 'There is no such consultation.')

export const findConsultation = async (tx: Tx, id: string): Promise<ConsultationRow | null> => {
  const [row] = await byId(tx, { id })
  return row ?? null
}

const byId = prepared((tx, v: { id: string }) =>
  tx.select().from(consultations).where(eq(consultations.id, v.id)),
)

const participations = prepared((tx, v: { id: string; agentId: string }) =>
  tx
    .select({ id: participants.agentId })
    .from(participants)
    .where(and(eq(participants.consultationId, v.id), eq(participants.agentId, v.agentId))),
)
const isParticipant = async (tx: Tx, id: string, agentId: string): Promise<boolean> =>
  (await participations(tx, { id, agentId })).length > 0

/** Path of the department a site belongs to. */
export const siteLine = async (tx: Tx, siteId: string): Promise<string> => {
  const [row] = await lineOf(tx, { siteId })
  return row?.path ?? '/'
}

const lineOf = prepared((tx, v: { siteId: string }) =>
  tx
    .select({ path: departments.path })
    .from(sites)
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .where(eq(sites.id, v.siteId)),
)

/**
 * The consultation, if the caller may do what `need` says. 404 where it may not even be seen, 403 where
 * it may be seen but is somebody else's.
 */
export const loadConsultation = async (
  tx: Tx,
  actor: Actor,
  id: string,
  need: Need,
): Promise<Authorized<ConsultationRow>> => {
  const row = await findConsultation(tx, id)
  if (!row) throw notFound()
  if (actor.kind === 'system') return authorize(row)
  if (actor.kind === 'key') throw notFound()
  if (actor.kind === 'visitor') {
    if (row.visitorId !== actor.id || need === 'take' || need === 'own') throw notFound()
    return authorize(row)
  }
  const isOwner = row.ownerId === actor.id
  if (isOwner && need !== 'take') return authorize(row)
  const isIn = isOwner || (await isParticipant(tx, id, actor.id))
  const path = await siteLine(tx, row.siteId)
  const isServing = isSameLine(actor.departmentPath, path) && actor.permissions.has('consultations.serve')
  const isWatching = isBelow(actor, path) && actor.permissions.has('consultations.watch')
  const isVisible = isIn || isWatching || (isServing && isUnanswered(row.status))
  if (need === 'see') {
    if (!isVisible && !(await isInvited(tx, id, actor.id))) throw notFound()
  } else if (need === 'take') {
    if (!isServing) throw notFound()
  } else if (need === 'talk') {
    if (!isIn)
      throw isVisible || isServing
        ? refuse('consultations.not_owner', 'Only those in the consultation can do this.')
        : notFound()
  } else if (need === 'oversee') {
    if (!isWatching || !isServing)
      throw isVisible ? refuse('auth.forbidden', 'Supervisors of this site do this.') : notFound()
  } else if (!isOwner)
    throw isVisible || isServing
      ? refuse('consultations.not_owner', 'Only the owner can do this.')
      : notFound()
  return authorize(row)
}

/** Nobody has it yet: whoever serves the site may look at it before taking it. */
const isUnanswered = (status: ConsultationStatus): boolean => status === 'waiting' || status === 'deferred'

const isInvited = async (tx: Tx, id: string, agentId: string): Promise<boolean> => {
  const rows = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(
      and(
        eq(invitations.consultationId, id),
        eq(invitations.toId, agentId),
        eq(invitations.status, 'pending'),
      ),
    )
  return rows.length > 0
}

export const insertConsultation = async (tx: Tx, row: typeof consultations.$inferInsert): Promise<void> => {
  await tx.insert(consultations).values(row)
}

/** Moves the state on from `from`; null where somebody else was faster. */
export const moveConsultation = async (
  tx: Tx,
  id: string,
  from: ConsultationStatus,
  set: Partial<ConsultationRow> & { status: ConsultationStatus },
): Promise<ConsultationRow | null> => {
  const [row] = await move(tx, { ...set, thisId: id, from })
  return row ?? null
}

const move = prepared(
  (tx, { thisId, from, ...set }: Partial<ConsultationRow> & { thisId: string; from: ConsultationStatus }) =>
    tx
      .update(consultations)
      .set(set)
      .where(and(eq(consultations.id, thisId), eq(consultations.status, from)))
      .returning(),
)

export const patchConsultation = async (tx: Tx, id: string, set: Partial<ConsultationRow>): Promise<void> => {
  await patch(tx, { ...set, thisId: id })
}

const patch = prepared((tx, { thisId, ...set }: Partial<ConsultationRow> & { thisId: string }) =>
  tx.update(consultations).set(set).where(eq(consultations.id, thisId)),
)

/** Changes the owner, if it still is `fromId` and the consultation still runs. */
export const moveOwner = async (tx: Tx, id: string, fromId: string, toId: string): Promise<boolean> => {
  const rows = await tx
    .update(consultations)
    .set({ ownerId: toId })
    .where(
      and(eq(consultations.id, id), eq(consultations.ownerId, fromId), eq(consultations.status, 'active')),
    )
    .returning({ id: consultations.id })
  return rows.length === 1
}

/** The next place in the queue of a site. */
export const nextQueueSeq = async (tx: Tx, siteId: string): Promise<number> => {
  const [row] = await tx
    .insert(queueCounters)
    .values({ siteId, last: 1 })
    .onConflictDoUpdate({ target: queueCounters.siteId, set: { last: sql`${queueCounters.last} + 1` } })
    .returning({ last: queueCounters.last })
  return row?.last ?? 1
}

const open: ConsultationStatus[] = ['expected', 'waiting', 'active']

/** The visitor's consultation that is still going on, or null. */
export const findOpenOf = async (tx: Tx, visitorId: string): Promise<ConsultationRow | null> => {
  const [row] = await openOf(tx, { visitorId })
  return row ?? null
}

const openOf = prepared((tx, v: { visitorId: string }) =>
  tx
    .select()
    .from(consultations)
    .where(and(eq(consultations.visitorId, v.visitorId), inArray(consultations.status, open)))
    .limit(1),
)

/** The visitor's latest consultation, whatever became of it. */
export const findLatestOf = async (tx: Tx, visitorId: string): Promise<ConsultationRow | null> => {
  const [row] = await tx
    .select()
    .from(consultations)
    .where(eq(consultations.visitorId, visitorId))
    .orderBy(desc(consultations.queueSeq), desc(consultations.id))
    .limit(1)
  return row ?? null
}

export const findByJoinCode = async (
  tx: Tx,
  siteId: string,
  joinCode: string,
): Promise<ConsultationRow | null> => {
  const [row] = await tx
    .select()
    .from(consultations)
    .where(
      and(
        eq(consultations.joinCode, joinCode),
        eq(consultations.siteId, siteId),
        eq(consultations.status, 'expected'),
      ),
    )
  return row ?? null
}

export const isJoinCodeTaken = async (tx: Tx, joinCode: string): Promise<boolean> =>
  (await tx.select({ id: consultations.id }).from(consultations).where(eq(consultations.joinCode, joinCode)))
    .length > 0

/** queueSeqs waiting ahead of `queueSeq` at the site. */
export const seqsAhead = async (tx: Tx, siteId: string, queueSeq: number): Promise<number[]> => {
  const rows = await tx
    .select({ seq: consultations.queueSeq })
    .from(consultations)
    .where(
      and(
        eq(consultations.status, 'waiting'),
        eq(consultations.siteId, siteId),
        lt(consultations.queueSeq, queueSeq),
      ),
    )
    .orderBy(asc(consultations.queueSeq))
  return rows.map((row) => row.seq)
}

type Place = Pick<ConsultationRow, 'id' | 'queuedAt' | 'queueSeq'>

const isAfter = (place: Place) =>
  or(
    gt(consultations.queuedAt, place.queuedAt),
    and(eq(consultations.queuedAt, place.queuedAt), gt(consultations.queueSeq, place.queueSeq)),
    and(
      eq(consultations.queuedAt, place.queuedAt),
      eq(consultations.queueSeq, place.queueSeq),
      gt(consultations.id, place.id),
    ),
  )

/** A page of the waiting citizens who are connected and ring at nobody, over all sites, first come first. */
export const listDispatchable = (tx: Tx, after: Place | null = null, limit = 200) =>
  tx
    .select({
      id: consultations.id,
      queuedAt: consultations.queuedAt,
      queueSeq: consultations.queueSeq,
      path: departments.path,
    })
    .from(consultations)
    .innerJoin(sites, eq(sites.id, consultations.siteId))
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .leftJoin(offers, and(eq(offers.consultationId, consultations.id), eq(offers.status, 'ringing')))
    .where(
      and(
        eq(consultations.status, 'waiting'),
        isNull(consultations.silentSince),
        isNull(offers.id),
        after ? isAfter(after) : undefined,
      ),
    )
    .orderBy(asc(consultations.queuedAt), asc(consultations.queueSeq), asc(consultations.id))
    .limit(limit)
    .then((rows) => rows)

const idsByStatus = prepared(
  (tx, v: { statuses: ConsultationStatus[] }) =>
    tx
      .select({ id: consultations.id })
      .from(consultations)
      .where(inArray(consultations.status, v.statuses))
      .orderBy(asc(consultations.queueSeq), asc(consultations.id)),
  'statuses',
)
const idsAtSites = prepared(
  (tx, v: { statuses: ConsultationStatus[]; siteIds: string[] }) =>
    tx
      .select({ id: consultations.id })
      .from(consultations)
      .where(and(inArray(consultations.status, v.statuses), inArray(consultations.siteId, v.siteIds)))
      .orderBy(asc(consultations.queueSeq), asc(consultations.id)),
  'statuses',
  'siteIds',
)

export const listIdsByStatus = async (
  tx: Tx,
  statuses: ConsultationStatus[],
  siteIds?: readonly string[],
): Promise<string[]> => {
  if (siteIds?.length === 0) return []
  const rows = siteIds
    ? await idsAtSites(tx, { statuses, siteIds: [...siteIds] })
    : await idsByStatus(tx, { statuses })
  return rows.map((row) => row.id)
}

/** Ids of what lies on the agent's desk. */
export const listIdsOnDesk = async (tx: Tx, agentId: string): Promise<string[]> =>
  (await idsOnDesk(tx, { agentId })).map((row) => row.id)

const idsOnDesk = prepared((tx, v: { agentId: string }) => {
  const joined = tx
    .select({ id: participants.consultationId })
    .from(participants)
    .where(eq(participants.agentId, v.agentId))
  return tx
    .select({ id: consultations.id })
    .from(consultations)
    .where(
      or(
        and(
          eq(consultations.ownerId, v.agentId),
          inArray(consultations.status, ['expected', 'active', 'wrap_up']),
        ),
        and(eq(consultations.status, 'active'), inArray(consultations.id, joined)),
      ),
    )
    .orderBy(asc(consultations.queueSeq), asc(consultations.id))
})

export const countOpenOf = async (tx: Tx, agentId: string): Promise<{ active: number; wrapUp: number }> => {
  const rows = await tx
    .select({ status: consultations.status })
    .from(consultations)
    .where(
      and(
        eq(consultations.ownerId, agentId),
        inArray(consultations.status, ['expected', 'active', 'wrap_up']),
      ),
    )
  const guest = await tx
    .select({ id: consultations.id })
    .from(participants)
    .innerJoin(consultations, eq(consultations.id, participants.consultationId))
    .where(and(eq(participants.agentId, agentId), eq(consultations.status, 'active')))
  const wrapUp = rows.filter((row) => row.status === 'wrap_up').length
  return { active: rows.length - wrapUp + guest.length, wrapUp }
}

export const addParticipant = async (
  tx: Tx,
  consultationId: string,
  agentId: string,
  joinedAt: number,
): Promise<void> => {
  await tx.insert(participants).values({ consultationId, agentId, joinedAt }).onConflictDoNothing()
}
export const removeParticipant = async (tx: Tx, consultationId: string, agentId: string): Promise<void> => {
  await tx
    .delete(participants)
    .where(and(eq(participants.consultationId, consultationId), eq(participants.agentId, agentId)))
}
export const participantIds = async (tx: Tx, consultationId: string): Promise<string[]> =>
  (await participantsOf(tx, { consultationId })).map((row) => row.id)

const participantsOf = prepared((tx, v: { consultationId: string }) =>
  tx
    .select({ id: participants.agentId })
    .from(participants)
    .where(eq(participants.consultationId, v.consultationId))
    .orderBy(asc(participants.joinedAt), asc(participants.agentId)),
)

export const insertRating = async (tx: Tx, row: typeof ratings.$inferInsert): Promise<boolean> =>
  (await tx.insert(ratings).values(row).onConflictDoNothing().returning({ id: ratings.consultationId }))
    .length === 1

/** Who may hear of a consultation, apart from agents serving its site. */
export const insiders = async (tx: Tx, row: Pick<ConsultationRow, 'id' | 'ownerId'>): Promise<string[]> => {
  const ids = await participantIds(tx, row.id)
  return row.ownerId ? [row.ownerId, ...ids.filter((id) => id !== row.ownerId)] : ids
}
