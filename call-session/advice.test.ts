import { describe, expect, it } from 'vitest'
import { type AdviceInput, adviseOn } from './advice'

const fine: AdviceInput = {
  local: 'excellent',
  remote: 'excellent',
  isCameraOn: true,
  loss: 0,
  rttMs: 40,
  transport: 'udp',
}

describe('adviseOn', () => {
  it.each([
    ['all is well', {}, null],
    ['good is good enough', { local: 'good', remote: 'good' }, null],
    ['nothing is known yet', { local: 'unknown', remote: 'unknown', loss: null, rttMs: null }, null],
    ['our line is gone', { local: 'lost', loss: 0.5, remote: 'lost' }, 'wait'],
    ['heavy loss with a picture', { loss: 0.2 }, 'turn-off-video'],
    ['heavy loss without a picture', { loss: 0.2, isCameraOn: false }, 'move-closer'],
    ['some loss', { loss: 0.06 }, 'move-closer'],
    ['just under the limit', { loss: 0.049 }, null],
    ['a long way', { rttMs: 450 }, 'switch-network'],
    ['poor over TCP', { local: 'poor', transport: 'tcp' }, 'switch-network'],
    ['poor over a relay', { local: 'poor', transport: 'relay' }, 'switch-network'],
    ['TCP that works', { transport: 'tcp' }, null],
    ['poor with a picture', { local: 'poor' }, 'turn-off-video'],
    ['poor without a picture', { local: 'poor', isCameraOn: false }, 'move-closer'],
    ['the other side is gone', { remote: 'lost' }, 'peer-wait'],
    ['the other side is weak', { remote: 'poor' }, 'peer-weak'],
    ['both are weak: ours first', { local: 'poor', remote: 'poor' }, 'turn-off-video'],
  ] as const)('%s', (_name, change, expected) => {
    expect(adviseOn({ ...fine, ...change })).toBe(expected)
  })
})
