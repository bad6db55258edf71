import { z } from 'zod'
import { id, instant, page, text } from './common.schema'
import { day } from './dashboard.schema'
import { reportColumns, reportEvery, reportFormats, reportGroups } from './reports.rules'

const period = {
  from: day,
  to: day,
  by: z.enum(reportGroups),
  departmentId: id('dep').optional(),
  siteId: id('sit').optional(),
}
export const reportQuery = z.strictObject(period)
export type ReportQuery = z.infer<typeof reportQuery>

const cells = z.partialRecord(z.enum(reportColumns), z.number().nullable())
export const reportRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  values: cells,
  /** Of a department: only what it holds itself, without those below. */
  isDirect: z.boolean(),
})
export type ReportRow = z.infer<typeof reportRow>
export const reportView = z.strictObject({
  from: day,
  to: day,
  by: z.enum(reportGroups),
  departmentId: id('dep'),
  departmentName: z.string(),
  columns: z.array(z.enum(reportColumns)),
  rows: z.array(reportRow),
  /** The department as a whole. */
  total: cells,
})
export type ReportView = z.infer<typeof reportView>

export const exportQuery = z.strictObject({
  ...period,
  format: z.enum(reportFormats),
  language: z.enum(['zh-CN', 'en']).optional(),
})

export const scheduleBody = z.strictObject({
  name: text(60, 1),
  by: z.enum(reportGroups),
  departmentId: id('dep').optional(),
  siteId: id('sit').optional(),
  every: z.enum(reportEvery),
  hour: z.number().int().min(0).max(23),
  format: z.enum(reportFormats),
  language: z.enum(['zh-CN', 'en']),
  emails: z.array(z.email().max(200)).max(20),
  isActive: z.boolean(),
})
export type ScheduleBody = z.infer<typeof scheduleBody>
export const runView = z.strictObject({
  id: id('rrn'),
  from: day,
  to: day,
  dueAt: instant,
  isLate: z.boolean(),
  status: z.enum(['pending', 'ready', 'failed']),
  delivery: z.enum(['none', 'queued', 'not_configured']),
  fileName: z.string(),
})
export const scheduleView = z.strictObject({
  ...scheduleBody.shape,
  departmentId: id('dep').nullable(),
  siteId: id('sit').nullable(),
  id: id('rsc'),
  nextAt: instant,
  runs: z.array(runView),
})
export type ScheduleView = z.infer<typeof scheduleView>
export const schedulePage = page(scheduleView).extend({
  /** False: no mail server, files are only kept for download. */
  isMailConfigured: z.boolean(),
})
export type SchedulePage = z.infer<typeof schedulePage>
export const scheduleParams = z.strictObject({ id: id('rsc') })
export const runParams = z.strictObject({ id: id('rrn') })
