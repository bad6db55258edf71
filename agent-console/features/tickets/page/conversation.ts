import type { TimelineEntry } from '../../../../contract/tickets.schema'

export const conversationFilters = ['all', 'citizen', 'internal', 'events'] as const
export type ConversationFilter = (typeof conversationFilters)[number]

const withCitizen: ReadonlySet<string> = new Set([
  'ticket.replied',
  'ticket.citizen_replied',
  'ticket.urged',
  'ticket.rated',
  'message.sent',
  'document.sent',
  'document.received',
  'document.snapshot',
  'rating.given',
])
/** Small steps that only matter to those who look for them. */
const quiet: ReadonlySet<string> = new Set([
  'document.delivered',
  'document.opened',
  'document.downloaded',
  'offer.ringing',
  'offer.accepted',
  'offer.withdrawn',
  'call.participant_joined',
  'call.participant_left',
  'consultation.silent',
  'consultation.returned',
  'sla.step',
])
/** Shown as what somebody said, not as something that happened. */
const spoken: ReadonlySet<string> = new Set([
  'ticket.replied',
  'ticket.noted',
  'ticket.citizen_replied',
  'message.sent',
])

export const isSpoken = (entry: TimelineEntry): boolean => spoken.has(entry.type)

export function isShown(entry: TimelineEntry, filter: ConversationFilter): boolean {
  if (filter === 'citizen') return withCitizen.has(entry.type)
  if (filter === 'internal') return entry.type === 'ticket.noted'
  if (filter === 'events') return !isSpoken(entry)
  return !quiet.has(entry.type)
}

/** Pieces of a note: plain text and the names of those it names. */
export function splitMentions(
  body: string,
  names: readonly string[],
): { text: string; isMention: boolean }[] {
  const known = names.filter(Boolean).sort((a, b) => b.length - a.length)
  if (known.length === 0) return [{ text: body, isMention: false }]
  const escaped = known.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return body
    .split(new RegExp(`(@(?:${escaped.join('|')}))`))
    .filter(Boolean)
    .map((text) => ({ text, isMention: text.startsWith('@') && known.includes(text.slice(1)) }))
}
