import { dayIn } from '../../../contract/day.rules'
import type { FeedData } from '../../../contract/feed.rules'
import {
  type TicketCommand,
  type TicketPriority,
  type TicketSource,
  ticketEventOf,
  ticketNumber,
  ticketTransitions,
} from '../../../contract/tickets.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { findDepartment } from '../departments/departments.store'
import { schedule, unschedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { actorView, ticketAudience } from './audience.store'
import { viewsFor } from './more.presenter'
import { listVisitorsOf } from './replies.store'
import {
  addParticipant,
  findAgentName,
  insertTicket,
  loadTicketRow,
  moveTicket,
  nextNumberOfDay,
  setAssignee,
  type TicketRow,
} from './tickets.store'

export interface NewTicket {
  actor: Actor
  siteId: string
  departmentId: string
  topic: string
  serviceItemId: string | null
  contactId: string | null
  /** IANA name of the site's time zone: the number starts with the day there. */
  timeZone: string
  at?: number
  /** Where it came up before it came here: an import keeps the day, and clocks start now. */
  createdAt?: number
  source?: TicketSource
  description?: string
  priority?: TicketPriority
  isComplaint?: boolean
  /** `sourceId`: by which source it is handed over; empty for an import. */
  external?: { system: string; number: string; sourceId: string } | null
}

/** Opens a ticket with the next number of the day. */
export const createTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  input: NewTicket,
): Promise<{ id: string; number: string }> => {
  const at = input.at ?? deps.clock.now()
  const createdAt = input.createdAt ?? at
  const day = dayIn(input.timeZone, createdAt)
  const ticket = await insertTicket(tx, {
    id: newId('tkt'),
    number: ticketNumber(day, await nextNumberOfDay(tx, day)),
    siteId: input.siteId,
    departmentId: input.departmentId,
    status: 'new',
    topic: input.topic,
    serviceItemId: input.serviceItemId,
    contactId: input.contactId,
    createdAt,
    updatedAt: at,
    source: input.source ?? 'consultation',
    description: input.description ?? '',
    priority: input.priority ?? 'normal',
    isComplaint: input.isComplaint ?? false,
    externalSystem: input.external?.system ?? null,
    externalNumber: input.external?.number ?? null,
    externalSourceId: input.external?.sourceId ?? '',
  })
  const facts = {
    number: ticket.number,
    topic: ticket.topic,
    source: ticket.source,
    priority: ticket.priority,
    isComplaint: ticket.isComplaint,
    siteId: ticket.siteId,
    departmentId: ticket.departmentId,
    serviceItemId: ticket.serviceItemId,
  }
  await tellTicket(tx, ticket, 'ticket.created', input.actor, at, facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
  return { id: ticket.id, number: ticket.number }
}

export interface StatusDetails {
  /** hold: when it comes back by itself. */
  holdUntil?: number | null
  /** wait_department: which. */
  waitingDepartmentId?: string | null
  /** When it should have come about, where that is noticed late: clocks go by this. */
  since?: number
  /** close: the citizen says that it is solved. Who only leaves the queue closes too. */
  isConfirmed?: boolean
}

/** What goes with a status: times of settling, and nothing left over from the status before. */
const columnsOf = (
  command: TicketCommand,
  ticket: TicketRow,
  actor: Actor,
  at: number,
  details: StatusDetails,
): Partial<TicketRow> => ({
  holdUntil: command === 'hold' ? (details.holdUntil ?? null) : null,
  waitingDepartmentId: command === 'wait_department' ? (details.waitingDepartmentId ?? null) : null,
  ...(command === 'resolve' ? { resolvedAt: at } : {}),
  ...(command === 'close' ? { closedAt: at, resolvedAt: ticket.resolvedAt ?? at } : {}),
  ...(command === 'reopen' ? { reopenCount: ticket.reopenCount + 1 } : {}),
  ...(['reopen', 'take', 'keep_open', 'unmerge'].includes(command)
    ? { resolvedAt: null, closedAt: null }
    : {}),
  ...(command === 'take' && actor.kind === 'agent' ? { isHelped: true } : {}),
})

/** On the hot path of a consultation the view is left out: readers follow by the facts. */
interface Telling {
  withoutView?: boolean
}

/** Does `command`; throws 409 where the ticket's state does not allow it. Returns the row as it is now. */
export const changeTicketState = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  ticketId: string,
  command: TicketCommand,
  details: StatusDetails = {},
  telling: Telling = {},
): Promise<TicketRow> => {
  const ticket = await loadTicketRow(tx, ticketId)
  const to = nextState(ticketTransitions, ticket.status, command)
  if (!to) throw refuse('request.conflict', `A ticket that is ${ticket.status} does not accept ${command}.`)
  const at = deps.clock.now()
  const more = columnsOf(command, ticket, actor, at, details)
  if (!(await moveTicket(tx, ticket.id, ticket.status, to, at, more)))
    throw refuse('request.conflict', 'The ticket has just been changed.')
  if (command === 'take' && actor.kind === 'agent')
    await addParticipant(tx, ticket.id, actor.id, 'served', at)
  if (ticket.status === 'on_hold') await unschedule(tx, holdOver, ticket.id)
  const moved: TicketRow = { ...ticket, ...more, status: to, updatedAt: at }
  if (moved.holdUntil !== null) await schedule(tx, holdOver, ticket.id, moved.holdUntil)
  const facts = {
    from: ticket.status,
    to,
    ...(details.since === undefined ? {} : { since: details.since }),
    ...(details.isConfirmed ? { isConfirmed: true } : {}),
    ...(moved.holdUntil === null ? {} : { holdUntil: moved.holdUntil }),
    ...(moved.waitingDepartmentId === null ? {} : await waitingFor(tx, moved.waitingDepartmentId)),
  }
  await tellTicket(tx, moved, ticketEventOf[command], actor, at, facts, await newsUnless(tx, ticket, telling))
  return moved
}

/** Due job: the time on hold is over. */
export const holdOver = 'ticket.hold_over'

/** A ticket comes back from hold by itself; one that left it meanwhile, or is held longer, stays as it is. */
export const endHold = async (tx: Tx, deps: Pick<Deps, 'clock'>, ticketId: string): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  if (ticket.status !== 'on_hold' || ticket.holdUntil === null || ticket.holdUntil > deps.clock.now()) return
  await changeTicketState(tx, deps, system, ticketId, 'resume', { since: ticket.holdUntil })
}

const waitingFor = async (tx: Tx, departmentId: string) => ({
  waitingDepartmentId: departmentId,
  waitingDepartmentName: (await findDepartment(tx, departmentId))?.name ?? null,
})

/** The views of an event, and for the citizen's browsers that there is something new. */
const newsUnless = async (tx: Tx, ticket: TicketRow, telling: Telling) =>
  telling.withoutView
    ? {}
    : {
        forAgents: await viewsFor(tx, ticket.id),
        alsoTo: (await listVisitorsOf(tx, ticket.id)).map(audience.visitor),
        forVisitor: { ticketNews: ticket.number },
      }

/** Makes `agentId` answer for the ticket; nothing happens where that is so already. */
export const assignTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  ticketId: string,
  agentId: string,
  telling: Telling = {},
): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  if (ticket.assigneeId === agentId) return
  const at = deps.clock.now()
  await setAssignee(tx, ticketId, agentId, at)
  await addParticipant(tx, ticketId, agentId, 'assigned', at)
  const facts = {
    agentId,
    agentName: await findAgentName(tx, agentId),
    ...(ticket.assigneeId === null ? {} : { from: ticket.assigneeId }),
  }
  const news = await newsUnless(tx, ticket, telling)
  await tellTicket(tx, { ...ticket, assigneeId: agentId }, 'ticket.assigned', actor, at, facts, {
    ...news,
    // Who answered for it before hears that they no longer do.
    alsoTo: [
      ...(news.alsoTo ?? []),
      ...(ticket.assigneeId === null ? [] : [audience.agent(ticket.assigneeId)]),
    ],
  })
}

/** Nobody answers for the ticket any more; nothing happens where that is so already. */
export const unassignTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  ticketId: string,
): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  if (ticket.assigneeId === null) return
  const at = deps.clock.now()
  await setAssignee(tx, ticketId, null, at)
  const from = { from: ticket.assigneeId, fromName: await findAgentName(tx, ticket.assigneeId) }
  await tellTicket(tx, { ...ticket, assigneeId: null }, 'ticket.unassigned', actor, at, from, {
    alsoTo: [audience.agent(ticket.assigneeId)],
    forAgents: await viewsFor(tx, ticketId),
  })
}

/** A colleague who served in a consultation of the ticket goes on seeing it. */
export const bringIntoTicket = (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  ticketId: string,
  agentId: string,
): Promise<boolean> => addParticipant(tx, ticketId, agentId, 'served', deps.clock.now())

/**
 * Writes an event of the ticket for those who may see it. Clocks, notices, figures and search follow from the
 * events (see the projections).
 */
export const tellTicket = async (
  tx: Tx,
  ticket: TicketRow,
  type: string,
  actor: Actor,
  at: number,
  facts: Record<string, unknown>,
  more: {
    subject?: string
    /** Further tokens, such as those of a citizen. */
    alsoTo?: readonly string[]
    forAgents?: FeedData
    forVisitor?: FeedData
  } = {},
): Promise<void> => {
  await writeEvent(tx, {
    type,
    subject: more.subject ?? ticket.id,
    at,
    actor,
    ticketId: ticket.id,
    audience: [...new Set([...(await ticketAudience(tx, ticket)), ...(more.alsoTo ?? [])])],
    facts,
    forAgents: { ...more.forAgents, ofTicket: ticket.id, by: await actorView(tx, actor) },
    forVisitor: more.forVisitor ?? null,
  })
}
