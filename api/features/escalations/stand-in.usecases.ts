import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { AppError } from '../../lib/errors'
import { findDepartment } from '../departments/departments.store'
import { schedule } from '../due/due.store'
import { listUnresolvedOf } from '../tickets/people.store'
import { unassignTicket } from '../tickets/tickets.usecases'
import { type ChosenOwner, chooseOwner, isFit, mayAnswer } from './choose-owner.usecases'
import { changeEscalation, type EscalationDeps, givenTo, ticketOf } from './escalation-state.usecases'
import { type EscalationRow, listOpenOfOwner, referralHere } from './escalations.store'
import { findPerson } from './owners.store'

/** Due job: an account was switched off or may no longer work on tickets; the subject is its id. */
export const ownerGoneJob = 'agent.gone'
/** So many tickets and matters change hands in one transaction. */
const atOnce = 20

/** Whose it is while the owner cannot see to it: at the same level, or in the department that it was put to. */
const substituteOf = async (tx: Tx, row: EscalationRow, at: number): Promise<ChosenOwner> => {
  const { avoidAgentId } = row
  if (row.status !== 'referred' && (await referralHere(tx, row)) === null) {
    const { departmentId, assigneeId } = await ticketOf(tx, row)
    return chooseOwner(tx, { departmentId, level: row.level, avoidAgentId, at, assigneeId })
  }
  const owner = await chooseOwner(tx, { departmentId: row.departmentId, level: 2, avoidAgentId, at })
  const department = await findDepartment(tx, row.departmentId)
  return department ? { ...owner, department } : owner
}

/** Nobody but the one it is about is left: it stays where it is, and is asked again when it falls due. */
const orNobody = async (owner: Promise<ChosenOwner>): Promise<ChosenOwner | null> => {
  try {
    return await owner
  } catch (error) {
    if (error instanceof AppError && error.code === 'escalations.no_owner') return null
    throw error
  }
}

/** Gives a matter whose owner is away or gone to who stands in for them. True where somebody took the place. */
export const standIn = async (tx: Tx, deps: EscalationDeps, row: EscalationRow): Promise<boolean> => {
  const at = deps.clock.now()
  const person = await findPerson(tx, row.ownerId)
  if (await isFit(tx, person, { avoidAgentId: row.avoidAgentId, at })) return false
  const owner = await orNobody(substituteOf(tx, row, at))
  if (owner === null || owner.agentId === row.ownerId) return false
  await changeEscalation(tx, deps, system, row, 'hand_over', await givenTo(tx, owner, at), {
    reason: mayAnswer(person) ? 'absent' : 'gone',
  })
  return true
}

/**
 * Nothing stays on the desk of an account that was switched off: its unresolved tickets go back to the department,
 * its open matters to whoever stands in. Done in slices; nothing happens where the account works again by then.
 */
export const clearDeskOf = async (tx: Tx, deps: Pick<Deps, 'clock'>, agentId: string): Promise<void> => {
  if (mayAnswer(await findPerson(tx, agentId))) return
  const tickets = await listUnresolvedOf(tx, agentId, atOnce)
  for (const { id } of tickets) await unassignTicket(tx, deps, system, id)
  const matters = await listOpenOfOwner(tx, agentId, atOnce)
  let moved = 0
  for (const row of matters) if (await standIn(tx, deps, row)) moved += 1
  const isMore = tickets.length === atOnce || (matters.length === atOnce && moved > 0)
  if (isMore) await schedule(tx, ownerGoneJob, agentId, deps.clock.now())
}
