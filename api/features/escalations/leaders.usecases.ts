import type { AbsenceView, LeaderView } from '../../../contract/escalations.schema'
import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow } from '../../lib/actor'
import { iso, momentOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { hiding, refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { findAgentRow } from '../agents/agents.store'
import { writeAudit } from '../audit/audit.store'
import { findDepartment, loadDepartment } from '../departments/departments.store'
import {
  type AbsenceRow,
  absentAmong,
  deleteAbsence,
  findAbsence,
  findPerson,
  insertAbsence,
  leadersOf,
  listAbsences,
  replaceLeaders,
} from './owners.store'

type LeaderDeps = Pick<Deps, 'clock'>

/** Heads and deputies of a department, in the order in which they stand in for each other. Throws 404. */
export const readLeaders = async (tx: Tx, deps: LeaderDeps, departmentId: string): Promise<LeaderView[]> => {
  if (!(await findDepartment(tx, departmentId)))
    throw refuse('departments.not_found', 'There is no such department.')
  const leaders = await leadersOf(tx, departmentId)
  const away = await absentAmong(
    tx,
    leaders.map((each) => each.id),
    deps.clock.now(),
  )
  return Promise.all(
    leaders.map(async (each) => ({
      agentId: each.id,
      name: each.name,
      departmentName: (await findDepartment(tx, each.departmentId))?.name ?? '',
      role: each.role,
      isActive: each.isActive,
      isAbsent: away.has(each.id),
    })),
  )
}

/** Replaces them all. Throws 404, and 422 `leaders.unfit` for an account that cannot work on tickets. */
export const saveLeaders = async (
  tx: Tx,
  deps: LeaderDeps,
  actor: AgentActor,
  departmentId: string,
  leaders: readonly { agentId: string; role: 'head' | 'deputy' }[],
): Promise<LeaderView[]> => {
  const department = await loadDepartment(tx, actor, departmentId)
  for (const { agentId } of leaders) {
    const person = await findPerson(tx, agentId)
    if (!person?.isActive || !permissionsOf(person.roles).includes('tickets.work'))
      throw refuse('leaders.unfit', 'A leader needs an active account that may work on tickets.')
  }
  await replaceLeaders(tx, department.id, leaders)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'departments.leaders_changed',
    thing: department.id,
    data: { leaders: leaders.map((each) => `${each.role}:${each.agentId}`) },
  })
  return readLeaders(tx, deps, department.id)
}

const viewOf = (row: AbsenceRow & { deputyName: string | null }): AbsenceView => ({
  id: row.id,
  agentId: row.agentId,
  fromAt: iso(row.fromAt),
  toAt: iso(row.toAt),
  deputy: row.deputyId ? { id: row.deputyId, name: row.deputyName ?? '' } : null,
  note: row.note,
})

/** Oneself, or somebody of the own branch for whom one answers. Throws 404. */
const requireReach = async (tx: Tx, actor: AgentActor, agentId: string): Promise<void> => {
  if (agentId === actor.id) return
  const row = await findAgentRow(tx, agentId)
  const mayManage = actor.permissions.has('escalations.manage') || actor.permissions.has('agents.manage')
  if (!row || !mayManage || !isBelow(actor, row.departmentPath))
    throw refuse('agents.not_found', 'There is no such account.')
}

/** Absences not over yet. */
export const readAbsences = async (
  tx: Tx,
  deps: LeaderDeps,
  actor: AgentActor,
  agentId: string,
): Promise<AbsenceView[]> => {
  await requireReach(tx, actor, agentId)
  return (await listAbsences(tx, agentId, deps.clock.now())).map(viewOf)
}

const longestMs = 400 * 86_400_000

export const addAbsence = async (
  tx: Tx,
  deps: LeaderDeps,
  actor: AgentActor,
  agentId: string,
  input: { fromAt: string; toAt: string; deputyId?: string | null | undefined; note?: string | undefined },
): Promise<AbsenceView> => {
  await requireReach(tx, actor, agentId)
  const now = deps.clock.now()
  const [fromAt, toAt] = [momentOf(input.fromAt), momentOf(input.toAt)]
  if (!(fromAt < toAt) || toAt <= now || toAt - fromAt > longestMs)
    throw refuse('absences.span_invalid', 'An absence ends after it begins, and not in the past.')
  const deputy = input.deputyId ? await findPerson(tx, input.deputyId) : null
  const isFit = deputy?.isActive && permissionsOf(deputy.roles).includes('tickets.work')
  if (input.deputyId && (!isFit || input.deputyId === agentId))
    throw refuse('absences.deputy_unfit', 'A deputy is somebody else who may work on tickets.')
  const row: AbsenceRow = {
    id: newId('abs'),
    agentId,
    fromAt,
    toAt,
    deputyId: deputy?.id ?? null,
    note: input.note ?? '',
  }
  await insertAbsence(tx, row)
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'absences.added',
    thing: agentId,
    data: { fromAt: iso(fromAt), toAt: iso(toAt), deputyId: row.deputyId },
  })
  return viewOf({ ...row, deputyName: deputy?.name ?? null })
}

/** Takes an absence back. Throws 404, also where it is none of the actor's business. */
export const removeAbsence = async (
  tx: Tx,
  deps: LeaderDeps,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await findAbsence(tx, id)
  if (!row) throw refuse('absences.not_found', 'There is no such absence.')
  await hiding(requireReach(tx, actor, row.agentId), () =>
    refuse('absences.not_found', 'There is no such absence.'),
  )
  await deleteAbsence(tx, id)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'absences.removed',
    thing: row.agentId,
    data: { fromAt: iso(row.fromAt), toAt: iso(row.toAt) },
  })
}
