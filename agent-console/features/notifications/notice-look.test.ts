import { describe, expect, it } from 'vitest'
import { noticeKinds, topicOfKind } from '../../../contract/notifications.rules'
import type { NotificationView } from '../../../contract/notifications.schema'
import { byDay, placeOf } from './notice-look'

const notice = (more: Partial<NotificationView>): NotificationView => {
  const kind = more.kind ?? 'assigned'
  return {
    id: 'ntf_0123456789ABCDEFGHIJ',
    kind,
    topic: topicOfKind(kind),
    ticketId: 'tkt_0123456789ABCDEFGHIJ',
    subject: 'tkt_0123456789ABCDEFGHIJ',
    facts: {},
    isBrowser: false,
    createdAt: '2026-11-22T02:00:00.000Z',
    readAt: null,
    ...more,
  }
}

describe('a notice leads', () => {
  it('to the matter it is about, not only to its ticket', () => {
    for (const kind of noticeKinds.filter((each) => topicOfKind(each) === 'escalation'))
      expect(placeOf(notice({ kind, subject: 'esc_0123456789ABCDEFGHIJ' }))).toBe(
        '/escalations/esc_0123456789ABCDEFGHIJ',
      )
    expect(placeOf(notice({}))).toBe('/tickets/tkt_0123456789ABCDEFGHIJ')
  })

  it('somewhere useful where there is no single ticket', () => {
    const placeWithout = (kind: NotificationView['kind']) =>
      placeOf(notice({ kind, ticketId: null, subject: 'x' }))
    expect(placeWithout('webhook_disabled')).toBe('/admin/integrations/webhooks')
    expect(placeWithout('sla_digest')).toBe('/tickets')
    expect(placeWithout('export_ready')).toBe('/tickets')
    expect(placeWithout('mention')).toBeNull()
  })
})

it('notices stand under the day they came', () => {
  const at = (createdAt: string) => notice({ createdAt })
  const noon = ['2026-11-22T12:00:00', '2026-11-22T11:00:00', '2026-11-21T12:00:00'].map((local) =>
    at(new Date(local).toISOString()),
  )
  expect(byDay(noon).map((day) => day.notices.length)).toEqual([2, 1])
})
