import type { ExportColumn, ExportFormat } from '../../../contract/exports.rules'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { createLineWriter } from './export.files'
import { lineOf } from './export.lines'
import { exportWords } from './export.words'
import { walkTickets } from './walk.store'

export interface ExportTask {
  path: string
  actor: AgentActor
  filter: TicketListFilter
  /** What a search for words found; null where the list itself is walked. */
  ids: string[] | null
  format: ExportFormat
  columns: ExportColumn[]
  language: 'zh-CN' | 'en'
  timeZone: string
}

/** Writes the list to the file; returns the number of tickets. Memory holds one page at a time. */
export const writeExport = async (
  tx: Tx,
  task: ExportTask,
  progress: (done: number) => void,
): Promise<number> => {
  const words = exportWords[task.language]
  const writer = createLineWriter(task.format, { ...task, words })
  let done = 0
  for await (const page of walkTickets(tx, task.actor, task.filter, task.ids)) {
    await writer.write(page.map((each) => lineOf(each, task.columns, words)))
    done += page.length
    progress(done)
  }
  await writer.end()
  return done
}
