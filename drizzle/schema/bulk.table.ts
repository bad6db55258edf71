import type { BulkOutcome, BulkStatus } from '../../contract/bulk.rules'
import { agents } from './agents.table'
import { compositeKey, index, int, json, table, text, time } from './columns'
import { ticketOperations } from './tickets.table'

/** A change to many tickets on its way; what it changed stands with its operation. */
export const bulkRuns = table('bulk_runs', {
  operationId: text('operation_id')
    .primaryKey()
    .references(() => ticketOperations.id),
  status: text('status').$type<BulkStatus>().notNull(),
  /** A BulkChange. */
  change: json<Record<string, unknown>>('change').notNull(),
  /** A ticketListFilter whose tickets are to be found; null where they were named. */
  filter: json<Record<string, string>>('filter'),
  /** Known once they are found. */
  total: int('total'),
  undoneById: text('undone_by_id').references(() => agents.id),
  finishedAt: time('finished_at'),
})

/** The tickets of such a change in their order: each is looked at once and, undoing, put back once. */
export const bulkTargets = table(
  'bulk_targets',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => bulkRuns.operationId),
    position: int('position').notNull(),
    /** As it was asked for: there may be no such ticket. */
    ticketId: text('ticket_id').notNull(),
    number: text('number'),
    outcome: text('outcome').$type<BulkOutcome>().notNull(),
    code: text('code'),
    detail: text('detail'),
    /** Values that undoing restored; null until then. */
    restored: int('restored'),
    /** Values that undoing left as they are. */
    skipped: json<{ field: string; reason: 'changed' | 'refused' }[]>('skipped'),
  },
  (t) => [
    compositeKey({ columns: [t.operationId, t.position] }),
    index('bulk_targets_outcome').on(t.operationId, t.outcome, t.position),
  ],
)
