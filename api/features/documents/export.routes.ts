import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import { describeRoute } from '../../http/describe'
import { disposition, parseQuery, signedQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import { linkKey } from '../../lib/link-key'
import { matchLink } from '../../lib/signed-links'
import { noteDownloads } from './documents.usecases'
import { loadExport } from './export.store'
import { streamWhole } from './export.stream'
import { exportTexts } from './export.texts'
import { zipExport } from './export.zip'

/** Everything exchanged in a consultation as one zip, behind a signed address. */
export const exportRoutes = (router: Router): void => {
  const { app, deps } = router
  describeRoute(router, {
    method: 'get',
    path: '/consultations/{id}/export',
    auth: 'public',
    summary: 'Files, chat and a summary as a zip, by a signed address',
    params: z.strictObject({ id: id('con') }),
    query: signedQuery,
    status: 200,
    response: 'application/zip',
  })
  app.get('/consultations/:id/export', router.guard('public', undefined, 'get'), async (c) => {
    const consultationId = c.req.param('id')
    const scope = matchLink(
      await linkKey(deps.db),
      ['export-agent', 'export-visitor'],
      consultationId,
      parseQuery(c, signedQuery),
      deps.clock.now(),
    )
    const content = await deps.db.read((tx) => loadExport(tx, consultationId))
    const headers = {
      'content-type': 'application/zip',
      'content-disposition': disposition('attachment', `${content.consultation.ticketNumber}.zip`),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    }
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers })
    const zip = zipExport(deps.files, content.documents, exportTexts(content, scope === 'export-agent'))
    // Only who has received the last byte has the files: an aborted download gives no receipts.
    const confirm = async () => {
      if (scope !== 'export-visitor') return
      const ids = content.documents.map((each) => each.id)
      await deps.db.write((tx) => noteDownloads(tx, deps, consultationId, ids))
    }
    const body = streamWhole(zip, () =>
      confirm().catch((error: unknown) =>
        deps.logger.error({ err: error, consultationId }, 'the receipts of an export were not kept'),
      ),
    )
    return new Response(body, { headers })
  })
}
