import { describe, expect, it } from 'vitest'
import { levelOf } from './level-meter'

describe('levelOf', () => {
  it.each([
    ['silence', [0, 0, 0, 0], 0],
    ['nothing', [], 0],
    ['speech', [0.125, -0.125], 0.5],
    ['shouting', [1, -1], 1],
  ])('%s', (_name, samples, level) => {
    expect(levelOf(samples)).toBeCloseTo(level)
  })
})
