import { describe, expect, it } from 'vitest'
import { compileCalendar } from '../../../contract/calendar.rules'
import type { SlaClock, SlaInterval } from '../../../contract/sla.rules'
import { citizenClocks as presented } from './sla.presenter'

const interval = (more: Partial<SlaInterval> = {}): SlaInterval => ({
  from: 0,
  to: null,
  state: 'running',
  reason: 'created',
  by: { kind: 'agent', id: 'agt_1', name: '王敏' },
  waitingOn: '税务局',
  isOurs: false,
  workingMs: 0,
  ...more,
})
const clock = (more: Partial<SlaClock>): SlaClock => ({
  kind: 'resolution',
  round: 0,
  targetMs: 7_200_000,
  startedAt: 0,
  intervals: [interval()],
  dueAt: 7_200_000,
  stoppedAt: null,
  stoppedBy: null,
  outcome: 'running',
  elapsedWorkingMs: 3_600_000,
  breachedAt: null,
  isLate: false,
  ...more,
})

const always = compileCalendar(
  {
    timeZone: 'UTC',
    week: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] })),
    exceptions: [],
  },
  0,
  86_400_000,
)
/** An hour after the clocks began. */
const citizenClocks = (reckoned: Parameters<typeof presented>[0]) => presented(reckoned, always, 3_600_000)
const hour = (kind: string, from: number) => ({
  day: '1970-01-01',
  kind,
  from: `1970-01-01T0${from}:00:00.000Z`,
  to: `1970-01-01T0${from + 1}:00:00.000Z`,
})

describe('what a citizen is told of the clocks', () => {
  it('is when to expect an answer and an end, the sooner first', () => {
    const answer = clock({ kind: 'next_response', dueAt: 3_600_000 })
    expect(citizenClocks({ clocks: [clock({}), answer], slaState: 'running' })).toMatchObject({
      items: [
        {
          kind: 'answer',
          state: 'on_time',
          dueAt: '1970-01-01T01:00:00.000Z',
          remainingSeconds: 3600,
          picture: [hour('counted', 0)],
        },
        {
          kind: 'resolution',
          state: 'on_time',
          dueAt: '1970-01-01T02:00:00.000Z',
          remainingSeconds: 3600,
          picture: [hour('counted', 0), hour('left', 1)],
        },
      ],
      isKept: null,
    })
  })

  it('says whom it waits for only where that is the citizen, and never who does what', () => {
    const paused = (reason: SlaInterval['reason']) =>
      clock({ outcome: 'paused', dueAt: null, intervals: [interval({ state: 'paused', reason })] })
    const stateOf = (each: SlaClock) => citizenClocks({ clocks: [each], slaState: 'paused' }).items[0]?.state
    expect(stateOf(paused('waiting_citizen'))).toBe('waiting_for_you')
    expect(stateOf(paused('waiting_department'))).toBe('paused')
    const told = JSON.stringify(citizenClocks({ clocks: [paused('waiting_department')], slaState: 'paused' }))
    expect(told).not.toMatch(/王敏|税务局|agt_/)
    const ours = clock({
      outcome: 'paused',
      dueAt: null,
      intervals: [interval({ state: 'paused', isOurs: true })],
    })
    const { picture } = citizenClocks({ clocks: [ours], slaState: 'paused' }).items[0] ?? {}
    expect(picture?.map((each) => each.kind)).toEqual(['paused', 'left'])
  })

  it('says when it is late, and in the end whether it was in time', () => {
    expect(citizenClocks({ clocks: [clock({ isLate: true })], slaState: 'breached' }).items[0]).toMatchObject(
      {
        state: 'late',
      },
    )
    const stopped = clock({ stoppedAt: 5, outcome: 'met' })
    expect(citizenClocks({ clocks: [stopped], slaState: 'met' })).toMatchObject({ items: [], isKept: true })
    expect(citizenClocks({ clocks: [], slaState: 'none' }).isKept).toBeNull()
  })

  it('tells how each came about, without names: started, rested, went on, and when it is due', () => {
    const rested = clock({
      intervals: [
        interval({ to: 600_000, workingMs: 600_000 }),
        interval({
          from: 600_000,
          to: 900_000,
          state: 'paused',
          reason: 'waiting_citizen',
          workingMs: 300_000,
        }),
        interval({ from: 900_000, reason: 'citizen_replied' }),
      ],
      elapsedWorkingMs: 600_000,
    })
    const { ledgers } = citizenClocks({ clocks: [rested], slaState: 'running' })
    expect(
      ledgers.map(({ kind, lines }) => [kind, ...lines.map(({ key, seconds }) => `${key} ${seconds}`)]),
    ).toEqual([['resolution', 'started 7200', 'rests_for_you 300', 'resumed 600', 'due 6600']])
    const resting = clock({
      outcome: 'paused',
      dueAt: null,
      intervals: [interval({ state: 'paused', reason: 'waiting_department', isOurs: true })],
    })
    expect(citizenClocks({ clocks: [resting], slaState: 'paused' }).ledgers[0]?.lines).toMatchObject([
      { key: 'rests', seconds: null },
    ])
    expect(JSON.stringify(ledgers)).not.toMatch(/王敏|税务局|agt_/)
    const ended = clock({ stoppedAt: 600_000, outcome: 'met', dueAt: null, elapsedWorkingMs: 600_000 })
    const after = citizenClocks({
      clocks: [clock({ kind: 'first_response', stoppedAt: 1 }), ended],
      slaState: 'met',
    })
    expect(after.ledgers).toHaveLength(1)
    expect(after.ledgers[0]?.lines.at(-1)).toMatchObject({ key: 'met', seconds: 600 })
  })
})
