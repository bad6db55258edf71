import type { SplitBody } from '../../../contract/ticket-family.schema'
import type { TicketDetail } from '../../../contract/tickets.schema'

export type ChoiceKind = 'consultation' | 'reply' | 'message' | 'document'
export interface SplitChoice {
  id: string
  kind: ChoiceKind
  at: string
  who: string
  text: string
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What can go to the new ticket: consultations and replies move, single lines and files are quoted. */
export function choicesOf(detail: TicketDetail): SplitChoice[] {
  const replies = detail.replies
    .filter((reply) => reply.ticketId === detail.ticket.id)
    .map((reply) => ({
      id: reply.id,
      kind: 'reply' as const,
      at: reply.at,
      who: reply.agent?.name ?? '',
      text: reply.body,
    }))
  const consultations = detail.consultations.map((each) => ({
    id: each.id,
    kind: 'consultation' as const,
    at: each.at,
    who: '',
    text: each.channel,
  }))
  const lines = detail.timeline.flatMap((entry): SplitChoice[] => {
    const { messageId, documentId, body, name } = entry.data
    const common = { at: entry.at, who: entry.actor.name ?? '' }
    if (entry.type === 'message.sent' && typeof messageId === 'string')
      return [{ id: messageId, kind: 'message', ...common, text: textOf(body) }]
    const isFile = ['document.sent', 'document.received', 'document.snapshot'].includes(entry.type)
    return isFile && typeof documentId === 'string'
      ? [{ id: documentId, kind: 'document', ...common, text: textOf(name) }]
      : []
  })
  return [...consultations, ...replies, ...lines].sort((a, b) => (a.at < b.at ? -1 : 1))
}

const keys = {
  consultation: 'consultationIds',
  reply: 'replyIds',
  message: 'messageIds',
  document: 'documentIds',
} as const

/** The chosen ids as the API takes them. */
export function idsOf(choices: readonly SplitChoice[], chosen: ReadonlySet<string>): Partial<SplitBody> {
  const body: Partial<SplitBody> = {}
  for (const { id, kind } of choices) {
    if (!chosen.has(id)) continue
    const key = keys[kind]
    body[key] = [...(body[key] ?? []), id]
  }
  return body
}
