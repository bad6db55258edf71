import type { TicketView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import {
  type ListedTicket,
  listConsultationsOf,
  loadTicketsById,
  type TicketConsultation,
  tagsOf,
} from './tickets.queries.store'

/**
 * Views of tickets, in the order given. Name and phone are the contact's, or else those given in the latest
 * consultation that has them.
 */
export const ticketViews = async (tx: Tx, loaded: readonly ListedTicket[]): Promise<TicketView[]> => {
  const all = await listConsultationsOf(
    tx,
    loaded.map((each) => each.ticket.id),
  )
  const tagged = await tagsOf(
    tx,
    loaded.map((each) => each.ticket.id),
  )
  const consulted = new Map<string, TicketConsultation[]>()
  for (const each of all) {
    const own = consulted.get(each.ticketId)
    if (own) own.push(each)
    else consulted.set(each.ticketId, [each])
  }
  return loaded.map((each) =>
    ticketView(each, consulted.get(each.ticket.id) ?? [], tagged.get(each.ticket.id) ?? []),
  )
}

/** For use cases that have authorised the ticket: the view its event carries. */
export const loadTicketView = async (tx: Tx, ticketId: string): Promise<TicketView> => {
  const [view] = await ticketViews(tx, await loadTicketsById(tx, [ticketId]))
  if (!view) throw refuse('tickets.not_found', 'There is no such ticket.')
  return view
}

export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

export const ticketView = (
  it: ListedTicket,
  consultations: readonly TicketConsultation[],
  tags: TicketView['tags'],
): TicketView => {
  const latest = <K extends 'visitorName' | 'visitorPhone' | 'stars'>(key: K) =>
    consultations.findLast((each) => each[key] !== null)?.[key] ?? null
  return {
    id: it.ticket.id,
    number: it.ticket.number,
    status: it.ticket.status,
    topic: it.ticket.topic,
    serviceItemId: it.ticket.serviceItemId,
    serviceItemName: it.itemName,
    siteId: it.ticket.siteId,
    siteName: it.siteName,
    departmentId: it.ticket.departmentId,
    departmentName: it.departmentName,
    assignee:
      it.ticket.assigneeId && it.assigneeName !== null
        ? { id: it.ticket.assigneeId, name: it.assigneeName }
        : null,
    contactName: it.contactName ?? latest('visitorName'),
    contactPhone: it.contactPhone ?? latest('visitorPhone'),
    rating: it.ticket.stars ?? latest('stars'),
    priority: it.ticket.priority,
    source: it.ticket.source,
    externalNumber: it.ticket.externalNumber,
    tags: [...tags],
    holdUntil: isoOrNull(it.ticket.holdUntil),
    isComplaint: it.ticket.isComplaint,
    reopenCount: it.ticket.reopenCount,
    urgeCount: it.ticket.urgeCount,
    applicationResult: it.ticket.applicationResult,
    slaState: it.ticket.slaState,
    nextDueAt: isoOrNull(it.ticket.nextDueAt),
    escalationLevel: it.ticket.escalationLevel,
    createdAt: iso(it.ticket.createdAt),
    updatedAt: iso(it.ticket.updatedAt),
  }
}
