import type { Transitions } from './transitions.rules'

export const bulkStatuses = ['finding', 'running', 'done', 'cancelled', 'undoing', 'undone'] as const
export type BulkStatus = (typeof bulkStatuses)[number]
export const bulkCommands = ['start', 'finish', 'cancel', 'undo'] as const
export type BulkCommand = (typeof bulkCommands)[number]

/** A change to many tickets: it looks for them, works through them, and can be taken back, as far as it came. */
export const bulkTransitions: Transitions<BulkStatus, BulkCommand> = {
  finding: { start: 'running', cancel: 'cancelled' },
  running: { finish: 'done', cancel: 'cancelled' },
  done: { undo: 'undoing' },
  cancelled: { undo: 'undoing' },
  undoing: { finish: 'undone' },
  undone: {},
}

/** True while the server works on it. */
export const isBulkAtWork = (status: BulkStatus): boolean =>
  status === 'finding' || status === 'running' || status === 'undoing'

export const bulkOutcomes = ['pending', 'changed', 'unchanged', 'refused'] as const
export type BulkOutcome = (typeof bulkOutcomes)[number]

/** Tickets that can be named one by one. */
export const maxBulkIds = 500
/** Tickets that one change by filter reaches: what is found beyond them is said beforehand and left alone. */
export const maxBulkFound = 2000
/** So few are done before the request is answered. */
export const bulkAtOnce = 50
/** Results that are named one by one; where there are more, only what was refused. */
export const maxBulkResults = 500
