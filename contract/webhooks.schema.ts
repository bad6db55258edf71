import { z } from 'zod'
import { id, instant, page, text } from './common.schema'
import { deliveryStates } from './outgoing.rules'
import { webhookTypes } from './webhooks.rules'

export const endpointView = z.strictObject({
  id: id('whk'),
  url: z.string(),
  description: z.string(),
  eventTypes: z.array(z.enum(webhookTypes)),
  departmentId: id('dep'),
  departmentName: z.string(),
  isActive: z.boolean(),
  /** Why the program switched it off. */
  disabledReason: z.enum(['failing', 'gone']).nullable(),
  /** Since when every attempt has failed. */
  failingSince: instant.nullable(),
  /** Until then the secret before the last rotation signs too. */
  previousSecretUntil: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
})
export type EndpointView = z.infer<typeof endpointView>
export const endpointPage = page(endpointView)
const url = z.string().min(8).max(500).meta({ example: 'https://hotline.example.org/bangban' })
const eventTypes = z.array(z.enum(webhookTypes)).min(1).max(webhookTypes.length)
export const createEndpointBody = z.strictObject({
  url,
  description: text(200).optional(),
  eventTypes,
  /** It is told about tickets of this department and below. */
  departmentId: id('dep'),
})
export type CreateEndpointBody = z.infer<typeof createEndpointBody>
export const updateEndpointBody = z.strictObject({
  url: url.optional(),
  description: text(200).optional(),
  eventTypes: eventTypes.optional(),
  isActive: z.boolean().optional(),
})
export type UpdateEndpointBody = z.infer<typeof updateEndpointBody>
/** The secret is shown once, when it is made and when it is made anew. */
export const endpointSecret = z.strictObject({ endpoint: endpointView, secret: z.string() })
export type EndpointSecret = z.infer<typeof endpointSecret>

export const deliveryView = z.strictObject({
  /** The `webhook-id` of the request. */
  id: id('whd'),
  type: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  createdAt: instant,
  /** The next attempt, where there will be one. */
  dueAt: instant.nullable(),
  attemptedAt: instant.nullable(),
  responseStatus: z.number().int().nullable(),
  responseText: z.string().nullable(),
  error: z.string().nullable(),
  durationMs: z.number().int().nullable(),
  /** As it was sent and signed. */
  body: z.string(),
})
export type DeliveryView = z.infer<typeof deliveryView>
export const deliveryPage = page(deliveryView)
