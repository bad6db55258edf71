import type { GrantView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { hiding, refuse } from '../../lib/errors'
import { findConsultation, loadConsultation } from '../consultations/consultations.store'
import { audience } from '../events/events.store'
import { type CallRow, findCall, isDenied } from './calls.store'
import { personOf } from './calls.usecases'

export interface GrantOrder {
  call: CallRow
  identity: string
  name: string
  role: 'agent' | 'visitor'
}

/** Checks that the caller may enter the call; the room and token are made outside the transaction. */
export const orderGrant = async (
  tx: Tx,
  actor: AgentActor | VisitorActor,
  callId: string,
  tab: string,
): Promise<GrantOrder> => {
  const call = await findCall(tx, callId)
  const row = await hiding(loadConsultation(tx, actor, call.consultationId, 'talk'), () =>
    refuse('calls.not_found', 'There is no such call.'),
  )
  if (call.status !== 'open') throw refuse('calls.over', 'This call is over.')
  if (actor.kind === 'visitor' && row.consentAt === null)
    throw refuse('consultations.consent_required', 'The notice has to be read and agreed to first.')
  if (await isDenied(tx, call.id, personOf(actor)))
    throw refuse('calls.removed', 'You were removed from this call.')
  return {
    call,
    identity: `${personOf(actor)}:${tab}`,
    name: actor.kind === 'agent' ? actor.name : (row.visitorName ?? ''),
    role: actor.kind,
  }
}

/** Makes the room (idempotent) and mints a token for 10 minutes. Throws 503 where LiveKit cannot be reached. */
export const fulfilGrant = async (
  deps: Pick<Deps, 'livekit' | 'logger'>,
  order: GrantOrder,
  host: { isSecure: boolean; host: string },
): Promise<GrantView> => {
  const { livekit } = deps
  if (!livekit) throw refuse('calls.video_unavailable', 'No LiveKit server is configured: text help works.')
  try {
    await livekit.createRoom(order.call.room)
  } catch (error) {
    deps.logger.warn({ err: error, call: order.call.id }, 'LiveKit did not make the room')
    throw refuse('calls.video_unavailable', 'The video server cannot be reached at the moment.', {
      retryAfter: 2,
    })
  }
  const token = await livekit.mint({
    room: order.call.room,
    identity: order.identity,
    name: order.name,
    role: order.role,
  })
  return {
    callId: order.call.id,
    url: livekit.publicUrl ?? `${host.isSecure ? 'wss' : 'ws'}://${host.host}`,
    token,
    identity: order.identity,
  }
}

/**
 * Brings the citizen the grant for a call that was opened just now, on the streams of those tabs that gave
 * their name: the citizen is told that the call is on and enters it without a further round trip. It is made
 * for each tab at this moment and kept nowhere; a tab that gets none (no stream here, LiveKit away, the notice
 * not agreed to) asks for one as ever. Never rejects.
 */
export const bringGrants = async (
  deps: Pick<Deps, 'db' | 'livekit' | 'logger' | 'hub'>,
  callId: string,
): Promise<void> => {
  if (!deps.livekit) return
  try {
    for (const { reader, door } of await doorsOf(deps, callId)) {
      const order = await deps.db.read((tx) => orderGrant(tx, door.actor, callId, door.tab))
      const grant = await fulfilGrant(deps, order, door.host)
      deps.hub.whisperTo(reader, { type: 'call.grant', subject: callId, data: { grant } })
    }
  } catch (error) {
    deps.logger.info({ err: error, call: callId }, 'no grant was brought to the citizen')
  }
}

const doorsOf = async (deps: Pick<Deps, 'db' | 'hub'>, callId: string) => {
  const visitorId = await deps.db.read(
    async (tx) => (await findConsultation(tx, (await findCall(tx, callId)).consultationId))?.visitorId,
  )
  if (!visitorId) return []
  return deps.hub
    .readersWith(audience.visitor(visitorId))
    .flatMap((reader) => (reader.door ? [{ reader, door: reader.door }] : []))
}
