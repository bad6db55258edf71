import { z } from 'zod'
import { id, instant, text } from './common.schema'
import { operationView } from './operations.schema'
import { ticketStatuses } from './tickets.rules'
import { ticketChange, ticketParams } from './tickets.schema'

/** A ticket named beside another one. */
export const ticketRef = z.strictObject({
  id: id('tkt'),
  number: z.string(),
  topic: z.string(),
  status: z.enum(ticketStatuses),
  departmentName: z.string(),
  assigneeName: z.string().nullable(),
  updatedAt: instant,
})
export type TicketRef = z.infer<typeof ticketRef>

/** The same with the operation that brought it about, while that can still be undone. */
const undoableRef = z.strictObject({ ticket: ticketRef, operationId: id('opn').nullable() })
export type UndoableRef = z.infer<typeof undoableRef>

/** How a ticket hangs together with others; only those the caller may see. */
export const ticketFamily = z.strictObject({
  parent: ticketRef.nullable(),
  /** Children of the same parent. */
  siblings: z.array(ticketRef),
  children: z.array(ticketRef),
  links: z.array(ticketRef),
  /** Where this one was merged into. */
  mergedInto: undoableRef.nullable(),
  /** What was merged into this one. */
  absorbed: z.array(undoableRef),
  /** What was split off from this one. */
  splitOff: z.array(undoableRef),
})
export type TicketFamily = z.infer<typeof ticketFamily>

export const duplicateReasons = ['same_contact', 'same_phone', 'same_topic'] as const
export const duplicates = z.strictObject({
  items: z.array(z.strictObject({ ticket: ticketRef, reasons: z.array(z.enum(duplicateReasons)) })),
})
export type Duplicates = z.infer<typeof duplicates>

const idOrNumber = ticketParams.shape.id
export const mergeBody = z.strictObject({ intoId: idOrNumber })
export const linkBody = z.strictObject({ otherId: idOrNumber })
export const parentBody = z.strictObject({
  /** Null takes it out of the family. */
  parentId: idOrNumber.nullable(),
})
export const linkQuery = z.strictObject({ otherId: idOrNumber })

/** What belongs to another matter: it gets a ticket of its own. */
export const splitBody = z.strictObject({
  topic: text(200, 1),
  description: text(5000).optional(),
  serviceItemId: id('itm').nullable().optional(),
  departmentId: id('dep').optional(),
  /** Replies and notes that go over. */
  replyIds: z.array(id('rpl')).max(100).optional(),
  /** Consultations that go over, with everything said and sent in them. */
  consultationIds: z.array(id('con')).max(20).optional(),
  /** Single lines and files of consultations that stay: quoted on the new ticket. */
  messageIds: z.array(id('msg')).max(100).optional(),
  documentIds: z.array(id('doc')).max(100).optional(),
})
export type SplitBody = z.infer<typeof splitBody>

/** The ticket that goes on, and what can be undone. */
export const familyChange = z.strictObject({ ...ticketChange.shape, operation: operationView })
export type FamilyChange = z.infer<typeof familyChange>
