import type { AgentView } from '../../../../../contract/people.schema'
import { type DepartmentNode, flatten } from '../departments/tree'

export type AccountState = 'active' | 'waiting' | 'inactive'

export function stateOf(agent: Pick<AgentView, 'isActive' | 'hasPassword'>): AccountState {
  if (!agent.isActive) return 'inactive'
  return agent.hasPassword ? 'active' : 'waiting'
}

export function matchesWords(agent: AgentView, words: string): boolean {
  const hay = `${agent.name} ${agent.username} ${agent.departmentName}`.toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

export interface AccountGroup {
  id: string
  name: string
  path: string
  agents: AgentView[]
}

/** Accounts under their departments, in the order of the tree; departments without any are left out. */
export function groupByDepartment(
  agents: readonly AgentView[],
  nodes: readonly DepartmentNode[],
): AccountGroup[] {
  const groups = new Map<string, AccountGroup>()
  for (const node of flatten(nodes))
    groups.set(node.id, { id: node.id, name: node.name, path: node.path.join(' / '), agents: [] })
  for (const agent of agents) {
    const id = agent.departmentId
    const group = groups.get(id) ?? { id, name: agent.departmentName, path: '', agents: [] }
    group.agents.push(agent)
    groups.set(id, group)
  }
  return [...groups.values()].filter((group) => group.agents.length > 0)
}

/** An empty address means none. */
export const withoutBlanks = <T extends { email?: string; phone?: string }>({
  email,
  phone,
  ...rest
}: T) => ({
  ...rest,
  ...(email === undefined ? {} : { email: email.trim() || null }),
  ...(phone === undefined ? {} : { phone: phone.trim() || null }),
})
