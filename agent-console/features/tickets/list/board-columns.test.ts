import { describe, expect, it } from 'vitest'
import type { BoardState } from '../../../../contract/ticket-list.schema'
import type { TicketView } from '../../../../contract/tickets.schema'
import { type Column, refreshed, withMore, withTicket } from './board-columns'

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
  {
    status: 'new',
    count: 2,
    isMore: false,
    items: [ticket('tkt_1', 'new'), ticket('tkt_2', 'new')],
    nextCursor: null,
  },
  { status: 'open', count: 99, isMore: true, items: [ticket('tkt_3', 'open')], nextCursor: 'c' },
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

describe('a column that was read on', () => {
  const at = (id: string, minute: number): TicketView => ({
    ...ticket(id, 'open'),
    updatedAt: `2026-11-22T00:${String(minute).padStart(2, '0')}:00.000Z`,
  })
  const column = (items: TicketView[], nextCursor: string | null): Column => ({
    status: 'open',
    count: 99,
    isMore: true,
    items,
    nextCursor,
  })
  const ids = (columns: Column[]) => columns[0]?.items.map((each) => each.id)
  const first = [at('tkt_9', 9), at('tkt_8', 8)]
  const readOn = withMore([column(first, 'c8')], 'open', {
    items: [at('tkt_8', 8), at('tkt_7', 7)],
    nextCursor: 'c7',
  })

  it('shows nothing twice and goes on where the page ended', () => {
    expect(ids(readOn)).toEqual(['tkt_9', 'tkt_8', 'tkt_7'])
    expect(readOn[0]?.nextCursor).toBe('c7')
    expect(withMore(readOn, 'new', { items: [at('tkt_1', 1)], nextCursor: null })).toEqual(readOn)
  })
  it('keeps its cards when it is read anew, with what is new on top', () => {
    const next = refreshed(readOn, [column([at('tkt_10', 10), at('tkt_9', 9)], 'c9')])
    expect(ids(next)).toEqual(['tkt_10', 'tkt_9', 'tkt_8', 'tkt_7'])
    expect(next[0]?.nextCursor).toBe('c7')
  })
  it('lets go of cards that went elsewhere or changed since', () => {
    const moved = [
      column(
        [at('tkt_9', 9), at('tkt_8', 8), at('tkt_7', 7), ticket('tkt_6', 'resolved'), at('tkt_5', 59)],
        'c5',
      ),
    ]
    expect(ids(refreshed(moved, [column([at('tkt_9', 9), at('tkt_8', 8)], 'c8')]))).toEqual([
      'tkt_9',
      'tkt_8',
      'tkt_7',
    ])
  })
  it('begins again where so much is new that something may lie between, and where it ends', () => {
    expect(ids(refreshed(readOn, [column([at('tkt_12', 12), at('tkt_11', 11)], 'c11')]))).toEqual([
      'tkt_12',
      'tkt_11',
    ])
    expect(ids(refreshed(readOn, [column([at('tkt_9', 9)], null)]))).toEqual(['tkt_9'])
  })
})
