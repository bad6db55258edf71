import { describe, expect, it } from 'vitest'
import {
  type FollowFacts,
  followActions,
  followEventOf,
  maskName,
  maskPhone,
  plainPhone,
} from './follow.rules'

const day = 86_400_000
const now = 1_000 * day
const facts = (more: Partial<FollowFacts>): FollowFacts => ({
  status: 'open',
  resolvedAt: null,
  closedAt: null,
  reopenedAt: null,
  ratedAt: null,
  lastUrgedAt: null,
  isComplaint: false,
  ...more,
})

describe('what a citizen may do', () => {
  it('reopens and writes up to the last millisecond of the seventh day', () => {
    const settled = facts({ status: 'resolved', resolvedAt: now })
    expect(followActions(settled, now + 7 * day)).toMatchObject({ canReopen: true, canReply: true })
    expect(followActions(settled, now + 7 * day + 1)).toMatchObject({ canReopen: false, canReply: false })
    // A confirmation begins the seven days anew: the matter was settled then.
    const confirmed = facts({ status: 'closed', resolvedAt: now, closedAt: now + 6 * day })
    expect(followActions(confirmed, now + 13 * day).canReopen).toBe(true)
    expect(followActions(confirmed, now + 13 * day + 1).canReopen).toBe(false)
  })

  it('urges what is open, once in four hours, and nobody while the citizen is asked', () => {
    expect(followActions(facts({}), now)).toMatchObject({ canUrge: true, urgeAgainAt: null })
    const urged = facts({ lastUrgedAt: now })
    const again = now + 4 * 3_600_000
    expect(followActions(urged, again - 1)).toMatchObject({ canUrge: false, urgeAgainAt: again })
    expect(followActions(urged, again)).toMatchObject({ canUrge: true, urgeAgainAt: null })
    for (const status of ['waiting_citizen', 'resolved', 'closed', 'merged'] as const)
      expect(followActions(facts({ status, resolvedAt: now }), now).canUrge, status).toBe(false)
  })

  it('rates once after each settlement', () => {
    const settled = { status: 'resolved', resolvedAt: now } as const
    expect(followActions(facts({}), now).canRate).toBe(false)
    expect(followActions(facts(settled), now).canRate).toBe(true)
    expect(followActions(facts({ ...settled, ratedAt: now - 1 }), now).canRate).toBe(false)
    expect(followActions(facts({ ...settled, ratedAt: now - 2, reopenedAt: now - 1 }), now).canRate).toBe(
      true,
    )
  })

  it('can do nothing with a ticket that was joined to another citizen’s', () => {
    expect(followActions(facts({ status: 'merged' }), now)).toEqual({
      canReply: false,
      canConfirm: false,
      canReopen: false,
      canRate: false,
      canUrge: false,
      canComplain: false,
      reopenUntil: null,
      urgeAgainAt: null,
    })
  })
})

describe('the citizen’s history', () => {
  const of = (
    type: string,
    more: { actorKind?: 'agent' | 'visitor'; facts?: Record<string, unknown> } = {},
  ) => followEventOf({ type, actorKind: 'agent', facts: {}, ...more })

  it('has nothing that stays inside', () => {
    for (const type of ['ticket.noted', 'ticket.tagged', 'offer.ringing', 'call.quality', 'sla.warned'])
      expect(of(type), type).toBeNull()
    const complaint = { changes: [{ field: 'isComplaint', before: false, after: true }] }
    expect(of('ticket.edited', { facts: complaint })).toBeNull()
    expect(of('ticket.edited', { actorKind: 'visitor', facts: complaint })).toBe('complained')
    expect(of('ticket.resolved', { facts: { from: 'resolved', to: 'resolved' } })).toBeNull()
  })

  it('tells who closed it', () => {
    expect(of('ticket.closed')).toBe('closed')
    // Who leaves the queue closes too, and confirms nothing.
    expect(of('ticket.closed', { actorKind: 'visitor' })).toBe('closed')
    expect(of('ticket.closed', { actorKind: 'visitor', facts: { isConfirmed: true } })).toBe('confirmed')
  })
})

describe('masks', () => {
  it('keep the first character of a name and the ends of a number', () => {
    expect([
      maskName('张三丰'),
      maskName('李四'),
      maskName('欧阳娜娜'),
      maskName(' '),
      maskName(null),
    ]).toEqual(['张**', '李*', '欧**', null, null])
    expect(maskPhone('138 1234 1234')).toBe('138****1234')
    expect(maskPhone('+86 13812341234')).toBe('138****1234')
    expect(maskPhone('12345')).toBe('****45')
    expect(maskPhone('')).toBeNull()
  })

  it('compare numbers however they were typed', () => {
    expect(plainPhone('+86-138 1234 1234')).toBe(plainPhone('13812341234'))
    expect(plainPhone('8613')).toBe('8613')
  })
})
