import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import { inlineTypes } from '../../../contract/documents.rules'
import { describeRoute } from '../../http/describe'
import type { AppEnv } from '../../http/env'
import { disposition, parseQuery, signedQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { linkKey } from '../../lib/link-key'
import { checkLink } from '../../lib/signed-links'
import { type DocumentWithFile, findDocument } from './documents.store'
import { parseRange } from './ranges'

const contentQuery = signedQuery.extend({ download: z.enum(['', '0', '1', 'true', 'false']).optional() })

/** The bytes, behind signed addresses: an `<img>` or a download carries no bearer token. */
export const contentRoutes = (router: Router): void => {
  const { app, deps } = router
  const params = z.strictObject({ id: id('doc') })
  const open = router.guard('public', undefined, 'get')

  describeRoute(router, {
    method: 'get',
    path: '/documents/{id}/content',
    auth: 'public',
    summary: 'The bytes of a file, by a signed address',
    params,
    query: contentQuery,
    status: 200,
    response: 'application/octet-stream',
  })
  app.get('/documents/:id/content', open, async (c) => {
    const query = parseQuery(c, contentQuery)
    return sendContent(
      c,
      deps,
      await loadSigned(c, deps, query),
      query.download === '1' || query.download === 'true',
    )
  })

  describeRoute(router, {
    method: 'get',
    path: '/documents/{id}/thumbnail',
    auth: 'public',
    summary: 'A small picture of an image, by the same signed address',
    params,
    query: contentQuery,
    status: 200,
    response: 'image/jpeg',
  })
  app.get('/documents/:id/thumbnail', open, async (c) => {
    const { file } = await loadSigned(c, deps, parseQuery(c, contentQuery))
    if (!file.mime.startsWith('image/')) throw refuse('documents.not_found', 'Only images have a thumbnail.')
    const bytes = await deps.files.thumbnail(file.sha256)
    return new Response(new Uint8Array(bytes), {
      headers: {
        ...guarded,
        'content-type': 'image/jpeg',
        'content-security-policy': picturePolicy,
        'cache-control': 'private, max-age=300',
      },
    })
  })
}

/** The document a valid signed address names. A recalled one is closed to everybody. */
const loadSigned = async (
  c: Context<AppEnv>,
  deps: Deps,
  link: { exp: number; sig: string },
): Promise<DocumentWithFile> => {
  const documentId = c.req.param('id') ?? ''
  checkLink(await linkKey(deps.db), 'document', documentId, link, deps.clock.now())
  const found = await deps.db.read((tx) => findDocument(tx, documentId))
  if (!found) throw refuse('documents.not_found', 'There is no such document.')
  if (found.row.status === 'recalled') throw refuse('documents.wrong_state', 'The document was recalled.')
  return found
}

const guarded = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}
const picturePolicy = "sandbox; default-src 'none'"
/** Browsers refuse to start their PDF viewer in a sandbox; a PDF is not a document of our origin anyway. */
const policyOf = (mime: string): string =>
  mime === 'application/pdf' ? "frame-ancestors 'self'" : picturePolicy

const sendContent = async (
  c: Context<AppEnv>,
  deps: Deps,
  { row, file }: DocumentWithFile,
  isDownload: boolean,
): Promise<Response> => {
  const size = await deps.files.size(file.sha256)
  if (size === null || size !== file.sizeBytes) {
    deps.logger.error(
      { document: row.id, sha256: file.sha256, size },
      'the file of a document is missing or damaged',
    )
    throw refuse('documents.not_found', 'The file is missing.')
  }
  const etag = `"${file.sha256}"`
  const headers: Record<string, string> = {
    ...guarded,
    'content-type': file.mime,
    'content-disposition': disposition(
      isDownload || !inlineTypes.includes(file.mime) ? 'attachment' : 'inline',
      row.name,
    ),
    'content-security-policy': policyOf(file.mime),
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    etag,
  }
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const isRangeFresh = [undefined, etag].includes(c.req.header('if-range'))
  const range = parseRange(isRangeFresh ? c.req.header('range') : undefined, size)
  if (range === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } })
  const part = range === 'whole' ? { start: 0, end: size - 1 } : range
  const length = part.end - part.start + 1
  const all = {
    ...headers,
    'content-length': String(length),
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${part.start}-${part.end}/${size}` }),
  }
  const status = range === 'whole' ? 200 : 206
  if (c.req.raw.method === 'HEAD') return new Response(null, { status, headers: all })
  return new Response(Readable.toWeb(deps.files.open(file.sha256, part)) as ReadableStream<Uint8Array>, {
    status,
    headers: all,
  })
}
