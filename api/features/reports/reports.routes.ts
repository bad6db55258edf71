import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ok, pageQuery } from '../../../contract/common.schema'
import type { ReportFormat } from '../../../contract/reports.rules'
import {
  exportQuery,
  reportQuery,
  reportView,
  runParams,
  scheduleBody,
  schedulePage,
  scheduleParams,
  scheduleView,
} from '../../../contract/reports.schema'
import { describeRoute } from '../../http/describe'
import { disposition, parseQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { writeAudit } from '../audit/audit.store'
import { buildReport } from './report.store'
import { makeReportFile } from './report.thread'
import { loadRunFile, orderReport, putSchedule, removeSchedule, showSchedules } from './reports.usecases'

const supervisor = { auth: 'agent', permission: 'dashboard.read' } as const

/** Files leave the house, so they need the permission of exports beside that of the figures. */
const exporter = { auth: 'agent', permission: 'tickets.export' } as const

/** Reports on the screen, as files, and by schedule. */
export const reportRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...supervisor,
      method: 'get',
      path: '/reports',
      summary: 'Figures of a period by day, department, topic or agent',
      query: reportQuery,
      response: reportView,
    },
    async (tx, { actor, query }) => buildReport(tx, await orderReport(tx, actor, query)),
  )
  router.read(
    {
      ...supervisor,
      method: 'get',
      path: '/reports/schedules',
      summary: 'Own scheduled reports with their last files',
      query: pageQuery,
      response: schedulePage,
    },
    (tx, { actor, query }) => showSchedules(tx, deps, actor, query),
  )
  router.write(
    {
      ...exporter,
      method: 'post',
      path: '/reports/schedules',
      summary: 'Have a report sent by itself',
      body: scheduleBody,
      response: scheduleView,
      status: 201,
    },
    (tx, { actor, body }) => putSchedule(tx, deps, actor, null, body),
  )
  router.write(
    {
      ...exporter,
      method: 'put',
      path: '/reports/schedules/{id}',
      summary: 'Change a scheduled report',
      params: scheduleParams,
      body: scheduleBody,
      response: scheduleView,
    },
    (tx, { actor, params, body }) => putSchedule(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      ...supervisor,
      method: 'delete',
      path: '/reports/schedules/{id}',
      summary: 'Give a scheduled report up, with its files',
      params: scheduleParams,
      response: ok,
    },
    async (tx, { actor, params }) => {
      await removeSchedule(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
  fileRoutes(router)
}

const mimes: Record<ReportFormat, string> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
}
const file = { ...exporter, method: 'get', status: 200, response: Object.values(mimes) } as const

const fileHeaders = (format: ReportFormat, name: string): Record<string, string> => ({
  'content-type': mimes[format],
  'content-disposition': disposition('attachment', name),
  'x-content-type-options': 'nosniff',
})

const fileRoutes = (router: Router): void => {
  const { app, deps } = router
  const guard = router.guard('agent', 'tickets.export', 'get')
  describeRoute(router, {
    ...file,
    path: '/reports/export',
    summary: 'A report as a sheet or for printing',
    query: exportQuery,
  })
  app.get('/reports/export', guard, async (c) => {
    const actor = c.get('actor') as AgentActor
    const query = parseQuery(c, exportQuery)
    const order = await deps.db.read((tx) => orderReport(tx, actor, query))
    const now = deps.clock.now()
    const { bytes, rows } = await makeReportFile({
      path: join(deps.config.dataDir, 'bangban.db'),
      order,
      format: query.format,
      language: query.language ?? 'zh-CN',
      madeAt: iso(now),
    })
    const { siteId, departmentId: thing } = order.scope
    const data = {
      by: order.by,
      fromDay: order.from,
      toDay: order.to,
      siteId,
      format: query.format,
      count: rows,
    }
    await deps.db.write((tx) =>
      writeAudit(tx, { at: now, actor, action: 'reports.exported', thing, data }).then(() => undefined),
    )
    const name = `report ${order.by} ${order.from}_${order.to}.${query.format}`
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: fileHeaders(query.format, name) })
  })
  describeRoute(router, {
    ...file,
    path: '/reports/runs/{id}/file',
    summary: 'The file of a scheduled report',
    params: runParams,
  })
  app.get('/reports/runs/:id/file', guard, async (c) => {
    const id = c.req.param('id')
    const actor = c.get('actor') as AgentActor
    const run = await deps.db.write(async (tx) => {
      const found = await loadRunFile(tx, actor, id)
      const data = { name: found.fileName, fromDay: found.fromDay, toDay: found.toDay }
      await writeAudit(tx, { at: deps.clock.now(), actor, action: 'reports.file_fetched', thing: id, data })
      return found
    })
    const format = run.fileName.endsWith('.pdf') ? 'pdf' : 'xlsx'
    const body = Readable.toWeb(deps.files.open(run.fileHash)) as ReadableStream<Uint8Array>
    return new Response(body, { headers: fileHeaders(format, run.fileName) })
  })
}
