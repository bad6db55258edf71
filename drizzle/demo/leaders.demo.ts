export interface DemoLeader {
  /** A department's `ref`. */
  department: string
  username: string
  role: 'head' | 'deputy'
}

/** Who answers for what could not be settled: with three levels above each town, so that a matter can climb. */
export const demoLeaders: readonly DemoLeader[] = [
  { department: 'city', username: 'supervisor1', role: 'head' },
  { department: 'city', username: 'admin1', role: 'deputy' },
  { department: 'help', username: 'agent1', role: 'head' },
  { department: 'qingyun', username: 'agent2', role: 'head' },
  { department: 'market', username: 'inspector1', role: 'head' },
]
