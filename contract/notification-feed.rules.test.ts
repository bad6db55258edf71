import { describe, expect, it } from 'vitest'
import { applyToInbox } from './notification-feed.rules'
import type { NotificationView } from './notifications.schema'

const notice = (id: string, createdAt: string, readAt: string | null = null): NotificationView => ({
  id: `ntf_${id}`,
  kind: 'assigned',
  topic: 'assigned',
  ticketId: null,
  subject: 'tkt_1',
  facts: {},
  isBrowser: false,
  createdAt,
  readAt,
})
const event = (data: Record<string, unknown>, at = '2026-11-20T10:00:00.000Z') => ({
  seq: 1,
  type: 'notification.created',
  at,
  subject: 'ntf_1',
  data,
})

describe('the inbox', () => {
  it('takes a notice once, the newest first, and the count as it is told', () => {
    const state = { items: [notice('b', '2026-11-20T09:00:00.000Z')], unread: 1 }
    const told = event({ notification: notice('c', '2026-11-20T10:00:00.000Z'), unreadNotices: 2 })
    const once = applyToInbox(state, told)
    expect(once.items.map((each) => each.id)).toEqual(['ntf_c', 'ntf_b'])
    expect(once.unread).toBe(2)
    expect(applyToInbox(once, told)).toEqual(once)
  })

  it('marks what was read in another window, and leaves what came later', () => {
    const state = {
      items: [notice('c', '2026-11-20T11:00:00.000Z'), notice('b', '2026-11-20T09:00:00.000Z')],
      unread: 2,
    }
    const some = applyToInbox(state, event({ readNotices: ['ntf_c'], unreadNotices: 1 }))
    expect(some.items.map((each) => each.readAt !== null)).toEqual([true, false])
    const all = applyToInbox(state, event({ readNotices: 'all', unreadNotices: 1 }))
    expect(all.items.map((each) => each.readAt !== null)).toEqual([false, true])
    expect(applyToInbox(state, event({}))).toBe(state)
  })
})
