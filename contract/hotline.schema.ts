import { z } from 'zod'
import { id, instant, phone, text } from './common.schema'
import { applicationResults, ticketPriorities, ticketSources, ticketStatuses } from './tickets.rules'

/** A ticket that another system, such as a 12345 hotline, hands over. */
export const handOverBody = z
  .strictObject({
    /** Which system: chosen by its makers, the same in every request. */
    externalSystem: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/),
    /** Its number there; with the system's name and the key it stands for one ticket for good. */
    externalNumber: z.string().regex(/^[\x21-\x7e]{1,80}$/),
    /** Key of the site. */
    site: z.string().regex(/^[a-z0-9][a-z0-9-]{1,40}$/),
    topic: text(200, 1),
    description: text(5000),
    contact: z.strictObject({ name: text(80).optional(), phone: phone.optional() }).optional(),
    /** The site's own where left out. */
    department: id('dep').optional(),
    serviceItem: id('itm').optional(),
    priority: z.enum(ticketPriorities).optional(),
    isComplaint: z.boolean().optional(),
  })
  .meta({
    example: {
      externalSystem: 'hotline-12345',
      externalNumber: 'GD20261122000871',
      site: 'demo',
      topic: '营业执照办理进度',
      description: '市民来电反映提交材料后五个工作日未收到答复。',
      contact: { name: '王芳', phone: '13800000000' },
      priority: 'high',
      isComplaint: false,
    },
  })
export type HandOverBody = z.infer<typeof handOverBody>

/** A ticket as another program sees it: no names, no telephone numbers, nothing of what was said. */
export const publicTicket = z.strictObject({
  id: id('tkt'),
  number: z.string(),
  status: z.enum(ticketStatuses),
  topic: z.string(),
  priority: z.enum(ticketPriorities),
  source: z.enum(ticketSources),
  isComplaint: z.boolean(),
  externalSystem: z.string().nullable(),
  externalNumber: z.string().nullable(),
  site: z.string(),
  department: z.strictObject({ id: id('dep'), name: z.string() }),
  serviceItem: z.strictObject({ id: id('itm'), name: z.string() }).nullable(),
  stars: z.number().int().nullable(),
  urgeCount: z.number().int(),
  reopenCount: z.number().int(),
  applicationResult: z.enum(applicationResults).nullable(),
  createdAt: instant,
  updatedAt: instant,
  resolvedAt: instant.nullable(),
  closedAt: instant.nullable(),
})
export type PublicTicket = z.infer<typeof publicTicket>

/** What the citizen said there about a ticket that is here. */
export const relayBody = z
  .strictObject({ message: text(5000, 1) })
  .meta({ example: { message: '市民来电补充：材料今天又交了一次，仍未受理。' } })

export const handedOver = z.strictObject({
  /** False for a repeat: the ticket was there already. */
  isNew: z.boolean(),
  ticket: publicTicket,
})
export type HandedOver = z.infer<typeof handedOver>
