import { expect, it } from 'vitest'
import { positionsOf } from './queue-order'

it('counts places per site', () => {
  const queue = [
    { id: 'a', siteId: 's1' },
    { id: 'b', siteId: 's2' },
    { id: 'c', siteId: 's1' },
  ]
  expect([...positionsOf(queue)]).toEqual([
    ['a', 1],
    ['b', 1],
    ['c', 2],
  ])
})
