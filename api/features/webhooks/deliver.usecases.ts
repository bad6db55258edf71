import {
  type DeliveryState,
  deliveryPauseAfter,
  deliveryTransitions,
  endpointPatienceMs,
} from '../../../contract/outgoing.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { signWebhook } from '../../lib/webhook-signature'
import { writeAudit } from '../audit/audit.store'
import { schedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { findKeyMaker } from '../keys/keys.store'
import {
  type DeliveryRow,
  type EndpointRow,
  findDelivery,
  findEndpoint,
  insertDelivery,
  moveDelivery,
  patchEndpoint,
} from './webhooks.store'

/** Due job: an endpoint wants to be told. */
export const deliverKind = 'webhook.deliver'

/** Queues one event for one endpoint; once, however often it is asked. */
export const queueDelivery = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  endpointId: string,
  event: { seq: number | null; type: string; at: number; data: unknown },
): Promise<string | null> => {
  const now = deps.clock.now()
  const id = newId('whd')
  const isNew = await insertDelivery(tx, {
    id,
    endpointId,
    eventSeq: event.seq,
    type: event.type,
    body: JSON.stringify({
      type: event.type,
      timestamp: iso(event.at),
      data: event.data,
    }),
    state: 'waiting',
    createdAt: now,
    dueAt: now,
  })
  if (!isNew) return null
  await schedule(tx, deliverKind, id, now)
  return id
}

/** Headers of Standard Webhooks; while secrets overlap, both sign. */
const signed = (endpoint: EndpointRow, delivery: DeliveryRow, now: number): Record<string, string> => {
  const secrets = [endpoint.secret]
  if (endpoint.previousSecret && (endpoint.previousSecretUntil ?? 0) > now)
    secrets.push(endpoint.previousSecret)
  return signWebhook(secrets, { id: delivery.id, at: now, body: delivery.body })
}

interface Attempt {
  status: number | null
  text: string | null
  error: string | null
}

const attempt = async (deps: Deps, endpoint: EndpointRow, delivery: DeliveryRow): Promise<Attempt> => {
  try {
    const headers = signed(endpoint, delivery, deps.clock.now())
    const { status, text } = await deps.callOut.post(endpoint.url, headers, delivery.body)
    const isRedirect = status >= 300 && status < 400
    return {
      status,
      text: text || null,
      error: isRedirect ? 'Redirects are not followed.' : null,
    }
  } catch (error) {
    deps.logger.debug({ err: error, endpoint: endpoint.id }, 'webhook not delivered')
    return { status: null, text: null, error: reasonOf(error).slice(0, 500) }
  }
}

/** What lies below a wrapped error says more. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.message || (error.cause ? reasonOf(error.cause) : error.name)
}

/**
 * Tells the endpoint once and writes down what it answered. Returns when to try again, or nothing. At least
 * once: an answer that we never saw is asked for again, under the same `webhook-id`.
 */
export const deliverWebhook = async (deps: Deps, id: string): Promise<number | undefined> => {
  const found = await deps.db.read(async (tx) => {
    const delivery = await findDelivery(tx, id)
    const endpoint = delivery ? await findEndpoint(tx, delivery.endpointId) : null
    return delivery && endpoint ? { delivery, endpoint } : null
  })
  if (found?.delivery.state !== 'waiting') return undefined
  const { delivery, endpoint } = found
  if (!endpoint.isActive) {
    await deps.db.write((tx) => giveUp(tx, delivery, { dueAt: null, error: 'The webhook is switched off.' }))
    return undefined
  }
  const start = performance.now()
  const result = await attempt(deps, endpoint, delivery)
  const now = deps.clock.now()
  const attempts = delivery.attempts + 1
  const record = {
    attempts,
    attemptedAt: now,
    responseStatus: result.status,
    responseText: result.text,
    error: result.error,
    durationMs: Math.round(performance.now() - start),
  }
  const isTaken = result.status !== null && result.status >= 200 && result.status < 300
  if (isTaken) {
    await deps.db.write(async (tx) => {
      const state: DeliveryState = 'delivered'
      await moveDelivery(tx, id, 'waiting', { ...record, state, dueAt: null })
      if (endpoint.failingSince !== null) await patchEndpoint(tx, endpoint.id, { failingSince: null })
    })
    return undefined
  }
  return deps.db.write((tx) => noteFailure(tx, { delivery, endpoint, record, now }))
}

const giveUp = async (tx: Tx, delivery: DeliveryRow, set: Partial<DeliveryRow>): Promise<void> => {
  const state = nextState(deliveryTransitions, delivery.state, 'give_up')
  if (state) await moveDelivery(tx, delivery.id, delivery.state, { ...set, state })
}

const noteFailure = async (
  tx: Tx,
  it: {
    delivery: DeliveryRow
    endpoint: EndpointRow
    record: Partial<DeliveryRow> & { attempts: number; responseStatus: number | null }
    now: number
  },
): Promise<number | undefined> => {
  const { delivery, record, now } = it
  // Read again: another delivery may have succeeded or switched it off meanwhile.
  const endpoint = (await findEndpoint(tx, it.endpoint.id)) ?? it.endpoint
  const failingSince = endpoint.failingSince ?? now
  const reason =
    record.responseStatus === 410 ? 'gone' : now - failingSince >= endpointPatienceMs ? 'failing' : null
  await patchEndpoint(tx, endpoint.id, { failingSince })
  if (reason && endpoint.isActive) await switchOff(tx, endpoint, reason, now)
  const pause = reason ? null : deliveryPauseAfter(record.attempts)
  if (pause === null) {
    await giveUp(tx, delivery, { ...record, dueAt: null })
    return undefined
  }
  await moveDelivery(tx, delivery.id, 'waiting', { ...record, dueAt: now + pause })
  return now + pause
}

/** Nobody has listened for days: switched off, and whoever set it up is told. */
const switchOff = async (
  tx: Tx,
  endpoint: EndpointRow,
  reason: 'failing' | 'gone',
  at: number,
): Promise<void> => {
  await patchEndpoint(tx, endpoint.id, { isActive: false, disabledReason: reason, updatedAt: at })
  await writeAudit(tx, {
    at,
    actor: system,
    action: 'webhooks.disabled',
    thing: endpoint.id,
    data: { url: endpoint.url, reason },
  })
  // Another program reads no notices: whoever gave it its key does.
  const { createdById: makerId } = endpoint
  const personId = makerId?.startsWith('key_') ? await findKeyMaker(tx, makerId) : makerId
  await writeEvent(tx, {
    type: 'webhook.disabled',
    subject: endpoint.id,
    at,
    actor: system,
    audience: personId ? [audience.agent(personId)] : [],
    facts: { url: endpoint.url, reason, createdById: personId },
  })
}
