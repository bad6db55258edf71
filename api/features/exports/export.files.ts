import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { stringify } from 'csv-stringify'
import ExcelJS from 'exceljs'
import { type ExportChoice, type ExportFormat, guardCell } from '../../../contract/exports.rules'
import { type Cell, wallDate, wallText, widthOf } from './export.lines'
import type { ExportWords } from './export.words'

/** Writes lines to a file as they come; waits where the disk is slower than the database. */
export interface LineWriter {
  write(lines: readonly Cell[][]): Promise<void>
  end(): Promise<void>
}
interface WriterOptions {
  path: string
  columns: readonly ExportChoice[]
  /** What stands above each column. */
  header: readonly string[]
  words: ExportWords
  timeZone: string
}

/** CSV as spreadsheets open it: UTF-8 with a byte order mark, CRLF. */
const csvWriter = ({ path, header, timeZone }: WriterOptions): LineWriter => {
  const csv = stringify({ bom: true, record_delimiter: 'windows' })
  const file = csv.pipe(createWriteStream(path, { mode: 0o600 }))
  const done = finished(file)
  // Heard of in end(); until then a failure must not be an unhandled one.
  done.catch(() => undefined)
  const plain = (cell: Cell): string | number => {
    if (cell === null) return ''
    if (typeof cell === 'number') return cell
    return guardCell(typeof cell === 'string' ? cell : wallText(cell.at, timeZone))
  }
  const put = async (line: (string | number)[]): Promise<void> => {
    if (!csv.write(line)) await Promise.race([once(csv, 'drain'), done])
  }
  const first = put(header.map(guardCell))
  return {
    async write(lines) {
      await first
      for (const line of lines) await put(line.map(plain))
    },
    async end() {
      csv.end()
      await done
    },
  }
}

const dateFormat = 'yyyy-mm-dd hh:mm:ss'

const xlsxWriter = ({ path, columns, header, words, timeZone }: WriterOptions): LineWriter => {
  const file = createWriteStream(path, { mode: 0o600 })
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: file,
    useStyles: true,
    useSharedStrings: false,
  })
  const sheet = book.addWorksheet(words.sheet, { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = columns.map((column, at) => ({ header: header[at] ?? '', width: widthOf(column) }))
  sheet.getRow(1).font = { bold: true }
  sheet.getRow(1).commit()
  const plain = (cell: Cell) =>
    cell !== null && typeof cell === 'object' ? wallDate(cell.at, timeZone) : cell
  return {
    async write(lines) {
      for (const line of lines) {
        const row = sheet.addRow(line.map(plain))
        for (const [at, cell] of line.entries())
          if (cell !== null && typeof cell === 'object') row.getCell(at + 1).numFmt = dateFormat
        row.commit()
      }
      // The zip compresses beside us: without a pause its input would pile up.
      while (file.writableNeedDrain) await once(file, 'drain')
      await new Promise((resolve) => setImmediate(resolve))
    },
    async end() {
      await book.commit()
      if (!file.closed) await finished(file)
    },
  }
}

export const createLineWriter = (format: ExportFormat, options: WriterOptions): LineWriter =>
  format === 'csv' ? csvWriter(options) : xlsxWriter(options)
