import { and, asc, eq, exists, getTableColumns, inArray, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import {
  agents,
  consultations,
  contacts,
  departments,
  ratings,
  serviceItems,
  sites,
  tags,
  ticketParticipants,
  tickets,
  ticketTags,
} from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import type { TicketRow } from './tickets.store'

/** A ticket with the names its page shows. */
export interface LoadedTicket {
  ticket: TicketRow
  itemName: string | null
  siteName: string
  departmentName: string
  assigneeName: string | null
  contactName: string | null
  contactPhone: string | null
}

/** `path` begins with `prefix`: exact, unlike LIKE, for which the `_` of an id is a wildcard. */
const startsWith = (
  path: SQL | typeof departments.path,
  prefix: SQL | string | typeof departments.path,
): SQL => sql`substr(${path}, 1, length(${prefix})) = ${prefix}`

/** Tickets of its own that the agent was brought into; as somebody who only served, those `onLine` alone. */
const broughtInto = (tx: Tx, agentId: string, onLine: SQL | undefined): SQL =>
  exists(
    tx
      .select({ one: sql`1` })
      .from(ticketParticipants)
      .where(
        and(
          eq(ticketParticipants.ticketId, tickets.id),
          eq(ticketParticipants.agentId, agentId),
          or(ne(ticketParticipants.reason, 'served'), onLine),
        ),
      ),
  )
const isBelow = (actorPath: string): SQL => startsWith(departments.path, actorPath)
const isOnLine = (actorPath: string): SQL | undefined =>
  or(isBelow(actorPath), startsWith(sql`${actorPath}`, departments.path))

/**
 * What the agent may see: tickets of the own department and below, those assigned to them or that they were
 * brought into, and those of the own line in whose consultations they served.
 */
export const withinReach = (tx: Tx, actor: AgentActor): SQL | undefined =>
  or(
    isBelow(actor.departmentPath),
    eq(tickets.assigneeId, actor.id),
    broughtInto(tx, actor.id, isOnLine(actor.departmentPath)),
  )

/** The same as a condition on the ticket alone, for lists that join nothing. */
export const reachOf = (tx: Tx, actor: Pick<AgentActor, 'id' | 'departmentPath'>): SQL | undefined => {
  const inThose = (condition: SQL | undefined) =>
    inArray(tickets.departmentId, tx.select({ id: departments.id }).from(departments).where(condition))
  return or(
    inThose(isBelow(actor.departmentPath)),
    eq(tickets.assigneeId, actor.id),
    broughtInto(tx, actor.id, inThose(isOnLine(actor.departmentPath))),
  )
}

const joined = <T extends Partial<ReturnType<typeof getTableColumns<typeof tickets>>>>(tx: Tx, ticket: T) =>
  tx
    .select({
      ticket,
      itemName: serviceItems.name,
      siteName: sites.name,
      departmentName: departments.name,
      assigneeName: agents.name,
      contactName: contacts.name,
      contactPhone: contacts.phone,
    })
    .from(tickets)
    .innerJoin(sites, eq(sites.id, tickets.siteId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(serviceItems, eq(serviceItems.id, tickets.serviceItemId))
    .leftJoin(agents, eq(agents.id, tickets.assigneeId))
    .leftJoin(contacts, eq(contacts.id, tickets.contactId))

const select = (tx: Tx) => joined(tx, getTableColumns(tickets))

/** The ticket by id or by the number people say. 404 where the agent may not see it. */
export const loadTicket = async (
  tx: Tx,
  actor: AgentActor,
  idOrNumber: string,
): Promise<Authorized<LoadedTicket>> => {
  const named = idOrNumber.startsWith('tkt_') ? eq(tickets.id, idOrNumber) : eq(tickets.number, idOrNumber)
  const [found] = await select(tx).where(and(named, withinReach(tx, actor)))
  if (!found) throw refuse('tickets.not_found', 'There is no such ticket.')
  return authorize(found)
}

/** Tickets that the caller has authorised by other means. */
export const loadTicketsById = async (tx: Tx, ids: readonly string[]): Promise<LoadedTicket[]> =>
  ids.length === 0 ? [] : ticketsById(tx, { ids: [...ids] })

/** What lists show: long texts stay where they are. */
export type ListedTicket = Omit<LoadedTicket, 'ticket'> & {
  ticket: Omit<TicketRow, 'description' | 'applicationReason'>
}
const { description: _description, applicationReason: _reason, ...listedColumns } = getTableColumns(tickets)

/** The same for lists. */
export const loadListedTickets = async (tx: Tx, ids: readonly string[]): Promise<ListedTicket[]> =>
  ids.length === 0 ? [] : listedById(tx, { ids: [...ids] })

const listedById = prepared(
  (tx, v: { ids: string[] }) => joined(tx, listedColumns).where(inArray(tickets.id, v.ids)),
  'ids',
)

const ticketsById = prepared(
  (tx, v: { ids: string[] }) => select(tx).where(inArray(tickets.id, v.ids)),
  'ids',
)

/** Refuses with 404 where the agent may not see it; for changes also where it was merged away. */
export const loadTicketForWork = async (
  tx: Tx,
  actor: AgentActor,
  idOrNumber: string,
): Promise<Authorized<LoadedTicket>> => {
  const loaded = await loadTicket(tx, actor, idOrNumber)
  if (loaded.ticket.status === 'merged')
    throw refuse('tickets.merged', 'This ticket was merged into another one.')
  return loaded
}

export interface TicketConsultation {
  id: string
  ticketId: string
  status: string
  channel: string
  queuedAt: number
  visitorName: string | null
  visitorPhone: string | null
  stars: number | null
}

/** The consultations of tickets, oldest first, with the rating of each. */
export const listConsultationsOf = async (
  tx: Tx,
  ticketIds: readonly string[],
): Promise<TicketConsultation[]> => {
  if (ticketIds.length === 0) return []
  return consultationsOf(tx, { ids: [...ticketIds] })
}

const consultationsOf = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({
        id: consultations.id,
        ticketId: consultations.ticketId,
        status: consultations.status,
        channel: consultations.channel,
        queuedAt: consultations.queuedAt,
        visitorName: consultations.visitorName,
        visitorPhone: consultations.visitorPhone,
        stars: ratings.stars,
      })
      .from(consultations)
      .leftJoin(ratings, eq(ratings.consultationId, consultations.id))
      .where(inArray(consultations.ticketId, v.ids))
      .orderBy(asc(consultations.queuedAt), asc(consultations.id)),
  'ids',
)

/** Tags of tickets, by name. */
export const tagsOf = async (
  tx: Tx,
  ticketIds: readonly string[],
): Promise<Map<string, { id: string; name: string }[]>> => {
  const found = new Map<string, { id: string; name: string }[]>()
  if (ticketIds.length === 0) return found
  const rows = await tagRows(tx, { ids: [...ticketIds] })
  for (const { ticketId, id, name } of rows)
    found.set(ticketId, [...(found.get(ticketId) ?? []), { id, name }])
  return found
}

const tagRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ ticketId: ticketTags.ticketId, id: tags.id, name: tags.name })
      .from(ticketTags)
      .innerJoin(tags, eq(tags.id, ticketTags.tagId))
      .where(inArray(ticketTags.ticketId, v.ids))
      .orderBy(asc(tags.name)),
  'ids',
)
