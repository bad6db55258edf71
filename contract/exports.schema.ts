import { z } from 'zod'
import { id, instant } from './common.schema'
import { exportColumns, exportFormats, exportStatuses, maxExportFields } from './exports.rules'
import { ticketListFilter } from './ticket-list.schema'

export const exportBody = z.strictObject({
  format: z.enum(exportFormats),
  filter: ticketListFilter,
  /** The usual ones, and custom fields by their id; these come last, in the order given. */
  columns: z
    .array(z.union([z.enum(exportColumns), id('fld')]))
    .min(1)
    .max(exportColumns.length + maxExportFields)
    .optional(),
  /** Of the first line and of words such as a status. */
  language: z.enum(['zh-CN', 'en']).optional(),
  /** IANA name; times are written as its clocks show them. */
  timeZone: z.string().max(60).optional(),
})
export type ExportBody = z.infer<typeof exportBody>

export const exportView = z.strictObject({
  id: id('exp'),
  format: z.enum(exportFormats),
  filter: ticketListFilter,
  status: z.enum(exportStatuses),
  /** Tickets written so far. */
  done: z.number().int(),
  total: z.number().int().nullable(),
  sizeBytes: z.number().int().nullable(),
  error: z.string().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
  /** Deleted then. */
  expiresAt: instant.nullable(),
})
export type ExportView = z.infer<typeof exportView>
export const exportList = z.strictObject({ items: z.array(exportView) })
/** Custom fields that can be columns. */
export const exportFieldList = z.strictObject({
  items: z.array(z.strictObject({ id: id('fld'), label: z.string(), labelEn: z.string() })),
})
export type ExportFieldList = z.infer<typeof exportFieldList>
/** An address that downloads the file, for five minutes. */
export const exportLink = z.strictObject({ url: z.string(), expiresAt: instant })
