import { randomBytes } from 'node:crypto'
import { type DeliveryState, deliveryTransitions, secretOverlapMs } from '../../../contract/outgoing.rules'
import { nextState } from '../../../contract/transitions.rules'
import { type WebhookType, webhookTest, webhookTypes } from '../../../contract/webhooks.rules'
import type {
  CreateEndpointBody,
  DeliveryView,
  EndpointSecret,
  EndpointView,
  UpdateEndpointBody,
} from '../../../contract/webhooks.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow, type KeyActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import { schedule } from '../due/due.store'
import { deliverKind, queueDelivery } from './deliver.usecases'
import {
  type DeliveryRow,
  deleteEndpointRow,
  type EndpointRow,
  findDelivery,
  insertEndpoint,
  listDeliveries,
  listEndpoints,
  loadEndpoint,
  moveDelivery,
  patchEndpoint,
} from './webhooks.store'

type Manager = AgentActor | KeyActor
type HookDeps = Pick<Deps, 'clock' | 'callOut'>
type After = { createdAt: number; id: string } | null

const isType = (name: string): name is WebhookType => (webhookTypes as readonly string[]).includes(name)
/** 32 bytes, in the form that Standard Webhooks libraries take. */
const newSigningSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

const present = (row: EndpointRow, now: number): EndpointView => ({
  id: row.id,
  url: row.url,
  description: row.description,
  eventTypes: row.eventTypes.filter(isType),
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  isActive: row.isActive,
  disabledReason: row.disabledReason,
  failingSince: iso(row.failingSince),
  previousSecretUntil: iso(
    row.previousSecretUntil !== null && row.previousSecretUntil > now ? row.previousSecretUntil : null,
  ),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
})

const presentDelivery = (row: DeliveryRow): DeliveryView => ({
  id: row.id,
  type: row.type,
  state: row.state,
  attempts: row.attempts,
  createdAt: iso(row.createdAt),
  dueAt: iso(row.dueAt),
  attemptedAt: iso(row.attemptedAt),
  responseStatus: row.responseStatus,
  responseText: row.responseText,
  error: row.error,
  durationMs: row.durationMs,
  body: row.body,
})

const requireReachable = (deps: HookDeps, url: string): void => {
  const why = deps.callOut.refusal(url)
  if (why) throw refuse('webhooks.url_refused', why, { errors: [{ path: 'body.url', message: why }] })
}

const audit = (tx: Tx, deps: HookDeps, actor: Manager, action: string, row: { id: string }, data: object) =>
  writeAudit(tx, { at: deps.clock.now(), actor, action, thing: row.id, data: { ...data } })

/** Adds an endpoint in the caller's branch. Its secret is in this answer only. */
export const createEndpoint = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  input: CreateEndpointBody,
): Promise<EndpointSecret> => {
  requireReachable(deps, input.url)
  const department = await findDepartment(tx, input.departmentId)
  if (!department || !isBelow(actor, department.path))
    throw refuse('departments.not_found', 'There is no such department.')
  const at = deps.clock.now()
  const id = newId('whk')
  const secret = newSigningSecret()
  await insertEndpoint(tx, {
    id,
    departmentId: department.id,
    url: input.url,
    description: input.description?.trim() ?? '',
    eventTypes: [...new Set(input.eventTypes)],
    secret,
    isActive: true,
    createdById: actor.id,
    createdAt: at,
    updatedAt: at,
  })
  const endpoint = present(await loadEndpoint(tx, actor, id), at)
  await audit(tx, deps, actor, 'webhooks.created', endpoint, { url: input.url, eventTypes: input.eventTypes })
  return { endpoint, secret }
}

/** Changes an endpoint; switching it on again forgives its failures. */
export const updateEndpoint = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  id: string,
  input: UpdateEndpointBody,
): Promise<EndpointView> => {
  const row = await loadEndpoint(tx, actor, id)
  if (input.url !== undefined) requireReachable(deps, input.url)
  const at = deps.clock.now()
  const isForgiven = input.isActive === true || (input.url !== undefined && input.url !== row.url)
  await patchEndpoint(tx, row.id, {
    ...(input.url === undefined ? {} : { url: input.url }),
    ...(input.description === undefined ? {} : { description: input.description.trim() }),
    ...(input.eventTypes === undefined ? {} : { eventTypes: [...new Set(input.eventTypes)] }),
    ...(input.isActive === undefined ? {} : { isActive: input.isActive }),
    ...(isForgiven ? { failingSince: null, disabledReason: null } : {}),
    updatedAt: at,
  })
  await audit(tx, deps, actor, 'webhooks.changed', row, { previousUrl: row.url, ...input })
  return present(await loadEndpoint(tx, actor, id), at)
}

/** A new secret; the one before signs too for a day, so that the receiver can change over. */
export const rotateSecret = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  id: string,
): Promise<EndpointSecret> => {
  const row = await loadEndpoint(tx, actor, id)
  const at = deps.clock.now()
  const secret = newSigningSecret()
  await patchEndpoint(tx, row.id, {
    secret,
    previousSecret: row.secret,
    previousSecretUntil: at + secretOverlapMs,
    updatedAt: at,
  })
  await audit(tx, deps, actor, 'webhooks.secret_changed', row, { url: row.url })
  return { endpoint: present(await loadEndpoint(tx, actor, id), at), secret }
}

export const deleteEndpoint = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  id: string,
): Promise<{ ok: true }> => {
  const row = await loadEndpoint(tx, actor, id)
  await deleteEndpointRow(tx, row.id)
  await audit(tx, deps, actor, 'webhooks.deleted', row, { url: row.url })
  return { ok: true }
}

const pageOf = <T extends { createdAt: number; id: string }, V>(
  rows: T[],
  limit: number,
  show: (row: T) => V,
) => {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(show),
    nextCursor: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null,
  }
}

export const pageEndpoints = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  after: After,
  limit: number,
): Promise<{ items: EndpointView[]; nextCursor: string | null }> => {
  const rows = await listEndpoints(tx, { path: actor.departmentPath, after, limit: limit + 1 })
  return pageOf(rows, limit, (row) => present(row, deps.clock.now()))
}

export const pageDeliveries = async (
  tx: Tx,
  actor: Manager,
  query: { id: string; state?: DeliveryState; after: After; limit: number },
): Promise<{ items: DeliveryView[]; nextCursor: string | null }> => {
  const { id: endpointId } = await loadEndpoint(tx, actor, query.id)
  const { state, after, limit } = query
  const rows = await listDeliveries(tx, {
    endpointId,
    after,
    limit: limit + 1,
    ...(state ? { state } : {}),
  })
  return pageOf(rows, limit, presentDelivery)
}

/** Sends a made-up event, to see whether the receiver works. */
export const testEndpoint = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  id: string,
): Promise<DeliveryView> => {
  const row = await loadEndpoint(tx, actor, id)
  if (!row.isActive) throw refuse('webhooks.wrong_state', 'The webhook is switched off.')
  const at = deps.clock.now()
  const delivery = await queueDelivery(tx, deps, row.id, {
    seq: null,
    type: webhookTest,
    at,
    data: { message: 'Hello from Bangban' },
  })
  await audit(tx, deps, actor, 'webhooks.tested', row, { url: row.url })
  return presentDelivery(await deliveryOf(tx, row.id, delivery ?? ''))
}

const deliveryOf = async (tx: Tx, endpointId: string, id: string): Promise<DeliveryRow> => {
  const delivery = await findDelivery(tx, id)
  if (delivery?.endpointId !== endpointId) throw refuse('webhooks.not_found', 'There is no such delivery.')
  return delivery
}

/** Sends a settled delivery again, under the same `webhook-id`; one that is waiting is sent at once. */
export const resendDelivery = async (
  tx: Tx,
  deps: HookDeps,
  actor: Manager,
  id: string,
): Promise<DeliveryView> => {
  const delivery = await findDelivery(tx, id)
  if (!delivery) throw refuse('webhooks.not_found', 'There is no such delivery.')
  const endpoint = await loadEndpoint(tx, actor, delivery.endpointId)
  if (!endpoint.isActive) throw refuse('webhooks.wrong_state', 'The webhook is switched off.')
  const at = deps.clock.now()
  const to = nextState(deliveryTransitions, delivery.state, 'resend') ?? 'waiting'
  await moveDelivery(tx, id, delivery.state, { state: to, attempts: 0, dueAt: at, error: null })
  await schedule(tx, deliverKind, id, at)
  await audit(tx, deps, actor, 'webhooks.resent', endpoint, { delivery: id, type: delivery.type })
  return presentDelivery(await deliveryOf(tx, endpoint.id, id))
}
