import type { TicketView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { iso } from '../../lib/clock'
import { type LoadedTicket, listConsultationsOf, type TicketConsultation } from './tickets.queries.store'

/** Views of tickets, in the order given. Name, phone and rating come from the latest consultation that has them. */
export const ticketViews = async (tx: Tx, loaded: readonly LoadedTicket[]): Promise<TicketView[]> => {
  const all = await listConsultationsOf(
    tx,
    loaded.map((each) => each.ticket.id),
  )
  return loaded.map((each) =>
    ticketView(
      each,
      all.filter((consultation) => consultation.ticketId === each.ticket.id),
    ),
  )
}

export const ticketView = (it: LoadedTicket, consultations: readonly TicketConsultation[]): TicketView => {
  const latest = <K extends 'visitorName' | 'visitorPhone' | 'stars'>(key: K) =>
    consultations.findLast((each) => each[key] !== null)?.[key] ?? null
  return {
    id: it.ticket.id,
    number: it.ticket.number,
    status: it.ticket.status,
    topic: it.ticket.topic,
    serviceItemName: it.itemName,
    siteName: it.siteName,
    departmentName: it.departmentName,
    assignee:
      it.ticket.assigneeId && it.assigneeName !== null
        ? { id: it.ticket.assigneeId, name: it.assigneeName }
        : null,
    contactName: latest('visitorName') ?? it.contactName,
    contactPhone: latest('visitorPhone') ?? it.contactPhone,
    rating: latest('stars'),
    createdAt: iso(it.ticket.createdAt),
    updatedAt: iso(it.ticket.updatedAt),
  }
}
