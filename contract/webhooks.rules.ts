import { type EventType, toldAs } from './events.rules'

/**
 * What other systems can be told, each with its own view (docs/integration.md). None carries names, telephone
 * numbers, internal notes or what the citizen wrote; `ticket.replied` carries the public answer.
 */
export const webhookTypes = [
  'ticket.created',
  'ticket.status_changed',
  'ticket.assigned',
  'ticket.unassigned',
  'ticket.moved',
  'ticket.replied',
  'ticket.citizen_replied',
  'ticket.urged',
  'ticket.rated',
  'sla.warned',
  'sla.breached',
  'escalation.raised',
  'escalation.climbed',
  'escalation.closed',
  'escalation.reopened',
] as const
export type WebhookType = (typeof webhookTypes)[number]

/** Sent by hand from the administration; not to be subscribed to. */
export const webhookTest = 'webhook.test'

/** The facts of an event that leave, by its public name. */
const publicFacts: Record<WebhookType, readonly string[]> = {
  'ticket.created': [],
  'ticket.status_changed': ['from', 'to'],
  'ticket.assigned': ['agentId'],
  'ticket.unassigned': [],
  'ticket.moved': ['fromDepartmentId', 'toDepartmentId'],
  'ticket.replied': ['replyId', 'body'],
  'ticket.citizen_replied': ['replyId', 'via'],
  'ticket.urged': ['count'],
  'ticket.rated': ['stars', 'via'],
  'sla.warned': ['kind', 'dueAt', 'percent', 'isLate'],
  'sla.breached': ['kind', 'dueAt', 'isLate'],
  'escalation.raised': ['reason', 'level'],
  'escalation.climbed': ['level'],
  'escalation.closed': ['outcome'],
  'escalation.reopened': ['level'],
}

const isKnown = (type: string): type is EventType => type in toldAs

/** How an event is told to other systems, or null where it is not. Times are RFC 3339. */
export const publicEvent = (
  type: string,
  facts: Record<string, unknown>,
): { type: WebhookType; change: Record<string, unknown> } | null => {
  const name = isKnown(type) ? toldAs[type] : null
  if (!name) return null
  const change: Record<string, unknown> = {}
  for (const fact of publicFacts[name]) {
    const value = facts[fact]
    if (value === undefined) continue
    change[fact] = fact === 'dueAt' && typeof value === 'number' ? new Date(value).toISOString() : value
  }
  return { type: name, change }
}
