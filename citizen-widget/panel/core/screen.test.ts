import { describe, expect, it } from 'vitest'
import { consultationStatuses } from '../../../contract/consultations.rules'
import { type ScreenInput, screenFor } from './screen'

const base: ScreenInput = {
  phase: 'ready',
  isMoved: false,
  isReplacing: false,
  isFollowing: false,
  isLookingUp: false,
  consultation: null,
  areDevicesChecked: true,
}
const con = (change: Partial<NonNullable<ScreenInput['consultation']>>) => ({
  status: 'waiting' as const,
  channel: 'video' as const,
  callId: null,
  consentAt: null,
  ...change,
})

describe('screenFor', () => {
  it('starts with loading, failure or the topic', () => {
    expect(screenFor({ ...base, phase: 'loading' })).toBe('loading')
    expect(screenFor({ ...base, phase: 'failed' })).toBe('failed')
    expect(screenFor(base)).toBe('topic')
  })

  it.each(consultationStatuses)('has a screen for %s', (status) => {
    expect(screenFor({ ...base, consultation: con({ status }) })).toBeTruthy()
  })

  it('enters a call only after notice and device check', () => {
    const active = con({ status: 'active', callId: 'cal_1' })
    expect(screenFor({ ...base, consultation: active })).toBe('joining')
    const agreed = { ...active, consentAt: '2026-11-21T08:00:00Z' }
    expect(screenFor({ ...base, consultation: agreed, areDevicesChecked: false })).toBe('joining')
    expect(screenFor({ ...base, consultation: agreed })).toBe('call')
  })

  it('chats without a call', () => {
    expect(screenFor({ ...base, consultation: con({ status: 'active', channel: 'chat' }) })).toBe('chat')
    expect(screenFor({ ...base, consultation: con({ status: 'active' }) })).toBe('chat')
  })

  it('says where it went when it goes on in another window, but still ends here', () => {
    expect(screenFor({ ...base, isMoved: true, consultation: con({}) })).toBe('moved')
    expect(screenFor({ ...base, isMoved: true, consultation: con({ status: 'closed' }) })).toBe('rating')
  })

  it('asks before anything is replaced, whatever is on', () => {
    const active = con({ status: 'active', callId: 'cal_1', consentAt: '2026-11-21T08:00:00Z' })
    expect(screenFor({ ...base, isReplacing: true, consultation: active })).toBe('replace')
    expect(screenFor({ ...base, isReplacing: true, phase: 'loading' })).toBe('loading')
  })

  it('lets tickets be followed and looked up, but never instead of what is on', () => {
    for (const status of ['abandoned', 'deferred', 'closed'] as const) {
      const consultation = con({ status })
      expect(screenFor({ ...base, isFollowing: true, consultation }), status).toBe('follow')
      expect(screenFor({ ...base, isLookingUp: true, consultation }), status).toBe('lookup')
    }
    expect(screenFor({ ...base, isFollowing: true, isLookingUp: true })).toBe('follow')
    for (const status of ['waiting', 'expected', 'active'] as const)
      expect(screenFor({ ...base, isFollowing: true, consultation: con({ status }) }), status).not.toBe(
        'follow',
      )
  })

  it('answers later, rates, or starts again', () => {
    expect(screenFor({ ...base, consultation: con({ status: 'deferred' }) })).toBe('ticket')
    expect(screenFor({ ...base, consultation: con({ status: 'wrap_up' }) })).toBe('rating')
    expect(screenFor({ ...base, consultation: con({ status: 'abandoned' }) })).toBe('topic')
  })
})
