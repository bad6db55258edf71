import type { Transitions } from './transitions.rules'

export const ticketStatuses = [
  'new',
  'open',
  'waiting_citizen',
  'waiting_department',
  'on_hold',
  'resolved',
  'closed',
  'merged',
] as const
export type TicketStatus = (typeof ticketStatuses)[number]

/** Somebody still has something to do. */
export const unresolvedStatuses = [
  'new',
  'open',
  'waiting_citizen',
  'waiting_department',
  'on_hold',
] as const satisfies readonly TicketStatus[]
export const isUnresolved = (status: TicketStatus): boolean =>
  (unresolvedStatuses as readonly TicketStatus[]).includes(status)

export const ticketPriorities = ['low', 'normal', 'high', 'urgent'] as const
export type TicketPriority = (typeof ticketPriorities)[number]

/** Where a ticket came from. */
export const ticketSources = ['consultation', 'desk', 'import', 'api'] as const
export type TicketSource = (typeof ticketSources)[number]

/** What became of the citizen's application afterwards: the desk's headline figure counts the returned ones. */
export const applicationResults = ['accepted', 'returned'] as const
export type ApplicationResult = (typeof applicationResults)[number]

/** Where the clocks of a ticket stand, the most urgent one deciding. */
export const slaStates = ['none', 'running', 'warned', 'breached', 'paused', 'met'] as const
export type SlaState = (typeof slaStates)[number]

export const ticketCommands = [
  'take',
  'wait_citizen',
  'wait_department',
  'hold',
  'resume',
  'resolve',
  'keep_open',
  'close',
  'reopen',
  'merge',
  'unmerge',
] as const
export type TicketCommand = (typeof ticketCommands)[number]

const working = {
  take: 'open',
  wait_citizen: 'waiting_citizen',
  wait_department: 'waiting_department',
  hold: 'on_hold',
  resume: 'open',
  resolve: 'resolved',
  keep_open: 'open',
  close: 'closed',
  merge: 'merged',
} as const

/**
 * A consultation takes its ticket on accept and resolves it or keeps it open at wrap-up; agents and the
 * citizen do the rest. `unmerge` leads back to `open`; undoing a merge then restores the former state.
 */
export const ticketTransitions: Transitions<TicketStatus, TicketCommand> = {
  new: working,
  open: working,
  waiting_citizen: working,
  waiting_department: working,
  on_hold: working,
  resolved: {
    take: 'open',
    keep_open: 'open',
    reopen: 'open',
    resolve: 'resolved',
    close: 'closed',
    merge: 'merged',
  },
  closed: { take: 'open', keep_open: 'open', reopen: 'open', resolve: 'resolved', close: 'closed' },
  merged: { unmerge: 'open' },
}

/** What agents may command by hand; accepting a consultation takes a ticket, merging has its own way. */
export const agentCommands = [
  'resume',
  'wait_citizen',
  'wait_department',
  'hold',
  'resolve',
  'close',
  'keep_open',
  'reopen',
] as const satisfies readonly TicketCommand[]
export type AgentCommand = (typeof agentCommands)[number]

/** Commands worth offering an agent: those that change something. `reopen` counts as the citizen's. */
export const agentCommandsOf = (status: TicketStatus): AgentCommand[] =>
  agentCommands.filter((command) => {
    const to = ticketTransitions[status][command]
    if (!to || (to === status && command !== 'hold' && command !== 'wait_department')) return false
    if (command === 'keep_open') return !isUnresolved(status)
    return !(command === 'resolve' && status === 'closed')
  })

/** Kinds of what is said on a ticket outside a consultation: to the citizen, among colleagues, by the citizen. */
export const replyKinds = ['reply', 'note', 'citizen'] as const
export type ReplyKind = (typeof replyKinds)[number]
export const draftKinds = ['reply', 'note'] as const satisfies readonly ReplyKind[]
export type DraftKind = (typeof draftKinds)[number]
export const replyVias = ['console', 'panel', 'link', 'api', 'import'] as const

export const maxReplyLength = 10_000
export const maxTags = 20
export const maxTagLength = 30
/** A ticket may rest so long before it comes back by itself. */
export const maxHoldDays = 366

/** What an event about a status says of it. */
type StatusFacts = { from?: unknown; to?: unknown; isUndo?: unknown }
/**
 * True where the event leads straight back from the one before, because that was undone: a change of many tickets, a
 * macro or a merge that was taken back has never been, for clocks and for figures.
 */
export const isUndoOf = (facts: StatusFacts, before: StatusFacts | undefined): boolean =>
  facts.isUndo === true && before !== undefined && before.from === facts.to && before.to === facts.from

/** The event each command writes, with the facts `{from, to}`. */
export const ticketEventOf: Record<TicketCommand, string> = {
  take: 'ticket.taken',
  wait_citizen: 'ticket.waiting_citizen',
  wait_department: 'ticket.waiting_department',
  hold: 'ticket.held',
  resume: 'ticket.resumed',
  resolve: 'ticket.resolved',
  keep_open: 'ticket.kept_open',
  close: 'ticket.closed',
  reopen: 'ticket.reopened',
  merge: 'ticket.merged',
  unmerge: 'ticket.unmerged',
}

/** A citizen may reopen a settled ticket for so long. */
export const reopenDays = 7

/** `YYYYMMDD-NNNNN`: the day in the desk's time zone and a counter of that day. */
export const ticketNumber = (day: string, counter: number): string =>
  `${day.replaceAll('-', '')}-${String(counter).padStart(5, '0')}`
