import type { NoticeKind } from '../../../contract/notifications.rules'
import type { EventRow } from '../events/events.store'
import type { TicketOfNotice } from './notifications.store'

/** Somebody to be told of an event: a person, or whoever answers at a level of the ticket's line. */
export interface Notice {
  kind: NoticeKind
  to: { agentId: string } | { level: number }
  /** Words of what happened, cut short. */
  text?: string
  level?: number
}

const textOf = (row: EventRow, fact: string): string => {
  const value = row.facts[fact]
  return typeof value === 'string' ? value : ''
}
const numberOf = (row: EventRow, fact: string): number => Number(row.facts[fact] ?? 0)
const listOf = (row: EventRow, fact: string): string[] => {
  const value = row.facts[fact]
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
const person = (agentId: string) => ({ to: { agentId } })
const excerpt = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)

type Read = (row: EventRow, ticket: TicketOfNotice | undefined) => Notice[]

const toAssignee =
  (kind: NoticeKind, text?: (row: EventRow) => string): Read =>
  (row, ticket) =>
    ticket?.assigneeId
      ? [{ kind, ...person(ticket.assigneeId), ...(text ? { text: excerpt(text(row)) } : {}) }]
      : []

const toOwner =
  (kind: NoticeKind): Read =>
  (row) => [{ kind, ...person(textOf(row, 'ownerId')), level: numberOf(row, 'level') }]

/** Climbed: the new owner gets it; the one before hears that nobody acknowledged it. */
const onClimb: Read = (row, ticket) => [
  ...toOwner('escalation_climbed')(row, ticket),
  ...(textOf(row, 'fromId')
    ? [
        {
          kind: 'escalation_unacknowledged' as const,
          ...person(textOf(row, 'fromId')),
          level: numberOf(row, 'level'),
        },
      ]
    : []),
]

/** A referral that was accepted: whoever put it there hears of it. */
const onAccept: Read = (row) =>
  textOf(row, 'fromId') ? [{ kind: 'escalation_accepted', ...person(textOf(row, 'fromId')) }] : []

const readers: Record<string, Read> = {
  'ticket.noted': (row) =>
    listOf(row, 'mentions').map((agentId) => ({
      kind: 'mention',
      ...person(agentId),
      text: excerpt(textOf(row, 'body')),
    })),
  'ticket.assigned': (row) => [{ kind: 'assigned', ...person(textOf(row, 'agentId')) }],
  'ticket.participant_added': (row) => [{ kind: 'added', ...person(textOf(row, 'agentId')) }],
  'ticket.citizen_replied': toAssignee('citizen_replied', (row) => textOf(row, 'body')),
  'message.sent': toAssignee('citizen_replied', (row) => textOf(row, 'body')),
  'ticket.urged': toAssignee('urged'),
  'ticket.reopened': toAssignee('reopened'),
  'sla.warned': toAssignee('sla_warned'),
  // A breach is always somebody's: whoever stands in where nobody has the ticket.
  'sla.breached': () => [{ kind: 'sla_breached', to: { level: 1 }, level: 1 }],
  'sla.step': (row) =>
    textOf(row, 'action') === 'notify'
      ? [{ kind: 'sla_step', to: { level: numberOf(row, 'level') }, level: numberOf(row, 'level') }]
      : [],
  'escalation.raised': toOwner('escalation_raised'),
  'escalation.climbed': onClimb,
  'escalation.handed_over': toOwner('escalation_handed_over'),
  'escalation.referred': toOwner('escalation_referred'),
  'escalation.refused': toOwner('escalation_refused'),
  'escalation.returned': toOwner('escalation_returned'),
  'escalation.reopened': toOwner('escalation_reopened'),
  'escalation.accepted': onAccept,
  'escalation.reminded': toOwner('escalation_reminded'),
  'export.ready': (row) => [{ kind: 'export_ready', ...person(textOf(row, 'ownerId')) }],
  'import.done': (row) => [{ kind: 'import_done', ...person(textOf(row, 'ownerId')) }],
  'webhook.disabled': (row) => [
    { kind: 'webhook_disabled', ...person(textOf(row, 'createdById')), text: textOf(row, 'url') },
  ],
}

/** Somebody is told of it. What is said in a conversation that is on is heard there. */
export const isTold = ({
  type,
  actorKind,
  facts,
}: Pick<EventRow, 'type' | 'actorKind' | 'facts'>): boolean =>
  type === 'message.sent' ? actorKind === 'visitor' && facts.isAfterEnd === true : type in readers

/** Who is to be told of the event, and how. */
export const noticesOf = (row: EventRow, ticket: TicketOfNotice | undefined): Notice[] =>
  readers[row.type]?.(row, ticket) ?? []

/** Looked at after the program had been down: people get one notice for all of it. */
export const isCaughtUp = (row: EventRow): boolean =>
  row.type.startsWith('sla.') && row.facts.isCaughtUp === true
