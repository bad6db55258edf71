import { lowStars, urgesToEscalate } from '../../../contract/escalations.rules'
import { reopenDays } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { AppError } from '../../lib/errors'
import { schedule } from '../due/due.store'
import { type EventRow, findEvent, lastOfTicket } from '../events/events.store'
import type { Projection } from '../events/projector'
import { addParticipant, loadTicketRow } from '../tickets/tickets.store'
import { assignTicket } from '../tickets/tickets.usecases'
import { mayAnswer } from './choose-owner.usecases'
import { reopenEscalation } from './due.usecases'
import { tellEscalation } from './escalation-state.usecases'
import { lastClosedOfTicket, openOfTicket, saveTicketLevel, servedBy } from './escalations.store'
import { findPerson } from './owners.store'
import { raiseByRule, type Trigger } from './raise.usecases'
import { ownerGoneJob } from './stand-in.usecases'

type Reaction = (tx: Tx, deps: Deps, row: EventRow, ticketId: string) => Promise<void>

const dayMs = 86_400_000
/** A rule's step is a matter's business unless it only tells somebody something. */
const raisingActions = ['escalate', 'reassign', 'require_answer']

const numberOf = (row: EventRow, fact: string): number => Number(row.facts[fact] ?? 0)
const raiserOf = (row: EventRow): Trigger['raisedBy'] =>
  row.actorKind === 'key' ? { kind: 'system', id: null } : { kind: row.actorKind, id: row.actorId }

const onStep: Reaction = async (tx, deps, row, ticketId) => {
  const action = String(row.facts.action)
  if (!raisingActions.includes(action)) return
  const made = await raiseByRule(tx, deps, {
    ticketId,
    reason: row.facts.trigger === 'warn' ? 'sla_warned' : 'sla_breached',
    level: numberOf(row, 'level'),
    ...(action === 'require_answer' ? { isAnswerRequired: true } : {}),
  })
  if (action === 'reassign') await assignTicket(tx, deps, system, ticketId, made.ownerId)
}

/** Who had the ticket when it happened: by the time it is looked at, somebody else may have it. */
const assigneeWhen = async (tx: Tx, { seq }: EventRow, ticketId: string): Promise<string | null> => {
  const last = await lastOfTicket(tx, ticketId, ['ticket.assigned', 'ticket.unassigned'], seq)
  return typeof last?.facts.agentId === 'string' ? last.facts.agentId : null
}

const onComplaint: Reaction = async (tx, deps, row, ticketId) => {
  const ticket = await loadTicketRow(tx, ticketId)
  if (!ticket.isComplaint) return
  // Complained about is who had the ticket so far.
  await raiseByRule(tx, deps, {
    ticketId,
    reason: 'complaint',
    level: 2,
    avoidAgentId: await assigneeWhen(tx, row, ticketId),
    why: ticket.description || ticket.topic,
    raisedBy: raiserOf(row),
  })
}

const onCreated: Reaction = async (tx, deps, row, ticketId) => {
  // Made a complaint later, it is another event that tells so, and whom it is about.
  if (row.facts.isComplaint !== false) await onComplaint(tx, deps, row, ticketId)
}

interface Change {
  field?: unknown
  after?: unknown
}

const onEdited: Reaction = async (tx, deps, row, ticketId) => {
  const changes = Array.isArray(row.facts.changes) ? (row.facts.changes as Change[]) : []
  const isComplaint = changes.some((each) => each.field === 'isComplaint' && String(each.after) === 'true')
  if (isComplaint) await onComplaint(tx, deps, row, ticketId)
  if (changes.some((each) => each.field === 'topic')) await refresh(tx, deps, ticketId)
}

const onRating: Reaction = async (tx, deps, row, ticketId) => {
  const stars = numberOf(row, 'stars')
  if (stars < 1 || stars > lowStars) return
  const served = row.consultationId ? await servedBy(tx, row.consultationId) : null
  await raiseByRule(tx, deps, {
    ticketId,
    reason: 'low_rating',
    level: 2,
    avoidAgentId: served ?? (await assigneeWhen(tx, row, ticketId)),
    why: typeof row.facts.comment === 'string' ? row.facts.comment : '',
    raisedBy: raiserOf(row),
  })
}

/** The third urging makes a matter of it; each further three make it climb. */
const onUrged: Reaction = async (tx, deps, row, ticketId) => {
  const count = numberOf(row, 'count')
  await refresh(tx, deps, ticketId)
  if (count < urgesToEscalate || count % urgesToEscalate !== 0) return
  await raiseByRule(tx, deps, {
    ticketId,
    reason: 'urged',
    level: 1 + count / urgesToEscalate,
    raisedBy: raiserOf(row),
  })
}

/** Settled when its owner left, it stayed with them: back in work it needs somebody who is there. */
const releaseFromGone = async (tx: Tx, deps: Deps, ticketId: string): Promise<void> => {
  const { assigneeId } = await loadTicketRow(tx, ticketId)
  if (assigneeId && !mayAnswer(await findPerson(tx, assigneeId)))
    await schedule(tx, ownerGoneJob, assigneeId, deps.clock.now())
}

const onReopened: Reaction = async (tx, deps, row, ticketId) => {
  await releaseFromGone(tx, deps, ticketId)
  if ((await openOfTicket(tx, ticketId)).length > 0) return
  const closed = await lastClosedOfTicket(tx, ticketId, row.at - reopenDays * dayMs)
  if (closed) await reopenEscalation(tx, deps, closed)
}

/** A matter goes with its ticket: what it was merged into, or was taken out of again, shows the level it has then. */
const onMerged: Reaction = async (tx, deps, row, ticketId) => {
  const others = [row.facts.intoId, row.facts.fromId].filter((id) => typeof id === 'string')
  for (const id of [ticketId, ...others]) await saveTicketLevel(tx, id)
  for (const id of others) {
    const { assigneeId } = await loadTicketRow(tx, id)
    for (const { ownerId } of await openOfTicket(tx, id))
      if (ownerId !== assigneeId) await addParticipant(tx, id, ownerId, 'escalation', row.at)
  }
  await refresh(tx, deps, others[0] ?? ticketId)
  if (row.type === 'ticket.unmerged') await releaseFromGone(tx, deps, ticketId)
}

/** What a card shows of its ticket is another: those who look at the board get the new view. */
const refresh = async (tx: Tx, deps: Deps, ticketId: string): Promise<void> => {
  for (const open of await openOfTicket(tx, ticketId))
    await tellEscalation(tx, open, 'escalation.changed', system, deps.clock.now(), {}, { isSilent: true })
}

const reactions: Record<string, Reaction> = {
  'sla.step': onStep,
  'ticket.created': onCreated,
  'ticket.edited': onEdited,
  'rating.given': onRating,
  'ticket.rated': onRating,
  'ticket.urged': onUrged,
  'ticket.reopened': onReopened,
  'ticket.kept_open': (tx, deps, _row, ticketId) => releaseFromGone(tx, deps, ticketId),
  'ticket.merged': onMerged,
  'ticket.unmerged': onMerged,
}

/** Due job: nobody was there to answer for a matter; the subject is the number of the event that asks for it. */
export const raiseAgainJob = 'escalation.raise_again'
const raiseAgainMs = 3_600_000

/**
 * Where nobody but the one it is about could answer (a desk of one), it is asked for again each hour until somebody
 * can: it is not forgotten. Owners are chosen before anything is written.
 */
const react = async (tx: Tx, deps: Deps, row: EventRow): Promise<void> => {
  const reaction = reactions[row.type]
  if (!reaction || !row.ticketId) return
  try {
    await reaction(tx, deps, row, row.ticketId)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'escalations.no_owner') throw error
    await schedule(tx, raiseAgainJob, String(row.seq), deps.clock.now() + raiseAgainMs)
  }
}

export const raiseAgain = async (tx: Tx, deps: Deps, seq: string): Promise<void> => {
  const row = await findEvent(tx, Number(seq))
  if (row) await react(tx, deps, row)
}

/** Matters that follow from what happened on tickets. */
export const escalationProjection = (deps: Deps): Projection => ({
  name: 'escalations',
  isAbout: (row) =>
    row.ticketId !== null &&
    row.type in reactions &&
    (row.type !== 'sla.step' || raisingActions.includes(String(row.facts.action))),
  async handle(tx, rows) {
    for (const row of rows) await react(tx, deps, row)
  },
})
