import type { DepartmentView } from '../../../contract/people.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { moveRollups } from '../dashboard/rollups.store'
import { startRecompute } from '../sla/recompute.usecases'
import { markForSearch } from '../tickets/search.marks.store'
import {
  type DepartmentRow,
  deleteDepartmentRow,
  insertDepartment,
  isEmptyDepartment,
  listAgentIdsUnder,
  listDepartments,
  loadDepartment,
  movePaths,
  nextPosition,
  updateDepartmentRow,
} from './departments.store'

type DepartmentDeps = Pick<Deps, 'clock'>
type Level = DepartmentRow['level']

const present = (row: DepartmentRow & { agentCount: number }): DepartmentView => ({
  id: row.id,
  parentId: row.parentId,
  name: row.name,
  level: row.level,
  agentCount: row.agentCount,
})

/** Departments as a tree in a list: for those who manage them their own branch, for everybody else all names. */
export const listTree = async (tx: Tx, actor: AgentActor): Promise<DepartmentView[]> =>
  (await listDepartments(tx, actor.permissions.has('departments.manage') ? actor.departmentPath : '/')).map(
    present,
  )

const viewOf = async (tx: Tx, path: string): Promise<DepartmentView> => {
  const [row] = await listDepartments(tx, path)
  if (!row) throw refuse('departments.not_found', 'There is no such department.')
  return present(row)
}

const parentRequired = () =>
  refuse('departments.not_found', 'A department needs a parent in your own branch.')

/** Adds a department below one of the actor's own branch. Throws 404. */
export const createDepartment = async (
  tx: Tx,
  deps: DepartmentDeps,
  actor: AgentActor,
  input: { parentId: string | null; name: string; level: Level },
): Promise<DepartmentView> => {
  if (input.parentId === null) throw parentRequired()
  const parent = await loadDepartment(tx, actor, input.parentId)
  const id = newId('dep')
  const now = deps.clock.now()
  const path = `${parent.path}${id}/`
  await insertDepartment(tx, {
    id,
    parentId: parent.id,
    name: input.name,
    level: input.level,
    path,
    position: await nextPosition(tx, parent.id),
    createdAt: now,
  })
  await writeAudit(tx, { at: now, actor, action: 'departments.created', thing: id, data: { ...input } })
  return viewOf(tx, path)
}

/**
 * Renames, regrades or moves a department with all below it. Throws 404 out of the actor's branch and 422
 * `departments.cycle` where it would come to lie below itself.
 */
export const updateDepartment = async (
  tx: Tx,
  deps: DepartmentDeps,
  actor: AgentActor,
  id: string,
  input: { parentId?: string | null; name?: string; level?: Level },
): Promise<DepartmentView> => {
  const row = await loadDepartment(tx, actor, id)
  const at = deps.clock.now()
  const path = await moveBelow(tx, actor, row, input.parentId)
  if (path !== row.path) {
    await refindBelow(tx, path, at)
    // Policies for a branch and calendars from above may be others now.
    await startRecompute(tx, deps)
  }
  await updateDepartmentRow(tx, id, {
    name: input.name ?? row.name,
    level: input.level ?? row.level,
    ...(path === row.path ? {} : { parentId: input.parentId }),
  })
  await writeAudit(tx, {
    at,
    actor,
    action: 'departments.changed',
    thing: id,
    data: { ...input },
  })
  return viewOf(tx, path)
}

/** Who finds a ticket depends on where its department, and its people, lie. A name is not in the index. */
const refindBelow = async (tx: Tx, path: string, at: number): Promise<void> => {
  for (const { id } of await listDepartments(tx, path)) await markForSearch(tx, 'department', id, at)
  for (const id of await listAgentIdsUnder(tx, path)) await markForSearch(tx, 'agent', id, at)
}

/** Moves the branch below `parentId`; returns its path, which is the old one where nothing moves. */
const moveBelow = async (
  tx: Tx,
  actor: AgentActor,
  row: DepartmentRow,
  parentId: string | null | undefined,
): Promise<string> => {
  if (parentId === undefined || parentId === row.parentId) return row.path
  if (parentId === null) throw parentRequired()
  const parent = await loadDepartment(tx, actor, parentId)
  if (parent.path.startsWith(row.path))
    throw refuse('departments.cycle', 'A department cannot lie below itself.')
  const path = `${parent.path}${row.id}/`
  await movePaths(tx, row.path, path)
  await moveRollups(tx, row.id, row.path, path)
  return path
}

/** Deletes a department nothing refers to. Throws 404, and 409 `departments.not_empty`. */
export const deleteDepartment = async (
  tx: Tx,
  deps: DepartmentDeps,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await loadDepartment(tx, actor, id)
  if (!(await isEmptyDepartment(tx, id)))
    throw refuse(
      'departments.not_empty',
      'Something still belongs to the department: departments, accounts, sites, service items, tickets, heads, keys.',
    )
  await deleteDepartmentRow(tx, id)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'departments.deleted',
    thing: id,
    data: { name: row.name },
  })
}
