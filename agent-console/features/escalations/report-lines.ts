import type { AccountabilityReport, ReportFigure } from '../../../contract/escalations.schema'

/** A row of the report: a department, a person, or everything. */
export interface ReportLine extends Omit<AccountabilityReport['total'], never> {
  id: string
  name: string
  place?: string
  of: { ofDepartmentId?: string; ofAgentId?: string }
}
export interface Behind {
  line: ReportLine
  figure: ReportFigure
  count: number
}

export const figures: readonly {
  figure: ReportFigure
  key: 'raised' | 'inTime' | 'late' | 'open' | 'returned' | 'reopened'
}[] = [
  { figure: 'raised', key: 'raised' },
  { figure: 'in_time', key: 'inTime' },
  { figure: 'late', key: 'late' },
  { figure: 'open', key: 'open' },
  { figure: 'returned', key: 'returned' },
  { figure: 'reopened', key: 'reopened' },
]

/** 3 h 05 as `3:05`; nothing where nothing was settled. */
export const workingText = (seconds: number | null): string => {
  if (seconds === null) return '–'
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** Quoted, and never a formula to a spreadsheet. */
const cell = (value: string | number): string => {
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

export const csvOf = (lines: readonly ReportLine[], t: (key: string) => string): string => {
  const head = [
    t('escalations.department'),
    t('escalations.accountabilityReport.person'),
    ...figures.map(({ figure }) => t(`escalations.accountabilityReport.figures.${figure}`)),
    t('escalations.accountabilityReport.figures.mean'),
  ]
  const rows = lines.map((line) => [
    line.place ?? '',
    line.name,
    ...figures.map(({ key }) => line[key]),
    workingText(line.meanWorkingSeconds),
  ])
  // The mark tells a spreadsheet that this is UTF-8.
  return `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

export function saveReport(month: string, lines: readonly ReportLine[], t: (key: string) => string): void {
  const url = URL.createObjectURL(new Blob([csvOf(lines, t)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `accountability-${month}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
