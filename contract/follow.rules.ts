import { isUnresolved, reopenDays, type TicketStatus } from './tickets.rules'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Urging again is possible after so long. */
export const urgeHours = 4
/** A follow session of a link or a code lives so long; the link opens another one. */
export const followSessionSeconds = 2 * 3600
export const followCodeSeconds = 600
export const followCodeAttempts = 5
/** A signed link opens a ticket for so long after it was closed. */
export const linkDaysAfterClose = 180

/** How somebody came to a ticket. */
export const followVias = ['panel', 'link', 'code'] as const
export type FollowVia = (typeof followVias)[number]

/** Lines of the history a citizen sees; everything else that happens inside stays inside. */
export const followEvents = [
  'asked',
  'deferred',
  'served',
  'assigned',
  'moved',
  'waiting_citizen',
  'waiting_department',
  'held',
  'resumed',
  'answered',
  'wrote',
  'document',
  'resolved',
  'closed',
  'confirmed',
  'reopened',
  'urged',
  'complained',
  'escalated',
  'escalation_settled',
  'rated',
  'merged',
  'unmerged',
] as const
export type FollowEvent = (typeof followEvents)[number]

const eventOf: Record<string, FollowEvent> = {
  'ticket.created': 'asked',
  'consultation.deferred': 'deferred',
  'consultation.accepted': 'served',
  'ticket.assigned': 'assigned',
  'ticket.moved': 'moved',
  'ticket.waiting_citizen': 'waiting_citizen',
  'ticket.waiting_department': 'waiting_department',
  'ticket.held': 'held',
  'ticket.resumed': 'resumed',
  'ticket.kept_open': 'resumed',
  'ticket.replied': 'answered',
  'ticket.citizen_replied': 'wrote',
  'document.sent': 'document',
  'ticket.resolved': 'resolved',
  'ticket.closed': 'closed',
  'ticket.reopened': 'reopened',
  'ticket.urged': 'urged',
  'escalation.raised': 'escalated',
  'escalation.closed': 'escalation_settled',
  'ticket.rated': 'rated',
  'rating.given': 'rated',
  'ticket.merged': 'merged',
  'ticket.unmerged': 'unmerged',
}

const isComplaint = (facts: Record<string, unknown>): boolean =>
  Array.isArray(facts.changes) &&
  facts.changes.some(
    (each: unknown) =>
      typeof each === 'object' &&
      each !== null &&
      Reflect.get(each, 'field') === 'isComplaint' &&
      Reflect.get(each, 'after') === true,
  )

/** The line an event makes in the citizen's history; null for what is none of theirs. */
export const followEventOf = (event: {
  type: string
  actorKind: 'agent' | 'visitor' | 'key' | 'system'
  facts: Record<string, unknown>
}): FollowEvent | null => {
  if (event.type === 'ticket.edited')
    return event.actorKind === 'visitor' && isComplaint(event.facts) ? 'complained' : null
  if (event.type === 'ticket.closed' && event.facts.isConfirmed === true) return 'confirmed'
  // A status named again is no news.
  if (event.facts.from !== undefined && event.facts.from === event.facts.to) return null
  return eventOf[event.type] ?? null
}

export interface FollowFacts {
  status: TicketStatus
  resolvedAt: number | null
  closedAt: number | null
  reopenedAt: number | null
  ratedAt: number | null
  lastUrgedAt: number | null
  isComplaint: boolean
}

export interface FollowActions {
  canReply: boolean
  canConfirm: boolean
  canReopen: boolean
  canRate: boolean
  canUrge: boolean
  canComplain: boolean
  /** Milliseconds since 1970; null where it is not settled. */
  reopenUntil: number | null
  /** When urging is possible again; null where it is possible now, or never. */
  urgeAgainAt: number | null
}

/** When the matter was last declared settled: by the agent, or by the citizen's own confirmation. */
export const settledAt = (it: Pick<FollowFacts, 'status' | 'resolvedAt' | 'closedAt'>): number | null => {
  if (it.status !== 'resolved' && it.status !== 'closed') return null
  return Math.max(it.resolvedAt ?? 0, it.closedAt ?? 0)
}

/** What a citizen may do at `now`. A settled ticket opens again, by a word or by asking, for seven days. */
export const followActions = (it: FollowFacts, now: number): FollowActions => {
  const settled = settledAt(it)
  const reopenUntil = settled === null ? null : settled + reopenDays * dayMs
  const canReopen = reopenUntil !== null && now <= reopenUntil
  const isOpen = isUnresolved(it.status)
  // While the citizen is asked, the next step is theirs: there is nobody to urge.
  const mayUrge = isOpen && it.status !== 'waiting_citizen'
  const urgeFrom = it.lastUrgedAt === null ? null : it.lastUrgedAt + urgeHours * hourMs
  const mustWait = urgeFrom !== null && now < urgeFrom
  return {
    canReply: isOpen || canReopen,
    canConfirm: it.status === 'resolved' || it.status === 'waiting_citizen',
    canReopen,
    canRate: settled !== null && (it.ratedAt === null || it.ratedAt < (it.reopenedAt ?? 0)),
    canUrge: mayUrge && !mustWait,
    canComplain: it.status !== 'merged' && !it.isComplaint,
    reopenUntil,
    urgeAgainAt: mayUrge && mustWait ? urgeFrom : null,
  }
}

/** 张三丰 → 张**; the first character of any name. */
export const maskName = (name: string | null): string | null => {
  const [first, ...rest] = [...(name?.trim() ?? '')]
  return first === undefined ? null : `${first}${'*'.repeat(Math.min(2, Math.max(1, rest.length)))}`
}

/** 13812341234 → 138****1234; a short number keeps its last two digits only. */
export const maskPhone = (phone: string | null): string | null => {
  const digits = plainPhone(phone ?? '')
  if (digits === '') return null
  return digits.length >= 9 ? `${digits.slice(0, 3)}****${digits.slice(-4)}` : `****${digits.slice(-2)}`
}

/** Digits only, without the country code of mainland mobile numbers: how numbers are compared. */
export const plainPhone = (phone: string): string => {
  const digits = phone.replace(/\D/g, '')
  return /^(0086|86)1\d{10}$/.test(digits) ? digits.slice(-11) : digits
}

/** Events that make a line of the citizen's history. */
export const followTypes: readonly string[] = [...Object.keys(eventOf), 'ticket.edited']
