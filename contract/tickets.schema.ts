import { z } from 'zod'
import { id, instant, moment, phone, text } from './common.schema'
import { maxReplyDocuments } from './documents.rules'
import { documentView } from './documents.schema'
import { availabilities } from './presence.rules'
import { fieldKinds } from './ticket-fields.rules'
import {
  agentCommands,
  applicationResults,
  draftKinds,
  maxReplyLength,
  maxTagLength,
  maxTags,
  replyKinds,
  replyVias,
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
  serviceItemId: id('itm').nullable(),
  serviceItemName: z.string().nullable(),
  siteId: id('sit'),
  siteName: z.string(),
  departmentId: id('dep'),
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
/** Id, or the number people say on the telephone. */
export const ticketParams = z.strictObject({
  id: z
    .string()
    .regex(/^(tkt_[0-9A-Za-z]{20}|[0-9]{8}-[0-9]{5,9})$/)
    .meta({ example: '20261122-00001' }),
})

/** One line of a ticket's history: `type` is the event's type and selects words and icon. */
export const timelineEntry = z.strictObject({
  seq: z.number().int(),
  type: z.string(),
  at: instant,
  actor: z.strictObject({
    kind: z.enum(['agent', 'visitor', 'key', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  consultationId: id('con').nullable(),
  data: z.record(z.string(), z.unknown()),
})
export type TimelineEntry = z.infer<typeof timelineEntry>

const person = z.strictObject({ id: id('agt'), name: z.string() })

/** What is said on a ticket outside a consultation. */
export const replyView = z.strictObject({
  id: id('rpl'),
  ticketId: id('tkt'),
  kind: z.enum(replyKinds),
  /** Null for what the citizen wrote. */
  agent: person.nullable(),
  body: z.string(),
  via: z.enum(replyVias),
  mentions: z.array(person),
  documents: z.array(documentView),
  at: instant,
  /** When the citizen first saw it. */
  seenAt: instant.nullable(),
})
export type ReplyView = z.infer<typeof replyView>

/** The same for the citizen: notes never go there. */
export const visitorReplyView = z.strictObject({
  id: id('rpl'),
  ticketNumber: z.string(),
  kind: z.enum(['reply', 'citizen']),
  agentName: z.string().nullable(),
  body: z.string(),
  at: instant,
})
export type VisitorReplyView = z.infer<typeof visitorReplyView>

const fieldValue = z.union([z.string(), z.number(), z.boolean()])
/** A custom field with its value on this ticket. */
export const ticketFieldView = z.strictObject({
  id: id('fld'),
  label: z.string(),
  labelEn: z.string(),
  kind: z.enum(fieldKinds),
  choices: z.array(z.string()),
  isRequired: z.boolean(),
  value: fieldValue.nullable(),
})
export type TicketFieldView = z.infer<typeof ticketFieldView>

export const participantReasons = ['served', 'assigned', 'mentioned', 'added', 'escalation'] as const
export const participantView = z.strictObject({
  id: id('agt'),
  name: z.string(),
  departmentName: z.string(),
  reason: z.enum(participantReasons),
})
export type ParticipantView = z.infer<typeof participantView>

/** What the page shows and the list does not. */
export const ticketMore = z.strictObject({
  description: z.string(),
  waitingDepartment: z.strictObject({ id: id('dep'), name: z.string() }).nullable(),
  contactId: id('ctc').nullable(),
  applicationReason: z.string().nullable(),
  applicationAt: instant.nullable(),
  firstReplyAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  closedAt: instant.nullable(),
  isHelped: z.boolean(),
  fields: z.array(ticketFieldView),
  participants: z.array(participantView),
})
export type TicketMore = z.infer<typeof ticketMore>

export const draftView = z.strictObject({ kind: z.enum(draftKinds), body: z.string(), savedAt: instant })
export type DraftView = z.infer<typeof draftView>

/** A colleague who has the ticket open. */
export const lookerView = z.strictObject({
  id: id('agt'),
  name: z.string(),
  isTyping: z.boolean(),
  /** What is being typed. */
  kind: z.enum(draftKinds).nullable(),
  /** Forgotten then, unless it is told again. */
  until: instant,
})
export type LookerView = z.infer<typeof lookerView>

export const contactTicketView = z.strictObject({
  id: id('tkt'),
  number: z.string(),
  topic: z.string(),
  status: z.enum(ticketStatuses),
  updatedAt: instant,
})
export const timelinePage = z.strictObject({
  entries: z.array(timelineEntry),
  replies: z.array(replyView),
  /** Ask with it as `before` for what lies before; null at the beginning. */
  earlier: z.number().int().nullable(),
})
export type TimelinePage = z.infer<typeof timelinePage>

export const ticketDetail = z.strictObject({
  ticket: ticketView,
  more: ticketMore,
  /** What the caller may command now. */
  commands: z.array(z.enum(agentCommands)),
  consultations: z.array(
    z.strictObject({ id: id('con'), status: z.string(), channel: z.string(), at: instant }),
  ),
  /** Other tickets of the same person, the last changed first. */
  contactTickets: z.array(contactTicketView),
  /** The end of the history, oldest first. */
  timeline: z.array(timelineEntry),
  /** Replies and notes that the shown history names. */
  replies: z.array(replyView),
  earlier: z.number().int().nullable(),
  /** The newest reply that the citizen sees or wrote: sent back with an answer, so that none is overlooked. */
  lastReplyId: id('rpl').nullable(),
  drafts: z.array(draftView),
  /** Files handed over for the next answer and not sent. */
  draftDocuments: z.array(documentView),
  /** The same for the next note. */
  noteDocuments: z.array(documentView),
  /** Feed position of this snapshot. */
  cursor: z.string(),
})
export type TicketDetail = z.infer<typeof ticketDetail>

export const timelineQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
})

/** What every command on a ticket answers. */
export const ticketChange = z.strictObject({
  ticket: ticketView,
  more: ticketMore,
  reply: replyView.nullable(),
})
export type TicketChange = z.infer<typeof ticketChange>

const contactName = text(80)

export const openTicketBody = z.strictObject({
  siteId: id('sit'),
  topic: text(200, 1),
  description: text(5000).optional(),
  serviceItemId: id('itm').nullable().optional(),
  /** The site's own where left out. */
  departmentId: id('dep').optional(),
  contactName: contactName.optional(),
  contactPhone: phone.optional(),
  priority: z.enum(ticketPriorities).optional(),
  isComplaint: z.boolean().optional(),
  /** The caller answers for it from the start. */
  assignToMe: z.boolean().optional(),
})
export type OpenTicketBody = z.infer<typeof openTicketBody>

export const editTicketBody = z.strictObject({
  topic: text(200, 1).optional(),
  description: text(5000).optional(),
  serviceItemId: id('itm').nullable().optional(),
  priority: z.enum(ticketPriorities).optional(),
  contactName: contactName.nullable().optional(),
  contactPhone: phone.nullable().optional(),
  isComplaint: z.boolean().optional(),
  /** What became of the application; null takes it back. */
  application: z
    .strictObject({ result: z.enum(applicationResults), reason: text(1000).optional() })
    .nullable()
    .optional(),
})
export type EditTicketBody = z.infer<typeof editTicketBody>

export const statusBody = z.strictObject({
  command: z.enum(agentCommands),
  /** hold: when it comes back by itself. */
  holdUntil: moment.optional(),
  /** wait_department: which. */
  waitingDepartmentId: id('dep').optional(),
})
export type StatusBody = z.infer<typeof statusBody>

export const assignBody = z.strictObject({ agentId: id('agt').nullable() })
export const departmentBody = z.strictObject({ departmentId: id('dep') })
export const participantsBody = z.strictObject({
  add: z.array(id('agt')).max(20).optional(),
  remove: z.array(id('agt')).max(20).optional(),
})
export type ParticipantsBody = z.infer<typeof participantsBody>
export const tagsBody = z.strictObject({ tags: z.array(text(maxTagLength, 1)).max(maxTags) })
export const fieldEntry = z.strictObject({ fieldId: id('fld'), value: fieldValue.nullable() })
export type FieldEntry = z.infer<typeof fieldEntry>
export const fieldsBody = z.strictObject({ values: z.array(fieldEntry).min(1).max(50) })
export type FieldsBody = z.infer<typeof fieldsBody>

const replyParts = z.strictObject({
  kind: z.enum(draftKinds),
  /** May be empty where files go along. */
  body: text(maxReplyLength),
  /** Files handed over before for a reply, or for a note; those of a note stay among colleagues. */
  documentIds: z.array(id('doc')).max(maxReplyDocuments).optional(),
  /** Colleagues named with @. */
  mentions: z.array(id('agt')).max(20).optional(),
  /** Done in the same step: send and wait, send and resolve. */
  thenStatus: statusBody.optional(),
  /** The newest public reply the page knows: a newer one by somebody else refuses with 409. Left out: no check. */
  lastReplyId: id('rpl').nullable().optional(),
  /** Send although a newer reply arrived. */
  force: z.boolean().optional(),
})
export const replyBody = replyParts.refine(
  (it) => it.body.trim() !== '' || (it.documentIds?.length ?? 0) > 0,
  {
    path: ['body'],
    message: 'empty',
  },
)
export type ReplyBody = z.infer<typeof replyBody>

/** A file for the next reply, or for the next note: the one never becomes the other. */
export const attachmentQuery = z.strictObject({ name: text(200, 1), kind: z.enum(draftKinds).optional() })
export const draftBody = z.strictObject({ kind: z.enum(draftKinds), body: text(maxReplyLength) })
export const draftQuery = z.strictObject({ kind: z.enum(draftKinds) })
export const lookBody = z.strictObject({
  isTyping: z.boolean(),
  kind: z.enum(draftKinds).nullable(),
  /** The page is being left. */
  isLeaving: z.boolean().optional(),
})
export const lookers = z.strictObject({ lookers: z.array(lookerView) })

export const peopleQuery = z.strictObject({ q: z.string().max(60).optional() })
/** Somebody who may be asked in, named or made to answer for the ticket. */
export const personView = z.strictObject({
  id: id('agt'),
  name: z.string(),
  departmentName: z.string(),
  availability: z.enum(availabilities).nullable(),
})
export type PersonView = z.infer<typeof personView>
export const personList = z.strictObject({ items: z.array(personView) })
export const departmentChoice = z.strictObject({
  id: id('dep'),
  parentId: id('dep').nullable(),
  name: z.string(),
  level: z.string(),
})
export type DepartmentChoice = z.infer<typeof departmentChoice>
export const departmentChoices = z.strictObject({ items: z.array(departmentChoice) })
export const tagView = z.strictObject({ id: id('tag'), name: z.string() })
export const tagList = z.strictObject({ items: z.array(tagView) })
