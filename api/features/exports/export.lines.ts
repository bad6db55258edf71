import {
  type ExportChoice,
  type ExportColumn,
  type ExportField,
  isExportField,
  joinTags,
} from '../../../contract/exports.rules'
import { zoneOffsetMs } from '../../../contract/zone.rules'
import type { ExportWords } from './export.words'
import type { ExportedTicket } from './walk.store'

/** A cell before it is written: a time stays a time for formats that know one. */
export type Cell = string | number | null | { at: number }

type Reader = (it: ExportedTicket, words: ExportWords) => Cell

const timeOf = (at: number | null): Cell => (at === null ? null : { at })

const readers: Record<ExportColumn, Reader> = {
  number: ({ ticket }) => ticket.number,
  externalNumber: ({ ticket }) => ticket.externalNumber,
  topic: ({ ticket }) => ticket.topic,
  description: ({ ticket }) => ticket.description,
  status: ({ ticket }, words) => words.statuses[ticket.status],
  priority: ({ ticket }, words) => words.priorities[ticket.priority],
  source: ({ ticket }, words) => words.sources[ticket.source],
  contactName: (it) => it.contactName,
  contactPhone: (it) => it.contactPhone,
  site: (it) => it.siteName,
  department: (it) => it.departmentLabel,
  serviceItem: (it) => it.itemName,
  assignee: (it) => it.assigneeName,
  tags: (it) => joinTags(it.tagNames),
  complaint: ({ ticket }, words) => (ticket.isComplaint ? words.yes : words.no),
  rating: ({ ticket }) => ticket.stars,
  slaState: ({ ticket }, words) => words.slaStates[ticket.slaState],
  nextDueAt: ({ ticket }) => timeOf(ticket.nextDueAt),
  escalationLevel: ({ ticket }) => ticket.escalationLevel,
  application: ({ ticket }, words) =>
    ticket.applicationResult === null ? null : words.applications[ticket.applicationResult],
  urgeCount: ({ ticket }) => ticket.urgeCount,
  reopenCount: ({ ticket }) => ticket.reopenCount,
  createdAt: ({ ticket }) => timeOf(ticket.createdAt),
  updatedAt: ({ ticket }) => timeOf(ticket.updatedAt),
  resolvedAt: ({ ticket }) => timeOf(ticket.resolvedAt),
  closedAt: ({ ticket }) => timeOf(ticket.closedAt),
}

const fieldCell = (it: ExportedTicket, id: ExportField, words: ExportWords): Cell => {
  const value = it.fieldValues.get(id) ?? null
  return typeof value === 'boolean' ? (value ? words.yes : words.no) : value
}

export const lineOf = (it: ExportedTicket, columns: readonly ExportChoice[], words: ExportWords): Cell[] =>
  columns.map((column) => (isExportField(column) ? fieldCell(it, column, words) : readers[column](it, words)))

/** A Date whose UTC reading is what clocks in the zone show: spreadsheets know no zones. */
export const wallDate = (at: number, timeZone: string): Date => new Date(at + zoneOffsetMs(timeZone, at))

/** `2026-11-22 13:05:09`, as clocks in the zone show it. */
export const wallText = (at: number, timeZone: string): string =>
  wallDate(at, timeZone).toISOString().slice(0, 19).replace('T', ' ')

const widths: Partial<Record<ExportColumn, number>> = {
  number: 17,
  externalNumber: 20,
  topic: 36,
  description: 48,
  contactPhone: 16,
  site: 18,
  department: 20,
  serviceItem: 24,
  tags: 20,
  nextDueAt: 19,
  createdAt: 19,
  updatedAt: 19,
  resolvedAt: 19,
  closedAt: 19,
}
export const widthOf = (column: ExportChoice): number => (isExportField(column) ? 18 : (widths[column] ?? 12))
