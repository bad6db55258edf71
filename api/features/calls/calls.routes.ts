import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { id as idOf, ok } from '../../../contract/common.schema'
import {
  callView,
  consultationParams,
  empty,
  grantBody,
  grantView,
  qualityBody,
} from '../../../contract/consultations.schema'
import { hostOfRequest } from '../../http/authenticate'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { callViewOf } from './calls.store'
import { endCallByHand, raiseToVideo, reportQuality } from './calls.usecases'
import { bringGrants, fulfilGrant, orderGrant } from './grants.usecases'
import { applyWebhooks, receiveWebhook } from './webhooks.usecases'

const params = z.strictObject({ id: idOf('cal') })
const maxWebhookBytes = 256 * 1024

export const callRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/calls',
      summary: 'Raise to video, or the call that is on',
      auth: 'any',
      params: consultationParams,
      body: empty,
      response: callView,
      status: 201,
    },
    async (tx, { actor, params: { id } }) => callViewOf(await raiseToVideo(tx, deps, actor, id)),
    async (call, { actor }) => {
      if (actor.kind === 'agent') void bringGrants(deps, call.id)
      return call
    },
  )
  router.plain(
    {
      method: 'post',
      path: '/calls/{id}/grants',
      summary: 'A token to enter the call, for 10 minutes',
      auth: 'any',
      params,
      body: grantBody,
      response: grantView,
    },
    async ({ actor, params: { id }, body, c }) =>
      fulfilGrant(
        deps,
        await deps.db.read((tx) => orderGrant(tx, actor, id, body.tab)),
        hostOfRequest(c, deps),
      ),
  )
  router.write(
    {
      method: 'post',
      path: '/calls/{id}/end',
      summary: 'Hang up and go on by chat',
      auth: 'any',
      params,
      body: empty,
      response: callView,
    },
    async (tx, { actor, params: { id } }) => callViewOf(await endCallByHand(tx, deps, actor, id)),
  )
  router.write(
    {
      method: 'post',
      path: '/calls/{id}/quality',
      summary: 'Quality as this side measured it',
      auth: 'any',
      params,
      body: qualityBody,
      response: ok,
    },
    async (tx, { actor, params: { id }, body }) => {
      await reportQuality(tx, deps, actor, id, body)
      return { ok: true as const }
    },
  )
}

/** LiveKit's webhooks: the body is read as text and verified before it is parsed. */
export const webhookRoutes = (router: Router): void => {
  const { app, deps } = router
  router.note({ method: 'POST', path: '/livekit/webhook', auth: 'public', permission: null })
  const limit = bodyLimit({
    maxSize: maxWebhookBytes,
    onError: () => {
      throw refuse('request.too_large', 'The webhook is too large.')
    },
  })
  app.post('/livekit/webhook', limit, async (c) => {
    const authorization = c.req.header('authorization')
    if (!deps.livekit || !authorization)
      throw refuse('livekit.signature_invalid', 'The webhook is not signed.')
    const body = await c.req.text()
    const event = await deps.livekit.receiveWebhook(body, authorization).catch(() => {
      throw refuse('livekit.signature_invalid', 'The signature does not fit.')
    })
    await receiveWebhook(deps, event)
    void applyWebhooks(deps).catch((error) => deps.logger.error({ err: error }, 'webhook not applied'))
    return c.json({ ok: true })
  })
}
