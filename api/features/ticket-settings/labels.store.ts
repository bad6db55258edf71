import type { StatusLabel, StatusWords } from '../../../contract/ticket-settings.schema'
import { type TicketStatus, ticketStatuses } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { statusLabels } from '../../../drizzle/schema/index'

/** What an administrator calls the statuses, in their order; those without a label of their own are left out. */
export const listStatusLabels = async (tx: Tx): Promise<StatusLabel[]> => {
  const rows = await tx.select().from(statusLabels)
  return rows.sort((a, b) => ticketStatuses.indexOf(a.status) - ticketStatuses.indexOf(b.status))
}

/** What an administrator calls each status; those without words of their own are left out. */
export const statusWordsOf = async (tx: Tx): Promise<Map<TicketStatus, StatusWords>> =>
  new Map((await listStatusLabels(tx)).map(({ status, ...words }) => [status, words]))

export const replaceStatusLabels = async (tx: Tx, labels: readonly StatusLabel[]): Promise<void> => {
  await tx.delete(statusLabels)
  if (labels.length > 0) await tx.insert(statusLabels).values([...labels])
}
