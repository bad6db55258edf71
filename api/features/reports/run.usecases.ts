import { join } from 'node:path'
import { Readable } from 'node:stream'
import { permissionsOf } from '../../../contract/permissions.rules'
import { nextRun, reportedDays } from '../../../contract/reports.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import { schedule } from '../due/due.store'
import { queueMail } from '../outgoing/outgoing.usecases'
import type { ReportOrder } from './report.store'
import { reportTexts } from './report.texts'
import { makeReportFile } from './report.thread'
import { reportDue } from './reports.usecases'
import {
  findOwner,
  findRun,
  findSchedule,
  finishRun,
  insertRun,
  type RunRow,
  type ScheduleRow,
  updateSchedule,
} from './schedules.store'

/** Network job: makes the file of a run and sends it. */
export const reportRun = 'report.run'
const lateMs = 5 * 60_000
const maxFileBytes = 50_000_000

/**
 * A schedule's time has come. After the process was down only the latest missed report is made, marked late:
 * the earlier ones are in it or can be asked for by hand.
 */
export const reportFallsDue = async (tx: Tx, deps: Pick<Deps, 'clock'>, id: string): Promise<void> => {
  const row = await findSchedule(tx, id)
  if (!row?.isActive) return
  const now = deps.clock.now()
  if (row.nextAt > now) return schedule(tx, reportDue, id, row.nextAt)
  let dueAt = row.nextAt
  let nextAt = nextRun(row.every, row.hour, row.timeZone, dueAt)
  while (nextAt <= now) {
    dueAt = nextAt
    nextAt = nextRun(row.every, row.hour, row.timeZone, dueAt)
  }
  const { from, to } = reportedDays(row.every, row.timeZone, dueAt)
  const runId = newId('rrn')
  await insertRun(tx, {
    id: runId,
    scheduleId: id,
    fromDay: from,
    toDay: to,
    dueAt,
    isLate: now - dueAt > lateMs,
    status: 'pending',
    delivery: 'none',
    fileName: `${row.name.replace(/[\\/:*?"<>|]/g, ' ')} ${from === to ? from : `${from}_${to}`}.${row.format}`,
    fileHash: null,
    fileSize: null,
    createdAt: now,
    finishedAt: null,
  })
  await updateSchedule(tx, id, { nextAt })
  await schedule(tx, reportDue, id, nextAt)
  await schedule(tx, reportRun, runId, now)
}

/** What the owner may see now; null where that is nothing. */
const orderFor = async (tx: Tx, row: ScheduleRow, run: RunRow): Promise<ReportOrder | null> => {
  const owner = await findOwner(tx, row.ownerId)
  const held = permissionsOf(owner?.roles ?? [])
  if (!owner?.isActive || !held.includes('dashboard.read') || !held.includes('tickets.export')) return null
  const ownId = owner.path.split('/').filter(Boolean).at(-1) ?? ''
  const department = await findDepartment(tx, row.departmentId ?? ownId)
  if (!department?.path.startsWith(owner.path)) return null
  const { id: departmentId, path, name } = department
  return {
    scope: { departmentId, path, name, siteId: row.siteId },
    by: row.groupBy,
    from: run.fromDay,
    to: run.toDay,
  }
}

const send = async (tx: Tx, deps: Pick<Deps, 'clock'>, row: ScheduleRow, run: RunRow): Promise<void> => {
  const texts = reportTexts[row.language]
  const period = texts.period(run.fromDay, run.toDay)
  const text = `${texts.mail(row.name, period)}${run.isLate ? `\n${texts.late}` : ''}`
  const html = text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('')
  for (const to of row.emails)
    await queueMail(tx, deps, {
      purpose: 'report',
      to,
      subject: `${row.name} ${period}`,
      text,
      html,
      attachment: { fileName: run.fileName, sha256: run.fileHash ?? '' },
    })
}

/** Makes the file in a thread and puts the e-mails into the outbox, once, whatever is repeated. */
export const makeRun = async (deps: Deps, runId: string): Promise<void> => {
  const found = await deps.db.read(async (tx) => {
    const run = await findRun(tx, runId)
    const row = run && (await findSchedule(tx, run.scheduleId))
    return run && row ? { run, row, order: await orderFor(tx, row, run) } : null
  })
  if (found?.run.status !== 'pending') return
  const { run, row, order } = found
  if (!order) {
    await deps.db.write((tx) => finishRun(tx, runId, { status: 'failed', finishedAt: deps.clock.now() }))
    return
  }
  const { bytes, rows } = await makeReportFile({
    path: join(deps.config.dataDir, 'bangban.db'),
    order,
    format: row.format,
    language: row.language,
    madeAt: iso(deps.clock.now()),
  })
  const file = await deps.files.receive(Readable.from([Buffer.from(bytes)]), { maxBytes: maxFileBytes })
  const delivery = row.emails.length === 0 ? 'none' : deps.mail ? 'queued' : 'not_configured'
  const set = {
    status: 'ready',
    delivery,
    fileHash: file.sha256,
    fileSize: file.sizeBytes,
    finishedAt: deps.clock.now(),
  } as const
  await deps.db.write(async (tx) => {
    if (!(await finishRun(tx, runId, set))) return
    await writeAudit(tx, {
      at: set.finishedAt,
      actor: system,
      action: 'reports.made',
      thing: row.id,
      data: {
        name: row.name,
        by: order.by,
        fromDay: order.from,
        toDay: order.to,
        departmentId: order.scope.departmentId,
        siteId: order.scope.siteId,
        format: row.format,
        count: rows,
        emails: delivery === 'queued' ? row.emails : [],
      },
    })
    if (delivery === 'queued') await send(tx, deps, row, { ...run, ...set })
  })
}
