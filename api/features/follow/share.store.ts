import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import { plainPhone } from '../../../contract/follow.rules'
import type { Tx } from '../../../drizzle/database'
import { contacts, events, tickets, visitors } from '../../../drizzle/schema/index'
import type { FollowActor } from '../../lib/actor'
import type { TicketRow } from '../tickets/tickets.store'

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
  /** What was said on this citizen's own ticket before it was merged. */
  replyIds: ReadonlySet<string>
  /** Answers from here on are meant for everybody. */
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

/** Replies written on these tickets before `until`; the events stay where they happened when replies move. */
const repliesOf = async (tx: Tx, ticketIds: readonly string[], until: number): Promise<Set<string>> => {
  if (ticketIds.length === 0) return new Set()
  const rows = await tx
    .select({ facts: events.facts })
    .from(events)
    .where(
      and(
        inArray(events.ticketId, [...ticketIds]),
        inArray(events.type, ['ticket.replied', 'ticket.citizen_replied']),
        lt(events.at, until),
      ),
    )
  return new Set(rows.map((row) => String(row.facts.replyId)))
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
  const [owner, ...others] = described
  if (owner && others.every((other) => isSame(owner, other))) return null
  const person = await personOf(tx, actor, own)
  const [merged] = await tx
    .select({ at: events.at, type: events.type })
    .from(events)
    .where(
      inArray(
        events.ticketId,
        joined.map((each) => each.id),
      ),
    )
    .orderBy(desc(events.seq))
    .limit(1)
  const since = merged?.at ?? 0
  const ownIds = described.filter((each) => isSame(each, person)).map((each) => each.id)
  return {
    ...person,
    actorId: actor.id,
    isOwner: owner !== undefined && isSame(owner, person),
    replyIds: await repliesOf(tx, ownIds, since),
    since,
  }
}

/** True for what this citizen said or sent in a consultation. */
export const isOfShare = (
  share: Share,
  it: { visitorId: string | null; visitorPhone: string | null; contactId: string | null },
): boolean =>
  (share.visitorId !== null && it.visitorId === share.visitorId) ||
  isSame(share, { contactId: it.contactId, phone: it.visitorPhone ? plainPhone(it.visitorPhone) : null })
