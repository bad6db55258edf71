import { and, eq, inArray } from 'drizzle-orm'
import { unresolvedStatuses } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { tickets } from '../../../drizzle/schema/index'

const maxNamed = 20

/** Children on which somebody still has something to do. */
export const listOpenChildren = (tx: Tx, ticketId: string): Promise<{ id: string; number: string }[]> =>
  tx
    .select({ id: tickets.id, number: tickets.number })
    .from(tickets)
    .where(and(eq(tickets.parentId, ticketId), inArray(tickets.status, [...unresolvedStatuses])))
    .orderBy(tickets.number)
    .limit(maxNamed)
    .then((rows) => rows)
