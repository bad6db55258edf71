import { and, eq, inArray, sql } from 'drizzle-orm'
import type { PublicTicket } from '../../../contract/hotline.schema'
import type { Tx } from '../../../drizzle/database'
import { departments, externalRequests, serviceItems, sites, tickets } from '../../../drizzle/schema/index'
import { type Authorized, authorize, isBelow, type KeyActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'

const select = (tx: Tx) =>
  tx
    .select({
      ticket: tickets,
      siteKey: sites.key,
      departmentName: departments.name,
      departmentPath: departments.path,
      itemName: serviceItems.name,
    })
    .from(tickets)
    .innerJoin(sites, eq(sites.id, tickets.siteId))
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(serviceItems, eq(serviceItems.id, tickets.serviceItemId))

export type PublicRow = Awaited<ReturnType<typeof select>>[number]

/** A ticket for other programs: the only fields that leave. */
export const presentPublic = ({ ticket, siteKey, departmentName, itemName }: PublicRow): PublicTicket => ({
  id: ticket.id,
  number: ticket.number,
  status: ticket.status,
  topic: ticket.topic,
  priority: ticket.priority,
  source: ticket.source,
  isComplaint: ticket.isComplaint,
  externalSystem: ticket.externalSystem,
  externalNumber: ticket.externalNumber,
  site: siteKey,
  department: { id: ticket.departmentId, name: departmentName },
  serviceItem:
    ticket.serviceItemId && itemName !== null ? { id: ticket.serviceItemId, name: itemName } : null,
  stars: ticket.stars,
  urgeCount: ticket.urgeCount,
  reopenCount: ticket.reopenCount,
  applicationResult: ticket.applicationResult,
  createdAt: iso(ticket.createdAt),
  updatedAt: iso(ticket.updatedAt),
  resolvedAt: iso(ticket.resolvedAt),
  closedAt: iso(ticket.closedAt),
})

/** The ticket by id or number, if the key reaches its department. Throws 404 otherwise. */
export const loadTicketForKey = async (
  tx: Tx,
  actor: KeyActor,
  idOrNumber: string,
): Promise<Authorized<PublicRow>> => {
  const named = idOrNumber.startsWith('tkt_') ? eq(tickets.id, idOrNumber) : eq(tickets.number, idOrNumber)
  const [found] = await select(tx).where(
    and(named, sql`substr(${departments.path}, 1, ${actor.departmentPath.length}) = ${actor.departmentPath}`),
  )
  if (!found) throw refuse('tickets.not_found', 'There is no such ticket.')
  return authorize(found)
}

/**
 * The ticket that the number stands for at this source, with what was sent for it, or null. One without a source,
 * imported under that system's name, is the same matter as far as the key reaches; other sources' are none of it.
 */
export const findHandedOver = async (
  tx: Tx,
  actor: KeyActor,
  external: { system: string; number: string; sourceId: string },
): Promise<{ row: PublicRow; contentHash: string | null; isInReach: boolean } | null> => {
  const rows = await select(tx).where(
    and(
      eq(tickets.externalSystem, external.system),
      eq(tickets.externalNumber, external.number),
      inArray(tickets.externalSourceId, [external.sourceId, '']),
    ),
  )
  const found =
    rows.find((row) => row.ticket.externalSourceId === external.sourceId) ??
    rows.find((row) => isBelow(actor, row.departmentPath))
  if (!found) return null
  const [request] = await tx
    .select({ contentHash: externalRequests.contentHash })
    .from(externalRequests)
    .where(eq(externalRequests.ticketId, found.ticket.id))
  return {
    row: found,
    contentHash: request?.contentHash ?? null,
    isInReach: isBelow(actor, found.departmentPath),
  }
}

export const keepRequest = async (tx: Tx, row: typeof externalRequests.$inferInsert): Promise<void> => {
  await tx.insert(externalRequests).values(row)
}

/** Tickets for other programs, by id, for whoever has been allowed them by other means. */
export const listPublicRows = async (tx: Tx, ids: readonly string[]): Promise<Map<string, PublicRow>> => {
  const rows: PublicRow[] = []
  for (const id of new Set(ids)) rows.push(...(await select(tx).where(eq(tickets.id, id))))
  return new Map(rows.map((row) => [row.ticket.id, row]))
}
