import { ok, pageQuery } from '../../../contract/common.schema'
import {
  consultationParams,
  empty,
  messagePage,
  messageView,
  sendMessage as sendMessageBody,
} from '../../../contract/consultations.schema'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { audience } from '../events/events.store'
import { messageViews } from './consultations.presenter'
import { insiders, loadConsultation } from './consultations.store'
import { listMessages } from './messages.store'
import { sendMessage } from './messages.usecases'

export const messageRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/messages',
      summary: 'Send a message',
      auth: 'any',
      limit: { points: 120, seconds: 60 },
      params: consultationParams,
      body: sendMessageBody,
      response: messageView,
      status: 201,
    },
    async (tx, { actor, params, body }) => sendMessage(tx, deps, actor, params.id, body.body),
  )
  router.read(
    {
      method: 'get',
      path: '/consultations/{id}/messages',
      summary: 'Messages, oldest first',
      auth: 'any',
      params: consultationParams,
      query: pageQuery,
      response: messagePage,
    },
    async (tx, { actor, params, query }) => {
      await loadConsultation(tx, actor, params.id, 'see')
      const [at, lastId] = (query.cursor ?? '').split('.')
      if (query.cursor && (!at || !lastId || !/^\d{1,15}$/.test(at)))
        throw refuse('request.invalid', 'The cursor is not one of ours.')
      const limit = query.limit ?? 50
      const rows = await listMessages(
        tx,
        params.id,
        at && lastId ? { at: Number(at), id: lastId } : null,
        limit + 1,
      )
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return {
        items: await messageViews(tx, items),
        nextCursor: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null,
      }
    },
  )
  router.read(
    {
      method: 'post',
      path: '/consultations/{id}/typing',
      summary: 'Somebody is typing (kept nowhere)',
      auth: 'any',
      limit: { points: 120, seconds: 60 },
      params: consultationParams,
      body: empty,
      response: ok,
    },
    async (tx, { actor, params }) => {
      const row = await loadConsultation(tx, actor, params.id, 'talk')
      const tokens = [
        ...(await insiders(tx, row)).filter((each) => each !== actor.id).map(audience.agent),
        ...(row.visitorId && row.visitorId !== actor.id ? [audience.visitor(row.visitorId)] : []),
      ]
      deps.hub.whisper(tokens, {
        type: 'typing',
        at: new Date(deps.clock.now()).toISOString(),
        subject: row.id,
        data: { consultationId: row.id, from: actor.kind },
      })
      return { ok: true as const }
    },
  )
}
