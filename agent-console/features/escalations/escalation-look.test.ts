import { describe, expect, it } from 'vitest'
import type { EscalationView } from '../../../contract/escalations.schema'
import { dueKind, roughSpan, usedShare } from './escalation-look'

const view = (more: Partial<EscalationView>) =>
  ({
    status: 'raised',
    touchedAt: '2026-11-20T02:00:00.000Z',
    dueAt: '2026-11-20T04:00:00.000Z',
    nextActionAt: null,
    ...more,
  }) as EscalationView

describe('a deadline', () => {
  it.each([
    [59_000, 'minute', 0],
    [119 * 60_000, 'minute', 119],
    [120 * 60_000, 'hour', 2],
    [-47.5 * 3_600_000, 'hour', 47],
    [49 * 3_600_000, 'day', 2],
  ])('%i ms in words', (ms, unit, count) => expect(roughSpan(ms)).toEqual({ unit, count }))

  it('knows which promise it is', () => {
    expect(dueKind(view({}))).toBe('raised')
    expect(dueKind(view({ status: 'acknowledged' }))).toBe('settle')
    expect(dueKind(view({ status: 'acknowledged', nextActionAt: '2026-11-20T04:00:00.000Z' }))).toBe(
      'acknowledged',
    )
  })

  it('fills from the last touch to its end, never beyond', () => {
    const at = (clock: string) => Date.parse(`2026-11-20T${clock}:00.000Z`)
    expect(usedShare(view({}), at('01:00'))).toBe(0)
    expect(usedShare(view({}), at('03:00'))).toBe(0.5)
    expect(usedShare(view({}), at('09:00'))).toBe(1)
    expect(usedShare(view({ dueAt: null }), at('03:00'))).toBe(1)
  })
})
