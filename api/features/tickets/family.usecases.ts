import { undoDays } from '../../../contract/operations.schema'
import type { Duplicates, TicketFamily, TicketRef, UndoableRef } from '../../../contract/ticket-family.schema'
import { isUnresolved } from '../../../contract/tickets.rules'
import type { TicketChange } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { findContact } from './contacts.store'
import { auditTicket, commandTicketRow } from './desk.usecases'
import {
  dropLink,
  factsOfType,
  insertLink,
  isOnLine,
  listCandidates,
  listChildRows,
  listChildren,
  listLinkedIds,
  listRefs,
  listUndoable,
  type RefRow,
} from './family.store'
import { changeOf, viewsFor } from './more.presenter'
import { loadTicket, loadTicketForWork } from './tickets.queries.store'
import { loadTicketRow, patchTicket, type TicketRow } from './tickets.store'
import { tellTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>
const dayMs = 24 * 3600 * 1000
/** A duplicate is looked for so far back. */
const duplicateDays = 30

const refOf = ({ contactId: _, updatedAt, ...row }: RefRow): TicketRef => ({
  id: row.id,
  number: row.number,
  topic: row.topic,
  status: row.status,
  departmentName: row.departmentName,
  assigneeName: row.assigneeName,
  updatedAt: iso(updatedAt),
})

/** Other tickets named in facts of `type`, each with the operation while it can be undone. */
const undoableOf = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  type: string,
  otherKey: string,
): Promise<UndoableRef[]> => {
  const facts = await factsOfType(tx, ticketId, type)
  const operationOf = new Map<string, string>()
  for (const each of facts) {
    const other = each[otherKey]
    if (typeof other !== 'string' || typeof each.operationId !== 'string') continue
    // The newest first: a ticket that was merged, released and merged again counts once.
    if (!operationOf.has(other)) operationOf.set(other, each.operationId)
  }
  const open = await listUndoable(tx, [...operationOf.values()], deps.clock.now() - undoDays * dayMs)
  return (await listRefs(tx, actor, [...operationOf.keys()])).map((row) => {
    const operationId = operationOf.get(row.id) ?? null
    return { ticket: refOf(row), operationId: operationId && open.has(operationId) ? operationId : null }
  })
}

/** How the ticket hangs together with others the agent may see. */
export const familyOf = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
): Promise<TicketFamily> => {
  const { ticket } = await loadTicket(tx, actor, idOrNumber)
  const [parent] = ticket.parentId ? await listRefs(tx, actor, [ticket.parentId]) : []
  const siblings = parent ? await listChildren(tx, actor, parent.id) : []
  const absorbed = await undoableOf(tx, deps, actor, ticket.id, 'ticket.absorbed', 'ticketId')
  const into = await undoableOf(tx, deps, actor, ticket.id, 'ticket.merged', 'intoId')
  const stillHere = new Set(
    await Promise.all(
      absorbed.map(async (each) => {
        const row = await loadTicketRow(tx, each.ticket.id)
        return row.mergedIntoId === ticket.id ? row.id : ''
      }),
    ),
  )
  const splitOff = await undoableOf(tx, deps, actor, ticket.id, 'ticket.split', 'newTicketId')
  return {
    parent: parent ? refOf(parent) : null,
    siblings: siblings.filter((each) => each.id !== ticket.id).map(refOf),
    children: (await listChildren(tx, actor, ticket.id)).map(refOf),
    links: (await listRefs(tx, actor, await listLinkedIds(tx, ticket.id))).map(refOf),
    mergedInto: await mergedInto(tx, actor, ticket, into),
    absorbed: absorbed.filter((each) => stillHere.has(each.ticket.id)),
    splitOff: splitOff.filter((each) => each.operationId !== null),
  }
}

const mergedInto = async (
  tx: Tx,
  actor: AgentActor,
  ticket: TicketRow,
  named: readonly UndoableRef[],
): Promise<UndoableRef | null> => {
  if (ticket.mergedIntoId === null) return null
  const known = named.find((each) => each.ticket.id === ticket.mergedIntoId)
  if (known) return known
  const [row] = await listRefs(tx, actor, [ticket.mergedIntoId])
  return row ? { ticket: refOf(row), operationId: null } : null
}

/** Tickets of the last 30 days that may be the same matter, the likeliest first. */
export const findDuplicates = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
): Promise<Duplicates> => {
  const { ticket, contactPhone } = await loadTicket(tx, actor, idOrNumber)
  if (ticket.status === 'merged') return { items: [] }
  const contact = ticket.contactId ? await findContact(tx, ticket.contactId) : null
  const since = deps.clock.now() - duplicateDays * dayMs
  const found = await listCandidates(tx, actor, ticket, contact?.phone ?? contactPhone, since)
  const items = found.map((each) => ({
    ticket: refOf(each),
    reasons: [
      ...(each.isSameContact ? (['same_contact'] as const) : []),
      ...(each.isSamePhone ? (['same_phone'] as const) : []),
      ...(each.isSameTopic ? (['same_topic'] as const) : []),
    ],
  }))
  return { items: items.sort((a, b) => b.reasons.length - a.reasons.length).slice(0, 8) }
}

/** Says on both tickets what became of the bond between them. */
const tellBoth = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  type: string,
  one: TicketRow,
  other: TicketRow,
  facts: Record<string, unknown> = {},
): Promise<void> => {
  const at = deps.clock.now()
  for (const [own, far] of [
    [one, other],
    [other, one],
  ] as const) {
    await patchTicket(tx, own.id, {}, at)
    const named = { otherId: far.id, otherNumber: far.number, ...facts, isParent: facts.parentId === far.id }
    await tellTicket(tx, await loadTicketRow(tx, own.id), type, actor, at, named, {
      forAgents: await viewsFor(tx, own.id),
    })
  }
}

const loadPair = async (tx: Tx, actor: AgentActor, idOrNumber: string, otherIdOrNumber: string) => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const { ticket: other } = await loadTicketForWork(tx, actor, otherIdOrNumber)
  if (ticket.id === other.id)
    throw refuse('tickets.link_refused', 'A ticket has no bond with itself.', {
      errors: [{ path: 'body', message: 'the same ticket' }],
    })
  return { ticket, other }
}

export const linkTickets = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  otherIdOrNumber: string,
): Promise<TicketChange> => {
  const { ticket, other } = await loadPair(tx, actor, idOrNumber, otherIdOrNumber)
  if (await insertLink(tx, ticket.id, other.id, deps.clock.now())) {
    await tellBoth(tx, deps, actor, 'ticket.linked', ticket, other)
    await auditTicket(tx, deps, actor, 'tickets.linked', ticket, { with: other.number })
  }
  return changeOf(tx, ticket.id)
}

export const unlinkTickets = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  otherIdOrNumber: string,
): Promise<TicketChange> => {
  const { ticket, other } = await loadPair(tx, actor, idOrNumber, otherIdOrNumber)
  if (await dropLink(tx, ticket.id, other.id)) {
    await tellBoth(tx, deps, actor, 'ticket.unlinked', ticket, other)
    await auditTicket(tx, deps, actor, 'tickets.unlinked', ticket, { from: other.number })
  }
  return changeOf(tx, ticket.id)
}

/** Refuses where `ticketId` is among the ancestors of `parent`. */
const refuseCycle = async (tx: Tx, ticketId: string, parent: TicketRow): Promise<void> => {
  if (await isOnLine(tx, parent.id, ticketId))
    throw refuse('tickets.link_refused', 'A ticket cannot be below one of its own children.', {
      errors: [{ path: 'body.parentId', message: 'cycle' }],
    })
}

/** Puts the ticket below another one, or takes it out from there. */
export const setParent = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  parentIdOrNumber: string | null,
): Promise<TicketChange> => {
  if (parentIdOrNumber === null) {
    const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
    if (ticket.parentId !== null) {
      const former = await loadTicketRow(tx, ticket.parentId)
      await patchTicket(tx, ticket.id, { parentId: null }, deps.clock.now())
      await tellBoth(tx, deps, actor, 'ticket.unlinked', ticket, former, { parentId: former.id })
      await auditTicket(tx, deps, actor, 'tickets.unlinked', ticket, { from: former.number })
    }
    return changeOf(tx, ticket.id)
  }
  const { ticket, other: parent } = await loadPair(tx, actor, idOrNumber, parentIdOrNumber)
  if (ticket.parentId === parent.id) return changeOf(tx, ticket.id)
  await refuseCycle(tx, ticket.id, parent)
  await patchTicket(tx, ticket.id, { parentId: parent.id }, deps.clock.now())
  await tellBoth(tx, deps, actor, 'ticket.linked', ticket, parent, { parentId: parent.id })
  await auditTicket(tx, deps, actor, 'tickets.linked', ticket, { below: parent.number })
  return changeOf(tx, ticket.id)
}

/** Resolves the ticket and every unresolved one below it, the lowest first; all or none. */
export const resolveFamily = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const resolveBelow = async (row: TicketRow): Promise<void> => {
    for (const child of await listChildRows(tx, row.id)) await resolveBelow(child)
    if (!isUnresolved(row.status)) return
    // A child off the agent's reach refuses all of it.
    const { ticket: own } = await loadTicketForWork(tx, actor, row.id)
    await commandTicketRow(tx, deps, actor, own, { command: 'resolve' })
  }
  await resolveBelow(ticket)
  return changeOf(tx, ticket.id)
}
