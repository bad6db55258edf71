import { callTransitions } from '../../../contract/consultations.rules'
import type { QualityBody } from '../../../contract/consultations.schema'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, type AgentActor, system, type VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { hiding, refuse } from '../../lib/errors'
import { newId, randomText } from '../../lib/ids'
import { announce, announceInside } from '../consultations/announce.usecases'
import {
  type ConsultationRow,
  findConsultation,
  loadConsultation,
  patchConsultation,
} from '../consultations/consultations.store'
import { schedule } from '../due/due.store'
import {
  allowPerson,
  type CallRow,
  callViewOf,
  denyPerson,
  findCall,
  findOpenCallOf,
  insertCall,
  listOpenCalls,
  moveToEnded,
  saveQuality,
  setAbsentCount,
} from './calls.store'

type UseDeps = Pick<Deps, 'clock'>

/** `role:id`: a person in a call, whatever the tab. */
export const personOf = (actor: AgentActor | VisitorActor): string => `${actor.kind}:${actor.id}`

/** Opens a call of a running consultation; the one that is open already where there is one. */
export const startCall = async (
  tx: Tx,
  deps: UseDeps,
  row: ConsultationRow,
  actor: Actor,
): Promise<CallRow> => {
  const open = await findOpenCallOf(tx, row.id)
  if (open) return open
  const call = await insertCall(tx, {
    id: newId('cal'),
    consultationId: row.id,
    room: `room-${randomText(32)}`,
    status: 'open',
    startedAt: deps.clock.now(),
  })
  await announceInside(tx, deps, row, {
    type: 'call.started',
    subject: call.id,
    actor,
    views: { call: callViewOf(call) },
  })
  return call
}

/** Raises a chat to video, from either side. */
export const raiseToVideo = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'livekit'>,
  actor: AgentActor | VisitorActor,
  consultationId: string,
): Promise<CallRow> => {
  if (!deps.livekit)
    throw refuse('calls.video_unavailable', 'No LiveKit server is configured: text help works.')
  const row = await loadConsultation(tx, actor, consultationId, 'talk')
  if (row.status !== 'active')
    throw refuse('consultations.wrong_state', 'A call is possible in a running consultation.')
  const call = await startCall(tx, deps, row, actor)
  if (row.channel !== 'video') await patchConsultation(tx, row.id, { channel: 'video' })
  await announce(tx, deps, row.id, { type: 'consultation.raised', actor })
  return call
}

const endCall = async (
  tx: Tx,
  deps: UseDeps,
  call: CallRow,
  consultation: ConsultationRow,
  actor: Actor,
): Promise<void> => {
  if (nextState(callTransitions, call.status, 'end') === null) return
  const ended = await moveToEnded(tx, call.id, deps.clock.now())
  if (!ended) return
  // The room is closed outside the transaction, by a job: the network must not hold the writer.
  await schedule(tx, 'call.close_room', call.id, deps.clock.now())
  await announceInside(tx, deps, consultation, {
    type: 'call.ended',
    subject: call.id,
    actor,
    facts: { seconds: Math.round((deps.clock.now() - call.startedAt) / 1000) },
    views: { call: callViewOf(ended) },
  })
}

/** Ends whatever call of the consultation is open. */
export const endCallsOf = async (
  tx: Tx,
  deps: UseDeps,
  consultation: ConsultationRow,
  actor: Actor,
): Promise<void> => {
  const call = await findOpenCallOf(tx, consultation.id)
  if (call) await endCall(tx, deps, call, consultation, actor)
}

/** Hangs up and goes on by chat. */
export const endCallByHand = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor | VisitorActor,
  callId: string,
): Promise<CallRow> => {
  const call = await findCall(tx, callId)
  const row = await hiding(loadConsultation(tx, actor, call.consultationId, 'talk'), () =>
    refuse('calls.not_found', 'There is no such call.'),
  )
  // A call that is over already says nothing about the one that may be on now.
  if (call.status !== 'open') return call
  await endCall(tx, deps, call, row, actor)
  if (row.channel === 'video' && row.status === 'active')
    await patchConsultation(tx, row.id, { channel: 'chat' })
  await announce(tx, deps, row.id, { type: 'consultation.changed', actor, facts: { channel: 'chat' } })
  return findCall(tx, callId)
}

export const reportQuality = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor | VisitorActor,
  callId: string,
  quality: QualityBody,
): Promise<void> => {
  const call = await findCall(tx, callId)
  const row = await hiding(loadConsultation(tx, actor, call.consultationId, 'talk'), () =>
    refuse('calls.not_found', 'There is no such call.'),
  )
  await saveQuality(tx, { callId, side: actor.kind, ...quality, at: deps.clock.now() })
  await announceInside(tx, deps, row, {
    type: 'call.quality',
    subject: callId,
    actor,
    facts: { side: actor.kind, ...quality },
    views: {},
    isInternal: true,
  })
}

/** Keeps an agent out of the open call after a hand-over; LiveKit is told by a job. */
export const removeFromCalls = async (
  tx: Tx,
  deps: UseDeps,
  consultationId: string,
  agentId: string,
): Promise<void> => {
  const call = await findOpenCallOf(tx, consultationId)
  if (!call) return
  await denyPerson(tx, call.id, `agent:${agentId}`, deps.clock.now())
  await schedule(tx, 'call.remove', `${call.id}|agent:${agentId}`, deps.clock.now())
}

/** Whoever is asked in again may come in again. */
export const readmit = async (tx: Tx, consultationId: string, agentId: string): Promise<void> => {
  const call = await findOpenCallOf(tx, consultationId)
  if (call) await allowPerson(tx, call.id, `agent:${agentId}`)
}

/**
 * Compares open calls with LiveKit's rooms. Absent twice in a row closes a call (its server was restarted
 * and nobody came back); unknown changes nothing.
 */
export const reconcileCalls = async (
  deps: Pick<Deps, 'db' | 'clock' | 'livekit' | 'logger'>,
): Promise<void> => {
  const { livekit } = deps
  const open = await deps.db.read(listOpenCalls)
  if (!livekit || open.length === 0) return
  const states = await livekit.roomStates(open.map((call) => call.room))
  await deps.db.write(async (tx) => {
    for (const call of open) {
      const state = states.get(call.room)?.kind ?? 'unknown'
      if (state === 'unknown' || deps.clock.now() - call.startedAt < 60_000) continue
      if (state === 'present') {
        if (call.absentCount > 0) await setAbsentCount(tx, call.id, 0)
        continue
      }
      if (call.absentCount < 1) {
        await setAbsentCount(tx, call.id, call.absentCount + 1)
        continue
      }
      const consultation = await findConsultation(tx, call.consultationId)
      if (consultation) await endCall(tx, deps, call, consultation, system)
      if (consultation)
        await announce(tx, deps, consultation.id, { type: 'consultation.changed', actor: system })
    }
  })
}
