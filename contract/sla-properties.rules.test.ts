import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addWorkingMs, compileCalendar, isWorking, workingMsBetween } from './calendar.rules'
import type { ClockKind, SlaActor, SlaClock, SlaFact, SlaPolicy } from './sla.rules'
import { applyFact, clocksOf, openTicketClocks, pauseCategories, recomputeClocks } from './sla.rules'
import { ticketStatuses } from './tickets.rules'

const minute = 60_000
const day = 86_400_000
const base = Date.parse('2026-03-25T08:00:00Z')
const lunch = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
]
const compile = (timeZone: string, days: number[], spans = lunch) =>
  compileCalendar(
    {
      timeZone,
      week: days.map((one) => ({ day: one, spans })),
      exceptions: [{ date: '2026-03-30', name: 'x', spans: [] }],
    },
    base - 30 * day,
    base + 90 * day,
  )
const calendars = [
  compile('Asia/Shanghai', [1, 2, 3, 4, 5]),
  compile('Europe/Berlin', [1, 3, 6, 7], [{ from: '01:30', to: '24:00' }]),
  compile('Europe/Berlin', [1, 2, 3, 4, 5, 6, 7], [{ from: '00:00', to: '24:00' }]),
]
const anyCalendar = fc.constantFrom(...calendars)
const minutes = (max: number) => fc.integer({ min: 0, max }).map((count) => count * minute)
const anyPolicy: fc.Arbitrary<SlaPolicy> = fc.record({
  id: fc.constant('p'),
  targets: fc.record({
    first_response: fc.option(minutes(600)),
    next_response: fc.option(minutes(600)),
    resolution: fc.option(minutes(3000)),
  }),
  pausesOn: fc.subarray([...pauseCategories]),
})

const agent: SlaActor = { kind: 'agent', id: 'a', name: 'A' }
const kinds = ['agent_replied', 'consultation_accepted', 'citizen_replied', 'reopened', 'closed'] as const
const anyMerge = fc
  .record({
    ticketId: fc.constantFrom('t1', 't2'),
    ago: minutes(9000),
    answered: fc.option(minutes(9000)),
    owed: fc.option(minutes(9000)),
  })
  .map((merge) => ({ kind: 'merging' as const, ...merge }))
const anyHappening = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...kinds).map((kind) => ({ kind })) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(...ticketStatuses).map((to) => ({ kind: 'status_changed' as const, to })),
  },
  { weight: 1, arbitrary: anyPolicy.map((policy) => ({ kind: 'policy_changed' as const, policy })) },
  { weight: 1, arbitrary: anyCalendar.map((calendar) => ({ kind: 'calendar_changed' as const, calendar })) },
  { weight: 1, arbitrary: anyMerge },
  {
    weight: 1,
    arbitrary: fc.constantFrom('t1', 't2').map((ticketId) => ({ kind: 'merge_undone' as const, ticketId })),
  },
)
type Happening = typeof anyHappening extends fc.Arbitrary<infer Value> ? Value : never
/** What was merged had happened before the merge. */
const factOf = (happening: Happening, at: number, seq: number): SlaFact => {
  if (happening.kind !== 'merging') return { at, seq, by: agent, ...happening }
  const { ticketId, ago, answered, owed } = happening
  const createdAt = at - ago
  const owedSince = owed === null ? null : { at: Math.min(at, createdAt + owed), by: agent }
  const firstAnswer = answered === null ? null : { at: Math.min(at, createdAt + answered), by: agent }
  return { at, seq, by: agent, kind: 'merged_from', ticketId, createdAt, firstAnswer, owedSince }
}
/** A ticket's history, minutes apart or in the same moment, from its creation. */
const anyHistory = fc
  .array(fc.tuple(minutes(1500), anyHappening), { maxLength: 14 })
  .map((told): SlaFact[] => {
    let at = base
    const facts = told.map(([later, happening], index): SlaFact => {
      if (index % 3 > 0) at += later
      return factOf(happening, at, index + 1)
    })
    return [{ at: base, seq: 0, by: agent, kind: 'created' }, ...facts]
  })

/** What the rules say, told another way: between two facts each clock either runs or does not. */
const usedByKind = (
  facts: readonly SlaFact[],
  given: { policy: SlaPolicy; calendar: (typeof calendars)[0] },
  now: number,
) => {
  let { policy, calendar } = given
  const merges = new Map<string, SlaFact & { kind: 'merged_from' }>()
  for (const fact of facts) {
    if (fact.kind === 'policy_changed') policy = fact.policy ?? policy
    if (fact.kind === 'calendar_changed') calendar = fact.calendar ?? calendar
    if (fact.kind === 'merged_from') merges.set(fact.ticketId, fact)
    if (fact.kind === 'merge_undone') merges.delete(fact.ticketId)
  }
  const moves = facts.slice(1).map((fact) => ({ at: fact.at, seq: fact.seq, fact }))
  for (const { firstAnswer, seq } of merges.values())
    if (firstAnswer)
      moves.push({ at: firstAnswer.at, seq, fact: { ...firstAnswer, seq, kind: 'agent_replied' } })
  for (const { owedSince, seq } of merges.values())
    if (owedSince) moves.push({ at: owedSince.at, seq, fact: { ...owedSince, seq, kind: 'citizen_waited' } })
  moves.sort((a, b) => a.at - b.at || a.seq - b.seq)
  let from = Math.min(base, ...[...merges.values()].map((merge) => merge.createdAt))
  const used: Record<ClockKind, number> = { first_response: 0, next_response: 0, resolution: 0 }
  const ended = ['resolved', 'closed', 'merged']
  let [status, isAnswered, isOwed, isPending] = ['new' as string, false, false, false]
  // Written on a ticket merged in: waited for until the status is another, whatever it is now.
  let isWaitedFor = false
  for (const { at, fact } of [...moves, { at: now, fact: null }]) {
    const runs = !ended.includes(status) && !(policy.pausesOn as readonly string[]).includes(status)
    const worked = runs ? workingMsBetween(calendar, from, at) : 0
    used.resolution += worked
    if (!isAnswered) used.first_response += worked
    if (isOwed)
      used.next_response +=
        isWaitedFor && !ended.includes(status) ? workingMsBetween(calendar, from, at) : worked
    from = at
    const wasEnded = ended.includes(status)
    const before = status
    if (fact?.kind === 'status_changed') status = fact.to
    if (fact?.kind === 'closed') status = 'closed'
    if (fact?.kind === 'reopened' && wasEnded) status = 'open'
    if (fact?.kind === 'citizen_replied') {
      if (wasEnded) isPending = true
      else if (isAnswered) isOwed = true
      if (!wasEnded && status !== 'new') status = 'open'
    }
    if (status !== before) isWaitedFor = false
    if (fact?.kind === 'citizen_waited') {
      if (wasEnded) isPending = true
      else if (isAnswered && !isOwed) [isOwed, isWaitedFor] = [true, true]
    }
    if (fact?.kind === 'agent_replied' || fact?.kind === 'consultation_accepted')
      [isAnswered, isOwed, isPending] = [true, false, false]
    if (wasEnded && !ended.includes(status)) {
      isOwed ||= isPending && isAnswered
      isPending = false
    }
  }
  return { used, policy, calendar }
}

const usedOf = (clocks: readonly SlaClock[], kind: ClockKind) =>
  clocks.filter((each) => each.kind === kind).reduce((sum, each) => sum + each.elapsedWorkingMs, 0)

describe('any history', () => {
  it('10,000 times: facts one by one, in any order, give what the whole log gives and what the rules say', () => {
    fc.assert(
      fc.property(
        anyHistory.chain((facts) =>
          fc.record({
            facts: fc.constant(facts),
            arriving: fc.shuffledSubarray(facts, { minLength: facts.length }),
            isInOrder: fc.boolean(),
          }),
        ),
        anyPolicy,
        anyCalendar,
        minutes(4000),
        ({ facts, arriving, isInOrder }, policy, calendar, later) => {
          const now = facts.at(-1)!.at + later
          const whole = recomputeClocks(facts, policy, calendar, now)
          const kept = (isInOrder ? facts : arriving).reduce(applyFact, openTicketClocks(policy, calendar))
          expect(clocksOf(kept, now)).toEqual(whole)
          const expected = usedByKind(facts, { policy, calendar }, now)
          for (const kind of Object.keys(expected.used) as ClockKind[])
            if (expected.policy.targets[kind] !== null) expect(usedOf(whole, kind)).toBe(expected.used[kind])
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it('gives clocks whose parts agree', () => {
    fc.assert(
      fc.property(anyHistory, anyPolicy, anyCalendar, minutes(4000), (facts, policy, calendar, later) => {
        const now = facts.at(-1)!.at + later
        const current = usedByKind(facts, { policy, calendar }, now)
        for (const clock of recomputeClocks(facts, policy, calendar, now)) {
          clock.intervals.forEach((interval, index) => {
            expect(interval.from).toBe(index === 0 ? clock.startedAt : clock.intervals[index - 1]?.to)
          })
          expect(clock.intervals.at(-1)?.to ?? null).toBe(clock.stoppedAt)
          expect(clock.targetMs).toBe(current.policy.targets[clock.kind])
          if (clock.dueAt !== null) {
            const isAtWork = isWorking(current.calendar, clock.dueAt)
            expect(isAtWork || isWorking(current.calendar, clock.dueAt - 1)).toBe(true)
          }
          if (clock.isLate) expect(clock.elapsedWorkingMs).toBeGreaterThanOrEqual(clock.targetMs)
          else expect(clock.elapsedWorkingMs).toBeLessThanOrEqual(clock.targetMs)
          if (clock.outcome === 'met') expect(clock.isLate).toBe(false)
          if (clock.outcome === 'breached') expect(clock.isLate).toBe(true)
          if (clock.outcome === 'paused') expect(clock.dueAt).toBeNull()
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is due no earlier with a larger target', () => {
    fc.assert(
      fc.property(anyHistory, anyCalendar, minutes(3000), minutes(3000), (facts, calendar, one, other) => {
        const now = facts.at(-1)!.at
        const told = facts.filter((fact) => fact.kind !== 'policy_changed')
        const dues = [Math.min(one, other), Math.max(one, other)].map((resolution) => {
          const targets = { first_response: null, next_response: null, resolution }
          const [clock] = recomputeClocks(told, { id: 'p', targets, pausesOn: ['on_hold'] }, calendar, now)
          return clock?.breachedAt ?? clock?.dueAt ?? Number.POSITIVE_INFINITY
        })
        expect(dues[0]!).toBeLessThanOrEqual(dues[1]!)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a pause', () => {
  it('of n working minutes moves the due time by n working minutes', () => {
    fc.assert(
      fc.property(
        anyCalendar,
        minutes(3000),
        fc.integer({ min: 1, max: 3000 }),
        fc.nat({ max: 99 }),
        minutes(6000),
        (calendar, start, target, share, length) => {
          const created = base + start
          const targets = { first_response: null, next_response: null, resolution: target * minute }
          const policy: SlaPolicy = { id: 'p', targets, pausesOn: ['on_hold'] }
          const from = addWorkingMs(calendar, created, Math.floor((target * share) / 100) * minute)
          const facts: SlaFact[] = [
            { at: created, seq: 1, by: agent, kind: 'created' },
            { at: from, seq: 2, by: agent, kind: 'status_changed', to: 'on_hold' },
            { at: from + length, seq: 3, by: agent, kind: 'status_changed', to: 'open' },
          ]
          const due = recomputeClocks(facts.slice(0, 1), policy, calendar, created)[0]!.dueAt!
          const moved = recomputeClocks(facts, policy, calendar, from + length)[0]!.dueAt!
          expect(workingMsBetween(calendar, due, moved)).toBe(workingMsBetween(calendar, from, from + length))
        },
      ),
      { numRuns: 1000 },
    )
  })
})
