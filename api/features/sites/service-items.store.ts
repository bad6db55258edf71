import { eq } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { serviceItems } from '../../../drizzle/schema/index'

/** The service item, or null. */
export const findServiceItem = async (
  tx: Tx,
  id: string,
): Promise<typeof serviceItems.$inferSelect | null> => {
  const [row] = await tx.select().from(serviceItems).where(eq(serviceItems.id, id))
  return row ?? null
}
