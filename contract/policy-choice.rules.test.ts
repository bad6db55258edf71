import { describe, expect, it } from 'vitest'
import {
  type ChoosablePolicy,
  choosePolicy,
  isConditionMet,
  type PolicyCondition,
} from './policy-choice.rules'

const subject = {
  siteId: 's1',
  departmentPath: '/baoding/xushui/window/',
  serviceItemId: null,
  topic: 'licence',
  priority: 'high',
  tags: ['food', 'new'],
  isComplaint: true,
}
const policy = (id: string, position: number, conditions: PolicyCondition[], more = {}): ChoosablePolicy => ({
  id,
  position,
  isActive: true,
  isDefault: false,
  conditions,
  ...more,
})
const fallback = policy('default', 99, [], { isDefault: true })
const high: PolicyCondition = { field: 'priority', op: 'is', values: ['high'] }

describe('isConditionMet', () => {
  const cases: [PolicyCondition['field'], PolicyCondition['op'], string[], boolean][] = [
    ['site', 'is', ['s1'], true],
    ['site', 'is', ['s2', 's1'], false],
    ['site', 'in', ['s2', 's1'], true],
    ['department', 'is', ['window'], true],
    ['department', 'is', ['xushui'], false],
    ['department', 'below', ['xushui'], true],
    ['department', 'below', ['window'], true],
    ['department', 'below', ['other', ''], false],
    ['topic', 'below', ['licence'], false],
    ['service_item', 'in', ['x'], false],
    ['tag', 'in', ['new', 'old'], true],
    ['tag', 'is', ['old'], false],
    ['priority', 'in', [], false],
    ['complaint', 'is', ['yes'], true],
    ['complaint', 'is', ['no'], false],
  ]
  it.each(cases)('%s %s %j → %s', (field, op, values, expected) => {
    expect(isConditionMet({ field, op, values }, subject)).toBe(expected)
  })
})

describe('choosePolicy', () => {
  it('takes the first by position whose conditions all hold', () => {
    const both = policy('both', 2, [high, { field: 'site', op: 'is', values: ['s2'] }])
    const chosen = choosePolicy(
      [fallback, policy('later', 5, [high]), both, policy('sooner', 3, [high])],
      subject,
    )
    expect(chosen.id).toBe('sooner')
  })

  it('never takes one that is switched off, and the default when none matches', () => {
    const off = policy('off', 1, [high], { isActive: false })
    expect(choosePolicy([off, fallback], subject).id).toBe('default')
    expect(choosePolicy([{ ...fallback, position: 0 }, policy('match', 1, [high])], subject).id).toBe('match')
    expect(() => choosePolicy([off], subject)).toThrow('no default policy')
  })
})
