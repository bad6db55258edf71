import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { agents, departments } from '../../../drizzle/schema/index'
import { type AgentActor, permissionSet } from '../../lib/actor'

/** An account as the one who acts, for work that goes on without a session; null where it is switched off. */
export const loadOwner = async (tx: Tx, agentId: string): Promise<AgentActor | null> => {
  const [found] = await tx
    .select({
      id: agents.id,
      name: agents.name,
      roles: agents.roles,
      departmentId: departments.id,
      departmentName: departments.name,
      departmentPath: departments.path,
    })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(eq(agents.id, agentId), eq(agents.isActive, true)))
  return found ? { kind: 'agent', ...found, permissions: permissionSet(found.roles), sessionId: '' } : null
}
