import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import {
  type ExportChoice,
  type ExportCommand,
  type ExportStatus,
  exportKeptMs,
  exportTransitions,
  isExportField,
} from '../../../contract/exports.rules'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import { nextState } from '../../../contract/transitions.rules'
import { serialise, type Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { startWorkerThread } from '../../lib/worker-thread'
import { loadOwner } from '../agents/owner.store'
import { writeAudit } from '../audit/audit.store'
import { schedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { findByWords } from '../tickets/found.usecases'
import { wordsOf } from '../tickets/list.usecases'
import type { ExportMessage } from './export.worker'
import { deleteExport, type ExportRow, findExport, patchExport } from './exports.store'
import { loadExportFields } from './fields.store'
import type { ExportTask } from './write-export'

/** Due job: write the file. */
export const exportKind = 'export.run'
/** Due job: a day has passed. */
export const exportExpiry = 'export.expire'

/** The row goes on as `command` says; null where its state does not allow it any more. */
export const moveExport = async (
  tx: Tx,
  row: ExportRow,
  command: ExportCommand,
  set: Partial<ExportRow> = {},
): Promise<ExportStatus | null> => {
  const status = nextState(exportTransitions, row.status, command)
  return status && (await patchExport(tx, row.id, row.status, { ...set, status })) ? status : null
}

export const fileOfExport = (deps: Pick<Deps, 'config'>, row: { file: string | null; id: string }): string =>
  join(deps.config.dataDir, 'exports', row.file ?? row.id)

type RunDeps = Pick<Deps, 'db' | 'clock' | 'logger' | 'config' | 'search'>

/** Threads at work, to be stopped when somebody calls an export off. */
const threads = new Map<string, Worker>()
export const stopThread = async (exportId: string): Promise<void> => {
  await threads.get(exportId)?.terminate()
}
/** One file at a time: two cores have a desk to serve. */
const inTurn = serialise()

const progressPauseMs = 500

/** Runs the thread to its end; rejects where it fails or is stopped. */
const write = (
  deps: RunDeps,
  exportId: string,
  task: ExportTask,
  progress: (done: number) => void,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const database = join(deps.config.dataDir, 'bangban.db')
    const thread = startWorkerThread(import.meta.url, 'export', { database, task })
    threads.set(exportId, thread)
    let toldAt = 0
    thread.on('message', ({ done, isFinished }: ExportMessage) => {
      if (isFinished) return resolve(done)
      if (performance.now() - toldAt < progressPauseMs) return
      toldAt = performance.now()
      progress(done)
    })
    thread.on('error', reject)
    thread.on('exit', (code) => {
      threads.delete(exportId)
      reject(new Error(`The export thread ended with ${code}`))
    })
  })

/** Searched for words, an export holds at most so many tickets, the most relevant. */
const maxFound = 5000

/** The tickets that hold the words of the filter; null where there are none to look for. */
const findIds = async (
  deps: RunDeps,
  actor: AgentActor,
  filter: TicketListFilter,
): Promise<string[] | null> =>
  wordsOf(filter.q) === null ? null : (await findByWords(deps, actor, filter, maxFound)).ids

const finish = (deps: RunDeps, row: ExportRow, actor: AgentActor, total: number, sizeBytes: number) =>
  deps.db.write(async (tx) => {
    const at = deps.clock.now()
    if (!(await moveExport(tx, row, 'finish', { done: total, total, sizeBytes, finishedAt: at }))) return
    await schedule(tx, exportExpiry, row.id, at + exportKeptMs)
    await writeAudit(tx, {
      at,
      actor,
      action: 'tickets.exported',
      thing: row.id,
      data: { filter: row.filter, columns: row.columns, format: row.format, count: total },
    })
    await writeEvent(tx, {
      type: 'export.ready',
      subject: row.id,
      at,
      actor,
      audience: [audience.agent(row.ownerId)],
      facts: { ownerId: row.ownerId, format: row.format, count: total },
    })
  })

const fail = async (deps: RunDeps, exportId: string, error: string): Promise<void> => {
  await deps.db.write(async (tx) => {
    const row = await findExport(tx, exportId)
    const at = deps.clock.now()
    if (row && (await moveExport(tx, row, 'fail', { error, finishedAt: at })))
      await schedule(tx, exportExpiry, exportId, at + exportKeptMs)
  })
}

const start = (deps: RunDeps, exportId: string) =>
  deps.db.write(async (tx) => {
    const row = await findExport(tx, exportId)
    if (!row || !(await moveExport(tx, row, 'start', { done: 0, file: `${row.id}.${row.format}` })))
      return null
    const actor = await loadOwner(tx, row.ownerId)
    const started = await findExport(tx, exportId)
    return started && { row: started, actor }
  })

/** Writes the file in a thread. Repeated after a crash it begins anew; called off it leaves nothing. */
export const runExport = (deps: RunDeps, exportId: string): Promise<void> =>
  inTurn(async () => {
    const begun = await start(deps, exportId)
    if (!begun) return
    const { row, actor } = begun
    const path = fileOfExport(deps, row)
    try {
      if (!actor?.permissions.has('tickets.export')) throw new Error('The account may not export any more')
      await mkdir(join(deps.config.dataDir, 'exports'), { recursive: true })
      const filter = row.filter as TicketListFilter
      const task: ExportTask = {
        path,
        actor,
        filter,
        ids: await findIds(deps, actor, filter),
        format: row.format,
        columns: row.columns as ExportChoice[],
        fields: await deps.db.read((tx) => loadExportFields(tx, row.columns.filter(isExportField))),
        language: row.language,
        timeZone: row.timeZone,
      }
      const total = await write(deps, exportId, task, (done) => {
        deps.db
          .write((tx) => patchExport(tx, exportId, 'running', { done }))
          .catch((error: unknown) => deps.logger.warn({ err: error, exportId }, 'progress not kept'))
      })
      await finish(deps, row, actor, total, (await stat(path)).size)
    } catch (error) {
      deps.logger.warn({ err: error, exportId }, 'export failed or called off')
      await fail(deps, exportId, error instanceof Error ? error.message.slice(0, 300) : String(error))
      await rm(path, { force: true })
    }
  })

/** Removes an export and its file. */
export const expireExport = async (deps: RunDeps, exportId: string): Promise<void> => {
  const row = await deps.db.read((tx) => findExport(tx, exportId))
  if (!row) return
  await rm(fileOfExport(deps, row), { force: true })
  await deps.db.write((tx) => deleteExport(tx, exportId))
}
