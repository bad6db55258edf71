import type { DepartmentView } from '../../../../../contract/people.schema'

export interface DepartmentNode extends DepartmentView {
  depth: number
  children: DepartmentNode[]
  /** Accounts here and below. */
  total: number
  /** Names from the top to the parent. */
  path: string[]
}

/** The tree of a flat list, in the list's order. What has no parent in the list stands at the top. */
export function buildTree(items: readonly DepartmentView[]): DepartmentNode[] {
  const ids = new Set(items.map((item) => item.id))
  const byParent = new Map<string | null, DepartmentView[]>()
  for (const item of items) {
    const parent = item.parentId && ids.has(item.parentId) ? item.parentId : null
    byParent.set(parent, [...(byParent.get(parent) ?? []), item])
  }
  const grow = (parent: string | null, path: string[]): DepartmentNode[] =>
    (byParent.get(parent) ?? []).map((item) => {
      const children = grow(item.id, [...path, item.name])
      const total = children.reduce((sum, child) => sum + child.total, item.agentCount)
      return { ...item, depth: path.length, children, total, path }
    })
  return grow(null, [])
}

/** The nodes from top to bottom as they are read; below a node only where `isOpen` says so. */
export function flatten(
  nodes: readonly DepartmentNode[],
  isOpen: (node: DepartmentNode) => boolean = () => true,
): DepartmentNode[] {
  return nodes.flatMap((node) => [node, ...(isOpen(node) ? flatten(node.children, isOpen) : [])])
}

/** The ids of a node and all below it. */
export function idsWithin(nodes: readonly DepartmentNode[], id: string): Set<string> {
  const root = flatten(nodes).find((node) => node.id === id)
  return new Set(root ? flatten([root]).map((node) => node.id) : [])
}

export function departmentOptions(nodes: readonly DepartmentNode[]) {
  return flatten(nodes).map((node) => ({
    value: node.id,
    label: node.name,
    hint: node.path.join(' / ') || undefined,
  }))
}
