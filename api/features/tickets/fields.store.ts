import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import { readFieldValue, type StoredValue } from '../../../contract/ticket-fields.rules'
import type { TicketFieldView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import { ticketFields, ticketFieldValues } from '../../../drizzle/schema/index'
import type { TicketRow } from './tickets.store'

/** Fields that belong on the ticket, those of every topic and those of its service item, with their values. */
export const listFieldsOf = async (
  tx: Tx,
  ticket: Pick<TicketRow, 'id' | 'serviceItemId'>,
): Promise<TicketFieldView[]> => {
  const fields = await tx
    .select()
    .from(ticketFields)
    .where(
      and(
        eq(ticketFields.isActive, true),
        ticket.serviceItemId === null
          ? isNull(ticketFields.serviceItemId)
          : or(isNull(ticketFields.serviceItemId), eq(ticketFields.serviceItemId, ticket.serviceItemId)),
      ),
    )
    .orderBy(asc(ticketFields.position), asc(ticketFields.id))
  if (fields.length === 0) return []
  const values = await tx
    .select()
    .from(ticketFieldValues)
    .where(
      and(
        eq(ticketFieldValues.ticketId, ticket.id),
        inArray(
          ticketFieldValues.fieldId,
          fields.map((field) => field.id),
        ),
      ),
    )
  return fields.map(({ id, label, labelEn, kind, choices, isRequired }) => {
    const stored = values.find((value) => value.fieldId === id)
    const value = stored ? readFieldValue(kind, stored) : null
    return { id, label, labelEn, kind, choices, isRequired, value }
  })
}

/** Keeps the value, or none for null. */
export const writeFieldValue = async (
  tx: Tx,
  ticketId: string,
  fieldId: string,
  value: StoredValue | null,
): Promise<void> => {
  if (!value) {
    await tx
      .delete(ticketFieldValues)
      .where(and(eq(ticketFieldValues.ticketId, ticketId), eq(ticketFieldValues.fieldId, fieldId)))
    return
  }
  await tx
    .insert(ticketFieldValues)
    .values({ ticketId, fieldId, ...value })
    .onConflictDoUpdate({ target: [ticketFieldValues.ticketId, ticketFieldValues.fieldId], set: value })
}
