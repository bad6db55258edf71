import { and, desc, eq, gte, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  contacts,
  departments,
  events,
  ticketLinks,
  ticketOperations,
  tickets,
} from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import { withinReach } from './tickets.queries.store'
import type { TicketRow } from './tickets.store'

const maxShown = 50
const maxCandidates = 200

const refs = (tx: Tx) =>
  tx
    .select({
      id: tickets.id,
      number: tickets.number,
      topic: tickets.topic,
      status: tickets.status,
      departmentName: departments.name,
      assigneeName: agents.name,
      updatedAt: tickets.updatedAt,
      contactId: tickets.contactId,
    })
    .from(tickets)
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(agents, eq(agents.id, tickets.assigneeId))

/** Tickets of these ids that the agent may see. */
export const listRefs = async (tx: Tx, actor: AgentActor, ids: readonly string[]) =>
  ids.length === 0
    ? []
    : refs(tx)
        .where(and(inArray(tickets.id, [...ids]), withinReach(tx, actor)))
        .orderBy(tickets.number)
export type RefRow = Awaited<ReturnType<typeof listRefs>>[number]

/** Children of `parentId` that the agent may see, those merged away left out. */
export const listChildren = (tx: Tx, actor: AgentActor, parentId: string): Promise<RefRow[]> =>
  refs(tx)
    .where(and(eq(tickets.parentId, parentId), ne(tickets.status, 'merged'), withinReach(tx, actor)))
    .orderBy(tickets.number)
    .limit(maxShown)
    .then((rows) => rows)

/** All children that were not merged away, whoever may see them. */
export const listChildRows = (tx: Tx, parentId: string): Promise<TicketRow[]> =>
  tx
    .select()
    .from(tickets)
    .where(and(eq(tickets.parentId, parentId), ne(tickets.status, 'merged')))
    .orderBy(tickets.number)
    .then((rows) => rows)

export const listLinkedIds = async (tx: Tx, ticketId: string): Promise<string[]> => {
  const rows = await tx
    .select()
    .from(ticketLinks)
    .where(or(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.otherId, ticketId)))
    .limit(maxShown)
  return rows.map((row) => (row.ticketId === ticketId ? row.otherId : row.ticketId))
}

/** A link is kept once, the smaller id first. */
const ordered = (one: string, other: string) =>
  one < other ? { ticketId: one, otherId: other } : { ticketId: other, otherId: one }

/** False where they were linked already. */
export const insertLink = async (tx: Tx, one: string, other: string, at: number): Promise<boolean> =>
  (
    await tx
      .insert(ticketLinks)
      .values({ ...ordered(one, other), createdAt: at })
      .onConflictDoNothing()
      .returning({ id: ticketLinks.ticketId })
  ).length > 0

/** False where they were not linked. */
export const dropLink = async (tx: Tx, one: string, other: string): Promise<boolean> => {
  const { ticketId, otherId } = ordered(one, other)
  const gone = await tx
    .delete(ticketLinks)
    .where(and(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.otherId, otherId)))
    .returning({ id: ticketLinks.ticketId })
  return gone.length > 0
}

/** Ids of the tickets that were merged into these, and into those, and so on. */
export const listMergedBelow = async (tx: Tx, ticketId: string): Promise<string[]> => {
  const found: string[] = []
  let last = [ticketId]
  while (last.length > 0) {
    const rows = await tx
      .select({ id: tickets.id })
      .from(tickets)
      .where(inArray(tickets.mergedIntoId, last))
      .limit(maxShown)
    last = rows.map((row) => row.id).filter((id) => !found.includes(id))
    found.push(...last)
  }
  return found
}

/** True where `ancestorId` is the ticket itself or stands above it. */
export const isOnLine = async (tx: Tx, ticketId: string, ancestorId: string): Promise<boolean> => {
  const seen = new Set<string>()
  for (let at: string | null = ticketId; at !== null && !seen.has(at); ) {
    if (at === ancestorId) return true
    seen.add(at)
    const rows: { parentId: string | null }[] = await tx
      .select({ parentId: tickets.parentId })
      .from(tickets)
      .where(eq(tickets.id, at))
    at = rows[0]?.parentId ?? null
  }
  return false
}

/** The ticket that goes on for `ticketId`: itself, or what it was merged into in the end. */
export const findSurvivor = async (tx: Tx, ticketId: string): Promise<{ id: string; number: string }> => {
  let at = ticketId
  for (;;) {
    const [row] = await tx
      .select({ id: tickets.id, number: tickets.number, into: tickets.mergedIntoId })
      .from(tickets)
      .where(eq(tickets.id, at))
    if (!row) throw new Error(`No ticket ${at}`)
    if (row.into === null) return { id: row.id, number: row.number }
    at = row.into
  }
}

/** Facts of events of one type on a ticket, the newest first: they name operation and other ticket. */
export const factsOfType = async (tx: Tx, ticketId: string, type: string) => {
  const rows = await tx
    .select({ facts: events.facts })
    .from(events)
    .where(and(eq(events.ticketId, ticketId), eq(events.type, type)))
    .orderBy(desc(events.seq))
    .limit(maxShown)
  return rows.map((row) => row.facts)
}

/** Those of the operations that were not undone and are not older than `since`. */
export const listUndoable = async (tx: Tx, ids: readonly string[], since: number): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await tx
    .select({ id: ticketOperations.id })
    .from(ticketOperations)
    .where(
      and(
        inArray(ticketOperations.id, [...ids]),
        isNull(ticketOperations.undoneAt),
        gte(ticketOperations.createdAt, since),
      ),
    )
  return new Set(rows.map((row) => row.id))
}

export interface Candidate extends RefRow {
  isSameContact: boolean
  isSamePhone: boolean
  isSameTopic: boolean
}

/** Contacts with the telephone number. */
const contactsWith = async (tx: Tx, phone: string): Promise<string[]> =>
  (await tx.select({ id: contacts.id }).from(contacts).where(eq(contacts.phone, phone)).limit(maxShown)).map(
    (row) => row.id,
  )

/**
 * Tickets since `since` that may be the same matter: of the same contact or telephone number, or word for word
 * the same topic among the newest of the department.
 */
export const listCandidates = async (
  tx: Tx,
  actor: AgentActor,
  ticket: TicketRow,
  phone: string | null,
  since: number,
): Promise<Candidate[]> => {
  const others = and(
    ne(tickets.id, ticket.id),
    ne(tickets.status, 'merged'),
    gte(tickets.updatedAt, since),
    gte(tickets.createdAt, since),
    withinReach(tx, actor),
  )
  const own = ticket.contactId ? [ticket.contactId] : []
  const people = [...new Set([...own, ...(phone ? await contactsWith(tx, phone) : [])])]
  const byPerson =
    people.length === 0
      ? []
      : await refs(tx)
          .where(and(inArray(tickets.contactId, people), others))
          .orderBy(desc(tickets.updatedAt), desc(tickets.id))
          .limit(10)
  const topic = ticket.topic.trim()
  const newest = tx
    .select({ id: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.departmentId, ticket.departmentId), gte(tickets.updatedAt, since)))
    .orderBy(desc(tickets.updatedAt), desc(tickets.id))
    .limit(maxCandidates)
  const byTopic =
    topic === ''
      ? []
      : await refs(tx)
          .where(and(inArray(tickets.id, newest), sql`trim(${tickets.topic}) = ${topic}`, others))
          .orderBy(desc(tickets.updatedAt), desc(tickets.id))
          .limit(10)
  const all = new Map([...byPerson, ...byTopic].map((row) => [row.id, row]))
  return [...all.values()].map((row) => ({
    ...row,
    isSameContact: row.contactId !== null && row.contactId === ticket.contactId,
    isSamePhone:
      row.contactId !== null && row.contactId !== ticket.contactId && people.includes(row.contactId),
    isSameTopic: topic !== '' && row.topic.trim() === topic,
  }))
}
