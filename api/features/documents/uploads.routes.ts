import type { Context } from 'hono'
import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import { maxFileBytes } from '../../../contract/consultations.rules'
import {
  type DocumentView,
  documentView,
  snapshotQuery,
  uploadQuery,
} from '../../../contract/consultations.schema'
import { describeRoute } from '../../http/describe'
import type { AppEnv } from '../../http/env'
import { type Repeat, recallAnswer, rememberAnswer, repeatOf } from '../../http/idempotency'
import { parseQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import type { AgentActor, VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { sha256 } from '../../lib/ids'
import { addDocument, authorizeUpload, type Upload } from './documents.usecases'

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
    return receiveUpload(c, deps, { consultationId: idOf(c), snapshot: null, name: query.name })
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
    return receiveUpload(c, deps, {
      consultationId: idOf(c),
      snapshot: { callId, callSeconds },
      name: name ?? `截图 ${clockOf(callSeconds)}`,
    })
  })
}

/** `02-05` for 125 seconds: a colon is no character for a file name. */
const clockOf = (seconds: number): string =>
  `${String(Math.floor(seconds / 60)).padStart(2, '0')}-${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const idOf = (c: Context<AppEnv>): string => {
  const parsed = id('con').safeParse(c.req.param('id'))
  if (!parsed.success) throw refuse('request.not_found', 'There is nothing at this address.')
  return parsed.data
}

/** Our panels send two at a time; each holds a temporary file of up to 50 MB until it is whole. */
const uploadsAtOnce = 8
const running = new Map<string, number>()

const receiveUpload = async (
  c: Context<AppEnv>,
  deps: Deps,
  upload: Upload & { name: string },
): Promise<Response> => {
  const actor = c.get('actor')
  if (!actor || actor.kind === 'key') throw refuse('auth.required', 'Please sign in.')
  const count = running.get(actor.id) ?? 0
  if (count >= uploadsAtOnce)
    throw refuse('request.too_many', `At most ${uploadsAtOnce} files at a time.`, { retryAfter: 5 })
  running.set(actor.id, count + 1)
  try {
    return await keepUpload(c, deps, actor, upload)
  } finally {
    const left = (running.get(actor.id) ?? 1) - 1
    if (left > 0) running.set(actor.id, left)
    else running.delete(actor.id)
  }
}

const keepUpload = async (
  c: Context<AppEnv>,
  deps: Deps,
  actor: AgentActor | VisitorActor,
  upload: Upload & { name: string },
): Promise<Response> => {
  const repeat = repeatedUpload(c, actor)
  const earlier = await deps.db.read(async (tx) => {
    const answer = repeat ? await recallAnswer(tx, repeat.scope, repeat.fingerprint) : null
    if (!answer) await authorizeUpload(tx, actor, { ...upload, sizeBytes: contentLength(c) })
    return answer
  })
  if (earlier) return c.json(earlier.body as DocumentView, 201)
  const file = await deps.files.receive(c.req.raw.body ?? new Blob([]).stream(), {
    maxBytes: maxFileBytes,
    signal: c.req.raw.signal,
    expectedBytes: contentLength(c),
    types: upload.snapshot ? snapshotTypes : undefined,
  })
  const view = await deps.db.write(async (tx) => {
    const answer = repeat ? await recallAnswer(tx, repeat.scope, repeat.fingerprint) : null
    if (answer) return answer.body as DocumentView
    const added = await addDocument(tx, deps, actor, { ...upload, file })
    if (repeat) await rememberAnswer(tx, repeat.scope, repeat.fingerprint, added, deps.clock.now())
    return added
  })
  return c.json(view, 201)
}

/** Where the answer to this Idempotency-Key is kept. The body is not part of it: it has not been read yet. */
const repeatedUpload = (
  c: Context<AppEnv>,
  actor: AgentActor | VisitorActor,
): { scope: Repeat; fingerprint: string } | null => {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  return {
    scope: repeatOf(key, actor.id, 'PUT', c.req.path),
    fingerprint: sha256(JSON.stringify(c.req.query())),
  }
}

const contentLength = (c: Context<AppEnv>): number | undefined => {
  const header = c.req.header('content-length')
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined
}
