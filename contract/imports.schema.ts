import { z } from 'zod'
import { id, instant } from './common.schema'
import {
  importFields,
  importProblemCodes,
  importRowStatuses,
  importStatuses,
  maxImportColumns,
} from './imports.rules'

export const importUploadQuery = z.strictObject({ name: z.string().min(1).max(200) })

/** One of the fixed fields, or a custom one by its id. */
const importTarget = z.union([z.enum(importFields), id('fld')])
export const importMapping = z.strictObject({
  columns: z.array(importTarget.nullable()).min(1).max(maxImportColumns),
  siteId: id('sit').nullable(),
  externalSystem: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/),
})

export const importView = z.strictObject({
  id: id('imp'),
  name: z.string(),
  encoding: z.enum(['utf-8', 'gb18030']),
  separator: z.enum([',', ';', '\t']),
  header: z.array(z.string()),
  mapping: importMapping,
  status: z.enum(importStatuses),
  rowCount: z.number().int(),
  /** Rows the dry run or the run has looked at. */
  done: z.number().int(),
  badRows: z.number().int(),
  createdCount: z.number().int(),
  problems: z.array(z.strictObject({ code: z.enum(importProblemCodes), count: z.number().int() })),
  createdAt: instant,
  finishedAt: instant.nullable(),
  /** Deleted then; the tickets stay. */
  expiresAt: instant,
})
export type ImportView = z.infer<typeof importView>
export const importList = z.strictObject({ items: z.array(importView) })

/** With the first rows as they stand in the file. */
export const importDetail = z.strictObject({
  import: importView,
  preview: z.array(z.array(z.string())),
  /** Custom fields that a column can become; one column stands for the fields of its name under every topic. */
  fields: z.array(
    z.strictObject({
      id: id('fld'),
      label: z.string(),
      labelEn: z.string(),
      /** Null: on every ticket. */
      serviceItem: z.string().nullable(),
    }),
  ),
})
export type ImportDetail = z.infer<typeof importDetail>

export const importRunBody = z.strictObject({
  /** Go ahead although rows have problems: they are left out. */
  skipBadRows: z.boolean().optional(),
})

const pageQuery = {
  /** The last position of the page before. */
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
}
export const importProblemQuery = z.strictObject({
  ...pageQuery,
  code: z.enum(importProblemCodes).optional(),
})
export const importProblem = z.strictObject({
  /** Line of data, from 1: the header does not count. */
  row: z.number().int(),
  field: importTarget.nullable(),
  code: z.enum(importProblemCodes),
  value: z.string(),
})
export type ImportProblem = z.infer<typeof importProblem>
/** Rows are never torn apart: a page may hold a few more problems than asked for. */
export const importProblemPage = z.strictObject({
  items: z.array(importProblem),
  next: z.number().int().nullable(),
})
export const importRowQuery = z.strictObject({ ...pageQuery, status: z.enum(importRowStatuses).optional() })
export const importRowPage = z.strictObject({
  items: z.array(
    z.strictObject({
      row: z.number().int(),
      status: z.enum(importRowStatuses),
      cells: z.array(z.string()),
      ticketNumber: z.string().nullable(),
    }),
  ),
  next: z.number().int().nullable(),
})
