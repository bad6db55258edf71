import { z } from 'zod'
import { id, ok, pageQuery } from '../../../contract/common.schema'
import { deliveryStates } from '../../../contract/outgoing.rules'
import {
  createEndpointBody,
  deliveryPage,
  deliveryView,
  endpointPage,
  endpointSecret,
  endpointView,
  updateEndpointBody,
} from '../../../contract/webhooks.schema'
import { readTimeCursor } from '../../http/cursors'
import type { Router } from '../../http/routes'
import {
  createEndpoint,
  deleteEndpoint,
  pageDeliveries,
  pageEndpoints,
  resendDelivery,
  rotateSecret,
  testEndpoint,
  updateEndpoint,
} from './webhooks.usecases'

const shared = {
  auth: 'agent_or_key',
  permission: 'integrations.manage',
  scope: 'webhooks:manage',
} as const
const params = z.strictObject({ id: id('whk') })
const deliveryQuery = pageQuery.extend({ state: z.enum(deliveryStates).optional() })

/** Addresses of other systems that are told what happens, below /api/v1. */
export const webhookEndpointRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/webhooks',
      summary: 'Webhooks, the newest first',
      query: pageQuery,
      response: endpointPage,
    },
    (tx, { actor, query }) =>
      pageEndpoints(tx, deps, actor, readTimeCursor(query.cursor, 'whk'), query.limit ?? 50),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/webhooks',
      summary: 'Add a webhook; its signing secret is shown once',
      body: createEndpointBody,
      response: endpointSecret,
      status: 201,
    },
    (tx, { actor, body }) => createEndpoint(tx, deps, actor, body),
  )
  router.write(
    {
      ...shared,
      method: 'patch',
      path: '/webhooks/{id}',
      summary: 'Change a webhook, or switch it off and on',
      params,
      body: updateEndpointBody,
      response: endpointView,
    },
    (tx, { actor, params: { id: webhook }, body }) => updateEndpoint(tx, deps, actor, webhook, body),
  )
  router.write(
    {
      ...shared,
      method: 'delete',
      path: '/webhooks/{id}',
      summary: 'Remove a webhook and its log',
      params,
      response: ok,
    },
    (tx, { actor, params: { id: webhook } }) => deleteEndpoint(tx, deps, actor, webhook),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/webhooks/{id}/secret',
      summary: 'Make a new signing secret; the one before signs too for a day',
      params,
      response: endpointSecret,
    },
    (tx, { actor, params: { id: webhook } }) => rotateSecret(tx, deps, actor, webhook),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/webhooks/{id}/test',
      summary: 'Send a test event',
      params,
      response: deliveryView,
      limit: { points: 30, seconds: 60 },
    },
    (tx, { actor, params: { id: webhook } }) => testEndpoint(tx, deps, actor, webhook),
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/webhooks/{id}/deliveries',
      summary: 'What a webhook was told, the newest first',
      params,
      query: deliveryQuery,
      response: deliveryPage,
    },
    (tx, { actor, params: { id: webhook }, query }) =>
      pageDeliveries(tx, actor, {
        id: webhook,
        after: readTimeCursor(query.cursor, 'whd'),
        limit: query.limit ?? 50,
        ...(query.state ? { state: query.state } : {}),
      }),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/webhook-deliveries/{id}/resend',
      summary: 'Send a delivery again',
      params: z.strictObject({ id: id('whd') }),
      response: deliveryView,
      limit: { points: 60, seconds: 60 },
    },
    (tx, { actor, params: { id: delivery } }) => resendDelivery(tx, deps, actor, delivery),
  )
}
