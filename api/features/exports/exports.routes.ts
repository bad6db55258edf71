import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  exportBody,
  exportFieldList,
  exportLink,
  exportList,
  exportView,
} from '../../../contract/exports.schema'
import { describeRoute } from '../../http/describe'
import { disposition, parseQuery, signedQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { linkKey } from '../../lib/link-key'
import { checkLink, signLink } from '../../lib/signed-links'
import { writeAudit } from '../audit/audit.store'
import { wallText } from './export.lines'
import { findExport, loadOwnExport } from './exports.store'
import { dropExport, listOwnExports, orderExport, presentExport } from './exports.usecases'
import { listExportFields } from './fields.store'
import { fileOfExport, stopThread } from './run-export.usecases'

const exporting = { auth: 'agent', permission: 'tickets.export' } as const
const params = z.strictObject({ id: id('exp') })

/** Lists of tickets as files. */
export const exportFileRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/exports',
      summary: 'The own exports of the last day, the newest first',
      ...exporting,
      response: exportList,
    },
    (tx, { actor }) => listOwnExports(tx, actor),
  )
  router.write(
    {
      method: 'post',
      path: '/exports',
      summary: 'Order a file of the tickets that a filter finds',
      ...exporting,
      body: exportBody,
      response: exportView,
      status: 201,
    },
    (tx, { actor, body, deps }) => orderExport(tx, deps, actor, body),
  )
  router.read(
    {
      method: 'get',
      path: '/export-fields',
      summary: 'Custom fields that can be columns of a file',
      ...exporting,
      response: exportFieldList,
    },
    async (tx) => ({
      items: (await listExportFields(tx)).map(({ id: fieldId, label, labelEn }) => ({
        id: fieldId,
        label,
        labelEn,
      })),
    }),
  )
  router.read(
    {
      method: 'get',
      path: '/exports/{id}',
      summary: 'How far an own export is',
      ...exporting,
      params,
      response: exportView,
    },
    async (tx, { actor, params: { id: exportId } }) =>
      presentExport(await loadOwnExport(tx, actor, exportId)),
  )
  router.plain(
    {
      method: 'delete',
      path: '/exports/{id}',
      summary: 'Call an own export off, or remove it with its file',
      ...exporting,
      params,
      response: ok,
    },
    async ({ actor, params: { id: exportId }, deps }) => {
      await deps.db.write((tx) => dropExport(tx, deps, actor, exportId))
      await stopThread(exportId)
      return { ok: true as const }
    },
  )
  downloadRoutes(router)
}

const downloadRoutes = (router: Router): void => {
  const { app, deps } = router
  router.plain(
    {
      method: 'post',
      path: '/exports/{id}/link',
      summary: 'An address that downloads the file, for five minutes',
      ...exporting,
      params,
      response: exportLink,
    },
    async ({ actor, params: { id: exportId } }) => {
      const key = await linkKey(deps.db)
      return deps.db.write(async (tx) => {
        const row = await loadOwnExport(tx, actor, exportId)
        if (row.status !== 'done') throw refuse('exports.not_ready', 'The file is not written yet.')
        const at = deps.clock.now()
        const { query, expiresAt } = signLink(key, 'ticket-export', exportId, at)
        await writeAudit(tx, {
          at,
          actor,
          action: 'tickets.export_fetched',
          thing: exportId,
          data: { count: row.total },
        })
        return { url: `/api/v1/exports/${exportId}/content?${query}`, expiresAt: iso(expiresAt) }
      })
    },
  )
  describeRoute(router, {
    method: 'get',
    path: '/exports/{id}/content',
    auth: 'public',
    summary: 'The file, by a signed address',
    params,
    query: signedQuery,
    status: 200,
    response: 'application/octet-stream',
  })
  app.get('/exports/:id/content', router.guard('public', undefined, 'get'), async (c) => {
    const exportId = c.req.param('id')
    checkLink(await linkKey(deps.db), 'ticket-export', exportId, parseQuery(c, signedQuery), deps.clock.now())
    const row = await deps.db.read((tx) => findExport(tx, exportId))
    if (row?.status !== 'done' || row.finishedAt === null)
      throw refuse('exports.not_found', 'There is no such export.')
    const path = fileOfExport(deps, row)
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    )
    if (size === null) throw refuse('exports.not_found', 'The file is missing.')
    const day = wallText(row.finishedAt, row.timeZone).slice(0, 16).replace(/[-:]/g, '').replace(' ', '-')
    const headers = {
      'content-type':
        row.format === 'csv'
          ? 'text/csv; charset=utf-8'
          : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': disposition(
        'attachment',
        `${row.language === 'en' ? 'tickets' : '工单'}-${day}.${row.format}`,
      ),
      'content-length': String(size),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers })
    return new Response(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, { headers })
  })
}
