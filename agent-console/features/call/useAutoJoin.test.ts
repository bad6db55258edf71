import { expect, it } from 'vitest'
import type { ConsultationView } from '../../../contract/consultations.schema'
import { callToJoin } from './useAutoJoin'

const view = (id: string, status: string, callId: string | null) =>
  ({ id, status, callId }) as ConsultationView

it('joins the open call this tab took, and only that', () => {
  const mine = [view('a', 'wrap_up', 'c0'), view('b', 'active', null), view('c', 'active', 'c1')]
  expect(callToJoin(mine, () => true, new Set())).toEqual({ consultationId: 'c', callId: 'c1' })
  expect(callToJoin(mine, () => false, new Set())).toBeNull()
})

it('does not return to a call that was left by hand', () => {
  expect(callToJoin([view('c', 'active', 'c1')], () => true, new Set(['c1']))).toBeNull()
})
