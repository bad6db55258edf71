import { z } from 'zod'
import { id, instant } from './common.schema'

export const operationKinds = ['bulk', 'macro', 'merge', 'split'] as const
export type OperationKind = (typeof operationKinds)[number]

/** An operation may be undone for so long. */
export const undoDays = 7

export const operationParams = z.strictObject({ id: id('opn') })

/** What a command that can be undone in one go answers about that. */
export const operationView = z.strictObject({
  id: id('opn'),
  kind: z.enum(operationKinds),
  by: z.strictObject({ id: id('agt'), name: z.string() }),
  at: instant,
  undoneAt: instant.nullable(),
})
export type OperationView = z.infer<typeof operationView>

/** Why a value was left as it is: it changed since, or the caller may not or cannot put it back. */
export const skipReasons = ['changed', 'refused'] as const
export const undoSkip = z.strictObject({
  ticketId: id('tkt'),
  number: z.string(),
  field: z.string(),
  reason: z.enum(skipReasons),
})
export type UndoSkip = z.infer<typeof undoSkip>

export const undoAnswer = z.strictObject({
  operation: operationView,
  /** Values that are as before again. */
  restored: z.number().int(),
  /** At most 200 are named. */
  skipped: z.array(undoSkip),
  /** Tickets that are still being put back: a large change goes on after the answer. */
  left: z.number().int(),
})
export type UndoAnswer = z.infer<typeof undoAnswer>
