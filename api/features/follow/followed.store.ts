import { and, asc, desc, eq, inArray, isNotNull, lte, max, ne, or } from 'drizzle-orm'
import { followTypes } from '../../../contract/follow.rules'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  consultations,
  contacts,
  departments,
  documents,
  escalations,
  events,
  files,
  messages,
  ratings,
  sites,
  ticketReplies,
  tickets,
  visitors,
} from '../../../drizzle/schema/index'
import { type Authorized, authorize, type FollowActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { type DocumentRow, findDocument } from '../documents/documents.store'
import { findSurvivor } from '../tickets/family.store'
import { listVisitorsOf } from '../tickets/replies.store'
import type { TicketRow } from '../tickets/tickets.store'
import { findVisitor, listEarlier } from '../visitors/visitors.store'
import { listAskedBy, listJoined, type Share, shareOf } from './share.store'

const maxPosts = 1000
const maxLines = 1000
const maxDocuments = 500

export interface Followed {
  /** The ticket, or the one it was joined to. */
  ticket: TicketRow
  siteName: string
  departmentName: string
  mergedInto: string | null
  /** Who looks at it. */
  actor: FollowActor
  /** Null where everything on the ticket is this citizen's own. */
  share: Share | null
}

const findRow = async (tx: Tx, where: { id: string } | { number: string }) => {
  const [row] = await tx
    .select({ ticket: tickets, siteName: sites.name, departmentName: departments.name })
    .from(tickets)
    .innerJoin(sites, eq(sites.id, tickets.siteId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where('id' in where ? eq(tickets.id, where.id) : eq(tickets.number, where.number))
  return row ?? null
}

/** The ticket by number at this site; null where there is none. */
export const findTicketAt = async (tx: Tx, siteId: string, number: string): Promise<TicketRow | null> => {
  const row = await findRow(tx, { number })
  return row?.ticket.siteId === siteId ? row.ticket : null
}

/**
 * The telephone numbers given with the ticket, as they were written: its contact's, and where nobody else's ticket
 * was joined to it, those of its consultations. An unknown id costs as much as a known one.
 */
export const phonesOf = async (tx: Tx, ticketId: string, contactId: string): Promise<string[]> => {
  const typed = await tx
    .select({ phone: consultations.visitorPhone })
    .from(consultations)
    .where(and(eq(consultations.ticketId, ticketId), isNotNull(consultations.visitorPhone)))
  const kept = await tx.select({ phone: contacts.phone }).from(contacts).where(eq(contacts.id, contactId))
  const joined = await listJoined(tx, ticketId)
  return [...kept, ...(joined.length === 0 ? typed : [])].flatMap(({ phone }) => (phone ? [phone] : []))
}

/** True where this browser asked it, or the person whom the host confirmed did in another one. */
const isVisitorsOwn = async (tx: Tx, visitorId: string, ticket: TicketRow): Promise<boolean> => {
  const [visitor] = await tx.select().from(visitors).where(eq(visitors.id, visitorId))
  if (!visitor || visitor.siteId !== ticket.siteId) return false
  const person = visitor.isIdentified ? visitor.contactId : null
  if (person !== null && person === ticket.contactId) return true
  const asked = await tx
    .select({ id: consultations.id })
    .from(consultations)
    .innerJoin(visitors, eq(visitors.id, consultations.visitorId))
    .where(
      and(
        eq(consultations.ticketId, ticket.id),
        or(
          eq(visitors.id, visitorId),
          person === null ? undefined : and(eq(visitors.contactId, person), eq(visitors.isIdentified, true)),
        ),
      ),
    )
    .limit(1)
  return asked.length > 0
}

/** As whom this citizen may see it: a browser may have been somebody else before a telephone code. */
const holderOf = async (
  tx: Tx,
  actor: FollowActor,
  ticket: TicketRow,
  survivor: TicketRow | null,
): Promise<FollowActor | null> => {
  if (actor.ticketId !== null) return actor.ticketId === ticket.id ? actor : null
  const visitor = await findVisitor(tx, actor.id)
  for (const { id } of visitor ? [visitor, ...(await listEarlier(tx, visitor))] : []) {
    // What was asked went to the other ticket with everything else.
    if (await isVisitorsOwn(tx, id, ticket)) return { ...actor, id }
    if (survivor && (await isVisitorsOwn(tx, id, survivor))) return { ...actor, id }
  }
  return null
}

/** The ticket, if this citizen may see it, and what of it. 404 for what is somebody else's. */
export const loadFollowed = async (
  tx: Tx,
  actor: FollowActor,
  number: string,
): Promise<Authorized<Followed>> => {
  const notFound = () => refuse('tickets.not_found', 'There is no such request of yours.')
  const found = await findRow(tx, { number })
  if (!found) throw notFound()
  const survivor = found.ticket.mergedIntoId
    ? await findRow(tx, { id: (await findSurvivor(tx, found.ticket.id)).id })
    : null
  const shown = survivor ?? found
  const holder = await holderOf(tx, actor, found.ticket, survivor?.ticket ?? null)
  if (!holder) throw notFound()
  const mergedInto = survivor ? survivor.ticket.number : null
  return authorize({
    ...shown,
    actor,
    mergedInto,
    share: await shareOf(tx, actor, found.ticket, shown.ticket),
  })
}

/**
 * The ticket whose address this citizen may keep: of a joined one their own, as the address of the one that goes
 * on would open what the others said. 404 where none of it is theirs.
 */
export const findKeptTicket = async (
  tx: Tx,
  actor: FollowActor,
  { ticket, share }: Followed,
): Promise<TicketRow> => {
  if (!share || share.isOwner) return ticket
  const [own] =
    actor.ticketId === null
      ? await listAskedBy(tx, actor.id, ticket.id, await listJoined(tx, ticket.id))
      : [actor.ticketId]
  const row = own === undefined ? null : await findRow(tx, { id: own })
  if (!row) throw refuse('tickets.not_found', 'There is no such request of yours.')
  return row.ticket
}

/** The browsers that hear what this citizen writes: all that asked, and of a shared ticket only their own. */
export const listListeners = async (
  tx: Tx,
  actor: FollowActor,
  { ticket, share }: Followed,
): Promise<string[]> => {
  if (!share) return listVisitorsOf(tx, ticket.id)
  return actor.ticketId === null ? [actor.id] : []
}

/** Consultations of the ticket, oldest first. */
export const listConsultations = (tx: Tx, ticketId: string) =>
  tx
    .select({
      id: consultations.id,
      status: consultations.status,
      silentSince: consultations.silentSince,
      visitorName: consultations.visitorName,
      visitorPhone: consultations.visitorPhone,
      visitorId: consultations.visitorId,
      contactId: visitors.contactId,
    })
    .from(consultations)
    .leftJoin(visitors, eq(visitors.id, consultations.visitorId))
    .where(eq(consultations.ticketId, ticketId))
    .orderBy(asc(consultations.queuedAt), asc(consultations.id))
    .then((rows) => rows)

const teller = { name: agents.name, departmentName: departments.name }

/** What was said in the ticket's consultations, the newest `maxPosts`, oldest first. */
export const listSaid = async (tx: Tx, consultationIds: readonly string[]) => {
  if (consultationIds.length === 0) return []
  const rows = await tx
    .select({ message: messages, ...teller })
    .from(messages)
    .leftJoin(agents, eq(agents.id, messages.agentId))
    .leftJoin(departments, eq(departments.id, agents.departmentId))
    .where(inArray(messages.consultationId, [...consultationIds]))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(maxPosts)
  return rows.reverse()
}

/** What was said on the ticket to and by the citizen; notes among colleagues stay among them. */
export const listReplies = async (tx: Tx, ticketId: string) => {
  const rows = await tx
    .select({ reply: ticketReplies, ...teller })
    .from(ticketReplies)
    .leftJoin(agents, eq(agents.id, ticketReplies.agentId))
    .leftJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(eq(ticketReplies.ticketId, ticketId), ne(ticketReplies.kind, 'note')))
    .orderBy(desc(ticketReplies.createdAt), desc(ticketReplies.id))
    .limit(maxPosts)
  return rows.reverse()
}

/** Papers of the ticket's consultations that were not taken back, oldest first. */
export const listPapers = async (tx: Tx, consultationIds: readonly string[]) => {
  if (consultationIds.length === 0) return []
  return tx
    .select({ row: documents, mime: files.mime, sizeBytes: files.sizeBytes, ...teller })
    .from(documents)
    .innerJoin(files, eq(files.sha256, documents.sha256))
    .leftJoin(agents, eq(agents.id, documents.agentId))
    .leftJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(inArray(documents.consultationId, [...consultationIds]), ne(documents.status, 'recalled')))
    .orderBy(asc(documents.createdAt), asc(documents.id))
    .limit(maxDocuments)
}

/** The events a citizen's history is made of, oldest first, with the name of the agent who did it. */
export const listLines = async (tx: Tx, ticketId: string) => {
  const rows = await tx
    .select({
      seq: events.seq,
      type: events.type,
      at: events.at,
      actorKind: events.actorKind,
      facts: events.facts,
      name: agents.name,
    })
    .from(events)
    .leftJoin(agents, eq(agents.id, events.actorId))
    .where(and(eq(events.ticketId, ticketId), inArray(events.type, [...followTypes])))
    .orderBy(desc(events.seq))
    .limit(maxLines)
  return rows.reverse()
}

/** Who answers for the ticket: its agent, or the owner of its highest open escalation. */
export const findResponsible = async (tx: Tx, ticket: TicketRow) => {
  const [escalated] = await tx
    .select(teller)
    .from(escalations)
    .innerJoin(agents, eq(agents.id, escalations.ownerId))
    .innerJoin(departments, eq(departments.id, escalations.departmentId))
    .where(
      and(
        inArray(escalations.ticketId, [
          ticket.id,
          ...(await listJoined(tx, ticket.id)).map((each) => each.id),
        ]),
        ne(escalations.status, 'closed'),
      ),
    )
    .orderBy(desc(escalations.level), desc(escalations.raisedAt), desc(escalations.id))
    .limit(1)
  if (escalated) return { ...escalated, isEscalated: true }
  const [own] = ticket.assigneeId
    ? await tx
        .select(teller)
        .from(agents)
        .innerJoin(departments, eq(departments.id, agents.departmentId))
        .where(eq(agents.id, ticket.assigneeId))
    : []
  return own ? { ...own, isEscalated: false } : null
}

export const findContactOf = async (tx: Tx, contactId: string | null) => {
  if (contactId === null) return null
  const [row] = await tx
    .select({ name: contacts.name, phone: contacts.phone })
    .from(contacts)
    .where(eq(contacts.id, contactId))
  return row ?? null
}

/** When a consultation of the ticket was last rated. */
export const lastRatingOf = async (tx: Tx, ticketId: string): Promise<number | null> => {
  const [row] = await tx
    .select({ at: max(ratings.createdAt) })
    .from(ratings)
    .innerJoin(consultations, eq(consultations.id, ratings.consultationId))
    .where(eq(consultations.ticketId, ticketId))
  return row?.at === null || row?.at === undefined ? null : Number(row.at)
}

/** Notes that the replies up to this one were seen; the ids of those that had not been. 404 for a foreign one. */
export const markSeen = async (tx: Tx, ticketId: string, replyId: string, at: number): Promise<string[]> => {
  const [last] = await tx
    .select({ at: ticketReplies.createdAt })
    .from(ticketReplies)
    .where(and(eq(ticketReplies.id, replyId), eq(ticketReplies.ticketId, ticketId)))
  if (!last) throw refuse('tickets.not_found', 'There is no such reply to you.')
  const unseen = await tx
    .select({ id: ticketReplies.id, seenAt: ticketReplies.seenAt })
    .from(ticketReplies)
    .where(
      and(
        eq(ticketReplies.ticketId, ticketId),
        eq(ticketReplies.kind, 'reply'),
        lte(ticketReplies.createdAt, last.at),
      ),
    )
    .orderBy(asc(ticketReplies.createdAt), asc(ticketReplies.id))
  const ids = unseen.flatMap((each) => (each.seenAt === null ? [each.id] : []))
  if (ids.length > 0) await tx.update(ticketReplies).set({ seenAt: at }).where(inArray(ticketReplies.id, ids))
  return ids
}

/** A paper with the number of its ticket; 404 for one taken back or not sent. Whose it is, is asked by the number. */
export const findPaper = async (tx: Tx, documentId: string) => {
  const document = await findDocument(tx, documentId)
  const place = document ? await placeOf(tx, document.row) : null
  if (!document || !place || document.row.status === 'recalled')
    throw refuse('documents.not_found', 'There is no such document.')
  return { document, ...place }
}

const placeOf = async (tx: Tx, { consultationId, replyId }: DocumentRow) => {
  if (replyId !== null) {
    const [row] = await tx
      .select({ number: tickets.number })
      .from(ticketReplies)
      .innerJoin(tickets, eq(tickets.id, ticketReplies.ticketId))
      .where(eq(ticketReplies.id, replyId))
    return row ? { ...row, visitorId: null } : null
  }
  const [row] = await tx
    .select({ number: tickets.number, visitorId: consultations.visitorId })
    .from(consultations)
    .innerJoin(tickets, eq(tickets.id, consultations.ticketId))
    .where(eq(consultations.id, consultationId ?? ''))
  return row ?? null
}
