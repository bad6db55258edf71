import type { ManagedItem } from '../../../../../contract/service-items.schema'
import { type DepartmentNode, flatten } from '../departments/tree'

export const itemViews = ['offered', 'retired', 'all'] as const

export const isItemIn = (item: Pick<ManagedItem, 'isActive'>, view: (typeof itemViews)[number]): boolean =>
  view === 'all' || item.isActive === (view === 'offered')

/** Every word is part of a name, in either language, or of the department's. */
export const matchesItem = (item: ManagedItem, words: string): boolean => {
  const text = `${item.name} ${item.nameEn} ${item.departmentName}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

export interface ItemGroup {
  id: string
  name: string
  /** The departments above it. */
  path: string
  items: ManagedItem[]
}

/** Items under their departments, these in the order of the tree; departments without one are left out. */
export const groupItems = (
  items: readonly ManagedItem[],
  departments: readonly DepartmentNode[],
): ItemGroup[] =>
  flatten(departments)
    .map((node) => ({
      id: node.id,
      name: node.name,
      path: node.path.join(' / '),
      items: items.filter((item) => item.departmentId === node.id),
    }))
    .filter((group) => group.items.length > 0)
