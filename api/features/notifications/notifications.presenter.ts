import { topicOfKind } from '../../../contract/notifications.rules'
import type { NotificationView } from '../../../contract/notifications.schema'
import { iso } from '../../lib/clock'
import { isKind, type NotificationRow } from './notifications.store'

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** A notice as its person sees it; a kind that no longer exists counts as a plain reminder. */
export const presentNotification = (row: NotificationRow, isBrowser: boolean): NotificationView => {
  const kind = isKind(row.kind) ? row.kind : 'sla_step'
  return {
    id: row.id,
    kind,
    topic: topicOfKind(kind),
    ticketId: row.ticketId,
    subject: row.subject,
    facts: Object.fromEntries(
      Object.entries(row.facts).filter((entry): entry is [string, string | number | boolean | null] =>
        isPlain(entry[1]),
      ),
    ),
    isBrowser,
    createdAt: iso(row.createdAt),
    readAt: iso(row.readAt),
  }
}
