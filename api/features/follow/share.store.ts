import { and, asc, eq, inArray } from 'drizzle-orm'
import { plainPhone } from '../../../contract/follow.rules'
import type { Tx } from '../../../drizzle/database'
import {
  consultations,
  contacts,
  events,
  type ticketReplies,
  tickets,
  visitors,
} from '../../../drizzle/schema/index'
import type { FollowActor } from '../../lib/actor'
import type { TicketRow } from '../tickets/tickets.store'
import { type Joining, type Word, wordsFor } from './shared-words'

/** Merges of merges: nobody nests them deeper. */
const maxDepth = 10

type Joined = Pick<TicketRow, 'id' | 'contactId'>

/** The tickets that were joined to this one, and those joined to them. */
export const listJoined = async (tx: Tx, ticketId: string): Promise<Joined[]> => {
  const all: Joined[] = []
  let ids = [ticketId]
  for (let depth = 0; ids.length > 0 && depth < maxDepth; depth++) {
    const next = await tx
      .select({ id: tickets.id, contactId: tickets.contactId })
      .from(tickets)
      .where(inArray(tickets.mergedIntoId, ids))
    all.push(...next)
    ids = next.map((each) => each.id)
  }
  return all
}

/**
 * One ticket may stand for the matters of several citizens, once they were merged: each sees what they said and
 * sent themselves, and what was answered to all of them since.
 */
export interface Share {
  /** The ticket's own contact, who alone may settle it. */
  isOwner: boolean
  visitorId: string | null
  contactId: string | null
  phone: string | null
  /** Who writes now. */
  actorId: string
  /** Answers meant for this citizen, and words that can only be theirs; see `wordsFor`. */
  replyIds: ReadonlySet<string>
  /** All whose place and time are known. */
  tracedIds: ReadonlySet<string>
  /** What came here otherwise (out of a split): answers from here on are meant for everybody. */
  since: number
}

const contactOf = async (tx: Tx, id: string | null) => {
  if (id === null) return null
  const [row] = await tx.select().from(contacts).where(eq(contacts.id, id))
  return row ?? null
}
const phoneOf = (it: { phone: string | null } | null): string | null =>
  it?.phone ? plainPhone(it.phone) : null

/** Who this citizen is: the visitor of a panel, or the contact of the ticket the link or code was for. */
const personOf = async (tx: Tx, actor: FollowActor, own: TicketRow) => {
  if (actor.ticketId !== null) {
    return { visitorId: null, contactId: own.contactId, phone: phoneOf(await contactOf(tx, own.contactId)) }
  }
  const [visitor] = await tx.select().from(visitors).where(eq(visitors.id, actor.id))
  const contactId = visitor?.contactId ?? null
  return { visitorId: actor.id, contactId, phone: phoneOf(await contactOf(tx, contactId)) }
}

/** What was written on these tickets and how they were merged; the events stay where they happened when replies move. */
const historyOf = async (tx: Tx, ticketIds: readonly string[]) => {
  const rows = await tx
    .select({
      seq: events.seq,
      at: events.at,
      type: events.type,
      ticketId: events.ticketId,
      facts: events.facts,
    })
    .from(events)
    .where(
      and(
        inArray(events.ticketId, [...ticketIds]),
        inArray(events.type, [
          'ticket.replied',
          'ticket.citizen_replied',
          'ticket.merged',
          'ticket.unmerged',
        ]),
      ),
    )
    .orderBy(asc(events.seq))
  const joinings: Joining[] = []
  const words: Word[] = []
  for (const { seq, type, ticketId, facts } of rows) {
    if (ticketId === null) continue
    if (type === 'ticket.merged') joinings.push({ ticketId, seq, intoId: String(facts.intoId) })
    else if (type === 'ticket.unmerged') joinings.push({ ticketId, seq, intoId: null })
    else
      words.push({
        ticketId,
        seq,
        replyId: String(facts.replyId),
        isCitizens: type === 'ticket.citizen_replied',
      })
  }
  const lastMerge = rows.findLast((row) => row.type === 'ticket.merged')
  return { joinings, words, lastMergedAt: lastMerge?.at ?? 0 }
}

/**
 * On which of the joined tickets this browser asked, the first one first: its consultations have gone to the
 * ticket that goes on, what happened in them before stays where it happened.
 */
export const listAskedBy = async (
  tx: Tx,
  visitorId: string,
  shownId: string,
  joined: readonly Joined[],
): Promise<string[]> => {
  const rows = await tx
    .select({ id: events.ticketId, consultationId: consultations.id })
    .from(events)
    .innerJoin(consultations, eq(consultations.id, events.consultationId))
    .where(
      and(
        inArray(events.ticketId, [shownId, ...joined.map((each) => each.id)]),
        eq(consultations.ticketId, shownId),
        eq(consultations.visitorId, visitorId),
      ),
    )
    .orderBy(asc(events.seq))
  const firsts = new Map<string, string>()
  for (const row of rows)
    if (row.id !== null && !firsts.has(row.consultationId)) firsts.set(row.consultationId, row.id)
  return [...new Set(firsts.values())]
}

const isSame = (
  one: { contactId: string | null; phone: string | null },
  other: { contactId: string | null; phone: string | null },
): boolean =>
  (one.contactId !== null && one.contactId === other.contactId) ||
  (one.phone !== null && one.phone === other.phone)

/** What of `shown` belongs to this citizen, who came by `own`; null where all of it does. */
export const shareOf = async (
  tx: Tx,
  actor: FollowActor,
  own: TicketRow,
  shown: TicketRow,
): Promise<Share | null> => {
  const joined = await listJoined(tx, shown.id)
  if (joined.length === 0) return null
  const described = await Promise.all(
    [shown, ...joined].map(async ({ id, contactId }) => ({
      id,
      contactId,
      phone: phoneOf(await contactOf(tx, contactId)),
    })),
  )
  const [owner, ...rest] = described
  if (owner && rest.every((other) => isSame(owner, other))) return null
  const person = await personOf(tx, actor, own)
  const { joinings, words, lastMergedAt } = await historyOf(
    tx,
    described.map((each) => each.id),
  )
  const ownIds = new Set([
    ...described.filter((each) => isSame(each, person)).map((each) => each.id),
    // A link is for one ticket, and whoever asks without a name still asked.
    ...(actor.ticketId === null ? await listAskedBy(tx, actor.id, shown.id, joined) : [own.id]),
  ])
  const others = described.flatMap((each) => (ownIds.has(each.id) ? [] : [each.id]))
  return {
    ...person,
    actorId: actor.id,
    isOwner: owner !== undefined && isSame(owner, person),
    replyIds: wordsFor({ own: [...ownIds], others }, joinings, words),
    tracedIds: new Set(words.map((word) => word.replyId)),
    since: lastMergedAt,
  }
}

/** True for what this citizen said or sent in a consultation. */
export const isOfShare = (
  share: Share,
  it: { visitorId: string | null; visitorPhone: string | null; contactId: string | null },
): boolean =>
  (share.visitorId !== null && it.visitorId === share.visitorId) ||
  isSame(share, { contactId: it.contactId, phone: it.visitorPhone ? plainPhone(it.visitorPhone) : null })

/** Of a shared ticket: what was answered to this citizen, alone or among others, and what they wrote themselves. */
export const isReplyOfShare = (share: Share | null, reply: typeof ticketReplies.$inferSelect): boolean => {
  if (!share || share.replyIds.has(reply.id)) return true
  if (reply.kind === 'citizen') return reply.visitorId === share.actorId
  return !share.tracedIds.has(reply.id) && reply.createdAt >= share.since
}
