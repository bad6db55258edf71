import { asc, eq, max } from 'drizzle-orm'
import type { FieldSetting } from '../../../contract/ticket-settings.schema'
import type { Tx } from '../../../drizzle/database'
import { departments, serviceItems, ticketFields } from '../../../drizzle/schema/index'
import {
  type Actor,
  type AgentActor,
  type Authorized,
  authorize,
  maySetFor,
  requireSetFor,
} from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'

export type FieldRow = typeof ticketFields.$inferSelect

const maxItems = 500

/** Whose a field is: the department of its service item; null for everybody's. */
const reachOf = (itemPath: string | null): string[] | null => (itemPath === null ? null : [itemPath])

/** All fields, those switched off too, in their order. */
export const listFieldSettings = async (tx: Tx, actor: Actor): Promise<FieldSetting[]> => {
  const rows = await tx
    .select({ field: ticketFields, itemName: serviceItems.name, itemPath: departments.path })
    .from(ticketFields)
    .leftJoin(serviceItems, eq(serviceItems.id, ticketFields.serviceItemId))
    .leftJoin(departments, eq(departments.id, serviceItems.departmentId))
    .orderBy(asc(ticketFields.position), asc(ticketFields.id))
  return rows.map(({ field, itemName, itemPath }) => ({
    id: field.id,
    label: field.label,
    labelEn: field.labelEn,
    kind: field.kind,
    choices: field.choices,
    isRequired: field.isRequired,
    isActive: field.isActive,
    serviceItem:
      field.serviceItemId !== null && itemName !== null ? { id: field.serviceItemId, name: itemName } : null,
    canEdit: maySetFor(actor, reachOf(itemPath)),
  }))
}

/** The service items to which the actor may give fields. */
export const listItemNames = async (tx: Tx, actor: AgentActor): Promise<{ id: string; name: string }[]> =>
  tx
    .select({ id: serviceItems.id, name: serviceItems.name })
    .from(serviceItems)
    .innerJoin(departments, eq(departments.id, serviceItems.departmentId))
    .where(isUnder(actor.departmentPath))
    .orderBy(asc(serviceItems.name))
    .limit(maxItems)

/** Throws 403 unless the actor may set fields of the item; null stands for all tickets. Throws 404 for an unknown one. */
export const requireItemReach = async (tx: Tx, actor: Actor, itemId: string | null): Promise<void> => {
  if (itemId === null) return requireSetFor(actor, null)
  const [item] = await tx
    .select({ path: departments.path })
    .from(serviceItems)
    .innerJoin(departments, eq(departments.id, serviceItems.departmentId))
    .where(eq(serviceItems.id, itemId))
  if (!item) throw refuse('service_items.not_found', 'There is no such service item.')
  requireSetFor(actor, [item.path])
}

/** The field, if the actor may set it. Throws 404, and 403 where it holds beyond the actor's branch. */
export const loadField = async (tx: Tx, actor: Actor, id: string): Promise<Authorized<FieldRow>> => {
  const [row] = await tx.select().from(ticketFields).where(eq(ticketFields.id, id))
  if (!row) throw refuse('ticket_fields.not_found', 'There is no such field.')
  await requireItemReach(tx, actor, row.serviceItemId)
  return authorize(row)
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
