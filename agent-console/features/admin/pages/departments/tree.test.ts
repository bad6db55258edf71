import { describe, expect, it } from 'vitest'
import type { DepartmentView } from '../../../../../contract/people.schema'
import { buildTree, departmentOptions, flatten, idsWithin } from './tree'

const unit = (id: string, parentId: string | null, agentCount = 0): DepartmentView => ({
  id,
  parentId,
  name: id.toUpperCase(),
  level: 'office',
  agentCount,
})
const items = [unit('c', 'b', 2), unit('a', null, 1), unit('b', 'a'), unit('x', 'elsewhere', 4)]

describe('department tree', () => {
  it('counts accounts below and knows the way up', () => {
    const [a, x] = buildTree(items)
    expect(a?.total).toBe(3)
    expect(a?.children[0]?.children[0]?.path).toEqual(['A', 'B'])
    expect(x?.depth).toBe(0)
  })
  it('reads from top to bottom, leaving out what is closed', () => {
    const tree = buildTree(items)
    expect(flatten(tree).map((node) => node.id)).toEqual(['a', 'b', 'c', 'x'])
    expect(flatten(tree, (node) => node.id !== 'b').map((node) => node.id)).toEqual(['a', 'b', 'x'])
  })
  it('knows what lies within', () => {
    expect([...idsWithin(buildTree(items), 'b')]).toEqual(['b', 'c'])
    expect(idsWithin(buildTree(items), 'none').size).toBe(0)
  })
  it('offers each with its place', () => {
    expect(departmentOptions(buildTree(items))[2]).toEqual({ value: 'c', label: 'C', hint: 'A / B' })
  })
})
