import { daysBetween } from '../../../contract/figures.rules'
import { maxReportDays, nextRun } from '../../../contract/reports.rules'
import type { ReportQuery, ScheduleBody, SchedulePage, ScheduleView } from '../../../contract/reports.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, requirePermission } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { listSiteNames } from '../dashboard/dashboard.store'
import { scopeOf, zoneFor } from '../dashboard/dashboard.usecases'
import { schedule, unschedule } from '../due/due.store'
import type { ReportOrder } from './report.store'
import {
  deleteSchedule,
  findRun,
  findSchedule,
  insertSchedule,
  listRuns,
  listSchedules,
  type RunRow,
  type ScheduleRow,
  updateSchedule,
} from './schedules.store'

/** Due job: a schedule's time has come. */
export const reportDue = 'report.due'
const shownRuns = 6
const maxSchedules = 50

type ReportDeps = Pick<Deps, 'clock'>

/** Checks the days (422) and the department (404): what comes out may be built. */
export const orderReport = async (tx: Tx, actor: AgentActor, query: ReportQuery): Promise<ReportOrder> => {
  requirePermission(actor, 'dashboard.read')
  const length = daysBetween(query.from, query.to) + 1
  if (length < 1 || length > maxReportDays)
    throw refuse('reports.period_invalid', `From the first day to the last, at most ${maxReportDays} days.`)
  return { scope: await scopeOf(tx, actor, query), by: query.by, from: query.from, to: query.to }
}

const runView = (run: RunRow): ScheduleView['runs'][number] => ({
  id: run.id,
  from: run.fromDay,
  to: run.toDay,
  dueAt: iso(run.dueAt),
  isLate: run.isLate,
  status: run.status,
  delivery: run.delivery,
  fileName: run.fileName,
})
const view = (row: ScheduleRow, runs: readonly RunRow[]): ScheduleView => ({
  id: row.id,
  name: row.name,
  by: row.groupBy,
  departmentId: row.departmentId,
  siteId: row.siteId,
  every: row.every,
  hour: row.hour,
  format: row.format,
  language: row.language,
  emails: row.emails,
  isActive: row.isActive,
  nextAt: iso(row.nextAt),
  runs: runs
    .filter((run) => run.scheduleId === row.id)
    .slice(0, shownRuns)
    .map(runView),
})

export const showSchedules = async (
  tx: Tx,
  deps: Pick<Deps, 'mail'>,
  actor: AgentActor,
  { limit = 50, cursor }: { limit?: number | undefined; cursor?: string | undefined },
): Promise<SchedulePage> => {
  const [at, id] = cursor?.split('.') ?? []
  const after = id && Number.isFinite(Number(at)) ? { at: Number(at), id } : null
  const found = await listSchedules(tx, actor.id, after, limit + 1)
  const shown = found.slice(0, limit)
  const runs = await listRuns(
    tx,
    shown.map((row) => row.id),
  )
  const last = shown.at(-1)
  return {
    items: shown.map((row) => view(row, runs)),
    nextCursor: found.length > limit && last ? `${last.createdAt}.${last.id}` : null,
    isMailConfigured: deps.mail !== null,
  }
}

const loadOwn = async (tx: Tx, actor: AgentActor, id: string): Promise<ScheduleRow> => {
  const row = await findSchedule(tx, id)
  if (row?.ownerId !== actor.id) throw refuse('reports.not_found', 'There is no such schedule of yours.')
  return row
}

const plan = async (tx: Tx, row: ScheduleRow): Promise<void> => {
  if (row.isActive) await schedule(tx, reportDue, row.id, row.nextAt)
  else await unschedule(tx, reportDue, row.id)
}

/** Makes a schedule, or changes the one with `id`. The next run is reckoned from now. */
export const putSchedule = async (
  tx: Tx,
  deps: ReportDeps,
  actor: AgentActor,
  id: string | null,
  body: ScheduleBody,
): Promise<ScheduleView> => {
  requirePermission(actor, 'dashboard.read')
  const before = id === null ? null : await loadOwn(tx, actor, id)
  if (!before && (await listSchedules(tx, actor.id, null, maxSchedules)).length >= maxSchedules)
    throw refuse('reports.too_many', `At most ${maxSchedules} schedules.`)
  await scopeOf(tx, actor, body)
  const now = deps.clock.now()
  const { by, departmentId, siteId, ...rest } = body
  const timeZone = zoneFor(await listSiteNames(tx), siteId ?? null)
  const row: ScheduleRow = {
    ...rest,
    id: before?.id ?? newId('rsc'),
    ownerId: actor.id,
    groupBy: by,
    departmentId: departmentId ?? null,
    siteId: siteId ?? null,
    timeZone,
    createdAt: before?.createdAt ?? now,
    nextAt: nextRun(body.every, body.hour, timeZone, now),
  }
  if (before) await updateSchedule(tx, row.id, row)
  else await insertSchedule(tx, row)
  await plan(tx, row)
  const action = before ? 'reports.schedule_changed' : 'reports.schedule_created'
  await writeAudit(tx, {
    at: now,
    actor,
    action,
    thing: row.id,
    data: { name: row.name, emails: row.emails },
  })
  return view(row, await listRuns(tx, [row.id]))
}

export const removeSchedule = async (
  tx: Tx,
  deps: ReportDeps,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await loadOwn(tx, actor, id)
  await unschedule(tx, reportDue, id)
  await deleteSchedule(tx, id)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'reports.schedule_deleted',
    thing: id,
    data: { name: row.name },
  })
}

/** A finished run of one of the actor's schedules. */
export const loadRunFile = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
): Promise<RunRow & { fileHash: string }> => {
  const run = await findRun(tx, id)
  if (!run) throw refuse('reports.not_found', 'There is no such report of yours.')
  await loadOwn(tx, actor, run.scheduleId)
  if (run.fileHash === null) throw refuse('reports.not_found', 'The file is not there yet.')
  return { ...run, fileHash: run.fileHash }
}
