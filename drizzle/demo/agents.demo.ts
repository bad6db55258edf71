import type { Role } from '../../contract/permissions.rules'

export interface DemoAgent {
  username: string
  name: string
  roles: Role[]
  /** A department's `ref`. */
  department: string
}

/** Accounts of the sample centre; all stand on the line of the city, so that those who serve, serve its site. */
export const demoAgents: readonly DemoAgent[] = [
  { username: 'agent1', name: '陈晓雯', roles: ['agent'], department: 'help' },
  { username: 'agent2', name: '刘志远', roles: ['agent'], department: 'qingyun' },
  { username: 'inspector1', name: '赵海峰', roles: ['inspector'], department: 'market' },
  { username: 'editor1', name: '孙雅琴', roles: ['editor'], department: 'help' },
  { username: 'supervisor1', name: '王建国', roles: ['supervisor'], department: 'city' },
  { username: 'auditor1', name: '周敏', roles: ['auditor'], department: 'city' },
  { username: 'admin1', name: '李思远', roles: ['admin'], department: 'city' },
]
