import { and, desc, eq, lt, or } from 'drizzle-orm'
import type { DeliveryState } from '../../../contract/outgoing.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { departments, webhookDeliveries, webhookEndpoints } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize, isBelow, type KeyActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'

export type EndpointRow = typeof webhookEndpoints.$inferSelect & {
  departmentName: string
  departmentPath: string
}
export type DeliveryRow = typeof webhookDeliveries.$inferSelect
interface After {
  createdAt: number
  id: string
}

const select = (tx: Tx) =>
  tx
    .select({
      endpoint: webhookEndpoints,
      departmentName: departments.name,
      departmentPath: departments.path,
    })
    .from(webhookEndpoints)
    .innerJoin(departments, eq(departments.id, webhookEndpoints.departmentId))

const flat = ({ endpoint, ...names }: Awaited<ReturnType<typeof select>>[number]): EndpointRow => ({
  ...endpoint,
  ...names,
})

/** The endpoint, if its department is the caller's or below. Throws 404 otherwise. */
export const loadEndpoint = async (
  tx: Tx,
  actor: AgentActor | KeyActor,
  id: string,
): Promise<Authorized<EndpointRow>> => {
  const row = await findEndpoint(tx, id)
  if (!row || !isBelow(actor, row.departmentPath))
    throw refuse('webhooks.not_found', 'There is no such webhook.')
  return authorize(row)
}

export const findEndpoint = async (tx: Tx, id: string): Promise<EndpointRow | null> => {
  const [found] = await select(tx).where(eq(webhookEndpoints.id, id))
  return found ? flat(found) : null
}

const active = prepared((tx) => select(tx).where(eq(webhookEndpoints.isActive, true)))
export const listActiveEndpoints = async (tx: Tx): Promise<EndpointRow[]> => (await active(tx, {})).map(flat)

/** Endpoints below `path`, the newest first. */
export const listEndpoints = async (
  tx: Tx,
  filter: { path: string; after: After | null; limit: number },
): Promise<EndpointRow[]> => {
  const { after } = filter
  const rows = await select(tx)
    .where(
      and(
        isUnder(filter.path),
        after
          ? or(
              lt(webhookEndpoints.createdAt, after.createdAt),
              and(eq(webhookEndpoints.createdAt, after.createdAt), lt(webhookEndpoints.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(webhookEndpoints.createdAt), desc(webhookEndpoints.id))
    .limit(filter.limit)
  return rows.map(flat)
}

export const insertEndpoint = async (tx: Tx, row: typeof webhookEndpoints.$inferInsert): Promise<void> => {
  await tx.insert(webhookEndpoints).values(row)
}

export const patchEndpoint = async (
  tx: Tx,
  id: string,
  set: Partial<typeof webhookEndpoints.$inferInsert>,
): Promise<void> => {
  await tx.update(webhookEndpoints).set(set).where(eq(webhookEndpoints.id, id))
}

export const deleteEndpointRow = async (tx: Tx, id: string): Promise<void> => {
  await tx.delete(webhookDeliveries).where(eq(webhookDeliveries.endpointId, id))
  await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id))
}

/** False where this endpoint has been told about the event. */
export const insertDelivery = async (tx: Tx, row: typeof webhookDeliveries.$inferInsert): Promise<boolean> =>
  (
    await tx
      .insert(webhookDeliveries)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: webhookDeliveries.id })
  ).length === 1

export const findDelivery = async (tx: Tx, id: string): Promise<DeliveryRow | null> => {
  const [row] = await tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id))
  return row ?? null
}

/** False where it is no longer in the state `from`. */
export const moveDelivery = async (
  tx: Tx,
  id: string,
  from: DeliveryState,
  set: Partial<DeliveryRow>,
): Promise<boolean> =>
  (
    await tx
      .update(webhookDeliveries)
      .set(set)
      .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.state, from)))
      .returning({ id: webhookDeliveries.id })
  ).length === 1

/** What an endpoint was told, the newest first. */
export const listDeliveries = (
  tx: Tx,
  filter: { endpointId: string; state?: DeliveryState; after: After | null; limit: number },
): Promise<DeliveryRow[]> => {
  const { after } = filter
  return tx
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.endpointId, filter.endpointId),
        filter.state ? eq(webhookDeliveries.state, filter.state) : undefined,
        after
          ? or(
              lt(webhookDeliveries.createdAt, after.createdAt),
              and(eq(webhookDeliveries.createdAt, after.createdAt), lt(webhookDeliveries.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
    .limit(filter.limit)
    .then((rows) => rows)
}

export const deleteOldDeliveries = async (tx: Tx, before: number): Promise<void> => {
  await tx.delete(webhookDeliveries).where(lt(webhookDeliveries.createdAt, before))
}
