import { z } from 'zod'
import { id, instant, page } from './common.schema'
import {
  applicationResults,
  slaStates,
  ticketPriorities,
  ticketSources,
  ticketStatuses,
} from './tickets.rules'

export const ticketView = z.strictObject({
  id: id('tkt'),
  number: z.string(),
  status: z.enum(ticketStatuses),
  topic: z.string(),
  serviceItemName: z.string().nullable(),
  siteName: z.string(),
  departmentName: z.string(),
  assignee: z.strictObject({ id: id('agt'), name: z.string() }).nullable(),
  contactName: z.string().nullable(),
  contactPhone: z.string().nullable(),
  rating: z.number().int().nullable(),
  priority: z.enum(ticketPriorities),
  source: z.enum(ticketSources),
  externalNumber: z.string().nullable(),
  tags: z.array(z.strictObject({ id: id('tag'), name: z.string() })),
  holdUntil: instant.nullable(),
  isComplaint: z.boolean(),
  reopenCount: z.number().int(),
  urgeCount: z.number().int(),
  applicationResult: z.enum(applicationResults).nullable(),
  slaState: z.enum(slaStates),
  /** The earliest due time of a running clock. */
  nextDueAt: instant.nullable(),
  /** 0 where no escalation is open. */
  escalationLevel: z.number().int(),
  createdAt: instant,
  updatedAt: instant,
})
export type TicketView = z.infer<typeof ticketView>
export const ticketPage = page(ticketView)
export const ticketQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  status: z.enum(ticketStatuses).optional(),
  mine: z.enum(['true', 'false']).optional(),
  /** Ticket number, or words of the topic. */
  q: z.string().max(100).optional(),
})

/** One line of a ticket's history: `type` is the event's type and selects words and icon. */
export const timelineEntry = z.strictObject({
  seq: z.number().int(),
  type: z.string(),
  at: instant,
  actor: z.strictObject({
    kind: z.enum(['agent', 'visitor', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  consultationId: id('con').nullable(),
  data: z.record(z.string(), z.unknown()),
})
export type TimelineEntry = z.infer<typeof timelineEntry>
export const ticketDetail = z.strictObject({
  ticket: ticketView,
  consultations: z.array(
    z.strictObject({ id: id('con'), status: z.string(), channel: z.string(), at: instant }),
  ),
  timeline: z.array(timelineEntry),
})
export type TicketDetail = z.infer<typeof ticketDetail>
