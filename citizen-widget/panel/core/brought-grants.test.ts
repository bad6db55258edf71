import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepGrant, takeGrant } from './brought-grants'

const grant = (callId: string) => ({ callId, url: 'wss://here', token: 'tok', identity: 'visitor:1:tab' })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('takeGrant', () => {
  it('gives away what was brought before, once', async () => {
    keepGrant(grant('cal_1'))
    expect((await takeGrant('cal_1', 0))?.callId).toBe('cal_1')
    expect(await takeGrant('cal_1', 0)).toBeNull()
  })

  it('waits for the one on its way, and no longer than it was told to', async () => {
    const soon = takeGrant('cal_2', 100)
    keepGrant(grant('cal_2'))
    expect((await soon)?.token).toBe('tok')
    const never = takeGrant('cal_2', 100)
    await vi.advanceTimersByTimeAsync(100)
    expect(await never).toBeNull()
  })

  it('gives a call nobody else’s grant, and none that is about to run out', async () => {
    keepGrant(grant('cal_3'))
    expect(await takeGrant('cal_4', 0)).toBeNull()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(await takeGrant('cal_3', 0)).toBeNull()
  })
})
