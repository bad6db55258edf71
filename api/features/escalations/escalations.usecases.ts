import { workingMsBetween } from '../../../contract/calendar.rules'
import {
  type EscalationCause,
  type EscalationOutcome,
  furthestActionDays,
  highestLevel,
} from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, type Authorized, isBelow } from '../../lib/actor'
import { momentOf } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { findDepartment } from '../departments/departments.store'
import { workingTimeOf } from '../sla/working-time.store'
import { isFit } from './choose-owner.usecases'
import { changeEscalation, type EscalationDeps, givenTo, ticketOf } from './escalation-state.usecases'
import { loadEscalation } from './escalations.queries.store'
import { type EscalationRow, isAnsweredSince, lastReferral, referralHere } from './escalations.store'
import { findPerson } from './owners.store'
import { climb } from './raise.usecases'
import { referTo } from './refer.usecases'

type Loaded = Authorized<EscalationRow>

const dayMs = 86_400_000
const notOwner = () => refuse('escalations.not_owner', 'Somebody else answers for this matter.')

/** The matter, where the actor answers for it. Throws 404 where they may not see it, 403 where it is another's. */
const loadOwn = async (tx: Tx, actor: AgentActor, id: string): Promise<Loaded> => {
  const row = await loadEscalation(tx, actor, id)
  if (row.ownerId !== actor.id || !actor.permissions.has('tickets.work')) throw notOwner()
  return row
}

/**
 * True where the actor may hand over and close what lies, or came from, in their branch. Nobody decides on a matter
 * that is about themselves, whatever they lead.
 */
const isManaged = async (tx: Tx, actor: AgentActor, row: EscalationRow): Promise<boolean> => {
  if (!actor.permissions.has('escalations.manage') || row.avoidAgentId === actor.id) return false
  for (const id of [row.departmentId, row.homeDepartmentId]) {
    const department = await findDepartment(tx, id)
    if (department && isBelow(actor, department.path)) return true
  }
  return false
}

const loadManaged = async (tx: Tx, actor: AgentActor, id: string): Promise<Loaded> => {
  const row = await loadEscalation(tx, actor, id)
  const isOwner = row.ownerId === actor.id && actor.permissions.has('tickets.work')
  if (!isOwner && !(await isManaged(tx, actor, row))) throw notOwner()
  return row
}

/** What the actor may do with it now, for the buttons of the screen. */
export const commandsFor = async (tx: Tx, actor: AgentActor, row: EscalationRow): Promise<string[]> => {
  const isOwner = row.ownerId === actor.id && actor.permissions.has('tickets.work')
  const mayManage = isOwner || (await isManaged(tx, actor, row))
  const higher = row.level < highestLevel ? ['climb'] : []
  if (row.status === 'raised')
    return [
      ...(isOwner ? ['acknowledge', 'refer'] : []),
      ...(mayManage ? ['hand_over', 'close', ...higher] : []),
    ]
  if (row.status === 'acknowledged') {
    const isReturnable = isOwner && (await referralHere(tx, row)) !== null
    return [
      ...(isOwner ? ['act', 'refer'] : []),
      ...(isReturnable ? ['return'] : []),
      ...(mayManage ? ['hand_over', 'close', ...higher] : []),
    ]
  }
  if (row.status === 'referred') {
    const pending = await lastReferral(tx, row.id, 'pending')
    return [
      ...(isOwner ? ['accept', 'refuse'] : []),
      ...(pending?.fromAgentId === actor.id ? ['return'] : []),
    ]
  }
  return []
}

/** "I have it": the owner takes it on. */
export const acknowledgeEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  note = '',
): Promise<EscalationRow> => {
  const row = await loadOwn(tx, actor, id)
  const set = { acknowledgedAt: deps.clock.now() }
  return changeEscalation(tx, deps, actor, row, 'acknowledge', set, note ? { note } : {})
}

/** The next step and when it will be done. */
export const actOnEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  input: { nextAction: string; nextActionAt: string },
): Promise<EscalationRow> => {
  const row = await loadOwn(tx, actor, id)
  const nextActionAt = momentOf(input.nextActionAt)
  const now = deps.clock.now()
  if (nextActionAt <= now || nextActionAt > now + furthestActionDays * dayMs)
    throw refuse(
      'escalations.past_date',
      `The next step needs a date to come, within ${furthestActionDays} days.`,
    )
  const set = { nextAction: input.nextAction, nextActionAt }
  return changeEscalation(tx, deps, actor, row, 'act', set, { ...set })
}

/** Gives it to another person, who has to acknowledge it. Throws 422 for one who cannot answer for it. */
export const handOverEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  input: { agentId: string; reason: string },
): Promise<EscalationRow> => {
  const row = await loadManaged(tx, actor, id)
  if (row.status === 'referred')
    throw refuse('escalations.wrong_state', 'Whom it was put to has to answer first.')
  const at = deps.clock.now()
  const person = await findPerson(tx, input.agentId)
  const isUsable = await isFit(tx, person, { avoidAgentId: row.avoidAgentId, at })
  const department = person ? await findDepartment(tx, person.departmentId) : null
  if (!isUsable || !person || !department || person.id === row.ownerId)
    throw refuse('escalations.owner_unfit', 'This person cannot answer for the matter.')
  const owner = { agentId: person.id, name: person.name, department }
  return changeEscalation(tx, deps, actor, row, 'hand_over', await givenTo(tx, owner, at), {
    reason: input.reason,
  })
}

/** Puts it one desk higher by hand. */
export const climbEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  reason: string,
): Promise<EscalationRow> => {
  const row = await loadManaged(tx, actor, id)
  if (row.level >= highestLevel) throw refuse('escalations.wrong_state', 'There is nobody above.')
  return climb(tx, deps, actor, row, row.level + 1, { reason })
}

export const referEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  input: { departmentId: string; note: string },
): Promise<EscalationRow> => {
  const row = await loadOwn(tx, actor, id)
  const target = await findDepartment(tx, input.departmentId)
  if (!target) throw refuse('departments.not_found', 'There is no such department.')
  return referTo.department(tx, deps, actor, row, target, input.note)
}

export const acceptReferral = async (tx: Tx, deps: EscalationDeps, actor: AgentActor, id: string) =>
  referTo.accept(tx, deps, actor, await loadOwn(tx, actor, id))

export const refuseReferral = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  reason: string,
) => referTo.turnBack(tx, deps, actor, await loadOwn(tx, actor, id), 'refuse', reason)

/** Given back by who had accepted it, or taken back, while nobody has answered, by who referred it. */
export const returnEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  reason: string,
): Promise<EscalationRow> => {
  const row = await loadEscalation(tx, actor, id)
  if (row.status === 'referred') {
    const pending = await lastReferral(tx, row.id, 'pending')
    if (pending?.fromAgentId !== actor.id) throw notOwner()
    return referTo.turnBack(tx, deps, actor, row, 'return', reason)
  }
  return referTo.giveBack(tx, deps, actor, await loadOwn(tx, actor, id), reason)
}

export interface Closing {
  outcome: EscalationOutcome
  result: string
  cause: EscalationCause
  accountability: string
}

/** Ends it with a result. Throws 422 `escalations.answer_required` where the citizen has to be answered first. */
export const closeEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: AgentActor,
  id: string,
  input: Closing,
): Promise<EscalationRow> => {
  const row = await loadManaged(tx, actor, id)
  if (row.isAnswerRequired && !(await isAnsweredSince(tx, (await ticketOf(tx, row)).id, row.raisedAt)))
    throw refuse('escalations.answer_required', 'The citizen has to be answered first.')
  const at = deps.clock.now()
  const department = await findDepartment(tx, row.departmentId)
  const calendar = await workingTimeOf(tx, department?.path ?? '', at)
  const workingMs = workingMsBetween(calendar, row.raisedAt, at)
  const isLate = at > row.settleBy
  return changeEscalation(
    tx,
    deps,
    actor,
    row,
    'close',
    { ...input, closedAt: at, workingMs },
    { ...input, workingSeconds: Math.round(workingMs / 1000), isLate },
  )
}
