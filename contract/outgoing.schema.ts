import { z } from 'zod'
import { id, instant, page, pageQuery } from './common.schema'
import { outgoingChannels, outgoingStates, smsTemplates } from './outgoing.rules'

/** A message on its way or sent; its words stay inside. */
export const outgoingView = z.strictObject({
  id: id('out'),
  channel: z.enum(outgoingChannels),
  /** Shortened: enough to know it again. */
  recipient: z.string(),
  purpose: z.string(),
  state: z.enum(outgoingStates),
  attempts: z.number().int(),
  createdAt: instant,
  dueAt: instant,
  finishedAt: instant.nullable(),
  error: z.string().nullable(),
})
export type OutgoingView = z.infer<typeof outgoingView>
export const outgoingPage = page(outgoingView)
export const outgoingQuery = pageQuery.extend({ channel: z.enum(outgoingChannels).optional() })

const templates = z.record(z.enum(smsTemplates), z.string().max(100))
export const messagingView = z.strictObject({
  mail: z.strictObject({
    isConfigured: z.boolean(),
    host: z.string().nullable(),
    from: z.string().nullable(),
  }),
  sms: z.strictObject({ isConfigured: z.boolean(), host: z.string().nullable(), templates }),
})
export type MessagingView = z.infer<typeof messagingView>
export const smsTemplatesBody = z.strictObject({
  templates: z.partialRecord(z.enum(smsTemplates), z.string().max(100)),
})
export const testMessageBody = z.strictObject({ channel: z.enum(outgoingChannels) })
