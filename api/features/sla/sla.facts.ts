import type { SlaActor, SlaFact } from '../../../contract/sla.rules'
import { isUndoOf, type TicketStatus, ticketStatuses } from '../../../contract/tickets.rules'
import type { EventRow } from '../events/events.store'

/** What a row of history must have; the views an event carried are not needed. */
export type HistoryRow = Pick<
  EventRow,
  'seq' | 'type' | 'at' | 'subject' | 'ticketId' | 'consultationId' | 'actorKind' | 'actorId' | 'facts'
>

/**
 * A ticket that went into this one: when it began, its first public answer, since when one was owed, and since when
 * the citizen's own words there wait for one.
 */
export interface MergedTicket {
  createdAt: number
  firstAnswer: { at: number; by: SlaActor } | null
  owedSince: { at: number; by: SlaActor } | null
  wroteSince: { at: number; by: SlaActor } | null
}

export interface FactContext {
  /** Names of agents, and of departments that were waited for, by id. */
  names: ReadonlyMap<string, string>
  /** Only tickets that are merged into this one now: taking a merge back takes the fact back. */
  merged: ReadonlyMap<string, MergedTicket>
}

type FactKind =
  | 'created'
  | 'agent_replied'
  | 'consultation_accepted'
  | 'citizen_replied'
  | 'closed'
  | 'reopened'
  | 'status_changed'
  | 'merged_from'
  | 'message'
  | 'moved'
  | 'split_undone'

/**
 * Which event becomes which fact. A status event says in `to` where it led; a message is an answer when an
 * agent wrote it, and an open question when the citizen wrote it while nobody was in the conversation.
 */
const kindOf: Readonly<Record<string, FactKind>> = {
  'ticket.created': 'created',
  'ticket.replied': 'agent_replied',
  'ticket.citizen_replied': 'citizen_replied',
  'ticket.taken': 'status_changed',
  'ticket.waiting_citizen': 'status_changed',
  'ticket.waiting_department': 'status_changed',
  'ticket.held': 'status_changed',
  'ticket.resumed': 'status_changed',
  'ticket.resolved': 'status_changed',
  'ticket.kept_open': 'status_changed',
  'ticket.merged': 'status_changed',
  'ticket.unmerged': 'status_changed',
  'ticket.closed': 'closed',
  'ticket.reopened': 'reopened',
  'ticket.absorbed': 'merged_from',
  'consultation.accepted': 'consultation_accepted',
  'message.sent': 'message',
  'consultation.moved': 'moved',
  'ticket.split_undone': 'split_undone',
}

/** A conversation goes on between these; what the citizen says meanwhile is heard at once. */
const liveFrom = 'consultation.accepted'
/** It came here from another ticket, on or over as the event says: what happened to it elsewhere stands there. */
const liveElsewhere = 'consultation.moved'
const liveUntil = ['consultation.ended', 'consultation.closed', 'consultation.expired', 'consultation.left']

/** Event types that a ticket's clocks are reckoned from. */
export const historyTypes: readonly string[] = [...Object.keys(kindOf), ...liveUntil]

/** Event types after which a ticket is reckoned anew: its history, or what chooses its policy, has changed. */
export const touchingTypes: ReadonlySet<string> = new Set([
  ...Object.keys(kindOf),
  'ticket.edited',
  'ticket.moved',
  'ticket.tagged',
  'ticket.assigned',
  'ticket.unassigned',
])

const actorOf = (row: HistoryRow, names: ReadonlyMap<string, string>): SlaActor => ({
  kind: row.actorKind === 'visitor' ? 'citizen' : row.actorKind === 'key' ? 'system' : row.actorKind,
  id: row.actorId,
  name: (row.actorId && names.get(row.actorId)) || '',
})

const textOf = (row: HistoryRow, fact: string): string | null => {
  const value = row.facts[fact]
  return typeof value === 'string' ? value : null
}

const statusOf = (row: HistoryRow): TicketStatus | null =>
  ticketStatuses.find((status) => status === row.facts.to) ?? null

const factOf = (row: HistoryRow, isLive: boolean, context: FactContext): SlaFact | null => {
  const base = { at: row.at, seq: row.seq, by: actorOf(row, context.names) }
  const kind = kindOf[row.type]
  switch (kind) {
    case undefined:
      return null
    case 'status_changed': {
      const to = statusOf(row)
      const waitsFor = textOf(row, 'waitingDepartmentId')
      const waitingOn = waitsFor ? context.names.get(waitsFor) : undefined
      return to && { ...base, kind, to, ...(waitingOn ? { waitingOn } : {}) }
    }
    case 'closed':
      // "It is solved", said by the citizen, settles it as well as an agent's word.
      return row.facts.isConfirmed === true
        ? { ...base, kind: 'status_changed', to: 'resolved' }
        : { ...base, kind }
    case 'merged_from': {
      const ticketId = textOf(row, 'ticketId')
      const merged = ticketId ? context.merged.get(ticketId) : undefined
      if (!ticketId || !merged) return null
      const firstAnswer = merged.firstAnswer && merged.firstAnswer.at <= row.at ? merged.firstAnswer : null
      const owedSince = merged.owedSince && merged.owedSince.at <= row.at ? merged.owedSince : null
      return {
        ...base,
        kind,
        ticketId,
        createdAt: Math.min(merged.createdAt, row.at),
        firstAnswer,
        owedSince,
      }
    }
    case 'message':
      if (row.actorKind === 'agent') return { ...base, kind: 'agent_replied' }
      return isLive ? null : { ...base, kind: 'citizen_replied' }
    case 'split_undone': {
      // It was no request of its own: what came back is what the citizen wrote there, and nobody has answered.
      const split = context.merged.get(textOf(row, 'newTicketId') ?? '')
      if (!split?.wroteSince) return null
      const { at, by } = split.wroteSince
      return { ...base, at: Math.min(at, row.at), by, kind: 'citizen_waited' }
    }
    case 'moved':
      // A ticket made for a conversation that is on is answered live from its beginning.
      return isLive && row.facts.isOpening === true ? { ...base, kind: 'consultation_accepted' } : null
    default:
      return { ...base, kind }
  }
}

/**
 * The time on hold ended when it was to end, though the program was down and noticed it later; not before anything
 * that had happened by then.
 */
const sinceWhen = (fact: SlaFact, row: HistoryRow, previous: SlaFact | undefined): SlaFact => {
  const { since } = row.facts
  if (typeof since !== 'number' || since >= fact.at) return fact
  return { ...fact, at: Math.min(fact.at, Math.max(since, previous?.at ?? since)) }
}

/** Whether a conversation is on (true) or over (false) from this event on; null where it says nothing about that. */
const turnOf = ({ type, facts }: HistoryRow): boolean | null => {
  if (type === liveElsewhere) return facts.isLive === true
  return type === liveFrom ? true : liveUntil.includes(type) ? false : null
}

/** Facts that say which status the ticket has from then on. */
const isOfStatus = ({ kind }: SlaFact): boolean =>
  kind === 'status_changed' || kind === 'reopened' || kind === 'closed'

/**
 * Where in `rows` the status stands that this row undid: the last one, if the row leads back from there. What was undone
 * has never been; -1 where the row undoes nothing, or more has happened since.
 */
const undoneBy = (row: HistoryRow, facts: readonly SlaFact[], rows: readonly HistoryRow[]): number => {
  const at = facts.findLastIndex(isOfStatus)
  return isUndoOf(row.facts, rows[at]?.facts) ? at : -1
}

/** The facts in a ticket's history (rows in the order they were written). */
export const factsOf = (rows: readonly HistoryRow[], context: FactContext): SlaFact[] => {
  const live = new Set<string>()
  const facts: SlaFact[] = []
  /** Which row each fact came of. */
  const origins: HistoryRow[] = []
  for (const row of rows) {
    const isOn = row.consultationId === null ? null : turnOf(row)
    if (row.consultationId && isOn === true) live.add(row.consultationId)
    if (row.consultationId && isOn === false) live.delete(row.consultationId)
    const fact = factOf(row, row.consultationId !== null && live.has(row.consultationId), context)
    if (!fact) continue
    const undone = isOfStatus(fact) ? undoneBy(row, facts, origins) : -1
    if (undone >= 0) {
      facts.splice(undone, 1)
      origins.splice(undone, 1)
      continue
    }
    facts.push(sinceWhen(fact, row, facts.at(-1)))
    origins.push(row)
  }
  return facts
}

/** Ids of the people and departments that the facts of these rows name. */
export const namedIn = (rows: readonly HistoryRow[]): string[] => [
  ...new Set(
    rows
      .flatMap((row) => [row.actorId, row.facts.waitingDepartmentId])
      .filter((id) => typeof id === 'string'),
  ),
]

/** Ids of the tickets that went into this one, whether or not they still are. */
export const absorbedIn = (rows: readonly HistoryRow[]): string[] => [
  ...new Set(
    rows.flatMap((row) => {
      if (row.type === 'ticket.absorbed') return textOf(row, 'ticketId') ?? []
      return row.type === 'ticket.split_undone' ? (textOf(row, 'newTicketId') ?? []) : []
    }),
  ),
]
