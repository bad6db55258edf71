import { describe, expect, it } from 'vitest'
import type { SlaFact } from '../../../contract/sla.rules'
import { ticketEventOf } from '../../../contract/tickets.rules'
import { factsOf, type HistoryRow, historyTypes, touchingTypes } from './sla.facts'

const row = (type: string, more: Partial<HistoryRow> = {}): HistoryRow => ({
  seq: 7,
  type,
  at: 1000,
  subject: 'tkt_1',
  ticketId: 'tkt_1',
  consultationId: null,
  actorKind: 'agent',
  actorId: 'agt_1',
  facts: {},
  ...more,
})
const context = {
  names: new Map([
    ['agt_1', '王敏'],
    ['dep_1', '税务局'],
  ]),
  merged: new Map([
    [
      'tkt_2',
      {
        createdAt: 10,
        firstAnswer: { at: 2000, by: { kind: 'agent', id: null, name: '' } },
        owedSince: null,
        wroteSince: null,
      },
    ],
  ]),
} satisfies Parameters<typeof factsOf>[1]
const base = { at: 1000, seq: 7, by: { kind: 'agent', id: 'agt_1', name: '王敏' } }
const one = (each: HistoryRow) => factsOf([each], context)[0] ?? null

describe('which event becomes which fact', () => {
  const cases: [HistoryRow, Partial<SlaFact> | null][] = [
    [row('ticket.created'), { kind: 'created' }],
    [row('ticket.replied'), { kind: 'agent_replied' }],
    [row('ticket.noted'), null],
    [row('ticket.citizen_replied'), { kind: 'citizen_replied' }],
    [row('consultation.accepted', { consultationId: 'con_1' }), { kind: 'consultation_accepted' }],
    [row('ticket.taken', { facts: { to: 'open' } }), { kind: 'status_changed', to: 'open' }],
    [row('ticket.resolved', { facts: { to: 'resolved' } }), { kind: 'status_changed', to: 'resolved' }],
    [row('ticket.held', { facts: { to: 'on_hold' } }), { kind: 'status_changed', to: 'on_hold' }],
    [
      row('ticket.waiting_department', { facts: { to: 'waiting_department', waitingDepartmentId: 'dep_1' } }),
      { kind: 'status_changed', to: 'waiting_department', waitingOn: '税务局' },
    ],
    [row('ticket.resumed', { facts: { to: 'nonsense' } }), null],
    [row('ticket.closed', { facts: { to: 'closed' } }), { kind: 'closed' }],
    [row('ticket.reopened', { facts: { to: 'open' } }), { kind: 'reopened' }],
    [row('ticket.merged', { facts: { to: 'merged' } }), { kind: 'status_changed', to: 'merged' }],
    [
      row('ticket.absorbed', { facts: { ticketId: 'tkt_2' } }),
      { kind: 'merged_from', ticketId: 'tkt_2', createdAt: 10, firstAnswer: null, owedSince: null },
    ],
    [row('ticket.absorbed', { facts: { ticketId: 'tkt_taken_back' } }), null],
    [row('message.sent', { consultationId: 'con_1' }), { kind: 'agent_replied' }],
    [
      row('message.sent', { consultationId: 'con_1', actorKind: 'visitor', actorId: 'vis_1' }),
      { kind: 'citizen_replied', by: { kind: 'citizen', id: 'vis_1', name: '' } },
    ],
    [row('document.sent', { consultationId: 'con_1' }), null],
    [row('sla.breached'), null],
  ]
  it.each(cases)('$0.type', (each, expected) => {
    expect(one(each)).toEqual(expected && { ...base, ...expected })
  })

  it('hears what the citizen says in a conversation that is going on', () => {
    const said = (seq: number) =>
      row('message.sent', { seq, consultationId: 'con_1', actorKind: 'visitor', actorId: 'vis_1' })
    const rows = [
      said(1),
      row('consultation.accepted', { seq: 2, consultationId: 'con_1' }),
      said(3),
      row('consultation.ended', { seq: 4, consultationId: 'con_1' }),
      said(5),
    ]
    expect(factsOf(rows, context).map((fact) => [fact.seq, fact.kind])).toEqual([
      [1, 'citizen_replied'],
      [2, 'consultation_accepted'],
      [5, 'citizen_replied'],
    ])
  })

  it('knows the event of every command', () => {
    for (const type of Object.values(ticketEventOf)) {
      expect(historyTypes).toContain(type)
      expect(touchingTypes.has(type)).toBe(true)
    }
  })
})
