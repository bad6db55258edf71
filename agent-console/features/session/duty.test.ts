import { describe, expect, it } from 'vitest'
import type { ConsultationView } from '../../../contract/consultations.schema'
import { dutyOf } from './duty'

const me = 'agt_me'
const person = (id: string) => ({ id, name: id, departmentName: '' })
const one = (id: string, status: string, ownerId: string) =>
  ({ id, status, owner: person(ownerId), participants: [] }) as unknown as ConsultationView

describe('dutyOf', () => {
  it('finds nothing that holds back an agent without work in hand', () => {
    expect(dutyOf([], me)).toBeNull()
    expect(dutyOf([one('con_1', 'expected', me)], me)).toBeNull()
  })

  it.each([
    ['active', me, 'talking'],
    ['active', 'agt_other', 'helping'],
    ['wrap_up', me, 'wrapping_up'],
  ])('tells what %s of %s is', (status, owner, kind) => {
    expect(dutyOf([one('con_1', status, owner)], me)?.kind).toBe(kind)
  })

  it('names the citizen who would be left alone before the note that is still to be written', () => {
    const mine = [
      one('con_1', 'wrap_up', me),
      one('con_2', 'active', 'agt_other'),
      one('con_3', 'active', me),
    ]
    expect(dutyOf(mine, me)).toMatchObject({ kind: 'talking', consultation: { id: 'con_3' } })
  })
})
