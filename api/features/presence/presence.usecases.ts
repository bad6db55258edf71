import {
  connectionGraceSeconds,
  type PresenceCommand,
  type PresenceReason,
  presenceTransitions,
} from '../../../contract/presence.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { deferUnstaffed } from '../consultations/defer.usecases'
import { lapseInvitationsTo } from '../consultations/invitation-state.usecases'
import { dispatchAll, withdrawOffersOf } from '../consultations/queue.usecases'
import { schedule, unschedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import {
  findPresence,
  insertPresence,
  listNotOffline,
  type PresenceRow,
  presenceViewOf,
  updatePresence,
} from './presence.store'

type PresenceDeps = Pick<Deps, 'clock' | 'hub'>

/** Away for a lost connection becomes offline after this long, so that nobody waits for a closed laptop. */
const goneSeconds = 10 * 60

const byHand: Partial<Record<PresenceCommand, 'available' | 'away'>> = {
  go_available: 'available',
  go_away: 'away',
}

/** What an agent goes back to when nothing is left to do. */
const returnAfter = (
  row: PresenceRow,
  command: PresenceCommand,
  next: PresenceRow['availability'],
  reason: PresenceReason,
): PresenceRow['returnTo'] => {
  if (command === 'go_offline' && next === 'busy' && reason === 'signed_out') return 'offline'
  if (command === 'miss') return 'away'
  // Whoever works again has come back.
  if (command === 'take' && row.returnTo === 'offline') return 'available'
  return byHand[command] ?? row.returnTo
}

/**
 * Applies what happened to an agent's availability and writes its event. Commands the table does not
 * list for the present state change nothing. Offers and waiting citizens follow by themselves. True where
 * it changed something.
 */
export const applyPresence = async (
  tx: Tx,
  deps: PresenceDeps,
  agentId: string,
  command: PresenceCommand,
  reason: PresenceReason,
  actor: Actor = system,
): Promise<boolean> => {
  const now = deps.clock.now()
  let row = await findPresence(tx, agentId)
  if (!row) {
    row = {
      agentId,
      availability: 'offline',
      reason: 'signed_out',
      since: now,
      idleSince: now,
      returnTo: 'available',
    }
    await insertPresence(tx, row)
  }
  const next = nextState(presenceTransitions, row.availability, command)
  if (!next) return false
  // Who signed out in a consultation is gone when it ends: not free again, and not wrapping up either.
  const isGone = row.returnTo === 'offline' && (command === 'finish' || command === 'end')
  const target = isGone ? 'offline' : command === 'finish' && next === 'available' ? row.returnTo : next
  const why = isGone ? 'signed_out' : reason
  const returnTo = returnAfter(row, command, next, reason)
  const isSame = target === row.availability && why === row.reason
  if (isSame && returnTo === row.returnTo) return false
  const changed = await updatePresence(tx, row, {
    availability: target,
    reason: why,
    returnTo,
    // How long a lost agent has been gone decides whether somebody else may take over.
    since: target === row.availability && reason !== 'connection_lost' ? row.since : now,
    idleSince: target === 'available' && row.availability !== 'available' ? now : row.idleSince,
  })
  if (!changed) throw refuse('presence.wrong_state', 'The availability changed meanwhile.')
  const view = await presenceViewOf(tx, agentId)
  await writeEvent(tx, {
    type: 'presence.changed',
    subject: agentId,
    at: now,
    actor,
    audience: [audience.agents],
    facts: { from: row.availability, to: target, reason: why },
    forAgents: view ? { presence: view } : {},
  })
  if (target !== 'available') await withdrawOffersOf(tx, deps, agentId)
  if (target === 'offline') {
    await lapseInvitationsTo(tx, deps, agentId)
    await deferUnstaffed(tx, deps)
  }
  await dispatchAll(tx, deps)
  return true
}

/** What follows the last consultation of an agent who has left is not being available. */
export const keepAway = async (tx: Tx, agentId: string): Promise<void> => {
  const row = await findPresence(tx, agentId)
  if (row) await updatePresence(tx, row, { returnTo: 'away' })
}

/** Set by hand. Throws 409 where it does not fit, such as going away in a call. */
export const setPresence = async (
  tx: Tx,
  deps: PresenceDeps,
  actor: Actor & { kind: 'agent' },
  availability: 'available' | 'away' | 'offline',
): Promise<void> => {
  const row = await findPresence(tx, actor.id)
  const command: PresenceCommand =
    availability === 'available' ? 'go_available' : availability === 'away' ? 'go_away' : 'go_offline'
  if (row && (row.availability === 'busy' || !nextState(presenceTransitions, row.availability, command))) {
    throw refuse(
      'presence.wrong_state',
      `From ${row.availability} this is not possible: finish the consultation first.`,
    )
  }
  await applyPresence(tx, deps, actor.id, command, 'by_hand', actor)
}

/** The agent's feed is connected: whatever a loss had scheduled is off. */
export const agentConnected = (deps: Deps, agentId: string): Promise<void> =>
  deps.db.write(async (tx) => {
    await unschedule(tx, 'presence.lost', agentId)
    await unschedule(tx, 'presence.gone', agentId)
    const row = await findPresence(tx, agentId)
    const isBack =
      row?.reason === 'connection_lost' || row?.reason === 'signed_out' || row?.returnTo === 'offline'
    if (row?.availability === 'busy' && isBack)
      await applyPresence(tx, deps, agentId, 'take', 'in_consultation')
  })

/** The last connection of the agent closed: away after 30 s unless it comes back. */
export const agentDisconnected = async (deps: Deps, agentId: string): Promise<void> => {
  if (deps.hub.readersOf(agentId) > 0) return
  await deps.db.write((tx) =>
    schedule(tx, 'presence.lost', agentId, deps.clock.now() + connectionGraceSeconds * 1000),
  )
}

/** Falls due 30 s after a lost connection. */
export const losePresence = async (tx: Tx, deps: PresenceDeps, agentId: string): Promise<void> => {
  if (deps.hub.readersOf(agentId) > 0) return
  if ((await findPresence(tx, agentId))?.availability === 'offline') return
  await applyPresence(tx, deps, agentId, 'lose', 'connection_lost')
  await withdrawOffersOf(tx, deps, agentId)
  await dispatchAll(tx, deps)
  await schedule(tx, 'presence.gone', agentId, deps.clock.now() + goneSeconds * 1000)
}

/** Falls due 10 minutes after that. */
export const dropPresence = async (tx: Tx, deps: PresenceDeps, agentId: string): Promise<void> => {
  if (deps.hub.readersOf(agentId) > 0) return
  await applyPresence(tx, deps, agentId, 'go_offline', 'connection_lost')
  // Still in a consultation: asked again later, or citizens would wait for somebody who closed the laptop.
  if ((await findPresence(tx, agentId))?.availability !== 'offline')
    await schedule(tx, 'presence.gone', agentId, deps.clock.now() + goneSeconds * 1000)
}

/** After a start nobody is connected yet: those who do not come back within the grace are lost. */
export const expectReturns = (deps: Deps): Promise<void> =>
  deps.db.write(async (tx) => {
    for (const { agentId } of await listNotOffline(tx)) {
      await schedule(tx, 'presence.lost', agentId, deps.clock.now() + connectionGraceSeconds * 1000)
    }
  })
