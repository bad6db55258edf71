import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { findAgentRow } from '../agents/agents.store'
import { writeAudit } from '../audit/audit.store'
import { readmit, removeFromCalls } from '../calls/calls.usecases'
import { findPresence } from '../presence/presence.store'
import { applyPresence } from '../presence/presence.usecases'
import { assignTicket, bringIntoTicket } from '../tickets/tickets.usecases'
import { announce } from './announce.usecases'
import {
  addParticipant,
  findConsultation,
  type InvitationRow,
  insiders,
  loadConsultation,
  moveOwner,
  removeParticipant,
} from './consultations.store'
import { announceInvitation, changeInvitation } from './invitation-state.usecases'
import { findInvitation, insertInvitation, listPendingOf } from './offers.store'
import { releaseAgent } from './release.usecases'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

/** Asks a colleague into the consultation, or to take it over with a note. */
export const invite = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  consultationId: string,
  input: { kind: 'join' | 'hand_over'; agentId: string; note: string },
): Promise<InvitationRow> => {
  const row = await loadConsultation(tx, actor, consultationId, input.kind === 'hand_over' ? 'own' : 'talk')
  if (row.status !== 'active')
    throw refuse('consultations.wrong_state', 'Only a running consultation can be shared.')
  const colleague = await findAgentRow(tx, input.agentId)
  if (!colleague || input.agentId === actor.id)
    throw refuse('agents.not_found', 'There is no such colleague.')
  // Who may not serve could never answer, and the question would stand for ever.
  if (!colleague.isActive || !permissionsOf(colleague.roles).includes('consultations.serve'))
    throw refuse('invitations.not_available', 'This colleague does not serve citizens.')
  const availability = (await findPresence(tx, input.agentId))?.availability ?? 'offline'
  if (availability === 'offline') throw refuse('invitations.not_available', 'This colleague is offline.')
  if (input.kind === 'join' && (await insiders(tx, row)).includes(input.agentId))
    throw refuse('invitations.wrong_state', 'This colleague is in it already.')
  for (const pending of await listPendingOf(tx, consultationId)) {
    if (pending.kind === 'hand_over' && input.kind === 'hand_over')
      throw refuse('invitations.wrong_state', 'A hand-over is already being asked for.')
    if (pending.toId === input.agentId)
      throw refuse('invitations.wrong_state', 'This colleague has been asked already.')
  }
  const invitation = await insertInvitation(tx, {
    id: newId('inv'),
    consultationId,
    kind: input.kind,
    status: 'pending',
    fromId: actor.id,
    toId: input.agentId,
    note: input.note,
    createdAt: deps.clock.now(),
  })
  await announceInvitation(tx, deps, invitation, 'invitation.sent', actor)
  return invitation
}

const findFor = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  side: 'toId' | 'fromId',
): Promise<InvitationRow> => {
  const row = await findInvitation(tx, id)
  if (!row || (row.toId !== actor.id && row.fromId !== actor.id))
    throw refuse('invitations.not_found', 'There is no such invitation.')
  if (row[side] !== actor.id) throw refuse('invitations.wrong_state', 'The other side answers this.')
  return row
}

/** The colleague comes in, or takes it over: then the owner changes in the same moment. */
export const acceptInvitation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<InvitationRow> => {
  const row = await findFor(tx, actor, id, 'toId')
  if (row.status === 'accepted') return row
  const consultation = await findConsultation(tx, row.consultationId)
  if (consultation?.status !== 'active') throw refuse('invitations.wrong_state', 'The consultation is over.')
  const moved = await changeInvitation(tx, deps, row, 'accept', actor)
  await readmit(tx, row.consultationId, actor.id)
  if (row.kind === 'hand_over') {
    if (!(await moveOwner(tx, row.consultationId, row.fromId, actor.id)))
      throw refuse('invitations.wrong_state', 'The consultation changed hands meanwhile.')
    await removeParticipant(tx, row.consultationId, actor.id)
    await assignTicket(tx, deps, actor, consultation.ticketId, actor.id)
    await removeFromCalls(tx, deps, row.consultationId, row.fromId)
    await writeAudit(tx, {
      at: deps.clock.now(),
      actor,
      action: 'consultation.hand_over',
      thing: row.consultationId,
      data: { from: row.fromId },
    })
  } else {
    await addParticipant(tx, row.consultationId, actor.id, deps.clock.now())
    await bringIntoTicket(tx, deps, consultation.ticketId, actor.id)
  }
  await announce(tx, deps, row.consultationId, {
    type: row.kind === 'hand_over' ? 'consultation.handed_over' : 'consultation.colleague_joined',
    actor,
    facts: { fromId: row.fromId, toId: row.toId },
    alsoTo: [row.fromId],
  })
  await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
  if (row.kind === 'hand_over') await releaseAgent(tx, deps, row.fromId)
  return moved
}

/** No, because …: the consultation stays where it is. */
export const refuseInvitation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  reason: string,
): Promise<InvitationRow> => {
  const row = await findFor(tx, actor, id, 'toId')
  return row.status === 'refused' ? row : changeInvitation(tx, deps, row, 'refuse', actor, reason)
}

export const cancelInvitation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<InvitationRow> => {
  const row = await findFor(tx, actor, id, 'fromId')
  return row.status === 'cancelled' ? row : changeInvitation(tx, deps, row, 'cancel', actor)
}

/** A colleague leaves the consultation again. */
export const leaveAsColleague = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  consultationId: string,
): Promise<void> => {
  const row = await loadConsultation(tx, actor, consultationId, 'talk')
  if (row.ownerId === actor.id) throw refuse('consultations.wrong_state', 'The owner hands over or ends.')
  await removeParticipant(tx, consultationId, actor.id)
  await removeFromCalls(tx, deps, consultationId, actor.id)
  await announce(tx, deps, consultationId, { type: 'consultation.colleague_left', actor, alsoTo: [actor.id] })
  await releaseAgent(tx, deps, actor.id)
}
