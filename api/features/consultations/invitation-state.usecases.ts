import { type InvitationCommand, invitationTransitions } from '../../../contract/consultations.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { announce } from './announce.usecases'
import { invitationViews } from './consultations.presenter'
import type { InvitationRow } from './consultations.store'
import { listPendingFor, listPendingOf, moveInvitation } from './offers.store'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

export const announceInvitation = async (
  tx: Tx,
  deps: UseDeps,
  row: InvitationRow,
  type: string,
  actor: Actor,
): Promise<void> => {
  const [view] = await invitationViews(tx, [row])
  await announce(tx, deps, row.consultationId, {
    type,
    actor,
    facts: { kind: row.kind, note: row.note, reason: row.reason, fromId: row.fromId, toId: row.toId },
    ...(view ? { forAgents: { invitation: view } } : {}),
    alsoTo: [row.fromId, row.toId],
  })
}

/** The one way an invitation changes. Throws 409 where it was answered already. */
export const changeInvitation = async (
  tx: Tx,
  deps: UseDeps,
  row: InvitationRow,
  command: InvitationCommand,
  actor: Actor,
  reason: string | null = null,
): Promise<InvitationRow> => {
  const next = nextState(invitationTransitions, row.status, command)
  const moved = next ? await moveInvitation(tx, row.id, { status: next, reason }) : null
  if (!moved) throw refuse('invitations.wrong_state', `The invitation is ${row.status}.`)
  await announceInvitation(tx, deps, moved, `invitation.${moved.status}`, actor)
  return moved
}

/** The consultation ended: nobody is asked any more. */
export const lapseInvitationsOf = async (tx: Tx, deps: UseDeps, consultationId: string): Promise<void> => {
  for (const row of await listPendingOf(tx, consultationId))
    await changeInvitation(tx, deps, row, 'lapse', system)
}

/** Who went offline answers no more: the asking side may ask somebody else. */
export const lapseInvitationsTo = async (tx: Tx, deps: UseDeps, agentId: string): Promise<void> => {
  for (const row of await listPendingFor(tx, agentId))
    if (row.toId === agentId) await changeInvitation(tx, deps, row, 'lapse', system)
}
