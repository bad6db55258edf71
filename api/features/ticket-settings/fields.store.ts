import { asc, eq, max } from 'drizzle-orm'
import type { FieldSetting } from '../../../contract/ticket-settings.schema'
import type { Tx } from '../../../drizzle/database'
import { serviceItems, ticketFields } from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'

export type FieldRow = typeof ticketFields.$inferSelect

const maxItems = 500

/** All fields, those switched off too, in their order. */
export const listFieldSettings = async (tx: Tx): Promise<FieldSetting[]> => {
  const rows = await tx
    .select({ field: ticketFields, itemName: serviceItems.name })
    .from(ticketFields)
    .leftJoin(serviceItems, eq(serviceItems.id, ticketFields.serviceItemId))
    .orderBy(asc(ticketFields.position), asc(ticketFields.id))
  return rows.map(({ field, itemName }) => ({
    id: field.id,
    label: field.label,
    labelEn: field.labelEn,
    kind: field.kind,
    choices: field.choices,
    isRequired: field.isRequired,
    isActive: field.isActive,
    serviceItem:
      field.serviceItemId !== null && itemName !== null ? { id: field.serviceItemId, name: itemName } : null,
  }))
}

export const listItemNames = (tx: Tx): Promise<{ id: string; name: string }[]> =>
  tx
    .select({ id: serviceItems.id, name: serviceItems.name })
    .from(serviceItems)
    .orderBy(asc(serviceItems.name))
    .limit(maxItems)
    .then((rows) => rows)

export const loadField = async (tx: Tx, id: string): Promise<FieldRow> => {
  const [row] = await tx.select().from(ticketFields).where(eq(ticketFields.id, id))
  if (!row) throw refuse('ticket_fields.not_found', 'There is no such field.')
  return row
}

export const nextFieldPosition = async (tx: Tx): Promise<number> => {
  const [row] = await tx.select({ last: max(ticketFields.position) }).from(ticketFields)
  return (row?.last ?? 0) + 1
}

export const insertField = async (tx: Tx, row: typeof ticketFields.$inferInsert): Promise<void> => {
  await tx.insert(ticketFields).values(row)
}

export const updateFieldRow = async (tx: Tx, id: string, set: Partial<FieldRow>): Promise<void> => {
  if (Object.keys(set).length > 0) await tx.update(ticketFields).set(set).where(eq(ticketFields.id, id))
}
