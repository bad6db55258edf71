import {
  type ExportColumn,
  exportColumns,
  exportKeptMs,
  exportTransitions,
  isExportField,
  maxExportFields,
  maxOpenExports,
} from '../../../contract/exports.rules'
import type { ExportBody, ExportView } from '../../../contract/exports.schema'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import { nextState } from '../../../contract/transitions.rules'
import { zoneOffsetMs } from '../../../contract/zone.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { schedule, unschedule } from '../due/due.store'
import { countOpenExports, type ExportRow, insertExport, listExports, loadOwnExport } from './exports.store'
import { loadExportFields } from './fields.store'
import { exportExpiry, exportKind, moveExport } from './run-export.usecases'

const standardColumns: readonly ExportColumn[] = exportColumns.filter(
  (column) => !['slaState', 'nextDueAt', 'escalationLevel', 'reopenCount'].includes(column),
)

export const presentExport = (row: ExportRow): ExportView => ({
  id: row.id,
  format: row.format,
  filter: row.filter as TicketListFilter,
  status: row.status,
  done: row.done,
  total: row.total,
  sizeBytes: row.sizeBytes,
  error: row.error,
  createdAt: iso(row.createdAt),
  finishedAt: iso(row.finishedAt),
  expiresAt: row.finishedAt === null ? null : iso(row.finishedAt + exportKeptMs),
})

const checkZone = (timeZone: string): void => {
  try {
    zoneOffsetMs(timeZone, 0)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw refuse('request.invalid', 'There is no such time zone.', {
      errors: [{ path: 'body.timeZone', message: 'unknown time zone' }],
    })
  }
}

const checkFields = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  const known = ids.length > 0 ? await loadExportFields(tx, ids) : []
  if (known.length < ids.length || ids.length > maxExportFields)
    throw refuse('request.invalid', 'There is no such field.', {
      errors: [{ path: 'body.columns', message: 'unknown field' }],
    })
}

/** Orders a file of the tickets that the filter finds within what the caller may see. */
export const orderExport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  body: ExportBody,
): Promise<ExportView> => {
  const timeZone = body.timeZone ?? 'Asia/Shanghai'
  checkZone(timeZone)
  if ((await countOpenExports(tx, actor.id)) >= maxOpenExports)
    throw refuse('exports.too_many', `At most ${maxOpenExports} exports at a time.`)
  const at = deps.clock.now()
  const wanted = body.columns ?? standardColumns
  const fieldIds = [...new Set(wanted.filter(isExportField))]
  await checkFields(tx, fieldIds)
  const row: ExportRow = {
    id: newId('exp'),
    ownerId: actor.id,
    filter: body.filter as Record<string, string>,
    format: body.format,
    columns: [...exportColumns.filter((column) => wanted.includes(column)), ...fieldIds],
    language: body.language ?? 'zh-CN',
    timeZone,
    status: 'queued',
    done: 0,
    total: null,
    sizeBytes: null,
    file: null,
    error: null,
    createdAt: at,
    finishedAt: null,
  }
  await insertExport(tx, row)
  // Who asked for what is kept even where the file is never finished.
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.export_ordered',
    thing: row.id,
    data: { filter: row.filter, columns: row.columns, format: row.format },
  })
  await schedule(tx, exportKind, row.id, at)
  return presentExport(row)
}

export const listOwnExports = async (tx: Tx, actor: AgentActor): Promise<{ items: ExportView[] }> => ({
  items: (await listExports(tx, actor.id)).map(presentExport),
})

/** Calls an export off while it is written; one that is finished is removed with its file at once. */
export const dropExport = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await loadOwnExport(tx, actor, id)
  const at = deps.clock.now()
  if (nextState(exportTransitions, row.status, 'cancel')) {
    await moveExport(tx, row, 'cancel', { finishedAt: at })
    await unschedule(tx, exportKind, id)
  }
  await schedule(tx, exportExpiry, id, at)
}
