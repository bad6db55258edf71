import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import {
  messagingView,
  outgoingPage,
  outgoingQuery,
  outgoingView,
  smsTemplatesBody,
  testMessageBody,
} from '../../../contract/outgoing.schema'
import { readTimeCursor } from '../../http/cursors'
import type { Router } from '../../http/routes'
import {
  describeMessaging,
  nameSmsTemplates,
  pageOutgoing,
  retryOutgoing,
  sendTest,
} from './messaging.usecases'

const shared = { auth: 'agent', permission: 'integrations.manage' } as const

/** E-mail and SMS for administrators, below /api/v1. */
export const outgoingRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/messaging',
      summary: 'How e-mail and SMS are set up',
      response: messagingView,
    },
    (tx) => describeMessaging(tx, deps),
  )
  router.write(
    {
      ...shared,
      method: 'put',
      path: '/messaging/sms-templates',
      isOrganisationWide: true,
      summary: "Name the gateway's templates",
      body: smsTemplatesBody,
      response: messagingView,
    },
    (tx, { actor, body }) => nameSmsTemplates(tx, deps, actor, body.templates),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/messaging/test',
      summary: 'Send a test to the own address',
      body: testMessageBody,
      response: outgoingView,
      limit: { points: 60, seconds: 60 },
    },
    (tx, { actor, body }) => sendTest(tx, deps, actor, body.channel),
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/messaging/outbox',
      summary: 'Messages sent or on their way, the newest first',
      query: outgoingQuery,
      response: outgoingPage,
    },
    (tx, { query }) =>
      pageOutgoing(tx, {
        channel: query.channel ?? 'email',
        after: readTimeCursor(query.cursor, 'out'),
        limit: query.limit ?? 30,
      }),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/messaging/outbox/{id}/retry',
      isOrganisationWide: true,
      summary: 'Send a message again that was given up',
      params: z.strictObject({ id: id('out') }),
      response: outgoingView,
    },
    (tx, { actor, params: { id: message } }) => retryOutgoing(tx, deps, actor, message),
  )
}
