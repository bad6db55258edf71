import { expect, it } from 'vitest'
import type { PresenceView } from '../../../contract/consultations.schema'
import { colleaguesToAsk, stillThere } from './colleague-choice'

const colleague = (id: string, availability: PresenceView['availability'], departmentName = '') =>
  ({ agent: { id, name: id, departmentName }, availability, reason: 'by_hand', since: '' }) as PresenceView
const ids = (list: PresenceView[]) => list.map((each) => each.agent.id)

it('offers those who are not offline, the free ones first', () => {
  const all = [colleague('away', 'away'), colleague('gone', 'offline'), colleague('free', 'available')]
  expect(ids(colleaguesToAsk(all, ''))).toEqual(['free', 'away'])
})

it('looks for names and departments', () => {
  const all = [colleague('Li', 'away', '税务局'), colleague('Wang', 'away', '公安局')]
  expect(ids(colleaguesToAsk(all, '税务'))).toEqual(['Li'])
  expect(ids(colleaguesToAsk(all, ' wAng '))).toEqual(['Wang'])
})

it('lets go of who went offline meanwhile', () => {
  expect(stillThere('a', [colleague('a', 'busy')])).toBe('a')
  expect(stillThere('a', [colleague('a', 'offline')])).toBeUndefined()
  expect(stillThere(undefined, [])).toBeUndefined()
})
