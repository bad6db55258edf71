import {
  acknowledgeDue,
  dueOf,
  type EscalationCommand,
  escalationTransitions,
  redLightAt,
} from '../../../contract/escalations.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { Actor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { findDepartment } from '../departments/departments.store'
import { schedule, unschedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { findSurvivor } from '../tickets/family.store'
import { addParticipant, loadTicketRow } from '../tickets/tickets.store'
import type { ChosenOwner } from './choose-owner.usecases'
import { escalationView } from './escalations.presenter'
import { type EscalationRow, saveTicketLevel, updateEscalation } from './escalations.store'
import { findPerson } from './owners.store'
import { paceOf } from './times.store'

export type EscalationDeps = Pick<Deps, 'clock'>

/** Kinds of due jobs; the subject is the matter's id. */
export const unacknowledgedJob = 'escalation.unacknowledged'
export const redLightJob = 'escalation.red_light'
export const overdueJob = 'escalation.overdue'

/** Which event each command writes. */
const eventOf: Record<EscalationCommand, string> = {
  acknowledge: 'escalation.acknowledged',
  act: 'escalation.acted',
  climb: 'escalation.climbed',
  hand_over: 'escalation.handed_over',
  refer: 'escalation.referred',
  accept: 'escalation.accepted',
  refuse: 'escalation.refused',
  return: 'escalation.returned',
  close: 'escalation.closed',
  reopen: 'escalation.reopened',
}

const tokensOfPath = (path: string): string[] => path.split('/').filter(Boolean).map(audience.tickets)

/**
 * Those who may see it: the branches of its department and its home, its owner, the raiser; and those it was
 * taken from, who have to learn that it is no longer theirs.
 */
const audienceOf = async (tx: Tx, row: EscalationRow, before: EscalationRow | null): Promise<string[]> => {
  const department = await findDepartment(tx, row.departmentId)
  const home = await findDepartment(tx, row.homeDepartmentId)
  const left = before ? await findDepartment(tx, before.departmentId) : null
  const people = [row.ownerId, row.raisedByKind === 'agent' ? row.raisedById : null, before?.ownerId ?? null]
  return [
    ...new Set([
      ...tokensOfPath(department?.path ?? ''),
      ...tokensOfPath(home?.path ?? ''),
      ...tokensOfPath(left?.path ?? ''),
      ...people.filter((id) => id !== null).map(audience.agent),
    ]),
  ]
}

/** Writes an event of the matter, with its view for those who see it. */
export const tellEscalation = async (
  tx: Tx,
  row: EscalationRow,
  type: string,
  actor: Actor,
  at: number,
  facts: Record<string, unknown>,
  more: { before?: EscalationRow; isSilent?: boolean } = {},
): Promise<void> => {
  await writeEvent(tx, {
    type,
    subject: row.id,
    at,
    actor,
    // What is not part of the ticket's story names no ticket.
    ticketId: more.isSilent ? null : row.ticketId,
    audience: await audienceOf(tx, row, more.before ?? null),
    facts: { ticketId: row.ticketId, level: row.level, ownerId: row.ownerId, ...facts },
    forAgents: { escalation: await escalationView(tx, row) },
  })
}

const pathOf = async (tx: Tx, departmentId: string): Promise<string> =>
  (await findDepartment(tx, departmentId))?.path ?? ''

/** The columns and jobs that follow from the others: what falls due next, the red light. */
export const withPace = async (tx: Tx, row: EscalationRow): Promise<EscalationRow> => {
  const pace = await paceOf(tx, await pathOf(tx, row.departmentId), row.touchedAt)
  return { ...row, dueAt: dueOf(row), redLightAt: redLightAt(pace, row) }
}

export const scheduleEscalation = async (tx: Tx, row: EscalationRow): Promise<void> => {
  const isWaiting = row.status === 'raised' || row.status === 'referred'
  if (isWaiting) await schedule(tx, unacknowledgedJob, row.id, row.acknowledgeBy)
  else await unschedule(tx, unacknowledgedJob, row.id)
  if (row.status === 'acknowledged' && row.dueAt !== null) await schedule(tx, overdueJob, row.id, row.dueAt)
  else await unschedule(tx, overdueJob, row.id)
  if (row.redLightAt !== null) await schedule(tx, redLightJob, row.id, row.redLightAt)
  else await unschedule(tx, redLightJob, row.id)
}

/** What a new owner brings with them: a deadline in their own working time, and nothing acknowledged. */
export const givenTo = async (tx: Tx, owner: ChosenOwner, at: number): Promise<Partial<EscalationRow>> => ({
  ownerId: owner.agentId,
  departmentId: owner.department.id,
  acknowledgeBy: acknowledgeDue(await paceOf(tx, owner.department.path, at), at),
  acknowledgedAt: null,
  nextAction: '',
  nextActionAt: null,
})

/**
 * Does `command`: the table decides, the status is changed only from what it was, the event lies in the same
 * transaction, jobs and the ticket's level follow. Throws 409 `escalations.wrong_state`.
 */
export const changeEscalation = async (
  tx: Tx,
  deps: EscalationDeps,
  actor: Actor,
  row: EscalationRow,
  command: EscalationCommand,
  set: Partial<EscalationRow>,
  facts: Record<string, unknown> = {},
): Promise<EscalationRow> => {
  const to = nextState(escalationTransitions, row.status, command)
  if (!to)
    throw refuse('escalations.wrong_state', `A matter that is ${row.status} does not accept ${command}.`)
  const at = deps.clock.now()
  const wanted = await withPace(tx, { ...row, touchedAt: at, ...set, status: to })
  const { id, ...columns } = wanted
  const moved = await updateEscalation(tx, id, row.status, columns)
  if (!moved) throw refuse('escalations.wrong_state', 'The matter has just been changed.')
  await scheduleEscalation(tx, moved)
  await settleOwner(tx, row, moved, at)
  const isOther = moved.ownerId !== row.ownerId
  await tellEscalation(
    tx,
    moved,
    eventOf[command],
    actor,
    at,
    { ...(isOther ? await namesOf(tx, row.ownerId, moved.ownerId) : {}), fromLevel: row.level, ...facts },
    { before: row },
  )
  await writeAudit(tx, {
    at,
    actor,
    action: `escalations.${command}`,
    thing: moved.id,
    data: { ticketId: moved.ticketId, level: moved.level, ownerId: moved.ownerId, ...facts },
  })
  return moved
}

const namesOf = async (tx: Tx, fromId: string, toId: string): Promise<Record<string, unknown>> => ({
  fromId,
  fromName: (await findPerson(tx, fromId))?.name ?? null,
  toId,
  toName: (await findPerson(tx, toId))?.name ?? null,
})

const settleOwner = async (tx: Tx, before: EscalationRow, now: EscalationRow, at: number): Promise<void> => {
  const { id } = await ticketOf(tx, now)
  await saveTicketLevel(tx, id)
  if (now.ownerId !== before.ownerId) await addParticipant(tx, id, now.ownerId, 'escalation', at)
}

/** The ticket as it is now, or the one it was merged into: where it lies, who has it, where it is answered. */
export const ticketOf = async (tx: Tx, row: Pick<EscalationRow, 'ticketId'>) =>
  loadTicketRow(tx, (await findSurvivor(tx, row.ticketId)).id)
