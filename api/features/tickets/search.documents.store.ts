import { and, asc, desc, eq, gt, inArray, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  consultations,
  contacts,
  departments,
  messages,
  serviceItems,
  ticketParticipants,
  ticketReplies,
  tickets,
} from '../../../drizzle/schema/index'
import type { CollectionOptions, SearchDocument } from '../../../search/engine'
import { isSameLine } from '../../lib/actor'
import { tagsOf } from './tickets.queries.store'

/** How tickets are found: what they are about and who they are for counts more than what was said on the way. */
export const ticketCollection: CollectionOptions = {
  fields: {
    number: { weight: 3, typicalTokens: 3 },
    topic: { weight: 3, typicalTokens: 12 },
    people: { weight: 2, typicalTokens: 6 },
    description: { weight: 1, typicalTokens: 80 },
    talk: { weight: 0.6, typicalTokens: 200 },
  },
  titleField: 'topic',
  recencyHalfLifeDays: 180,
}

/** A ticket that is talked about for years keeps its latest words. */
const maxTalk = 20_000
const textsPerTicket = 200

const grouped = <T extends { ticketId: string }>(rows: readonly T[]): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(row.ticketId, [...(groups.get(row.ticketId) ?? []), row])
  return groups
}

const talkOf = async (tx: Tx, ids: string[]): Promise<Map<string, string>> => {
  const limit = ids.length * textsPerTicket
  const replies = await tx
    .select({ ticketId: ticketReplies.ticketId, body: ticketReplies.body })
    .from(ticketReplies)
    .where(inArray(ticketReplies.ticketId, ids))
    .orderBy(desc(ticketReplies.createdAt), desc(ticketReplies.id))
    .limit(limit)
  const said = await tx
    .select({ ticketId: consultations.ticketId, body: messages.body })
    .from(messages)
    .innerJoin(consultations, eq(consultations.id, messages.consultationId))
    .where(inArray(consultations.ticketId, ids))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(limit)
  const talk = grouped([...replies, ...said])
  return new Map(
    [...talk].map(([id, rows]) => [
      id,
      rows
        .map((row) => row.body)
        .join('\n')
        .slice(0, maxTalk),
    ]),
  )
}

const peopleOf = async (tx: Tx, ids: string[]) => {
  const callers = await tx
    .select({
      ticketId: consultations.ticketId,
      name: consultations.visitorName,
      phone: consultations.visitorPhone,
    })
    .from(consultations)
    .where(inArray(consultations.ticketId, ids))
  const brought = await tx
    .select({
      ticketId: ticketParticipants.ticketId,
      agentId: ticketParticipants.agentId,
      reason: ticketParticipants.reason,
      path: departments.path,
    })
    .from(ticketParticipants)
    .innerJoin(agents, eq(agents.id, ticketParticipants.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(inArray(ticketParticipants.ticketId, ids))
  return { callers: grouped(callers), brought: grouped(brought) }
}

/** Tickets as the search engine wants them: words, and keys that say who may find them. */
export const loadSearchDocuments = async (
  tx: Tx,
  ticketIds: readonly string[],
): Promise<SearchDocument[]> => {
  const ids = [...ticketIds]
  if (ids.length === 0) return []
  const rows = await tx
    .select({
      ticket: tickets,
      path: departments.path,
      contactName: contacts.name,
      contactPhone: contacts.phone,
      itemName: serviceItems.name,
      itemNameEn: serviceItems.nameEn,
    })
    .from(tickets)
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(contacts, eq(contacts.id, tickets.contactId))
    .leftJoin(serviceItems, eq(serviceItems.id, tickets.serviceItemId))
    .where(inArray(tickets.id, ids))
  const talk = await talkOf(tx, ids)
  const { callers, brought } = await peopleOf(tx, ids)
  const tagged = await tagsOf(tx, ids)
  return rows.map(({ ticket, path, contactName, contactPhone, itemName, itemNameEn }) => {
    const own = callers.get(ticket.id) ?? []
    const names = [contactName, contactPhone, ...own.flatMap((each) => [each.name, each.phone])]
    const tags = tagged.get(ticket.id) ?? []
    const colleagues = (brought.get(ticket.id) ?? [])
      .filter((each) => each.reason !== 'served' || isSameLine(each.path, path))
      .map((each) => each.agentId)
    const mayFind = new Set([...(ticket.assigneeId ? [ticket.assigneeId] : []), ...colleagues])
    return {
      id: ticket.id,
      at: ticket.createdAt,
      fields: {
        number: [ticket.number, ticket.externalNumber].filter(Boolean).join(' '),
        topic: ticket.topic,
        people: [...new Set(names.filter(Boolean))].join(' '),
        description: [itemName, itemNameEn, ...tags.map((tag) => tag.name), ticket.description]
          .filter(Boolean)
          .join('\n'),
        talk: talk.get(ticket.id) ?? '',
      },
      keys: [
        ...path
          .split('/')
          .filter(Boolean)
          .map((id) => `d:${id}`),
        ...[...mayFind].map((id) => `a:${id}`),
        `s:${ticket.status}`,
        `p:${ticket.priority}`,
        `o:${ticket.assigneeId ?? 'none'}`,
        `site:${ticket.siteId}`,
        ...(ticket.serviceItemId ? [`i:${ticket.serviceItemId}`] : []),
        ...tags.map((tag) => `t:${tag.id}`),
      ],
    }
  })
}

/** Ids of tickets in the order they were opened, after the given one. */
export const ticketIdsAfter = (
  tx: Tx,
  after: { createdAt: number; id: string } | null,
  limit: number,
): Promise<{ id: string; createdAt: number }[]> =>
  tx
    .select({ id: tickets.id, createdAt: tickets.createdAt })
    .from(tickets)
    .where(
      after
        ? or(
            gt(tickets.createdAt, after.createdAt),
            and(eq(tickets.createdAt, after.createdAt), gt(tickets.id, after.id)),
          )
        : undefined,
    )
    .orderBy(asc(tickets.createdAt), asc(tickets.id))
    .limit(limit)
    .then((rows) => rows)
