import { isWorking, nextWorkingInstant } from '../../../contract/calendar.rules'
import { acknowledgeDue, highestLevel, settleDue } from '../../../contract/escalations.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { findDepartment } from '../departments/departments.store'
import { schedule } from '../due/due.store'
import { chooseOwner, isFit } from './choose-owner.usecases'
import {
  changeEscalation,
  type EscalationDeps,
  givenTo,
  overdueJob,
  redLightJob,
  tellEscalation,
  ticketOf,
  unacknowledgedJob,
} from './escalation-state.usecases'
import { type EscalationRow, findEscalation, updateEscalation } from './escalations.store'
import { findPerson } from './owners.store'
import { climb } from './raise.usecases'
import { standIn } from './stand-in.usecases'
import { paceOf } from './times.store'

const dayMs = 86_400_000

const paceOfOwner = async (tx: Tx, row: EscalationRow, at: number) =>
  paceOf(tx, (await findDepartment(tx, row.departmentId))?.path ?? '', at)

/**
 * Puts a job off that came due while its owner does not work: nobody is alarmed at night, not even when the
 * program was down by day. True where it was put off.
 */
const sleepsUntilWork = async (tx: Tx, row: EscalationRow, kind: string, now: number): Promise<boolean> => {
  const { calendar } = await paceOfOwner(tx, row, now)
  if (isWorking(calendar, now)) return false
  await schedule(tx, kind, row.id, nextWorkingInstant(calendar, now))
  return true
}

/**
 * Nobody acknowledged in time. An owner who went away meanwhile gives way to whoever stands in for them; one
 * who is there is passed over: the matter climbs. At the top its owner is told again and the red light goes on.
 */
export const passUnacknowledged = async (tx: Tx, deps: EscalationDeps, id: string): Promise<void> => {
  const row = await findEscalation(tx, id)
  const now = deps.clock.now()
  if (!row || !['raised', 'referred'].includes(row.status)) return
  if (row.acknowledgeBy > now) return schedule(tx, unacknowledgedJob, id, row.acknowledgeBy)
  if (await sleepsUntilWork(tx, row, unacknowledgedJob, now)) return
  if (await standIn(tx, deps, row)) return
  if (row.level < highestLevel)
    await climb(tx, deps, system, row, row.level + 1, { reason: 'unacknowledged' })
  else await ringAgain(tx, row, now)
}

const ringAgain = async (tx: Tx, row: EscalationRow, now: number): Promise<void> => {
  const acknowledgeBy = acknowledgeDue(await paceOfOwner(tx, row, now), now)
  const set = { acknowledgeBy, dueAt: acknowledgeBy, redLightAt: Math.min(row.redLightAt ?? now, now) }
  const told = await updateEscalation(tx, row.id, row.status, set)
  if (!told) return
  await schedule(tx, unacknowledgedJob, row.id, acknowledgeBy)
  await tellEscalation(tx, told, 'escalation.reminded', system, now, { reason: 'unacknowledged' })
}

/** Too long without a touch, in working time: told once, until it is touched again. */
export const lightRed = async (tx: Tx, deps: EscalationDeps, id: string): Promise<void> => {
  const row = await findEscalation(tx, id)
  const now = deps.clock.now()
  if (!row || row.redLightAt === null) return
  if (row.redLightAt > now) return schedule(tx, redLightJob, id, row.redLightAt)
  if (await sleepsUntilWork(tx, row, redLightJob, now)) return
  await tellEscalation(tx, row, 'escalation.red_light', system, now, { since: row.touchedAt })
}

/**
 * The date of the next step, or the end of the matter, has passed: its owner is reminded, daily from then on. One
 * who went away, or left, since gives way to whoever stands in for them.
 */
export const remindOverdue = async (tx: Tx, deps: EscalationDeps, id: string): Promise<void> => {
  const row = await findEscalation(tx, id)
  const now = deps.clock.now()
  if (row?.status !== 'acknowledged' || row.dueAt === null) return
  if (row.dueAt > now) return schedule(tx, overdueJob, id, row.dueAt)
  if (await sleepsUntilWork(tx, row, overdueJob, now)) return
  if (await standIn(tx, deps, row)) return
  const pace = await paceOfOwner(tx, row, now)
  await tellEscalation(tx, row, 'escalation.reminded', system, now, {
    reason: row.nextActionAt === null || row.settleBy <= now ? 'unsettled' : 'next_action',
    nextAction: row.nextAction,
  })
  // A working day later, when the owner is at work.
  await schedule(tx, overdueJob, id, acknowledgeDue(pace, now + dayMs))
}

/** A reopened ticket brings its settled matter back to the desk of whoever settled it, or their stand-in. */
export const reopenEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  row: EscalationRow,
): Promise<EscalationRow> => {
  const at = deps.clock.now()
  const person = await findPerson(tx, row.ownerId)
  const department = await findDepartment(tx, row.departmentId)
  const ticket = await ticketOf(tx, row)
  const isThere = await isFit(tx, person, { avoidAgentId: row.avoidAgentId, at })
  const owner =
    isThere && person && department
      ? { agentId: person.id, name: person.name, department }
      : await chooseOwner(tx, {
          departmentId: ticket.departmentId,
          level: row.level,
          avoidAgentId: row.avoidAgentId,
          at,
          assigneeId: ticket.assigneeId,
        })
  const pace = await paceOf(tx, owner.department.path, at)
  return changeEscalation(tx, deps, system, row, 'reopen', {
    ...(await givenTo(tx, owner, at)),
    settleBy: settleDue(pace, at),
    closedAt: null,
    workingMs: null,
    outcome: null,
    result: null,
    cause: null,
    accountability: null,
    reopenCount: row.reopenCount + 1,
  })
}
