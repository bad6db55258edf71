import { describe, expect, it } from 'vitest'
import type { SlaClock } from './sla.rules'
import { ticketClockState } from './sla-state.rules'

const clock = (more: Partial<SlaClock>): SlaClock => ({
  kind: 'resolution',
  round: 0,
  targetMs: 100,
  startedAt: 0,
  intervals: [],
  dueAt: 500,
  stoppedAt: null,
  stoppedBy: null,
  outcome: 'running',
  elapsedWorkingMs: 10,
  breachedAt: null,
  isLate: false,
  ...more,
})
const met = clock({ outcome: 'met', stoppedAt: 5, dueAt: 90 })
const late = clock({ outcome: 'breached', stoppedAt: 500, breachedAt: 100, isLate: true })

describe('ticketClockState', () => {
  it.each([
    ['nothing', [], 'none', null],
    ['a running clock', [met, clock({})], 'running', 500],
    ['the most urgent of several', [clock({}), clock({ elapsedWorkingMs: 80, dueAt: 300 })], 'warned', 300],
    ['an open clock that is late', [clock({}), clock({ isLate: true, dueAt: 20 })], 'breached', 20],
    ['one paused, one running', [clock({ outcome: 'paused', dueAt: null }), clock({})], 'running', 500],
    ['all paused', [clock({ outcome: 'paused', dueAt: null, elapsedWorkingMs: 90 })], 'paused', null],
    ['a late answer while the matter goes on', [late, clock({})], 'running', 500],
    ['all kept', [met], 'met', null],
    ['one late in the end', [met, late], 'breached', null],
    ['only cancelled ones', [clock({ outcome: 'cancelled', stoppedAt: 9 })], 'none', null],
  ] as const)('%s', (_name, clocks, slaState, nextDueAt) => {
    expect(ticketClockState([...clocks])).toEqual({ slaState, nextDueAt })
  })

  it('warns at the share that the rules name', () => {
    expect(ticketClockState([clock({ elapsedWorkingMs: 50 })], () => 50).slaState).toBe('warned')
    expect(ticketClockState([clock({ elapsedWorkingMs: 50 })], () => 51).slaState).toBe('running')
  })
})
