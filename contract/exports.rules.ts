import type { Transitions } from './transitions.rules'

export const exportFormats = ['csv', 'xlsx'] as const
export type ExportFormat = (typeof exportFormats)[number]

export const exportStatuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export type ExportStatus = (typeof exportStatuses)[number]
export const exportCommands = ['start', 'finish', 'fail', 'cancel'] as const
export type ExportCommand = (typeof exportCommands)[number]

/** A process that was killed while it wrote starts again from the beginning. */
export const exportTransitions: Transitions<ExportStatus, ExportCommand> = {
  queued: { start: 'running', fail: 'failed', cancel: 'cancelled' },
  running: { start: 'running', finish: 'done', fail: 'failed', cancel: 'cancelled' },
  done: {},
  failed: {},
  cancelled: {},
}

/** What a line can hold, in this order. */
export const exportColumns = [
  'number',
  'externalNumber',
  'topic',
  'description',
  'status',
  'priority',
  'source',
  'contactName',
  'contactPhone',
  'site',
  'department',
  'serviceItem',
  'assignee',
  'tags',
  'complaint',
  'rating',
  'slaState',
  'nextDueAt',
  'escalationLevel',
  'application',
  'urgeCount',
  'reopenCount',
  'createdAt',
  'updatedAt',
  'resolvedAt',
  'closedAt',
] as const
export type ExportColumn = (typeof exportColumns)[number]
/** A custom field as a column: its id. */
export type ExportField = `fld_${string}`
export type ExportChoice = ExportColumn | ExportField
/** True for the id of a custom field. */
export const isExportField = (choice: string): choice is ExportField => choice.startsWith('fld_')
/** Custom fields that one file can hold. */
export const maxExportFields = 60

/** An export is kept so long after it was written. */
export const exportKeptMs = 24 * 3600 * 1000
/** Exports one person may have under way at a time. */
export const maxOpenExports = 3

/**
 * First characters with which a spreadsheet would take a cell for a formula: blanks before them are passed over, and
 * where Chinese is written their wide forms count too.
 */
const formulaStart = /^'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/
const guardedStart = /^'+(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/

/** A cell that no spreadsheet runs: what looks like a formula, guarded already or not, gets a leading apostrophe. */
export const guardCell = (text: string): string => (formulaStart.test(text) ? `'${text}` : text)
/** Takes the apostrophe off again. */
export const unguardCell = (text: string): string => (guardedStart.test(text) ? text.slice(1) : text)

/** Tags in one cell, apart by commas; a separator within a name stands behind a backslash. */
export const joinTags = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\,，;；、]/g, '\\$&')).join(', ')
/** The names again, also where people wrote them. */
export const splitTags = (text: string): string[] =>
  [
    ...new Set(
      (text.match(/(?:\\[\s\S]|[^\\,，;；、]|\\$)+/g) ?? []).map((part) =>
        part.replace(/\\([\s\S])/g, '$1').trim(),
      ),
    ),
  ].filter(Boolean)
