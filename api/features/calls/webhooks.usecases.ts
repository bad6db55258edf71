import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { announceInside } from '../consultations/announce.usecases'
import { findConsultation } from '../consultations/consultations.store'
import {
  callViewOf,
  findCallByRoom,
  isDenied,
  keepWebhook,
  markApplied,
  noteParticipant,
  pendingWebhooks,
} from './calls.store'
import type { WebhookEvent } from './livekit'

type WebhookDeps = Pick<Deps, 'db' | 'clock' | 'livekit' | 'logger'>

/** Keeps the webhook (once) and lets it be applied after the answer. */
export const receiveWebhook = async (deps: WebhookDeps, event: WebhookEvent): Promise<void> => {
  const body = { room: event.room, participant: event.participant, createdAt: event.createdAt }
  await deps.db.write((tx) =>
    keepWebhook(tx, { id: event.id, type: event.type, body, receivedAt: deps.clock.now() }),
  )
}

interface Kept {
  room: string | null
  participant: { sid: string; identity: string } | null
  createdAt: number
}

/** Applies what was kept. They come late, twice and out of order: presence is keyed on the participant's sid. */
export const applyWebhooks = async (deps: WebhookDeps): Promise<void> => {
  for (const row of await deps.db.read(pendingWebhooks)) {
    const kept = row.body as unknown as Kept
    const isRefused = await deps.db.write(async (tx) => {
      await markApplied(tx, row.id, deps.clock.now())
      if (!kept.room || !kept.participant) return false
      const call = await findCallByRoom(tx, kept.room)
      const consultation = call ? await findConsultation(tx, call.consultationId) : null
      if (!call || !consultation) return false
      const { sid, identity } = kept.participant
      if (row.type !== 'participant_joined' && row.type !== 'participant_left') return false
      const isJoin = row.type === 'participant_joined'
      const isNews = await noteParticipant(tx, {
        sid,
        callId: call.id,
        identity,
        ...(isJoin ? { joinedAt: kept.createdAt } : { leftAt: kept.createdAt }),
      })
      if (isNews) {
        await announceInside(tx, deps, consultation, {
          type: isJoin ? 'call.participant_joined' : 'call.participant_left',
          subject: call.id,
          actor: system,
          facts: { person: identity.split(':').slice(0, 2).join(':') },
          views: { call: callViewOf(call) },
          isInternal: true,
        })
      }
      return isJoin && (await isDenied(tx, call.id, identity.split(':').slice(0, 2).join(':')))
    })
    if (isRefused && kept.room && kept.participant)
      await deps.livekit?.removeParticipant(kept.room, kept.participant.identity)
  }
}
