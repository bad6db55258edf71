import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { announceInside } from '../consultations/announce.usecases'
import { findConsultation } from '../consultations/consultations.store'
import { schedule } from '../due/due.store'
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
    // One that cannot be applied stays for the next time and does not hold up the others.
    await applyOne(deps, row).catch((error) =>
      deps.logger.error({ err: error, webhook: row.id }, 'webhook not applied'),
    )
  }
}

const applyOne = (deps: WebhookDeps, row: { id: string; type: string; body: unknown }): Promise<void> =>
  deps.db.write(async (tx) => {
    const kept = row.body as Kept
    await markApplied(tx, row.id, deps.clock.now())
    if (!kept.room || !kept.participant) return
    const call = await findCallByRoom(tx, kept.room)
    const consultation = call ? await findConsultation(tx, call.consultationId) : null
    if (!call || !consultation) return
    const { sid, identity } = kept.participant
    if (row.type !== 'participant_joined' && row.type !== 'participant_left') return
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
    const person = identity.split(':').slice(0, 2).join(':')
    // By a job, which is repeated until LiveKit has been told.
    if (isJoin && (await isDenied(tx, call.id, person)))
      await schedule(tx, 'call.remove', `${call.id}|${person}`, deps.clock.now())
  })
