import { describe, expect, it } from 'vitest'
import type { ManagedItem } from '../../../../../contract/service-items.schema'
import { buildTree } from '../departments/tree'
import { groupItems, isItemIn, matchesItem } from './items'

const item = (id: string, more: Partial<ManagedItem> = {}): ManagedItem => ({
  id,
  name: '居住证申领',
  nameEn: 'Residence permit',
  departmentId: 'dep_b',
  departmentName: '乙局',
  isActive: true,
  createdAt: '2026-11-20T02:00:00Z',
  ...more,
})
const department = (id: string, parentId: string | null, name: string) => ({
  id,
  parentId,
  name,
  level: 'office' as const,
  agentCount: 0,
})

describe('service items in the administration', () => {
  it('are found by every word, in both languages and by their department', () => {
    expect(matchesItem(item('1'), '  ')).toBe(true)
    expect(matchesItem(item('1'), 'permit 乙局')).toBe(true)
    expect(matchesItem(item('1'), '居住证 丙局')).toBe(false)
  })

  it('stand in the view of their state', () => {
    expect(['offered', 'retired', 'all'].map((view) => isItemIn(item('1'), view as 'all'))).toEqual([
      true,
      false,
      true,
    ])
    expect(isItemIn(item('1', { isActive: false }), 'retired')).toBe(true)
  })

  it('stand under their departments, in the order of the tree', () => {
    const tree = buildTree([
      department('dep_a', null, '市'),
      department('dep_c', 'dep_a', '空局'),
      department('dep_b', 'dep_a', '乙局'),
    ])
    const groups = groupItems([item('1'), item('2', { departmentId: 'dep_a' }), item('3')], tree)
    expect(groups.map((group) => [group.name, group.path, group.items.map((each) => each.id)])).toEqual([
      ['市', '', ['2']],
      ['乙局', '市', ['1', '3']],
    ])
  })
})
