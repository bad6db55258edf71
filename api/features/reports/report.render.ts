import { createRequire } from 'node:module'
import ExcelJS from 'exceljs'
import PDFDocument from 'pdfkit'
import { figureUnit } from '../../../contract/figures.rules'
import type { ReportColumn } from '../../../contract/reports.rules'
import type { ReportRow, ReportView } from '../../../contract/reports.schema'
import { type ReportLanguage, reportTexts } from './report.texts'

const hourSeconds = 3600
const nameOf = (row: ReportRow, language: ReportLanguage) => {
  const name = row.name || reportTexts[language].noTopic
  return row.isDirect ? reportTexts[language].direct(name) : name
}
/** In the unit of the column's head: hours for resolutions, else as counted. */
const inUnit = (column: ReportColumn, value: number | null | undefined): number | null => {
  if (value === null || value === undefined) return null
  return column === 'meanResolution' ? value / hourSeconds : value
}
const formatOf = (column: ReportColumn): string => {
  const unit = figureUnit(column)
  if (unit === 'share') return '0.0%'
  return unit === 'count' ? '#,##0' : '0.0'
}
const textOf = (column: ReportColumn, value: number | null | undefined): string => {
  const given = inUnit(column, value)
  if (given === null) return '–'
  const unit = figureUnit(column)
  if (unit === 'share') return `${(given * 100).toFixed(1)}%`
  return unit === 'count' ? String(given) : given.toFixed(1)
}

/** A sheet with numbers as numbers, so that people can go on reckoning with them. */
export const renderXlsx = async (
  view: ReportView,
  language: ReportLanguage,
  madeAt: string,
): Promise<Buffer> => {
  const texts = reportTexts[language]
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet(texts.by[view.by], { views: [{ state: 'frozen', xSplit: 1, ySplit: 4 }] })
  sheet.addRow([`${texts.title} · ${view.departmentName}`]).font = { bold: true, size: 14 }
  sheet.addRow([`${texts.period(view.from, view.to)} · ${texts.made(madeAt)}`])
  sheet.addRow([])
  sheet.addRow([texts.by[view.by], ...view.columns.map((column) => texts.columns[column])]).font = {
    bold: true,
  }
  const add = (name: string, values: ReportRow['values']) =>
    sheet.addRow([name, ...view.columns.map((column) => inUnit(column, values[column]))])
  for (const row of view.rows) add(nameOf(row, language), row.values)
  add(texts.total, view.total).font = { bold: true }
  sheet.getColumn(1).width = 28
  for (const [at, column] of view.columns.entries()) {
    const cells = sheet.getColumn(at + 2)
    cells.width = Math.max(10, texts.columns[column].length * 1.8)
    cells.numFmt = formatOf(column)
  }
  return Buffer.from(await book.xlsx.writeBuffer())
}

const fontFile = () =>
  createRequire(import.meta.url).resolve(
    '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  )
const margin = 32
const rowHeight = 17
const nameWidth = 108

/** A table on lying A4 sheets, its head on each. */
export const renderPdf = (view: ReportView, language: ReportLanguage, madeAt: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const texts = reportTexts[language]
    const doc = new PDFDocument({ size: 'A4', layout: 'landscape', margin, info: { Title: texts.title } })
    const parts: Buffer[] = []
    doc.on('data', (part: Buffer) => parts.push(part))
    doc.on('end', () => resolve(Buffer.concat(parts)))
    doc.on('error', reject)
    doc.registerFont('sans', fontFile()).font('sans')
    doc.fontSize(15).fillColor('#14202b').text(`${texts.title} · ${view.departmentName}`)
    doc
      .fontSize(9)
      .fillColor('#465564')
      .text(`${texts.period(view.from, view.to)} · ${texts.made(madeAt)}`)
    const width = (doc.page.width - 2 * margin - nameWidth) / view.columns.length
    let y = doc.y + 8
    const cell = (text: string, x: number, wide: number, align: 'left' | 'right', height = rowHeight) =>
      doc.text(text, x, y, { width: wide - 4, height, align, ellipsis: true, lineBreak: height > rowHeight })
    const head = () => {
      doc.fontSize(7).fillColor('#465564')
      cell(texts.by[view.by], margin, nameWidth, 'left')
      for (const [at, column] of view.columns.entries())
        cell(texts.columns[column], margin + nameWidth + at * width, width, 'right', 2 * rowHeight)
      y += 26
      doc
        .moveTo(margin, y - 4)
        .lineTo(doc.page.width - margin, y - 4)
        .strokeColor('#82909d')
        .lineWidth(0.5)
        .stroke()
    }
    const line = (name: string, values: ReportRow['values']) => {
      if (y > doc.page.height - margin - rowHeight) {
        doc.addPage()
        y = margin
        head()
      }
      doc.fontSize(8).fillColor('#14202b')
      cell(name, margin, nameWidth, 'left')
      for (const [at, column] of view.columns.entries())
        cell(textOf(column, values[column]), margin + nameWidth + at * width, width, 'right')
      y += rowHeight
    }
    head()
    for (const row of view.rows) line(nameOf(row, language), row.values)
    line(texts.total, view.total)
    doc.end()
  })
