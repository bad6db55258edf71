/**
 * What other systems can be told, each with its own view (docs/integration.md). None carries names, telephone
 * numbers, internal notes or what the citizen wrote; `ticket.replied` carries the public answer.
 */
export const webhookTypes = [
  'ticket.created',
  'ticket.status_changed',
  'ticket.assigned',
  'ticket.moved',
  'ticket.replied',
  'ticket.citizen_replied',
  'ticket.urged',
  'ticket.rated',
  'sla.warned',
  'sla.breached',
  'escalation.raised',
  'escalation.closed',
] as const
export type WebhookType = (typeof webhookTypes)[number]

/** Sent by hand from the administration; not to be subscribed to. */
export const webhookTest = 'webhook.test'

/** The public name of each event that leaves. */
const publicTypeOf: Record<string, WebhookType> = {
  'ticket.created': 'ticket.created',
  'ticket.taken': 'ticket.status_changed',
  'ticket.waiting_citizen': 'ticket.status_changed',
  'ticket.waiting_department': 'ticket.status_changed',
  'ticket.held': 'ticket.status_changed',
  'ticket.resumed': 'ticket.status_changed',
  'ticket.resolved': 'ticket.status_changed',
  'ticket.kept_open': 'ticket.status_changed',
  'ticket.closed': 'ticket.status_changed',
  'ticket.reopened': 'ticket.status_changed',
  'ticket.merged': 'ticket.status_changed',
  'ticket.unmerged': 'ticket.status_changed',
  'ticket.assigned': 'ticket.assigned',
  'ticket.moved': 'ticket.moved',
  'ticket.replied': 'ticket.replied',
  'ticket.citizen_replied': 'ticket.citizen_replied',
  'ticket.urged': 'ticket.urged',
  'ticket.rated': 'ticket.rated',
  'sla.warned': 'sla.warned',
  'sla.breached': 'sla.breached',
  'escalation.raised': 'escalation.raised',
  'escalation.closed': 'escalation.closed',
}

/** The facts of an event that leave, by its public name. */
const publicFacts: Record<WebhookType, readonly string[]> = {
  'ticket.created': [],
  'ticket.status_changed': ['from', 'to'],
  'ticket.assigned': ['agentId'],
  'ticket.moved': ['fromDepartmentId', 'toDepartmentId'],
  'ticket.replied': ['replyId', 'body'],
  'ticket.citizen_replied': ['replyId', 'via'],
  'ticket.urged': ['count'],
  'ticket.rated': ['stars', 'via'],
  'sla.warned': ['kind', 'dueAt', 'percent', 'isLate'],
  'sla.breached': ['kind', 'dueAt', 'isLate'],
  'escalation.raised': ['reason', 'level'],
  'escalation.closed': ['outcome'],
}

/** How an event is told to other systems, or null where it is not. Times are RFC 3339. */
export const publicEvent = (
  type: string,
  facts: Record<string, unknown>,
): { type: WebhookType; change: Record<string, unknown> } | null => {
  const name = publicTypeOf[type]
  if (!name) return null
  const change: Record<string, unknown> = {}
  for (const fact of publicFacts[name]) {
    const value = facts[fact]
    if (value === undefined) continue
    change[fact] = fact === 'dueAt' && typeof value === 'number' ? new Date(value).toISOString() : value
  }
  return { type: name, change }
}
