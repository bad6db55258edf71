import type { Tx } from '../../../drizzle/database'
import type { Actor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { type ChosenOwner, chooseOwner, isFit } from './choose-owner.usecases'
import { changeEscalation, type EscalationDeps, givenTo, ticketOf } from './escalation-state.usecases'
import {
  answerReferral,
  type EscalationRow,
  insertReferral,
  lastReferral,
  type ReferralRow,
  referralHere,
} from './escalations.store'
import { findPerson, type Place, placesOn } from './owners.store'

/** Puts the matter to the head of `target`, who has to accept. */
const department = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
  target: Place,
  note: string,
  level: number = row.level,
): Promise<EscalationRow> => {
  if (target.id === row.departmentId)
    throw refuse('escalations.same_department', 'The matter lies there already.')
  const at = deps.clock.now()
  const owner = await chooseOwner(tx, {
    departmentId: target.id,
    level: 2,
    avoidAgentId: row.avoidAgentId,
    at,
  })
  await insertReferral(tx, {
    id: newId('rfr'),
    escalationId: row.id,
    fromAgentId: row.ownerId,
    fromDepartmentId: row.departmentId,
    toAgentId: owner.agentId,
    toDepartmentId: target.id,
    status: 'pending',
    fromLevel: row.level,
    note,
    reason: null,
    createdAt: at,
    answeredAt: null,
  })
  // The head of another department may stand in: the matter lies with the department it was put to.
  const given = {
    ...(await givenTo(tx, owner, at)),
    departmentId: target.id,
    level: Math.max(level, row.level),
  }
  return changeEscalation(tx, deps, actor, row, 'refer', given, { note, departmentName: target.name })
}

/** What was pending is over: the matter went on without an answer. */
const lapse = async (tx: Tx, row: EscalationRow, at: number): Promise<void> => {
  const pending = await lastReferral(tx, row.id, 'pending')
  if (pending) await answerReferral(tx, pending.id, 'returned', null, at)
}

/** Whom a referral came from, or who stands in for them there by now. */
const back = async (
  tx: Tx,
  deps: EscalationDeps,
  row: EscalationRow,
  referral: ReferralRow,
): Promise<ChosenOwner> => {
  const at = deps.clock.now()
  const from = await findPerson(tx, referral.fromAgentId)
  const department = (await placesOn(tx, `/${referral.fromDepartmentId}/`))[0]
  if (from && department && (await isFit(tx, from, { avoidAgentId: row.avoidAgentId, at })))
    return { agentId: from.id, name: from.name, department }
  const ticket = await ticketOf(tx, row)
  return chooseOwner(tx, {
    departmentId: department?.id ?? ticket.departmentId,
    level: 2,
    avoidAgentId: row.avoidAgentId,
    at,
  })
}

const pendingOf = async (tx: Tx, row: EscalationRow): Promise<ReferralRow> => {
  const pending = await lastReferral(tx, row.id, 'pending')
  if (!pending) throw refuse('escalations.wrong_state', 'Nothing waits for an answer.')
  return pending
}

const accept = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const pending = await pendingOf(tx, row)
  await answerReferral(tx, pending.id, 'accepted', null, at)
  return changeEscalation(tx, deps, actor, row, 'accept', { acknowledgedAt: at })
}

/** Refused, or taken back by who referred it: it lies on the desk it came from, as before. */
const turnBack = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
  command: 'refuse' | 'return',
  reason: string,
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const pending = await pendingOf(tx, row)
  await answerReferral(tx, pending.id, command === 'refuse' ? 'refused' : 'returned', reason, at)
  const given = await givenTo(tx, await back(tx, deps, row, pending), at)
  const set = { ...given, level: pending.fromLevel, acknowledgedAt: at, returnCount: row.returnCount + 1 }
  return changeEscalation(tx, deps, actor, row, command, set, { reason })
}

/** Given back after it had been accepted: who referred it has to acknowledge it anew. */
const giveBack = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
  reason: string,
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const accepted = await referralHere(tx, row)
  if (!accepted || row.status !== 'acknowledged')
    throw refuse('escalations.nothing_to_return', 'The matter was not referred here.')
  await answerReferral(tx, accepted.id, 'returned', reason, at)
  const given = await givenTo(tx, await back(tx, deps, row, accepted), at)
  const set = { ...given, level: accepted.fromLevel, returnCount: row.returnCount + 1 }
  return changeEscalation(tx, deps, actor, row, 'return', set, { reason })
}

export const referTo = { department, lapse, accept, turnBack, giveBack }
