import { describe, expect, it } from 'vitest'
import type { FeedEvent } from './feed.rules'
import { applyToTicketRows, applyToTicketView } from './ticket-feed.rules'
import { agentCommandsOf, ticketStatuses, ticketTransitions } from './tickets.rules'
import type { TicketView } from './tickets.schema'

const row = (id: string): TicketView => ({
  id,
  number: '20261120-00001',
  status: 'new',
  topic: '执照',
  serviceItemId: null,
  serviceItemName: null,
  siteId: 'sit_1',
  siteName: '站点',
  departmentId: 'dep_1',
  departmentName: '部门',
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
  createdAt: '2026-11-20T00:00:00.000Z',
  updatedAt: '2026-11-20T00:00:00.000Z',
})
const at = '2026-11-20T01:00:00.000Z'
const event = (type: string, data: FeedEvent['data']): FeedEvent => ({ seq: 1, type, at, subject: 's', data })

describe('rows of tickets', () => {
  const rows = [row('tkt_1'), row('tkt_2')]

  it('follow the view of an event, each its own', () => {
    const after = { ...row('tkt_2'), priority: 'urgent' as const }
    const next = applyToTicketRows(rows, event('ticket.edited', { ofTicket: 'tkt_2', ticket: after }))
    expect(next).toEqual([rows[0], after])
    expect(next[0]).toBe(rows[0])
  })

  it('follow the facts where the hot path leaves the view out', () => {
    const taken = applyToTicketRows(
      rows,
      event('ticket.taken', { ofTicket: 'tkt_1', from: 'new', to: 'open' }),
    )
    expect(taken[0]).toMatchObject({ status: 'open', updatedAt: at })
    const given = { ofTicket: 'tkt_1', agentId: 'agt_1', agentName: '王敏' }
    expect(applyToTicketRows(rows, event('ticket.assigned', given))[0]?.assignee).toEqual({
      id: 'agt_1',
      name: '王敏',
    })
    const held = { ofTicket: 'tkt_1', to: 'on_hold', holdUntil: Date.parse(at) }
    expect(applyToTicketView(row('tkt_1'), event('ticket.held', held)).holdUntil).toBe(at)
  })

  it('are the same list where nothing of theirs happened', () => {
    expect(applyToTicketRows(rows, event('ticket.taken', { ofTicket: 'tkt_9', to: 'open' }))).toBe(rows)
    expect(applyToTicketRows(rows, event('sla.warned', { ofTicket: 'tkt_1' }))).toBe(rows)
  })
})

describe('commands offered to agents', () => {
  it.each(ticketStatuses)('of one that is %s are allowed by the table', (status) => {
    for (const command of agentCommandsOf(status))
      expect(ticketTransitions[status][command], command).toBeDefined()
  })
  it('lead on from every state but merged', () => {
    expect(ticketStatuses.filter((status) => agentCommandsOf(status).length === 0)).toEqual(['merged'])
  })
})
