import {
  type AgentCommand,
  isUnresolved,
  maxHoldDays,
  ticketTransitions,
} from '../../../contract/tickets.rules'
import type {
  OpenTicketBody,
  ParticipantsBody,
  StatusBody,
  TicketChange,
} from '../../../contract/tickets.schema'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow, isSameLine } from '../../lib/actor'
import { momentOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { audience } from '../events/events.store'
import { requireOfferedItem } from '../sites/service-items.store'
import { findSite } from '../sites/sites.store'
import { ticketAudience } from './audience.store'
import { listOpenChildren } from './children.store'
import { findOrAddContact } from './contacts.store'
import { listFieldsOf } from './fields.store'
import { changeOf, viewsFor } from './more.presenter'
import { dropParticipant, isAgentUnder, listDepartmentsFor, loadColleague } from './people.store'
import { loadTicketForWork } from './tickets.queries.store'
import { addParticipant, findAgentName, loadTicketRow, patchTicket, type TicketRow } from './tickets.store'
import { assignTicket, changeTicketState, createTicket, tellTicket, unassignTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>

/** Writes down who changed what about whose matter. */
export const auditTicket = (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  action: string,
  ticket: { id: string; number: string },
  data: Record<string, unknown>,
): Promise<void> =>
  writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action,
    thing: ticket.id,
    data: { number: ticket.number, ...data },
  })

/** An agent opens a ticket by hand: for a letter, a visit at the counter, a call to another number. */
export const openTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  input: OpenTicketBody,
): Promise<TicketChange> => {
  const site = await findSite(tx, input.siteId)
  if (!site || !isSameLine(actor.departmentPath, site.departmentPath))
    throw refuse('sites.not_found', 'There is no such site.')
  if (input.serviceItemId) await requireOfferedItem(tx, input.serviceItemId)
  const departmentId = input.departmentId ?? site.departmentId
  const department = (await listDepartmentsFor(tx, site.id)).find((each) => each.id === departmentId)
  if (!department) throw refuse('departments.not_found', 'There is no such department for this site.')
  const at = deps.clock.now()
  const contact = { name: input.contactName?.trim() || null, phone: input.contactPhone?.trim() || null }
  const { id, number } = await createTicket(tx, deps, {
    actor,
    siteId: site.id,
    departmentId,
    topic: input.topic.trim(),
    serviceItemId: input.serviceItemId ?? null,
    contactId: await findOrAddContact(tx, site.id, contact, at),
    timeZone: site.timeZone,
    at,
    source: 'desk',
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(input.priority === undefined ? {} : { priority: input.priority }),
    ...(input.isComplaint === undefined ? {} : { isComplaint: input.isComplaint }),
  })
  if (input.assignToMe) await assignTicket(tx, deps, actor, id, actor.id)
  else if (!isBelow(actor, department.path)) await addParticipant(tx, id, actor.id, 'added', at)
  await auditTicket(tx, deps, actor, 'tickets.opened', { id, number }, { departmentId })
  return changeOf(tx, id)
}

/** Refuses with 422 and the fields while a required one is empty. */
export const requireFilledFields = async (
  tx: Tx,
  ticket: Pick<TicketRow, 'id' | 'serviceItemId'>,
): Promise<void> => {
  const empty = (await listFieldsOf(tx, ticket)).filter((field) => field.isRequired && field.value === null)
  if (empty.length === 0) return
  throw refuse('tickets.fields_missing', `Fill in first: ${empty.map((field) => field.label).join(', ')}.`, {
    errors: empty.map((field) => ({ path: `fields.${field.id}`, message: field.label })),
  })
}

const missing = (path: string, detail: string) =>
  refuse('tickets.details_missing', detail, { errors: [{ path, message: detail }] })

/** Refuses with 422 and the numbers while a child has something left to do. */
const requireResolvedChildren = async (tx: Tx, ticketId: string): Promise<void> => {
  const open = await listOpenChildren(tx, ticketId)
  if (open.length === 0) return
  throw refuse(
    'tickets.children_open',
    `Resolve the tickets below it first: ${open.map((child) => child.number).join(', ')}.`,
    { errors: open.map((child) => ({ path: `children.${child.id}`, message: child.number })) },
  )
}

/** Refuses to settle a ticket with required fields empty or with children that are not done. */
export const requireSettled = async (
  tx: Tx,
  ticket: Pick<TicketRow, 'id' | 'serviceItemId'>,
): Promise<void> => {
  await requireFilledFields(tx, ticket)
  await requireResolvedChildren(tx, ticket.id)
}

/** What the command needs beyond its name, checked. */
const detailsOf = async (tx: Tx, deps: UseDeps, ticket: TicketRow, input: StatusBody) => {
  if (input.command === 'hold') {
    const now = deps.clock.now()
    const until = input.holdUntil ? momentOf(input.holdUntil) : Number.NaN
    if (!(until > now && until <= now + maxHoldDays * 24 * 3600 * 1000))
      throw missing('body.holdUntil', 'Say until when: a time to come, within a year.')
    return { holdUntil: until }
  }
  if (input.command === 'wait_department') {
    if (!input.waitingDepartmentId) throw missing('body.waitingDepartmentId', 'Say which department.')
    const near = await listDepartmentsFor(tx, ticket.siteId)
    if (!near.some((each) => each.id === input.waitingDepartmentId))
      throw refuse('departments.not_found', 'There is no such department for this site.')
    return { waitingDepartmentId: input.waitingDepartmentId }
  }
  return {}
}

/** True where the ticket is already as the command would leave it. */
const isDone = (
  ticket: TicketRow,
  command: AgentCommand,
  details: { holdUntil?: number; waitingDepartmentId?: string },
): boolean =>
  nextState(ticketTransitions, ticket.status, command) === ticket.status &&
  (details.holdUntil ?? null) === ticket.holdUntil &&
  (details.waitingDepartmentId ?? null) === ticket.waitingDepartmentId

/**
 * An agent's command on a ticket they may work on. Resolving and closing an unresolved one need every required
 * field; the same command again is no news.
 */
export const commandTicketRow = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticket: TicketRow,
  input: StatusBody,
): Promise<void> => {
  const details = await detailsOf(tx, deps, ticket, input)
  if (isDone(ticket, input.command, details)) return
  const isSettling = input.command === 'resolve' || (input.command === 'close' && isUnresolved(ticket.status))
  if (isSettling) await requireSettled(tx, ticket)
  const moved = await changeTicketState(tx, deps, actor, ticket.id, input.command, details)
  await auditTicket(tx, deps, actor, 'tickets.status_changed', ticket, {
    before: ticket.status,
    after: moved.status,
  })
}

export const commandTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: StatusBody,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  await commandTicketRow(tx, deps, actor, ticket, input)
  return changeOf(tx, ticket.id)
}

/** Gives the ticket to a colleague on its line, or to nobody. */
export const assignByHand = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  agentId: string | null,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  if (agentId !== ticket.assigneeId) {
    if (agentId === null) await unassignTicket(tx, deps, actor, ticket.id)
    else {
      await loadColleague(tx, ticket, agentId)
      await assignTicket(tx, deps, actor, ticket.id, agentId)
    }
    await auditTicket(tx, deps, actor, 'tickets.assigned', ticket, {
      from: ticket.assigneeId,
      to: agentId,
    })
  }
  return changeOf(tx, ticket.id)
}

/**
 * Moves the ticket to another department of its site's line. Who answered for it and does not belong there is
 * taken off; who moves it goes on seeing it.
 */
export const moveDepartment = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  departmentId: string,
): Promise<TicketChange> => {
  const { ticket, departmentName } = await loadTicketForWork(tx, actor, idOrNumber)
  if (departmentId === ticket.departmentId) return changeOf(tx, ticket.id)
  const target = (await listDepartmentsFor(tx, ticket.siteId)).find((each) => each.id === departmentId)
  if (!target) throw refuse('departments.not_found', 'There is no such department for this site.')
  const at = deps.clock.now()
  const before = await ticketAudience(tx, ticket)
  const staysWith = ticket.assigneeId !== null && (await isAgentUnder(tx, ticket.assigneeId, target.path))
  if (!isBelow(actor, target.path)) await addParticipant(tx, ticket.id, actor.id, 'added', at)
  await patchTicket(tx, ticket.id, { departmentId }, at)
  const facts = {
    fromDepartmentId: ticket.departmentId,
    fromDepartmentName: departmentName,
    toDepartmentId: departmentId,
    toDepartmentName: target.name,
  }
  await tellTicket(tx, await loadTicketRow(tx, ticket.id), 'ticket.moved', actor, at, facts, {
    // Where it came from, and those above, hear that it left.
    alsoTo: before,
    forAgents: await viewsFor(tx, ticket.id),
  })
  if (!staysWith) await unassignTicket(tx, deps, actor, ticket.id)
  await auditTicket(tx, deps, actor, 'tickets.moved', ticket, {
    fromDepartmentName: departmentName,
    toDepartmentName: target.name,
  })
  return changeOf(tx, ticket.id)
}

/** Asks colleagues in, or lets them go; whoever answers for the ticket stays. */
export const changeParticipants = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: ParticipantsBody,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const at = deps.clock.now()
  for (const agentId of new Set(input.add ?? [])) {
    const colleague = await loadColleague(tx, ticket, agentId)
    if (!(await addParticipant(tx, ticket.id, agentId, 'added', at))) continue
    const facts = { agentId, agentName: colleague.name }
    await tellTicket(tx, ticket, 'ticket.participant_added', actor, at, facts, {
      forAgents: await viewsFor(tx, ticket.id),
    })
    await auditTicket(tx, deps, actor, 'tickets.participant_added', ticket, { agentId })
  }
  for (const agentId of new Set(input.remove ?? [])) {
    if (agentId === ticket.assigneeId)
      throw refuse('request.conflict', 'Who answers for the ticket takes part in it.')
    const agentName = await findAgentName(tx, agentId)
    if (!(await dropParticipant(tx, ticket.id, agentId))) continue
    await tellTicket(
      tx,
      ticket,
      'ticket.participant_removed',
      actor,
      at,
      { agentId, agentName },
      {
        alsoTo: [audience.agent(agentId)],
        forAgents: await viewsFor(tx, ticket.id),
      },
    )
    await auditTicket(tx, deps, actor, 'tickets.participant_removed', ticket, { agentId })
  }
  return changeOf(tx, ticket.id)
}
