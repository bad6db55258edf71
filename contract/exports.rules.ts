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

/** An export is kept so long after it was written. */
export const exportKeptMs = 24 * 3600 * 1000
/** Exports one person may have under way at a time. */
export const maxOpenExports = 3

/** First characters with which a spreadsheet would take a cell for a formula. */
const formulaStart = /^[=+\-@\t\r]/
const guardedStart = /^'[=+\-@\t\r]/

/** A cell that no spreadsheet runs: what looks like a formula gets a leading apostrophe. */
export const guardCell = (text: string): string => (formulaStart.test(text) ? `'${text}` : text)
/** Takes the apostrophe off again. */
export const unguardCell = (text: string): string => (guardedStart.test(text) ? text.slice(1) : text)
