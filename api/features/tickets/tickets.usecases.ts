import { type TicketCommand, ticketNumber, ticketTransitions } from '../../../contract/tickets.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { Actor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { audience, writeEvent } from '../events/events.store'
import {
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
}

/** Opens a ticket with the next number of the day. */
export const createTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  input: NewTicket,
): Promise<{ id: string; number: string }> => {
  const at = input.at ?? deps.clock.now()
  const day = dayIn(input.timeZone, at)
  const ticket: TicketRow = {
    id: newId('tkt'),
    number: ticketNumber(day, await nextNumberOfDay(tx, day)),
    siteId: input.siteId,
    departmentId: input.departmentId,
    status: 'new',
    topic: input.topic,
    serviceItemId: input.serviceItemId,
    contactId: input.contactId,
    assigneeId: null,
    createdAt: at,
    updatedAt: at,
  }
  await insertTicket(tx, ticket)
  await tell(tx, ticket, 'ticket.created', input.actor, at, { number: ticket.number, topic: ticket.topic })
  return { id: ticket.id, number: ticket.number }
}

const eventOf: Record<TicketCommand, string> = {
  take: 'ticket.taken',
  resolve: 'ticket.resolved',
  keep_open: 'ticket.kept_open',
  close: 'ticket.closed',
}

/** Does `command`; throws 409 where the ticket's state does not allow it. */
export const changeTicketState = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  ticketId: string,
  command: TicketCommand,
): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  const to = nextState(ticketTransitions, ticket.status, command)
  if (!to) throw refuse('request.conflict', `A ticket that is ${ticket.status} does not accept ${command}.`)
  const at = deps.clock.now()
  if (!(await moveTicket(tx, ticket.id, ticket.status, to, at)))
    throw refuse('request.conflict', 'The ticket has just been changed.')
  await tell(tx, ticket, eventOf[command], actor, at, { from: ticket.status, to })
}

/** Makes `agentId` answer for the ticket; nothing happens where that is so already. */
export const assignTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: Actor,
  ticketId: string,
  agentId: string,
): Promise<void> => {
  const ticket = await loadTicketRow(tx, ticketId)
  if (ticket.assigneeId === agentId) return
  const at = deps.clock.now()
  await setAssignee(tx, ticketId, agentId, at)
  await tell(tx, { ...ticket, assigneeId: agentId }, 'ticket.assigned', actor, at, {
    agentId,
    agentName: await findAgentName(tx, agentId),
  })
}

const tell = async (
  tx: Tx,
  ticket: TicketRow,
  type: string,
  actor: Actor,
  at: number,
  facts: Record<string, unknown>,
): Promise<void> => {
  const own = ticket.assigneeId ? [audience.agent(ticket.assigneeId)] : []
  await writeEvent(tx, {
    type,
    subject: ticket.id,
    at,
    actor,
    ticketId: ticket.id,
    audience: [audience.site(ticket.siteId), audience.watch(ticket.siteId), ...own],
    facts,
  })
}

/** `2026-11-22`: en-CA writes dates that way. */
const dayIn = (timeZone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
