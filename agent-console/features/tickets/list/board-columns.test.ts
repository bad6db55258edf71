import { describe, expect, it } from 'vitest'
import type { BoardState } from '../../../../contract/ticket-list.schema'
import type { TicketView } from '../../../../contract/tickets.schema'
import { withTicket } from './board-columns'

const ticket = (id: string, status: TicketView['status']): TicketView => ({
  id,
  number: '20261122-00001',
  status,
  topic: '',
  serviceItemId: null,
  serviceItemName: null,
  siteId: 'sit_1',
  siteName: '',
  departmentId: 'dep_1',
  departmentName: '',
  assignee: null,
  contactName: null,
  contactPhone: null,
  rating: null,
  priority: 'normal',
  source: 'desk',
  externalNumber: null,
  tags: [],
  holdUntil: null,
  isComplaint: false,
  reopenCount: 0,
  urgeCount: 0,
  applicationResult: null,
  slaState: 'none',
  nextDueAt: null,
  escalationLevel: 0,
  createdAt: '2026-11-22T00:00:00.000Z',
  updatedAt: '2026-11-22T00:00:00.000Z',
})
const columns: BoardState['columns'] = [
  { status: 'new', count: 2, isMore: false, items: [ticket('tkt_1', 'new'), ticket('tkt_2', 'new')] },
  { status: 'open', count: 99, isMore: true, items: [ticket('tkt_3', 'open')] },
]

describe('a ticket on the board', () => {
  it('goes to the top of its new column; a capped count stays', () => {
    const [from, to] = withTicket(columns, ticket('tkt_1', 'open'))
    expect(from).toMatchObject({ count: 1, items: [{ id: 'tkt_2' }] })
    expect(to).toMatchObject({ count: 99, isMore: true, items: [{ id: 'tkt_1' }, { id: 'tkt_3' }] })
  })
  it('leaves a board that has no column for it', () => {
    const next = withTicket(columns, ticket('tkt_1', 'closed'))
    expect(next.flatMap((column) => column.items.map((each) => each.id))).toEqual(['tkt_2', 'tkt_3'])
  })
  it('stays in its place where only something else changed', () => {
    const [first] = withTicket(columns, { ...ticket('tkt_2', 'new'), topic: '改' })
    expect(first?.items.map((each) => each.topic)).toEqual(['', '改'])
    expect(first?.count).toBe(2)
  })
})
