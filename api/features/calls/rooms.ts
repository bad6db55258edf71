import type { Deps } from '../../lib/deps'
import { findCall, isDenied } from './calls.store'

/** Closes the room of an ended call. Runs outside transactions; throws where LiveKit cannot be reached. */
export const closeRoom = async (deps: Pick<Deps, 'db' | 'livekit'>, callId: string): Promise<void> => {
  const call = await deps.db.read((tx) => findCall(tx, callId))
  if (call.status === 'ended') await deps.livekit?.deleteRoom(call.room)
}

/** Removes every tab of a person from a call. */
export const removePerson = async (deps: Pick<Deps, 'db' | 'livekit'>, subject: string): Promise<void> => {
  const [callId = '', person = ''] = subject.split('|')
  const { call, isOut } = await deps.db.read(async (tx) => ({
    call: await findCall(tx, callId),
    isOut: await isDenied(tx, callId, person),
  }))
  // Asked in again before a slow server was told: then they stay.
  if (!deps.livekit || call.status !== 'open' || !isOut) return
  for (const identity of await deps.livekit.listIdentities(call.room)) {
    if (identity.startsWith(`${person}:`)) await deps.livekit.removeParticipant(call.room, identity)
  }
}
