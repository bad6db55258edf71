import { and, asc, eq, ne } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { departments, serviceItems } from '../../../drizzle/schema/index'
import { refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'

type Row = typeof serviceItems.$inferSelect
/** A service item with the department that handles it. */
export type ServiceItemRow = Row & { departmentName: string; departmentPath: string }

/** The service item, whether offered or retired, or null. */
export const findServiceItem = async (tx: Tx, id: string): Promise<Row | null> => {
  const [row] = await tx.select().from(serviceItems).where(eq(serviceItems.id, id))
  return row ?? null
}

/**
 * The service item for something new. Throws 404 for an unknown one and 422 for a retired one, unless it is `kept`:
 * what has it already keeps it.
 */
export const requireOfferedItem = async (tx: Tx, id: string, kept: string | null = null): Promise<Row> => {
  const row = await findServiceItem(tx, id)
  if (!row) throw refuse('service_items.not_found', 'There is no such service item.')
  if (!row.isActive && id !== kept)
    throw refuse('service_items.retired', `${row.name} is no longer offered. Choose another service item.`)
  return row
}

const selectItems = (tx: Tx) =>
  tx
    .select({ item: serviceItems, departmentName: departments.name, departmentPath: departments.path })
    .from(serviceItems)
    .innerJoin(departments, eq(departments.id, serviceItems.departmentId))

const flat = (found: { item: Row; departmentName: string; departmentPath: string }): ServiceItemRow => ({
  ...found.item,
  departmentName: found.departmentName,
  departmentPath: found.departmentPath,
})

/** The service item with its department, or null. */
export const findPlacedItem = async (tx: Tx, id: string): Promise<ServiceItemRow | null> => {
  const [found] = await selectItems(tx).where(eq(serviceItems.id, id))
  return found ? flat(found) : null
}

/** What there is, of whatever department, in the order in which it was made; the retired only where asked for. */
export const listItems = async (tx: Tx, which: 'offered' | 'all'): Promise<ServiceItemRow[]> =>
  (
    await selectItems(tx)
      .where(which === 'offered' ? eq(serviceItems.isActive, true) : undefined)
      .orderBy(asc(serviceItems.createdAt), asc(serviceItems.id))
  ).map(flat)

/** Service items of the departments at `path` and below, the retired too, by name. */
export const listItemsUnder = async (tx: Tx, path: string): Promise<ServiceItemRow[]> =>
  (await selectItems(tx).where(isUnder(path)).orderBy(asc(serviceItems.name), asc(serviceItems.id))).map(flat)

/** True where the department offers another service item of this name. */
export const isItemNameTaken = async (
  tx: Tx,
  { id, departmentId, name }: Pick<Row, 'id' | 'departmentId' | 'name'>,
): Promise<boolean> => {
  const isOther = and(
    eq(serviceItems.departmentId, departmentId),
    eq(serviceItems.name, name),
    eq(serviceItems.isActive, true),
    ne(serviceItems.id, id),
  )
  return (await tx.select({ id: serviceItems.id }).from(serviceItems).where(isOther).limit(1)).length > 0
}

/** What the text of an item is until somebody writes it. */
const blank = {
  nameEn: '',
  summary: '',
  summaryEn: '',
  keywords: '',
  materials: [],
  steps: [],
  timeLimit: '',
  fee: '',
} satisfies Partial<Row>

/** Adds a service item; texts that are not given are empty. */
export const insertServiceItem = async (
  tx: Tx,
  row: Pick<Row, 'id' | 'departmentId' | 'name' | 'createdAt'> & Partial<Row>,
): Promise<void> => {
  await tx.insert(serviceItems).values({ ...blank, ...row })
}

export const updateServiceItemRow = async (tx: Tx, id: string, set: Partial<Row>): Promise<void> => {
  await tx.update(serviceItems).set(set).where(eq(serviceItems.id, id))
}
