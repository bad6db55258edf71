import type { ExportFormat, ExportStatus } from '../../contract/exports.rules'
import type {
  ImportMapping,
  ImportProblemCode,
  ImportRowStatus,
  ImportStatus,
} from '../../contract/imports.rules'
import { agents } from './agents.table'
import { compositeKey, id, index, int, json, table, text, time } from './columns'
import { tickets } from './tickets.table'

/** A list of tickets written to a file, kept for a day. */
export const exports = table(
  'exports',
  {
    id: id(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    /** A ticketListFilter. */
    filter: json<Record<string, string>>('filter').notNull(),
    format: text('format').$type<ExportFormat>().notNull(),
    columns: json<string[]>('columns').notNull(),
    language: text('language').$type<'zh-CN' | 'en'>().notNull(),
    timeZone: text('time_zone').notNull(),
    status: text('status').$type<ExportStatus>().notNull(),
    /** Tickets written so far. */
    done: int('done').notNull(),
    /** Known once it is done: counting beforehand would walk the list twice. */
    total: int('total'),
    sizeBytes: int('size_bytes'),
    /** Name of the file in the folder of exports. */
    file: text('file'),
    error: text('error'),
    createdAt: time('created_at').notNull(),
    finishedAt: time('finished_at'),
  },
  (t) => [index('exports_owner').on(t.ownerId, t.createdAt)],
)

/** A CSV file of tickets on its way in. */
export const imports = table(
  'imports',
  {
    id: id(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    name: text('name').notNull(),
    encoding: text('encoding').$type<'utf-8' | 'gb18030'>().notNull(),
    separator: text('separator').$type<',' | ';' | '\t'>().notNull(),
    /** The first line of the file. */
    header: json<string[]>('header').notNull(),
    mapping: json<ImportMapping>('mapping').notNull(),
    status: text('status').$type<ImportStatus>().notNull(),
    rowCount: int('row_count').notNull(),
    /** Rows looked at by the dry run or, later, by the run. */
    done: int('done').notNull(),
    badRows: int('bad_rows').notNull(),
    createdCount: int('created_count').notNull(),
    /** Problems of the last dry run by their code. */
    problemCounts: json<Partial<Record<ImportProblemCode, number>>>('problem_counts').notNull(),
    createdAt: time('created_at').notNull(),
    finishedAt: time('finished_at'),
  },
  (t) => [index('imports_owner').on(t.ownerId, t.createdAt)],
)

export const importRows = table(
  'import_rows',
  {
    importId: text('import_id')
      .notNull()
      .references(() => imports.id),
    /** Line of data, from 1. */
    position: int('position').notNull(),
    cells: json<string[]>('cells').notNull(),
    /** Written by the dry run, to find the same number twice in a file. */
    externalNumber: text('external_number'),
    status: text('status').$type<ImportRowStatus>().notNull(),
    ticketId: text('ticket_id').references(() => tickets.id),
    ticketNumber: text('ticket_number'),
  },
  (t) => [
    compositeKey({ columns: [t.importId, t.position] }),
    index('import_rows_external').on(t.importId, t.externalNumber, t.position),
    index('import_rows_status').on(t.importId, t.status, t.position),
  ],
)

export const importProblems = table(
  'import_problems',
  {
    importId: text('import_id')
      .notNull()
      .references(() => imports.id),
    position: int('position').notNull(),
    /** The field it is about; empty for the row as a whole. */
    field: text('field').notNull(),
    code: text('code').$type<ImportProblemCode>().notNull(),
    value: text('value').notNull(),
  },
  (t) => [
    compositeKey({ columns: [t.importId, t.position, t.field] }),
    index('import_problems_code').on(t.importId, t.code, t.position),
  ],
)
