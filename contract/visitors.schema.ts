import { z } from 'zod'
import { id, instant, phone, text } from './common.schema'
import { consultationStatuses } from './consultations.rules'
import { statusWords } from './ticket-settings.schema'
import { ticketStatuses } from './tickets.rules'
import { requestStages } from './visitors.rules'

/**
 * Makes or resumes a visitor session. `identity` is the host's signed JWT; `code` a resume or
 * hand-over code or a telephone code.
 */
export const createVisitor = z.strictObject({
  site: z.string().min(1).max(64),
  identity: z.string().max(4096).optional(),
  code: z.string().min(4).max(64).optional(),
  lang: z.enum(['zh-CN', 'en']).optional(),
  /** With a telephone code: the bearer this browser holds already, whose requests stay in its list. */
  earlier: z.string().min(20).max(100).optional(),
  /** Answers with a code for the host page to keep: for panels whose own storage is denied. */
  wantsHostCode: z.boolean().optional(),
})
export type CreateVisitor = z.infer<typeof createVisitor>

export const visitorSession = z.strictObject({
  visitorId: id('vis'),
  token: z.string(),
  expiresAt: instant,
  hostCode: z.string().nullable(),
})
export type VisitorSession = z.infer<typeof visitorSession>

export const updateVisitor = z.strictObject({ name: text(60).optional(), phone: phone.optional() })

/** `forHost`: kept by the embedding page over a reload; `replaces` the code it kept before. */
export const makeResumeCode = z.strictObject({
  forHost: z.boolean().optional(),
  replaces: z.string().min(4).max(64).optional(),
})
export type MakeResumeCode = z.infer<typeof makeResumeCode>

/** Whose session a resume code would bring, told without using it up. */
export const peekResumeCode = z.strictObject({
  site: z.string().min(1).max(64),
  code: z.string().min(4).max(64),
})
export const resumeCodePeek = z.strictObject({
  visitorId: id('vis'),
  consultation: z
    .strictObject({ ticketNumber: z.string(), topic: z.string(), status: z.enum(consultationStatuses) })
    .nullable(),
})
export type ResumeCodePeek = z.infer<typeof resumeCodePeek>

/** One-time code that carries this visitor session to another page or browser; `url` is the full help page. */
export const resumeCodeView = z.strictObject({ code: z.string(), url: z.string(), expiresAt: instant })

export const publicSite = z.strictObject({
  key: z.string(),
  name: z.string(),
  isOpen: z.boolean(),
  /** Some agent is online. */
  isStaffed: z.boolean(),
  isVideoAvailable: z.boolean(),
  isIdentityRequired: z.boolean(),
  /** A ticket can be looked up by number, telephone and a code by SMS. */
  canFollowByCode: z.boolean(),
  theme: z.strictObject({ color: z.string(), title: z.string(), greeting: z.string() }),
  /** Opening hours in words for people, per weekday 1 (Monday) … 7. */
  hours: z.array(
    z.strictObject({
      day: z.number().int(),
      spans: z.array(z.strictObject({ from: z.string(), to: z.string() })),
    }),
  ),
  timeZone: z.string(),
})
export type PublicSite = z.infer<typeof publicSite>

export const serviceItemView = z.strictObject({
  id: id('itm'),
  name: z.string(),
  departmentName: z.string(),
  summary: z.string(),
  materials: z.array(z.string()),
  steps: z.array(z.string()),
  timeLimit: z.string(),
  fee: z.string(),
})
export type ServiceItemView = z.infer<typeof serviceItemView>
export const serviceItemList = z.strictObject({ items: z.array(serviceItemView) })
export const serviceItemQuery = z.strictObject({ q: z.string().max(200).optional() })

/** One of the citizen's requests, as the first screen lists it. */
export const visitorRequestView = z.strictObject({
  id: id('con'),
  ticketNumber: z.string(),
  topic: z.string(),
  stage: z.enum(requestStages),
  status: z.enum(ticketStatuses),
  /** What an administrator calls that status; null where it has its usual words. */
  statusLabel: statusWords.nullable(),
  at: instant,
  /** Of the last news: a message, an end, a change of the ticket. */
  updatedAt: instant,
  lastMessage: z
    .strictObject({ from: z.enum(['agent', 'visitor', 'system']), body: z.string(), at: instant })
    .nullable(),
})
export type VisitorRequestView = z.infer<typeof visitorRequestView>
/** Newest news first, at most 20. */
export const visitorRequestList = z.strictObject({ items: z.array(visitorRequestView) })
