import { isGone } from '../../../contract/presence.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { readmit, removeFromCalls } from '../calls/calls.usecases'
import { findPresence } from '../presence/presence.store'
import { applyPresence, keepAway } from '../presence/presence.usecases'
import { assignTicket } from '../tickets/tickets.usecases'
import { announce } from './announce.usecases'
import { loadConsultation, moveOwner, removeParticipant } from './consultations.store'
import { lapseInvitationsOf } from './invitation-state.usecases'
import { releaseAgent } from './release.usecases'

/**
 * A supervisor becomes the owner of a running consultation whose agent has left: closed laptop, lost line.
 * From there it can be handed over to anybody. Throws 409 while the agent is there.
 */
export const takeOverConsultation = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'hub'>,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'oversee')
  if (row.status === 'active' && row.ownerId === actor.id) return
  if (row.status !== 'active' || !row.ownerId)
    throw refuse('consultations.wrong_state', 'Only a running consultation can be taken over.')
  const now = deps.clock.now()
  const fromId = row.ownerId
  const presence = await findPresence(tx, fromId)
  if (deps.hub.readersOf(fromId) > 0 || !isGone(presence, now))
    throw refuse('consultations.owner_present', 'The agent is still there: ask for a hand-over.')
  if (!(await moveOwner(tx, id, fromId, actor.id)))
    throw refuse('consultations.wrong_state', 'The consultation changed hands meanwhile.')
  await removeParticipant(tx, id, actor.id)
  // Whoever was asked by the one who left would answer nobody.
  await lapseInvitationsOf(tx, deps, id)
  await assignTicket(tx, deps, actor, row.ticketId, actor.id)
  await removeFromCalls(tx, deps, id, fromId)
  await readmit(tx, id, actor.id)
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'consultation.taken_over',
    thing: id,
    data: { from: fromId },
  })
  await announce(tx, deps, id, {
    type: 'consultation.taken_over',
    actor,
    facts: { fromId, toId: actor.id },
    alsoTo: [fromId],
  })
  await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
  // Nobody is there to be rung at: the next citizen must not be offered to a closed laptop.
  await keepAway(tx, fromId)
  await releaseAgent(tx, deps, fromId)
  await applyPresence(tx, deps, fromId, 'go_offline', 'connection_lost')
}
