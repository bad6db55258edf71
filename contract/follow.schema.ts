import { z } from 'zod'
import { id, instant, phone, text } from './common.schema'
import { documentKinds, maxReplyDocuments } from './documents.rules'
import { followEvents } from './follow.rules'
import { sentStretch } from './sla.schema'
import { statusWords } from './ticket-settings.schema'
import { maxReplyLength, ticketStatuses } from './tickets.rules'
import { requestStages } from './visitors.rules'

const number = z
  .string()
  .regex(/^[0-9]{8}-[0-9]{5,9}$/)
  .meta({ example: '20261122-00001' })
export const followParams = z.strictObject({ id: number })
export const followDocumentParams = z.strictObject({ id: id('doc') })
const siteKey = z.string().min(1).max(64)

/** Asks for a code by SMS. The answer is the same whether or not there is such a ticket. */
export const askFollowCode = z.strictObject({ site: siteKey, number, phone })
export const followCodeAsked = z.strictObject({ expiresInSeconds: z.number().int() })

/** By the signed link, or by number, telephone and code. */
export const openFollow = z.union([
  z.strictObject({ site: siteKey, token: z.string().min(20).max(200) }),
  z.strictObject({ site: siteKey, number, phone, code: z.string().regex(/^[0-9]{6}$/) }),
])
export type OpenFollow = z.infer<typeof openFollow>
export const followSession = z.strictObject({ token: z.string(), number, expiresAt: instant })
export type FollowSession = z.infer<typeof followSession>

const person = z.strictObject({ name: z.string().nullable(), departmentName: z.string().nullable() })

/** Something said: in a conversation, or on the ticket. */
export const followPost = z.strictObject({
  id: z.string(),
  from: z.enum(['agent', 'citizen', 'system']),
  by: person.nullable(),
  body: z.string(),
  at: instant,
  /** A reply on the ticket, of which the agent learns that it was seen. */
  isReply: z.boolean(),
  seenAt: instant.nullable(),
})
export type FollowPost = z.infer<typeof followPost>

export const followDocument = z.strictObject({
  id: id('doc'),
  kind: z.enum(documentKinds),
  name: z.string(),
  mime: z.string(),
  sizeBytes: z.number().int(),
  by: person.nullable(),
  at: instant,
  /** The reply it came with; null for what was exchanged in a conversation, and for what is not sent yet. */
  replyId: id('rpl').nullable(),
  /** When the other side first opened it. */
  openedAt: instant.nullable(),
})
export type FollowDocument = z.infer<typeof followDocument>

export const followLine = z.strictObject({
  seq: z.number().int(),
  event: z.enum(followEvents),
  at: instant,
  /** Of whom it tells: who answered, who took it, where it went. */
  name: z.string().nullable(),
  count: z.number().int().nullable(),
})
export type FollowLine = z.infer<typeof followLine>

/** What a clock's ledger says to the citizen; a pause tells only whether it waits for them. */
export const citizenLedgerKeys = [
  'started',
  'rests_for_you',
  'rests',
  'resumed',
  'breached',
  'due',
  'met',
  'stopped_late',
  'cancelled',
] as const

/** When the citizen may expect an answer and an end: what is still open, the sooner first. */
export const citizenClocks = z.strictObject({
  items: z.array(
    z.strictObject({
      /** `answer`: we owe a reply; `resolution`: the matter itself. */
      kind: z.enum(['answer', 'resolution']),
      state: z.enum(['on_time', 'late', 'waiting_for_you', 'paused']),
      dueAt: instant.nullable(),
      /** Of working time; null while it does not run. */
      remainingSeconds: z.number().int().nullable(),
      /** Its working time so far and to come; null where that is too many days to draw. */
      picture: z.array(sentStretch).nullable(),
    }),
  ),
  /** How each came about, in words to be: of what is open, after the end of the matter itself. */
  ledgers: z.array(
    z.strictObject({
      kind: z.enum(['answer', 'resolution']),
      lines: z.array(
        z.strictObject({
          at: instant,
          key: z.enum(citizenLedgerKeys),
          /** Of working time: the target, how long it rested, what was used or is left; null where not known yet. */
          seconds: z.number().int().nullable(),
        }),
      ),
    }),
  ),
  /** After the end: whether everything was in time. */
  isKept: z.boolean().nullable(),
})
export type CitizenClocks = z.infer<typeof citizenClocks>

/** A ticket as its citizen sees it: no notes, no telephone number in full, nothing about colleagues' work. */
export const followView = z.strictObject({
  number,
  topic: z.string(),
  siteName: z.string(),
  status: z.enum(ticketStatuses),
  /** How it stands, in the citizen's words. */
  stage: z.enum(requestStages),
  /** Who answers for it: the agent, or while it is escalated whoever has to see to it. */
  responsible: person.extend({ isEscalated: z.boolean() }),
  /** What an administrator calls its status; null where that has its usual words. */
  statusLabel: statusWords.nullable(),
  clocks: citizenClocks,
  /** While it rests with us: which department it waits for, or until when it was put off. */
  waiting: z.strictObject({ departmentName: z.string().nullable(), until: instant.nullable() }).nullable(),
  /** When each step was reached; null for those to come. */
  steps: z.strictObject({
    askedAt: instant,
    handledAt: instant.nullable(),
    answeredAt: instant.nullable(),
    settledAt: instant.nullable(),
  }),
  contact: z.strictObject({ name: z.string().nullable(), phone: z.string().nullable() }),
  stars: z.number().int().nullable(),
  isComplaint: z.boolean(),
  urgeCount: z.number().int(),
  reopenCount: z.number().int(),
  /** The ticket it was joined to, where it is the same citizen's. */
  mergedInto: number.nullable(),
  actions: z.strictObject({
    canReply: z.boolean(),
    canConfirm: z.boolean(),
    canReopen: z.boolean(),
    canRate: z.boolean(),
    canUrge: z.boolean(),
    canComplain: z.boolean(),
    reopenUntil: instant.nullable(),
    urgeAgainAt: instant.nullable(),
  }),
  posts: z.array(followPost),
  documents: z.array(followDocument),
  /** What this citizen has handed over for the next reply and not sent yet. */
  drafts: z.array(followDocument),
  history: z.array(followLine),
  createdAt: instant,
  updatedAt: instant,
})
export type FollowView = z.infer<typeof followView>

/** Words, files handed over before, or both. */
export const followReply = z
  .strictObject({
    body: text(maxReplyLength),
    documentIds: z.array(id('doc')).max(maxReplyDocuments).optional(),
  })
  .refine((it) => it.body.trim() !== '' || (it.documentIds?.length ?? 0) > 0, {
    path: ['body'],
    message: 'empty',
  })
export const followReopen = z.strictObject({
  reason: text(1000, 1).refine((reason) => reason.trim() !== '', { message: 'empty' }),
})
export const followComplain = followReopen
export const followRate = z.strictObject({
  stars: z.number().int().min(1).max(5),
  comment: text(1000).optional(),
})
/** Everything up to this reply was on the screen. */
export const followSeen = z.strictObject({ replyId: id('rpl') })
export const followLink = z.strictObject({ url: z.string() })
export const followDocumentLink = z.strictObject({ url: z.string(), expiresAt: instant })
