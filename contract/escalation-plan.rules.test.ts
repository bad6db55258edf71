import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCalendar, isWorking } from './calendar.rules'
import { type EscalationStep, nextSteps, type PlanCalendars } from './escalation-plan.rules'
import { recomputeClocks, type SlaActor, type SlaClock, type SlaFact, type SlaPolicy } from './sla.rules'

const hour = 3_600_000
const minute = 60_000
const at = (text: string) => Date.parse(`2026-11-${text}+08:00`)
const compile = (from: string, to: string, days = [1, 2, 3, 4, 5]) =>
  compileCalendar(
    { timeZone: 'Asia/Shanghai', week: days.map((day) => ({ day, spans: [{ from, to }] })), exceptions: [] },
    at('01T00:00'),
    at('30T00:00'),
  )
const office = compile('09:00', '17:00')
const always = compile('00:00', '24:00', [1, 2, 3, 4, 5, 6, 7])
const everywhere: PlanCalendars = { clock: office, ownerOf: () => office }
const policy: SlaPolicy = {
  id: 'p',
  targets: { first_response: null, next_response: null, resolution: 10 * hour },
  pausesOn: ['waiting_citizen'],
}
const agent: SlaActor = { kind: 'agent', id: 'a', name: 'A' }
const clockAt = (facts: SlaFact[], now: number, calendar = office): SlaClock =>
  recomputeClocks(
    facts.filter((fact) => fact.at <= now),
    policy,
    calendar,
    now,
  )[0]!
const created = (moment: string): SlaFact => ({ at: at(moment), seq: 0, by: agent, kind: 'created' })
const moved = (
  moment: string,
  to: 'waiting_citizen' | 'open' | 'resolved' | 'merged',
  seq: number,
): SlaFact => ({
  at: at(moment),
  seq,
  by: agent,
  kind: 'status_changed',
  to,
})
/** 80 % → owner; breach → team lead; +2 h → department head; +8 h → city supervisor. */
const ladder: EscalationStep[] = [
  { id: 'city', trigger: 'breach', afterMs: 8 * hour, action: 'escalate', level: 4 },
  { id: 'head', trigger: 'breach', afterMs: 2 * hour, action: 'require_answer', level: 3 },
  { id: 'lead', trigger: 'breach', afterMs: 0, action: 'reassign', level: 2 },
  { id: 'owner', trigger: 'warn', atPercent: 80, action: 'notify', level: 1 },
]
const plan = (facts: SlaFact[], moment: string, fired: string[] = [], calendars = everywhere) => {
  const now = at(moment)
  const clock = clockAt(facts, now, calendars.clock)
  const { due, nextAt } = nextSteps(clock, ladder, calendars, new Set(fired), now)
  return { due: due.map(({ step, dueAt, isLate }) => [step.id, dueAt, isLate]), nextAt }
}

describe('nextSteps', () => {
  const open = [created('20T09:00')]

  it('climbs in working time', () => {
    // 80 % are used up at closing time: that is told the next morning.
    expect(plan(open, '20T10:00')).toEqual({ due: [], nextAt: at('23T09:00') })
    expect(plan(open, '23T09:00').due).toEqual([['owner', at('23T09:00'), false]])
    expect(plan(open, '20T17:01', ['owner']).nextAt).toBe(at('23T11:00'))
    expect(plan(open, '23T11:00', ['owner'])).toEqual({
      due: [['lead', at('23T11:00'), false]],
      nextAt: at('23T13:00'),
    })
    expect(plan(open, '24T12:00', ['owner', 'lead', 'head', 'city'])).toEqual({ due: [], nextAt: null })
  })

  it('fires once and in order what fell due while the process was down, marked late', () => {
    expect(plan(open, '24T11:00')).toEqual({
      due: [
        ['owner', at('23T09:00'), true],
        ['lead', at('23T11:00'), true],
        ['head', at('23T13:00'), true],
        ['city', at('24T11:00'), false],
      ],
      nextAt: null,
    })
  })

  it('disturbs nobody at night, and no level before the one below', () => {
    const calendars: PlanCalendars = { clock: always, ownerOf: (level) => (level === 2 ? office : always) }
    // Created on Friday at 20:00: breached on Saturday at 06:00, while the team lead is at home until Monday.
    const night = [created('20T20:00')]
    expect(plan(night, '21T07:00', ['owner'], calendars)).toEqual({ due: [], nextAt: at('23T09:00') })
    const monday = plan(night, '23T09:00', ['owner'], calendars).due
    expect(monday.map(([id, dueAt]) => [id, dueAt])).toEqual([
      ['lead', at('23T09:00')],
      ['head', at('23T09:00')],
      ['city', at('23T09:00')],
    ])
  })

  it('stands still while the clock is paused', () => {
    const facts = [...open, moved('23T12:00', 'waiting_citizen', 1), moved('24T10:00', 'open', 2)]
    expect(plan(facts, '23T16:00', ['owner', 'lead'])).toEqual({ due: [], nextAt: null })
    // An hour was used after the breach before the pause; the other is used after it.
    expect(plan(facts, '24T10:30', ['owner', 'lead'])).toEqual({ due: [], nextAt: at('24T11:00') })
  })

  it('looks again at the breach where no step is left', () => {
    const { nextAt } = nextSteps(clockAt(open, at('20T10:00')), [], everywhere, new Set(), at('20T10:00'))
    expect(nextAt).toBe(at('23T11:00'))
  })

  it('owes for a stopped clock what was due before, for a cancelled one nothing', () => {
    const resolved = [...open, moved('23T12:00', 'resolved', 1)]
    expect(plan(resolved, '25T12:00', ['owner'])).toEqual({
      due: [['lead', at('23T11:00'), true]],
      nextAt: null,
    })
    expect(plan([...open, moved('20T10:00', 'resolved', 1)], '25T12:00')).toEqual({ due: [], nextAt: null })
    expect(plan([...open, moved('23T12:00', 'merged', 1)], '25T12:00')).toEqual({ due: [], nextAt: null })
  })
})

describe('for any rule and any sweeper', () => {
  const anyStep = fc.oneof(
    fc.record({ trigger: fc.constant('warn' as const), atPercent: fc.integer({ min: 1, max: 100 }) }),
    fc.record({
      trigger: fc.constant('breach' as const),
      afterMs: fc.integer({ min: 0, max: 1200 }).map((count) => count * minute),
    }),
  )
  const anyRule = fc
    .array(fc.tuple(anyStep, fc.integer({ min: 1, max: 4 })), { maxLength: 6 })
    .map((rows) =>
      rows.map(
        ([row, level], index): EscalationStep => ({ id: `s${index}`, action: 'notify', level, ...row }),
      ),
    )
  const anyFacts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.boolean()), { maxLength: 6 })
    .map((rows) => {
      let now = at('16T10:00')
      const facts: SlaFact[] = [created('16T10:00')]
      rows.forEach(([later, isWaiting], index) => {
        now += later * minute
        const to = isWaiting ? 'waiting_citizen' : 'open'
        facts.push({ at: now, seq: index + 1, by: agent, kind: 'status_changed', to })
      })
      return facts
    })
  const desks = [office, office, always, compile('20:00', '23:00')]
  const calendars: PlanCalendars = { clock: office, ownerOf: (level) => desks[level - 1] ?? office }

  /** Sweeps at `nextAt`, at each fact, and now and then by chance; gives what was fired when. */
  const sweep = (facts: SlaFact[], steps: EscalationStep[], naps: readonly number[], obeysPlan: boolean) => {
    const end = at('29T00:00')
    const fired = new Map<string, { sweptAt: number; dueAt: number; isLate: boolean }>()
    const order: string[] = []
    let now = at('16T10:00')
    for (let turn = 0; now <= end; turn += 1) {
      const plan = nextSteps(clockAt(facts, now), steps, calendars, new Set(fired.keys()), now)
      for (const { step, dueAt, isLate } of plan.due) {
        expect(fired.has(step.id)).toBe(false)
        fired.set(step.id, { sweptAt: now, dueAt, isLate })
        order.push(step.id)
      }
      expect(plan.nextAt === null || plan.nextAt > now).toBe(true)
      const nap = now + (naps[turn % naps.length] ?? 60) * minute
      const fact = facts.find((each) => each.at > now)?.at ?? Number.POSITIVE_INFINITY
      now = obeysPlan ? Math.min(plan.nextAt ?? end + 1, fact) : Math.min(nap, now < end ? end : end + 1)
    }
    return { fired, order }
  }
  const anyNaps = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 })

  it('one appointment per ticket fires each step once, in order, exactly when due and at work', () => {
    fc.assert(
      fc.property(anyFacts, anyRule, (facts, steps) => {
        const { fired, order } = sweep(facts, steps, [], true)
        const places = new Map(steps.map((step) => [step.id, step]))
        for (const [id, { sweptAt, dueAt, isLate }] of fired) {
          expect([sweptAt, isLate]).toEqual([dueAt, false])
          const owner = calendars.ownerOf(places.get(id)!.level)
          expect(isWorking(owner, dueAt) || isWorking(owner, dueAt - 1)).toBe(true)
        }
        const rank = (id: string) => {
          const step = places.get(id)!
          return step.trigger === 'warn' ? step.atPercent : 1000 + step.afterMs
        }
        expect(order.map(rank)).toEqual(order.map(rank).sort((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })

  it('an unpunctual sweeper fires the same steps, and says which are late', () => {
    fc.assert(
      fc.property(anyFacts, anyRule, anyNaps, (facts, steps, naps) => {
        const punctual = sweep(facts, steps, [], true).fired
        const tardy = sweep(facts, steps, naps, false).fired
        for (const [id, { sweptAt, dueAt, isLate }] of tardy) {
          expect(isLate).toBe(sweptAt - dueAt > minute)
          expect(dueAt).toBe(punctual.get(id)?.dueAt)
        }
        expect([...tardy.keys()].sort()).toEqual([...punctual.keys()].sort())
      }),
      { numRuns: 300 },
    )
  })
})
