import { parentPort, workerData } from 'node:worker_threads'
import type { ReportFormat } from '../../../contract/reports.rules'
import { connect } from '../../../drizzle/database'
import { queriesOn } from '../../../drizzle/session'
import { renderPdf, renderXlsx } from './report.render'
import { buildReport, type ReportOrder } from './report.store'
import type { ReportLanguage } from './report.texts'

/** What the thread is started with. */
export interface ReportTask {
  path: string
  order: ReportOrder
  format: ReportFormat
  language: ReportLanguage
  madeAt: string
}

export interface ReportFile {
  bytes: Uint8Array
  /** Lines below the header, the total not counted. */
  rows: number
}

/** One report, with a read connection of its own; the thread ends with it. */
const { path, order, format, language, madeAt } = workerData as ReportTask
const connection = connect(path, { readonly: true })
try {
  connection.exec('BEGIN')
  const view = await buildReport(queriesOn(connection), order)
  connection.exec('COMMIT')
  const render = format === 'xlsx' ? renderXlsx : renderPdf
  const file: ReportFile = {
    bytes: new Uint8Array(await render(view, language, madeAt)),
    rows: view.rows.length,
  }
  parentPort?.postMessage(file)
} finally {
  connection.close()
}
