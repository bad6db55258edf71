import { and, asc, eq, inArray } from 'drizzle-orm'
import { type FieldKind, type FieldValue, readFieldValue } from '../../../contract/ticket-fields.rules'
import type { Tx } from '../../../drizzle/database'
import { ticketFields, ticketFieldValues } from '../../../drizzle/schema/index'

/** A custom field as a column. */
export interface ExportedField {
  id: string
  kind: FieldKind
  label: string
  labelEn: string
}

const columns = {
  id: ticketFields.id,
  kind: ticketFields.kind,
  label: ticketFields.label,
  labelEn: ticketFields.labelEn,
}

/** Fields that are in use, in their order. */
export const listExportFields = (tx: Tx): Promise<ExportedField[]> =>
  tx
    .select(columns)
    .from(ticketFields)
    .where(eq(ticketFields.isActive, true))
    .orderBy(asc(ticketFields.position), asc(ticketFields.id))
    .then((rows) => rows)

/** The fields with these ids, as they were asked for. */
export const loadExportFields = async (tx: Tx, ids: readonly string[]): Promise<ExportedField[]> => {
  if (ids.length === 0) return []
  const rows = await tx
    .select(columns)
    .from(ticketFields)
    .where(inArray(ticketFields.id, [...ids]))
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? [])
}

/** Values of the tickets, by ticket and field. */
export const loadFieldValues = async (
  tx: Tx,
  fields: readonly ExportedField[],
  ticketIds: readonly string[],
): Promise<Map<string, Map<string, FieldValue>>> => {
  const values = new Map<string, Map<string, FieldValue>>()
  if (fields.length === 0 || ticketIds.length === 0) return values
  const kinds = new Map(fields.map((field) => [field.id, field.kind]))
  const rows = await tx
    .select()
    .from(ticketFieldValues)
    .where(
      and(
        inArray(ticketFieldValues.ticketId, [...ticketIds]),
        inArray(ticketFieldValues.fieldId, [...kinds.keys()]),
      ),
    )
  for (const row of rows) {
    const value = readFieldValue(kinds.get(row.fieldId) ?? 'text', row)
    const own = values.get(row.ticketId) ?? new Map<string, FieldValue>()
    if (value !== null) values.set(row.ticketId, own.set(row.fieldId, value))
  }
  return values
}
