import type { Context } from 'hono'
import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import { documentView, snapshotQuery, uploadQuery } from '../../../contract/consultations.schema'
import { attachmentQuery, ticketParams } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { describeRoute } from '../../http/describe'
import type { AppEnv } from '../../http/env'
import { parseQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import { incomingUpload } from '../../http/uploads'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { loadTicketForWork } from '../tickets/tickets.queries.store'
import { addAttachment, draftName, refuseBeyondQuota } from './attachments.usecases'
import { addDocument, authorizeUpload, type Upload } from './documents.usecases'
import { receiveUpload } from './receive.usecases'

const snapshotTypes = ['image/jpeg', 'image/png'] as const

/** The raw streamed uploads: the body is the file, so that nothing is ever buffered whole. */
export const uploadRoutes = (router: Router): void => {
  const { app, deps } = router
  const params = z.strictObject({ id: id('con') })
  const file = 'application/octet-stream'

  describeRoute(router, {
    method: 'put',
    path: '/consultations/{id}/documents',
    auth: 'any',
    summary: 'Send a file into a consultation',
    params,
    query: uploadQuery,
    body: file,
    status: 201,
    response: documentView,
  })
  app.put('/consultations/:id/documents', router.guard('any', undefined, 'put'), async (c) => {
    const query = parseQuery(c, uploadQuery)
    return receive(c, deps, { consultationId: idOf(c), snapshot: null, name: query.name })
  })

  describeRoute(router, {
    method: 'put',
    path: '/consultations/{id}/snapshots',
    auth: 'agent',
    permission: 'consultations.serve',
    summary: 'Keep a frame of the received picture',
    params,
    query: snapshotQuery,
    body: file,
    status: 201,
    response: documentView,
  })
  app.put('/consultations/:id/snapshots', router.guard('agent', 'consultations.serve', 'put'), async (c) => {
    const { callId, callSeconds, name } = parseQuery(c, snapshotQuery)
    return receive(c, deps, {
      consultationId: idOf(c),
      snapshot: { callId, callSeconds },
      name: name ?? `截图 ${clockOf(callSeconds)}`,
    })
  })
  attachmentRoutes(router)
}

/** `02-05` for 125 seconds: a colon is no character for a file name. */
const clockOf = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}-${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const idOf = (c: Context<AppEnv>): string => {
  const parsed = id('con').safeParse(c.req.param('id'))
  if (!parsed.success) throw refuse('request.not_found', 'There is nothing at this address.')
  return parsed.data
}

const receive = async (
  c: Context<AppEnv>,
  deps: Deps,
  upload: Upload & { name: string },
): Promise<Response> => {
  const actor = c.get('actor')
  if (!actor || actor.kind === 'key') throw refuse('auth.required', 'Please sign in.')
  const view = await receiveUpload(deps, incomingUpload(c, actor.id), {
    sender: actor.id,
    ...(upload.snapshot ? { types: snapshotTypes } : {}),
    authorize: (tx, sizeBytes) => authorizeUpload(tx, actor, { ...upload, sizeBytes }),
    add: (tx, file) => addDocument(tx, deps, actor, { ...upload, file }),
  })
  return c.json(view, 201)
}

/** Files for a reply on a ticket: kept for whoever hands them over until the reply is sent. */
const attachmentRoutes = (router: Router): void => {
  const { app, deps } = router
  describeRoute(router, {
    method: 'put',
    path: '/tickets/{id}/documents',
    auth: 'agent',
    permission: 'tickets.work',
    summary: 'Hand over a file for the next reply or note on a ticket',
    params: ticketParams,
    query: attachmentQuery,
    body: 'application/octet-stream',
    status: 201,
    response: documentView,
  })
  app.put('/tickets/:id/documents', router.guard('agent', 'tickets.work', 'put'), async (c) => {
    const actor = c.get('actor')
    if (actor?.kind !== 'agent') throw refuse('auth.required', 'Please sign in.')
    const parsed = ticketParams.safeParse({ id: c.req.param('id') })
    if (!parsed.success) throw refuse('request.not_found', 'There is nothing at this address.')
    const { name, kind } = parseQuery(c, attachmentQuery)
    const placeOf = async (tx: Tx) => {
      const { ticket } = await loadTicketForWork(tx, actor, parsed.data.id)
      return { ticketId: ticket.id, draftOf: draftName(actor.id, kind ?? 'reply') }
    }
    const view = await receiveUpload(deps, incomingUpload(c, actor.id), {
      sender: actor.id,
      authorize: async (tx, sizeBytes) => refuseBeyondQuota(tx, await placeOf(tx), sizeBytes),
      add: async (tx, file) => addAttachment(tx, deps, actor, await placeOf(tx), { name, file }),
    })
    return c.json(view, 201)
  })
}
