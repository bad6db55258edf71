import { and, desc, eq, isNull, lt, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { apiKeys, departments } from '../../../drizzle/schema/index'
import { type AgentActor, type Authorized, authorize, isBelow } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { isUnder } from '../departments/departments.store'

export type KeyRow = typeof apiKeys.$inferSelect & { departmentName: string; departmentPath: string }

const select = (tx: Tx) =>
  tx
    .select({ key: apiKeys, departmentName: departments.name, departmentPath: departments.path })
    .from(apiKeys)
    .innerJoin(departments, eq(departments.id, apiKeys.departmentId))

const flat = ({ key, ...names }: Awaited<ReturnType<typeof select>>[number]): KeyRow => ({ ...key, ...names })

const byHash = prepared((tx, v: { tokenHash: string }) =>
  select(tx).where(eq(apiKeys.tokenHash, v.tokenHash)),
)

export const findKeyByHash = async (tx: Tx, tokenHash: string): Promise<KeyRow | null> => {
  const [found] = await byHash(tx, { tokenHash })
  return found ? flat(found) : null
}

/** The key, if it reaches no further than the agent. Throws 404 otherwise. */
export const loadKey = async (tx: Tx, actor: AgentActor, id: string): Promise<Authorized<KeyRow>> => {
  const [found] = await select(tx).where(eq(apiKeys.id, id))
  if (!found || !isBelow(actor, found.departmentPath)) throw refuse('keys.not_found', 'There is no such key.')
  return authorize(flat(found))
}

/** Who made the key; null where there is none. */
export const findKeyMaker = async (tx: Tx, id: string): Promise<string | null> => {
  const [row] = await tx.select({ madeBy: apiKeys.createdById }).from(apiKeys).where(eq(apiKeys.id, id))
  return row?.madeBy ?? null
}

/** Keys below `path`, the newest first. */
export const listKeys = async (
  tx: Tx,
  filter: { path: string; after: { createdAt: number; id: string } | null; limit: number },
): Promise<KeyRow[]> => {
  const { after } = filter
  const rows = await select(tx)
    .where(
      and(
        isUnder(filter.path),
        after
          ? or(
              lt(apiKeys.createdAt, after.createdAt),
              and(eq(apiKeys.createdAt, after.createdAt), lt(apiKeys.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    .limit(filter.limit)
  return rows.map(flat)
}

export const insertKey = async (tx: Tx, row: typeof apiKeys.$inferInsert): Promise<void> => {
  await tx.insert(apiKeys).values(row)
}

export const noteKeyUse = async (tx: Tx, id: string, at: number): Promise<void> => {
  await tx.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id))
}

/** False where it was revoked already. */
export const revokeKeyRow = async (tx: Tx, id: string, at: number): Promise<boolean> =>
  (
    await tx
      .update(apiKeys)
      .set({ revokedAt: at })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning({ id: apiKeys.id })
  ).length === 1
