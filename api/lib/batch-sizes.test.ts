import { describe, expect, it } from 'vitest'
import { createBatchSizes } from './batch-sizes'

describe('the size of a batch', () => {
  it('grows while batches are quick, shrinks where they are slow, and is bounded', () => {
    const sizes = createBatchSizes({ first: 4, largest: 40 })
    expect(sizes.of('x')).toBe(4)
    for (let round = 0; round < 10; round++) sizes.learn('x', sizes.of('x'), 1)
    expect(sizes.of('x')).toBe(40)
    sizes.learn('x', 40, 120)
    expect(sizes.of('x')).toBe(2)
    sizes.learn('x', 2, 500)
    expect(sizes.of('x')).toBe(1)
  })
})
