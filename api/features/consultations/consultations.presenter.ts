import { and, asc, eq, inArray } from 'drizzle-orm'
import type {
  AgentRef,
  ConsultationView,
  InvitationView,
  MessageView,
  OfferView,
  VisitorConsultationView,
} from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  agents,
  calls,
  consultations,
  departments,
  invitations,
  type messages,
  offers,
  participants,
  ratings,
  serviceItems,
  sites,
  tickets,
  visitors,
} from '../../../drizzle/schema/index'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import type { ConsultationRow, InvitationRow, OfferRow } from './consultations.store'

/** Names for agents, with their departments. Unknown ids are left out. */
export const agentRefs = async (tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, AgentRef>> => {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await refsOf(tx, { ids: wanted })
  return new Map(rows.map((row) => [row.id, row]))
}

const refsOf = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ id: agents.id, name: agents.name, departmentName: departments.name })
      .from(agents)
      .innerJoin(departments, eq(departments.id, agents.departmentId))
      .where(inArray(agents.id, v.ids)),
  'ids',
)

interface Loaded {
  row: ConsultationRow
  siteName: string
  ticketNumber: string
  itemName: string | null
  isIdentified: boolean | null
  rating: number | null
}

interface Wanted {
  ids: string[]
}
const load = prepared(
  (tx, v: Wanted) =>
    tx
      .select({
        row: consultations,
        siteName: sites.name,
        ticketNumber: tickets.number,
        itemName: serviceItems.name,
        isIdentified: visitors.isIdentified,
        rating: ratings.stars,
      })
      .from(consultations)
      .innerJoin(sites, eq(sites.id, consultations.siteId))
      .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
      .leftJoin(serviceItems, eq(serviceItems.id, consultations.serviceItemId))
      .leftJoin(visitors, eq(visitors.id, consultations.visitorId))
      .leftJoin(ratings, eq(ratings.consultationId, consultations.id))
      .where(inArray(consultations.id, v.ids)),
  'ids',
)
const guestsOf = prepared(
  (tx, v: Wanted) =>
    tx
      .select()
      .from(participants)
      .where(inArray(participants.consultationId, v.ids))
      .orderBy(asc(participants.joinedAt), asc(participants.agentId)),
  'ids',
)
const ringingFor = prepared(
  (tx, v: Wanted) =>
    tx
      .select({ consultationId: offers.consultationId, agentId: offers.agentId })
      .from(offers)
      .where(and(inArray(offers.consultationId, v.ids), eq(offers.status, 'ringing'))),
  'ids',
)
const openCallsOf = prepared(
  (tx, v: Wanted) =>
    tx
      .select({ id: calls.id, consultationId: calls.consultationId })
      .from(calls)
      .where(and(inArray(calls.consultationId, v.ids), eq(calls.status, 'open'))),
  'ids',
)

/** Views of consultations, in the order of `ids`. */
export const consultationViews = async (tx: Tx, ids: readonly string[]): Promise<ConsultationView[]> =>
  (await loadConsultationViews(tx, ids)).map((each) => each.view)

export interface LoadedView {
  row: ConsultationRow
  view: ConsultationView
  /** Agents in it beside its owner. */
  guestIds: string[]
}

/** Views of consultations with what they were made from, in the order of `ids`. */
export const loadConsultationViews = async (tx: Tx, ids: readonly string[]): Promise<LoadedView[]> => {
  if (ids.length === 0) return []
  const wanted = { ids: [...ids] }
  const loaded: Loaded[] = await load(tx, wanted)
  const guests = await guestsOf(tx, wanted)
  const ringing = await ringingFor(tx, wanted)
  const openCalls = await openCallsOf(tx, wanted)
  const refs = await agentRefs(tx, [
    ...loaded.map((each) => each.row.ownerId),
    ...guests.map((each) => each.agentId),
    ...ringing.map((each) => each.agentId),
  ])
  const refOf = (id: string | null | undefined) => (id ? (refs.get(id) ?? null) : null)
  const byId = new Map(loaded.map((each) => [each.row.id, each]))
  return ids.flatMap((id) => {
    const each = byId.get(id)
    if (!each) return []
    const guestIds = guests.flatMap((guest) => (guest.consultationId === id ? [guest.agentId] : []))
    const view = present(each, {
      owner: refOf(each.row.ownerId),
      participants: guestIds.flatMap((guest) => (guest === each.row.ownerId ? [] : (refOf(guest) ?? []))),
      callId: openCalls.find((call) => call.consultationId === id)?.id ?? null,
      offeredTo: refOf(ringing.find((offer) => offer.consultationId === id)?.agentId),
    })
    return [{ row: each.row, view, guestIds }]
  })
}

const present = (
  { row, ...each }: Loaded,
  around: Pick<ConsultationView, 'owner' | 'participants' | 'callId' | 'offeredTo'>,
): ConsultationView => ({
  id: row.id,
  siteId: row.siteId,
  siteName: each.siteName,
  status: row.status,
  channel: row.channel,
  topic: row.topic,
  serviceItem: row.serviceItemId && each.itemName ? { id: row.serviceItemId, name: each.itemName } : null,
  visitorName: row.visitorName,
  visitorPhone: row.visitorPhone,
  isIdentified: each.isIdentified ?? false,
  isElder: row.isElder,
  ticketId: row.ticketId,
  ticketNumber: each.ticketNumber,
  queueSeq: row.queueSeq,
  queuedAt: iso(row.queuedAt),
  silentSince: iso(row.silentSince),
  consentAt: iso(row.consentAt),
  owner: around.owner,
  participants: around.participants,
  acceptedAt: iso(row.acceptedAt),
  endedAt: iso(row.endedAt),
  callId: around.callId,
  offeredTo: around.offeredTo,
  joinCode: row.status === 'expected' ? row.joinCode : null,
  rating: each.rating,
  wrapUp: {
    outcome: row.outcome,
    topic: row.wrapUpTopic ?? row.topic,
    serviceItemId: row.wrapUpServiceItemId ?? row.serviceItemId,
    note: row.wrapUpNote,
    savedAt: iso(row.wrapUpSavedAt),
  },
})

/** The view of one consultation. Throws 404. */
export const consultationViewOf = async (tx: Tx, id: string): Promise<ConsultationView> => {
  const [view] = await consultationViews(tx, [id])
  if (!view) throw refuse('consultations.not_found', 'There is no such consultation.')
  return view
}

/** The citizen's side of a consultation: no notes, no phone, no queue of others. */
export const visitorViewOf = (
  view: ConsultationView,
  row: Pick<ConsultationRow, 'deferredReason'>,
): VisitorConsultationView => ({
  id: view.id,
  status: view.status,
  channel: view.channel,
  topic: view.topic,
  serviceItem: view.serviceItem,
  ticketNumber: view.ticketNumber,
  queueSeq: view.queueSeq,
  queuedAt: view.queuedAt,
  consentAt: view.consentAt,
  isRinging: view.offeredTo !== null,
  agent: view.owner,
  participants: view.participants,
  acceptedAt: view.acceptedAt,
  endedAt: view.endedAt,
  callId: view.callId,
  rating: view.rating,
  deferredReason: row.deferredReason,
  hasExpired: view.status === 'abandoned' && view.silentSince !== null,
})

export const offerViewOf = (row: OfferRow): OfferView => ({
  id: row.id,
  consultationId: row.consultationId,
  agentId: row.agentId,
  status: row.status,
  at: iso(row.createdAt),
  expiresAt: iso(row.expiresAt),
})

export const invitationViews = async (tx: Tx, rows: readonly InvitationRow[]): Promise<InvitationView[]> => {
  if (rows.length === 0) return []
  const refs = await agentRefs(
    tx,
    rows.flatMap((row) => [row.fromId, row.toId]),
  )
  const topics = await tx
    .select({ id: consultations.id, topic: consultations.topic })
    .from(consultations)
    .where(inArray(consultations.id, [...new Set(rows.map((row) => row.consultationId))]))
  return rows.flatMap((row) => {
    const from = refs.get(row.fromId)
    const to = refs.get(row.toId)
    if (!from || !to) return []
    const topic = topics.find((each) => each.id === row.consultationId)?.topic ?? ''
    return [
      {
        id: row.id,
        consultationId: row.consultationId,
        kind: row.kind,
        status: row.status,
        from,
        to,
        note: row.note,
        reason: row.reason,
        topic,
        at: iso(row.createdAt),
      },
    ]
  })
}

export const messageViews = async (
  tx: Tx,
  rows: readonly (typeof messages.$inferSelect)[],
): Promise<MessageView[]> => {
  const refs = await agentRefs(
    tx,
    rows.map((row) => row.agentId),
  )
  return rows.map((row) => ({
    id: row.id,
    consultationId: row.consultationId,
    from: row.from,
    agent: row.agentId ? (refs.get(row.agentId) ?? null) : null,
    body: row.body,
    at: iso(row.createdAt),
  }))
}

/** Invitations of a consultation, oldest first. */
export const listInvitations = (tx: Tx, consultationId: string): Promise<InvitationRow[]> =>
  tx
    .select()
    .from(invitations)
    .where(eq(invitations.consultationId, consultationId))
    .orderBy(asc(invitations.createdAt), asc(invitations.id))
    .then((rows) => rows)
