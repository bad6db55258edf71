import {
  acknowledgeDue,
  type EscalationReason,
  highestLevel,
  reasonGroup,
  settleDue,
} from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, type AgentActor, requirePermission, system } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import { loadTicketForWork } from '../tickets/tickets.queries.store'
import { addParticipant, loadTicketRow, type TicketRow } from '../tickets/tickets.store'
import { type ChosenOwner, chooseOwner } from './choose-owner.usecases'
import {
  changeEscalation,
  type EscalationDeps,
  givenTo,
  scheduleEscalation,
  tellEscalation,
  ticketOf,
  withPace,
} from './escalation-state.usecases'
import {
  type EscalationRow,
  insertEscalation,
  openOfReason,
  saveTicketLevel,
  updateEscalation,
} from './escalations.store'
import { placesOn } from './owners.store'
import { referTo } from './refer.usecases'
import { paceOf } from './times.store'

export interface NewEscalation {
  ticket: TicketRow
  reason: EscalationReason
  why: string
  level: number
  owner: ChosenOwner
  avoidAgentId: string | null
  raisedBy: { kind: 'agent' | 'visitor' | 'system'; id: string | null }
  isAnswerRequired?: boolean
}

/** Puts a matter on somebody's desk. */
export const makeEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  input: NewEscalation,
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const { ticket, owner } = input
  const pace = await paceOf(tx, owner.department.path, at)
  const row = await withPace(tx, {
    id: newId('esc'),
    ticketId: ticket.id,
    reason: input.reason,
    why: input.why,
    status: 'raised',
    level: input.level,
    ownerId: owner.agentId,
    departmentId: owner.department.id,
    homeDepartmentId: ticket.departmentId,
    avoidAgentId: input.avoidAgentId,
    raisedByKind: input.raisedBy.kind,
    raisedById: input.raisedBy.id,
    raisedAt: at,
    acknowledgeBy: acknowledgeDue(pace, at),
    acknowledgedAt: null,
    nextAction: '',
    nextActionAt: null,
    touchedAt: at,
    settleBy: settleDue(pace, at),
    dueAt: null,
    redLightAt: null,
    isAnswerRequired: input.isAnswerRequired ?? false,
    returnCount: 0,
    reopenCount: 0,
    closedAt: null,
    workingMs: null,
    outcome: null,
    result: null,
    cause: null,
    accountability: null,
  })
  const made = await insertEscalation(tx, row)
  await addParticipant(tx, ticket.id, made.ownerId, 'escalation', at)
  await saveTicketLevel(tx, ticket.id)
  await scheduleEscalation(tx, made)
  await tellEscalation(tx, made, 'escalation.raised', actor, at, {
    reason: made.reason,
    why: made.why,
    toId: made.ownerId,
    toName: owner.name,
    number: ticket.number,
  })
  await writeAudit(tx, {
    at,
    actor,
    action: 'escalations.raise',
    thing: made.id,
    data: { ticketId: ticket.id, reason: made.reason, level: made.level, ownerId: made.ownerId },
  })
  return made
}

export interface Trigger {
  ticketId: string
  reason: EscalationReason
  level: number
  why?: string
  avoidAgentId?: string | null
  raisedBy?: NewEscalation['raisedBy']
  isAnswerRequired?: boolean
}

/**
 * A rule, a complaint, a rating or urging asks for a matter. Where one for the same reason is open, that one
 * climbs to the level asked for instead; at that level or above it stays where it is. A complaint or rating about
 * another person is a matter of its own: the open one may lie on the desk of just that person.
 */
export const raiseByRule = async (tx: Tx, deps: EscalationDeps, trigger: Trigger): Promise<EscalationRow> => {
  const ticket = await loadTicketRow(tx, trigger.ticketId)
  const level = Math.min(highestLevel, Math.max(1, trigger.level))
  const avoidAgentId = trigger.avoidAgentId ?? null
  const open = await openOfReason(tx, ticket.id, reasonGroup(trigger.reason), avoidAgentId)
  if (open) return climbTo(tx, deps, open, level, trigger)
  const owner = await chooseOwner(tx, {
    departmentId: ticket.departmentId,
    level,
    avoidAgentId,
    at: deps.clock.now(),
    assigneeId: ticket.assigneeId,
  })
  return makeEscalation(tx, deps, system, {
    ticket,
    reason: trigger.reason,
    why: trigger.why ?? '',
    level,
    owner,
    avoidAgentId,
    raisedBy: trigger.raisedBy ?? { kind: 'system', id: null },
    ...(trigger.isAnswerRequired === undefined ? {} : { isAnswerRequired: trigger.isAnswerRequired }),
  })
}

const climbTo = async (
  tx: Tx,
  deps: EscalationDeps,
  open: EscalationRow,
  level: number,
  trigger: Trigger,
): Promise<EscalationRow> => {
  const isAnswerRequired = open.isAnswerRequired || (trigger.isAnswerRequired ?? false)
  if (level > open.level)
    return climb(tx, deps, system, open, level, { reason: trigger.reason }, { isAnswerRequired })
  if (isAnswerRequired === open.isAnswerRequired) return open
  const asked = await updateEscalation(tx, open.id, open.status, { isAnswerRequired })
  if (!asked) return open
  await tellEscalation(tx, asked, 'escalation.answer_required', system, deps.clock.now(), {})
  return asked
}

/** Puts the matter one desk or several higher, with a new deadline in the new owner's working time. */
export const climb = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
  level: number,
  facts: Record<string, unknown>,
  more: Partial<EscalationRow> = {},
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const ticket = await ticketOf(tx, row)
  const owner = await chooseOwner(tx, {
    departmentId: ticket.departmentId,
    level,
    avoidAgentId: row.avoidAgentId,
    at,
    assigneeId: ticket.assigneeId,
  })
  await referTo.lapse(tx, row, at)
  return changeEscalation(
    tx,
    deps,
    actor,
    row,
    'climb',
    { ...(await givenTo(tx, owner, at)), level, ...more },
    facts,
  )
}

/** The level that belongs to a department a matter is put to: the top, above the ticket's own, or beside it. */
const levelOf = (homePath: string, target: { path: string }): number => {
  const isAbove = homePath.startsWith(target.path) && homePath !== target.path
  if (isAbove) return target.path.split('/').filter(Boolean).length === 1 ? 4 : 3
  return 2
}

/**
 * "Cannot be settled here": the agent puts the ticket to a department, up or across the tree. Its head has to
 * accept; refused, it comes back to the agent. Throws 404, 409 for one that was merged away, 409 `escalations.already_open` where the agent's
 * colleagues did so already, 422 `escalations.same_department`.
 */
export const raiseManually = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: { departmentId: string; why: string },
): Promise<EscalationRow> => {
  requirePermission(actor, 'tickets.work')
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  if (await openOfReason(tx, ticket.id, ['manual']))
    throw refuse('escalations.already_open', 'The ticket has been put to somebody already: refer that on.')
  const target = await findDepartment(tx, input.departmentId)
  const home = await findDepartment(tx, ticket.departmentId)
  if (!target || !home) throw refuse('departments.not_found', 'There is no such department.')
  const [own] = (await placesOn(tx, actor.departmentPath)).slice(-1)
  if (!own || own.id === target.id)
    throw refuse('escalations.same_department', 'That is the department it cannot be settled in.')
  const made = await makeEscalation(tx, deps, actor, {
    ticket,
    reason: 'manual',
    why: input.why,
    level: 1,
    owner: { agentId: actor.id, name: actor.name, department: own },
    avoidAgentId: null,
    raisedBy: { kind: 'agent', id: actor.id },
  })
  return referTo.department(tx, deps, actor, made, target, input.why, levelOf(home.path, target))
}
