import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  callTransitions,
  consultationStatuses,
  consultationTransitions,
  invitationTransitions,
  offerTransitions,
  openStatuses,
  waitRange,
} from './consultations.rules'
import { documentStatuses, documentTransitions } from './documents.rules'
import { escalationTransitions } from './escalations.rules'
import { permissions, permissionsOf, roles } from './permissions.rules'
import { availabilities, presenceTransitions } from './presence.rules'
import { ticketCommands, ticketNumber, ticketStatuses, ticketTransitions } from './tickets.rules'
import { isTerminal, nextState } from './transitions.rules'

interface Case {
  name: string
  table: Record<string, Partial<Record<string, string>>>
  commands: readonly string[]
  /** Everything that is allowed, as `from command to`; any other pair is refused. */
  allowed: readonly string[]
}

const cases: Case[] = [
  {
    name: 'consultation',
    table: consultationTransitions,
    commands: ['join', 'accept', 'leave', 'expire', 'defer', 'end', 'wrap_up'],
    allowed: [
      'expected join active',
      'expected expire abandoned',
      'expected end abandoned',
      'waiting accept active',
      'waiting leave abandoned',
      'waiting expire abandoned',
      'waiting defer deferred',
      'active end wrap_up',
      'active leave wrap_up',
      'wrap_up wrap_up closed',
      'deferred accept active',
    ],
  },
  {
    name: 'offer',
    table: offerTransitions,
    commands: ['accept', 'decline', 'ignore', 'withdraw'],
    allowed: [
      'ringing accept accepted',
      'ringing decline declined',
      'ringing ignore ignored',
      'ringing withdraw withdrawn',
    ],
  },
  {
    name: 'invitation',
    table: invitationTransitions,
    commands: ['accept', 'refuse', 'cancel', 'lapse'],
    allowed: [
      'pending accept accepted',
      'pending refuse refused',
      'pending cancel cancelled',
      'pending lapse lapsed',
    ],
  },
  { name: 'call', table: callTransitions, commands: ['end'], allowed: ['open end ended'] },
  {
    name: 'ticket',
    table: ticketTransitions,
    commands: ticketCommands,
    allowed: [
      'new take open',
      'new wait_citizen waiting_citizen',
      'new wait_department waiting_department',
      'new hold on_hold',
      'new resume open',
      'new resolve resolved',
      'new keep_open open',
      'new close closed',
      'new merge merged',
      'open take open',
      'open wait_citizen waiting_citizen',
      'open wait_department waiting_department',
      'open hold on_hold',
      'open resume open',
      'open resolve resolved',
      'open keep_open open',
      'open close closed',
      'open merge merged',
      'waiting_citizen take open',
      'waiting_citizen wait_citizen waiting_citizen',
      'waiting_citizen wait_department waiting_department',
      'waiting_citizen hold on_hold',
      'waiting_citizen resume open',
      'waiting_citizen resolve resolved',
      'waiting_citizen keep_open open',
      'waiting_citizen close closed',
      'waiting_citizen merge merged',
      'waiting_department take open',
      'waiting_department wait_citizen waiting_citizen',
      'waiting_department wait_department waiting_department',
      'waiting_department hold on_hold',
      'waiting_department resume open',
      'waiting_department resolve resolved',
      'waiting_department keep_open open',
      'waiting_department close closed',
      'waiting_department merge merged',
      'on_hold take open',
      'on_hold wait_citizen waiting_citizen',
      'on_hold wait_department waiting_department',
      'on_hold hold on_hold',
      'on_hold resume open',
      'on_hold resolve resolved',
      'on_hold keep_open open',
      'on_hold close closed',
      'on_hold merge merged',
      'resolved take open',
      'resolved keep_open open',
      'resolved reopen open',
      'resolved resolve resolved',
      'resolved close closed',
      'resolved merge merged',
      'closed take open',
      'closed keep_open open',
      'closed reopen open',
      'closed resolve resolved',
      'closed close closed',
      'merged unmerge open',
    ],
  },
  {
    name: 'escalation',
    table: escalationTransitions,
    commands: [
      'acknowledge',
      'act',
      'climb',
      'hand_over',
      'refer',
      'accept',
      'refuse',
      'return',
      'close',
      'reopen',
    ],
    allowed: [
      'raised acknowledge acknowledged',
      'raised climb raised',
      'raised hand_over raised',
      'raised refer referred',
      'raised close closed',
      'acknowledged act acknowledged',
      'acknowledged climb raised',
      'acknowledged hand_over raised',
      'acknowledged refer referred',
      'acknowledged return raised',
      'acknowledged close closed',
      'referred accept acknowledged',
      'referred refuse acknowledged',
      'referred climb raised',
      'referred hand_over referred',
      'referred return acknowledged',
      'closed reopen raised',
    ],
  },
  {
    name: 'document',
    table: documentTransitions,
    commands: ['deliver', 'open', 'download', 'recall'],
    allowed: [
      'sent deliver delivered',
      'sent open opened',
      'sent download downloaded',
      'sent recall recalled',
      'delivered deliver delivered',
      'delivered open opened',
      'delivered download downloaded',
      'delivered recall recalled',
      'opened deliver opened',
      'opened open opened',
      'opened download downloaded',
      'downloaded deliver downloaded',
      'downloaded open downloaded',
      'downloaded download downloaded',
    ],
  },
  {
    name: 'presence',
    table: presenceTransitions,
    commands: ['go_available', 'go_away', 'go_offline', 'take', 'end', 'finish', 'miss', 'lose'],
    allowed: [
      'available go_available available',
      'available go_away away',
      'available go_offline offline',
      'available take busy',
      'available miss away',
      'available lose away',
      'available finish available',
      'busy take busy',
      'busy end wrapping_up',
      'busy finish available',
      'busy lose busy',
      'busy go_offline busy',
      'wrapping_up take busy',
      'wrapping_up finish available',
      'wrapping_up end wrapping_up',
      'wrapping_up lose away',
      'wrapping_up go_available available',
      'wrapping_up go_away away',
      'wrapping_up go_offline offline',
      'away go_available available',
      'away go_away away',
      'away go_offline offline',
      'away take busy',
      'away end wrapping_up',
      'away miss away',
      'away lose away',
      'away finish away',
      'offline go_available available',
      'offline go_away away',
      'offline go_offline offline',
      'offline take busy',
      'offline lose offline',
      'offline finish offline',
      'offline end wrapping_up',
    ],
  },
]

describe.each(cases)('the $name table', ({ table, commands, allowed }) => {
  const states = Object.keys(table)
  const pairs = states.flatMap((from) => commands.map((command) => [from, command] as const))

  it.each(pairs)('%s + %s', (from, command) => {
    const entry = allowed.find((each) => each.startsWith(`${from} ${command} `))
    expect(nextState(table, from, command)).toBe(entry?.split(' ')[2] ?? null)
  })

  it('allows exactly the listed, leads only to states it has, and knows its ends', () => {
    const listed = states.flatMap((from) =>
      Object.entries(table[from] ?? {}).map(([command, to]) => `${from} ${command} ${to}`),
    )
    expect([...listed].sort()).toEqual([...allowed].sort())
    for (const entry of listed) expect(states).toContain(entry.split(' ')[2])
    for (const state of states)
      expect(isTerminal(table, state)).toBe(!allowed.some((each) => each.startsWith(`${state} `)))
  })
})

it('lists every state in its table', () => {
  expect(Object.keys(consultationTransitions)).toEqual([...consultationStatuses])
  expect(Object.keys(ticketTransitions)).toEqual([...ticketStatuses])
  expect(Object.keys(documentTransitions)).toEqual([...documentStatuses])
  expect(Object.keys(presenceTransitions)).toEqual([...availabilities])
  // What is answered later waits for nobody: the citizen may ask anew meanwhile.
  for (const status of consultationStatuses)
    expect(openStatuses.includes(status) || status === 'deferred').toBe(
      !isTerminal(consultationTransitions, status),
    )
})

describe('waitRange', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 7200 }), { minLength: 5, maxLength: 40 })
  const position = fc.integer({ min: 1, max: 50 })

  it('says nothing without five waits or a place', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7200 }), { maxLength: 4 }), position, (few, place) => {
        expect(waitRange(few, place)).toBeNull()
      }),
    )
    fc.assert(
      fc.property(waits, fc.integer({ min: -5, max: 0 }), (many, place) => {
        expect(waitRange(many, place)).toBeNull()
      }),
    )
  })

  it('is whole minutes from at least 1, low below high, and does not depend on the order', () => {
    fc.assert(
      fc.property(waits, position, (many, place) => {
        const range = waitRange(many, place)
        expect(range).not.toBeNull()
        if (!range) return
        expect(Number.isInteger(range.low) && Number.isInteger(range.high)).toBe(true)
        expect(range.low).toBeGreaterThanOrEqual(1)
        expect(range.high).toBeGreaterThan(range.low)
        expect(waitRange([...many].reverse(), place)).toEqual(range)
      }),
    )
  })

  it('never shrinks further back in the queue or with longer waits', () => {
    fc.assert(
      fc.property(waits, position, fc.integer({ min: 0, max: 3600 }), (many, place, more) => {
        const [here, behind] = [waitRange(many, place), waitRange(many, place + 1)]
        const slower = waitRange(
          many.map((each) => each + more),
          place,
        )
        if (!here || !behind || !slower) throw new Error('a range was expected')
        expect(behind.low).toBeGreaterThanOrEqual(here.low)
        expect(behind.high).toBeGreaterThanOrEqual(here.high)
        expect(slower.low).toBeGreaterThanOrEqual(here.low)
        expect(slower.high).toBeGreaterThanOrEqual(here.high)
      }),
    )
  })

  it('holds the middle half of the waits at the first place', () => {
    expect(waitRange([60, 120, 180, 240, 300, 360, 420, 480], 1)).toEqual({ low: 3, high: 7 })
  })
})

describe('permissionsOf', () => {
  it.each([
    ['agent', ['consultations.serve', 'tickets.read', 'tickets.work', 'agents.read']],
    ['inspector', ['consultations.serve', 'tickets.read', 'tickets.work', 'agents.read']],
    ['editor', ['tickets.read', 'agents.read']],
    [
      'supervisor',
      [
        'consultations.serve',
        'consultations.watch',
        'tickets.read',
        'tickets.work',
        'tickets.manage',
        'tickets.export',
        'escalations.manage',
        'dashboard.read',
        'agents.read',
      ],
    ],
    [
      'auditor',
      [
        'consultations.watch',
        'tickets.read',
        'tickets.export',
        'dashboard.read',
        'agents.read',
        'audit.read',
      ],
    ],
    [
      'admin',
      [
        'consultations.watch',
        'tickets.read',
        'tickets.work',
        'tickets.manage',
        'tickets.export',
        'escalations.manage',
        'dashboard.read',
        'sla.manage',
        'integrations.manage',
        'agents.read',
        'agents.manage',
        'departments.manage',
        'sites.manage',
        'audit.read',
      ],
    ],
  ] as const)('%s', (role, held) => expect(permissionsOf([role])).toEqual(held))

  it('is the union over the roles, whatever their order and number', () => {
    fc.assert(
      fc.property(fc.subarray([...roles]), fc.subarray([...roles]), (one, other) => {
        const both = permissionsOf([...one, ...other])
        expect(both).toEqual(permissionsOf([...other, ...one, ...one]))
        expect(both).toEqual(
          permissions.filter(
            (each) => permissionsOf(one).includes(each) || permissionsOf(other).includes(each),
          ),
        )
      }),
    )
    expect(permissionsOf([])).toEqual([])
    expect(permissionsOf([...roles])).toEqual([...permissions])
  })
})

it('numbers tickets by day and counter', () => {
  expect(ticketNumber('2026-11-20', 7)).toBe('20261120-00007')
  expect(ticketNumber('2026-11-20', 123_456)).toBe('20261120-123456')
})
