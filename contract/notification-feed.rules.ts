import type { FeedEvent } from './feed.rules'
import type { NotificationView } from './notifications.schema'

/** What the bell knows: the newest notices, and how many are unread in all. */
export interface InboxState {
  items: NotificationView[]
  unread: number
}

const newestFirst = (a: NotificationView, b: NotificationView): number =>
  a.createdAt === b.createdAt ? (a.id < b.id ? 1 : -1) : a.createdAt < b.createdAt ? 1 : -1

/** The inbox after `event`. Pure, and harmless when repeated: counts arrive whole. */
export const applyToInbox = (state: InboxState, event: FeedEvent): InboxState => {
  const { notification, readNotices, unreadNotices } = event.data
  let { items } = state
  if (notification)
    items = [notification, ...items.filter((each) => each.id !== notification.id)].sort(newestFirst)
  if (readNotices) {
    const isRead = (each: NotificationView) =>
      each.readAt === null &&
      (readNotices === 'all' ? each.createdAt <= event.at : readNotices.includes(each.id))
    items = items.map((each) => (isRead(each) ? { ...each, readAt: event.at } : each))
  }
  return unreadNotices === undefined && items === state.items
    ? state
    : { items, unread: unreadNotices ?? state.unread }
}
