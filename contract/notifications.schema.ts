import { z } from 'zod'
import { email, id, instant, phone } from './common.schema'
import { noticeChannels, noticeKinds, noticeTopics, quietModes } from './notifications.rules'

export const notificationView = z.strictObject({
  id: id('ntf'),
  kind: z.enum(noticeKinds),
  topic: z.enum(noticeTopics),
  ticketId: id('tkt').nullable(),
  /** Id of what it is about: an escalation, a reply, a ticket. */
  subject: z.string(),
  /** What its words are filled with: number, title, actor, text, level, count … */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Whether the person wants it shown by the browser too. */
  isBrowser: z.boolean(),
  createdAt: instant,
  readAt: instant.nullable(),
})
export type NotificationView = z.infer<typeof notificationView>

/** The newest notices first, with how many are unread in all, and the feed position they belong to. */
export const notificationPage = z.strictObject({
  items: z.array(notificationView),
  nextCursor: z.string().nullable(),
  unread: z.number().int(),
  cursor: z.string(),
})
export type NotificationPage = z.infer<typeof notificationPage>
export const notificationQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  unread: z.enum(['true', 'false']).optional(),
})
export const readBody = z.strictObject({
  ids: z.array(id('ntf')).max(100).optional(),
  /** Everything there is. */
  all: z.boolean().optional(),
})
export const readResult = z.strictObject({ unread: z.number().int() })

const preference = z.strictObject({
  kind: z.enum(noticeKinds),
  channel: z.enum(noticeChannels),
  isOn: z.boolean(),
})
const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/)
const quietTime = z.strictObject({
  mode: z.enum(quietModes),
  from: clockTime,
  to: clockTime,
  isUrgentLoud: z.boolean(),
})
export const noticeSettings = z.strictObject({
  /** Every kind and channel; those that cannot be switched off are locked. */
  preferences: z.array(preference.extend({ isLocked: z.boolean() })),
  /** When browser, e-mail and SMS keep still; what is to be sent waits until it is over. */
  quiet: quietTime,
  email: z.string().nullable(),
  phone: z.string().nullable(),
  /** Whether this installation can send them at all. */
  isMailAvailable: z.boolean(),
  isSmsAvailable: z.boolean(),
})
export type NoticeSettings = z.infer<typeof noticeSettings>
export const noticeSettingsBody = z.strictObject({
  preferences: z
    .array(preference)
    .max(noticeKinds.length * noticeChannels.length)
    .optional(),
  /** Back to the defaults, before what else is chosen. */
  isReset: z.boolean().optional(),
  quiet: quietTime
    .refine((it) => it.mode !== 'hours' || it.from !== it.to, { path: ['to'], message: 'same' })
    .optional(),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
})
export type NoticeSettingsBody = z.infer<typeof noticeSettingsBody>
