import { type ExportChoice, type ExportFormat, isExportField } from '../../../contract/exports.rules'
import type { TicketListFilter } from '../../../contract/ticket-list.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { createLineWriter } from './export.files'
import { lineOf } from './export.lines'
import { exportWords } from './export.words'
import type { ExportedField } from './fields.store'
import { walkTickets } from './walk.store'

export interface ExportTask {
  path: string
  actor: AgentActor
  filter: TicketListFilter
  /** What a search for words found; null where the list itself is walked. */
  ids: string[] | null
  format: ExportFormat
  columns: ExportChoice[]
  /** The custom fields among the columns. */
  fields: ExportedField[]
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
  const labelOf = (id: string): string => {
    const field = task.fields.find((each) => each.id === id)
    return (task.language === 'en' ? field?.labelEn : field?.label) ?? ''
  }
  const header = task.columns.map((column) =>
    isExportField(column) ? labelOf(column) : words.columns[column],
  )
  const writer = createLineWriter(task.format, { ...task, words, header })
  let done = 0
  for await (const page of walkTickets(tx, task.actor, task.filter, task.ids, task.fields)) {
    await writer.write(page.map((each) => lineOf(each, task.columns, words)))
    done += page.length
    progress(done)
  }
  await writer.end()
  return done
}
