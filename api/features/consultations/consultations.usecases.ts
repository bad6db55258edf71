import { telephoneCodeSeconds } from '../../../contract/consultations.rules'
import type {
  ConsultationView,
  OpenTelephone,
  StartConsultation,
} from '../../../contract/consultations.schema'
import { isOpenAt } from '../../../contract/hours.rules'
import type { Tx } from '../../../drizzle/database'
import {
  type Actor,
  type AgentActor,
  type Authorized,
  isSameLine,
  system,
  type VisitorActor,
} from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newDigits, newId } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { endCallsOf, removeFromCalls, startCall } from '../calls/calls.usecases'
import { schedule, unschedule } from '../due/due.store'
import { applyPresence } from '../presence/presence.usecases'
import { findServiceItem } from '../sites/service-items.store'
import { findSite } from '../sites/sites.store'
import { assignTicket, changeTicketState, createTicket } from '../tickets/tickets.usecases'
import { findOrMakeContact, findVisitor, nameVisitor } from '../visitors/visitors.store'
import { announce, announceLeftQueue } from './announce.usecases'
import { answerDeferred } from './answer-later.usecases'
import { changeState } from './consultation-state.usecases'
import { consultationViewOf } from './consultations.presenter'
import {
  type ConsultationRow,
  findConsultation,
  findOpenOf,
  insertConsultation,
  isJoinCodeTaken,
  listIdsOnDesk,
  loadConsultation,
  nextQueueSeq,
  participantIds,
  patchConsultation,
  removeParticipant,
  seqsAhead,
  siteLine,
} from './consultations.store'
import { isStaffed } from './defer.usecases'
import { lapseInvitationsOf } from './invitation-state.usecases'
import { dispatchAll, settleOffers } from './queue.usecases'
import { releaseAgent } from './release.usecases'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

/**
 * The citizen asks for help: a ticket, a place in the queue, and the first agent is rung. Outside opening
 * hours or with no agent online it becomes a ticket answered later. Throws 409 while one is still open.
 */
export const startConsultation = async (
  tx: Tx,
  deps: UseDeps,
  actor: VisitorActor,
  input: StartConsultation,
): Promise<ConsultationRow> => {
  const now = deps.clock.now()
  const site = await findSite(tx, actor.siteId)
  if (!site?.isActive) throw refuse('sites.not_found', 'This site is gone.')
  if (await findOpenOf(tx, actor.id))
    throw refuse('consultations.already_open', 'A consultation is still open.')
  const item = input.serviceItemId ? await findServiceItem(tx, input.serviceItemId) : null
  if (input.serviceItemId && !item) throw refuse('service_items.not_found', 'There is no such service item.')
  // A page that was open before it was retired still names it: the wish stands, with its words and its department.
  const serviceItemId = item?.isActive ? item.id : null
  const visitor = await nameVisitor(tx, actor.id, { name: input.name, phone: input.phone })
  const contactId = await findOrMakeContact(tx, visitor, now)
  const topic = input.topic.trim() || item?.name || ''
  const ticket = await createTicket(tx, deps, {
    actor,
    siteId: site.id,
    departmentId: item?.departmentId ?? site.departmentId,
    topic,
    serviceItemId,
    contactId,
    at: now,
    timeZone: site.timeZone,
  })
  const deferredReason = !isOpenAt(site, now)
    ? 'outside_hours'
    : (await isStaffed(tx, site.id))
      ? null
      : 'no_agent'
  const id = newId('con')
  const queueSeq = await nextQueueSeq(tx, site.id)
  await insertConsultation(tx, {
    id,
    siteId: site.id,
    visitorId: actor.id,
    ticketId: ticket.id,
    status: deferredReason ? 'deferred' : 'waiting',
    channel: input.channel,
    topic,
    serviceItemId,
    visitorName: visitor.name,
    visitorPhone: visitor.phone,
    isElder: input.isElder ?? false,
    queueSeq,
    queuedAt: now,
    deferredReason,
    endedAt: deferredReason ? now : null,
  })
  const ahead = deferredReason ? [] : await seqsAhead(tx, site.id, queueSeq)
  await announce(tx, deps, id, {
    type: deferredReason ? 'consultation.deferred' : 'consultation.queued',
    actor,
    facts: deferredReason
      ? { reason: deferredReason, topic }
      : { topic, channel: input.channel, position: ahead.length + 1 },
    forVisitor: { ahead },
  })
  if (!deferredReason) await dispatchAll(tx, deps)
  return (await findConsultation(tx, id)) as ConsultationRow
}

/** Exactly one agent gets it, whatever the race: the state moves from `waiting` once. */
export const acceptConsultation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<ConsultationView> => {
  const row = await loadConsultation(tx, actor, id, 'take')
  if (row.status === 'active' && row.ownerId === actor.id) return consultationViewOf(tx, id)
  if (row.status === 'deferred') {
    await answerDeferred(tx, deps, actor, row)
    return consultationViewOf(tx, id)
  }
  if (row.status !== 'waiting')
    throw refuse('consultations.already_taken', 'Somebody else has it, or the citizen has left.')
  const now = deps.clock.now()
  const moved = await changeState(tx, row, 'accept', { ownerId: actor.id, acceptedAt: now })
  await unschedule(tx, 'visitor.expire', id)
  await settleOffers(tx, deps, id, actor.id, actor)
  await changeTicketState(tx, deps, actor, row.ticketId, 'take', {}, { withoutView: true })
  await assignTicket(tx, deps, actor, row.ticketId, actor.id, { withoutView: true })
  if (row.channel === 'video') await startCall(tx, deps, moved, actor)
  const view = await announce(tx, deps, id, {
    type: 'consultation.accepted',
    actor,
    facts: { waitedSeconds: Math.round((now - row.queuedAt) / 1000) },
  })
  await writeAudit(tx, { at: now, actor, action: 'consultation.accepted', thing: id })
  await announceLeftQueue(tx, deps, moved, actor)
  const isChanged = await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
  // It may have rung at a colleague, who is free for the next one; a changed availability has seen to it.
  if (!isChanged) await dispatchAll(tx, deps)
  return view
}

/** The citizen leaves on purpose. While waiting the request ends; in a consultation it goes to wrap-up. */
export const leaveConsultation = async (
  tx: Tx,
  deps: UseDeps,
  actor: VisitorActor,
  id: string,
): Promise<ConsultationRow> => {
  const row = await loadConsultation(tx, actor, id, 'talk')
  if (row.status !== 'waiting' && row.status !== 'active') return row
  if (row.status === 'active') return finishTalking(tx, deps, row, actor, 'leave')
  const now = deps.clock.now()
  const moved = await changeState(tx, row, 'leave', { endedAt: now, silentSince: null })
  await unschedule(tx, 'visitor.silent', id)
  await unschedule(tx, 'visitor.expire', id)
  await settleOffers(tx, deps, id, null, actor)
  await changeTicketState(tx, deps, actor, row.ticketId, 'close')
  await announce(tx, deps, id, {
    type: 'consultation.left',
    actor,
    facts: { waitedSeconds: Math.round((now - row.queuedAt) / 1000) },
  })
  await announceLeftQueue(tx, deps, moved, actor)
  // Whoever it rang at is free for the next one.
  await dispatchAll(tx, deps)
  return moved
}

/** The owner ends it; what is left is the wrap-up. A code that was never used just ends. */
export const endConsultation = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
): Promise<ConsultationRow> => {
  const row = await loadConsultation(tx, actor, id, 'own')
  if (row.status === 'wrap_up' || row.status === 'closed') return row
  if (row.status === 'expected') return endExpected(tx, deps, row, actor, 'end')
  return finishTalking(tx, deps, row, actor, 'end')
}

const finishTalking = async (
  tx: Tx,
  deps: UseDeps,
  row: Authorized<ConsultationRow>,
  actor: Actor,
  command: 'end' | 'leave',
): Promise<ConsultationRow> => {
  const now = deps.clock.now()
  const guests = await participantIds(tx, row.id)
  const moved = await changeState(tx, row, command, { endedAt: now })
  await unschedule(tx, 'visitor.silent', row.id)
  await lapseInvitationsOf(tx, deps, row.id)
  await endCallsOf(tx, deps, moved, actor)
  await announce(tx, deps, row.id, {
    type: 'consultation.ended',
    actor,
    facts: { by: actor.kind, seconds: Math.round((now - (row.acceptedAt ?? now)) / 1000) },
    alsoTo: guests,
  })
  if (actor.kind !== 'visitor')
    await writeAudit(tx, { at: now, actor, action: 'consultation.ended', thing: row.id })
  for (const guest of guests) await releaseAgent(tx, deps, guest)
  if (row.ownerId) await releaseAgent(tx, deps, row.ownerId)
  return moved
}

const endExpected = async (
  tx: Tx,
  deps: UseDeps,
  row: Authorized<ConsultationRow>,
  actor: Actor,
  command: 'end' | 'expire',
): Promise<ConsultationRow> => {
  const moved = await changeState(tx, row, command, { endedAt: deps.clock.now(), joinCode: null })
  await unschedule(tx, 'telephone.expire', row.id)
  await changeTicketState(tx, deps, actor, row.ticketId, 'close')
  await announce(tx, deps, row.id, {
    type: command === 'end' ? 'consultation.left' : 'consultation.expired',
    actor,
  })
  if (row.ownerId) await releaseAgent(tx, deps, row.ownerId)
  return moved
}

/**
 * The account may serve no more: what it owns ends for the citizen too, who would otherwise sit in a call
 * nobody can end; the wrap-up and the ticket stay. Calls of others go on without it.
 */
export const retireAgent = async (tx: Tx, deps: UseDeps, agentId: string, actor: Actor): Promise<void> => {
  for (const id of await listIdsOnDesk(tx, agentId)) {
    const row = await loadConsultation(tx, system, id, 'see')
    if (row.ownerId === agentId && row.status === 'expected') await endExpected(tx, deps, row, actor, 'end')
    else if (row.ownerId === agentId && row.status === 'active')
      await finishTalking(tx, deps, row, actor, 'end')
    else if (row.ownerId !== agentId) {
      await removeParticipant(tx, id, agentId)
      await removeFromCalls(tx, deps, id, agentId)
      await announce(tx, deps, id, { type: 'consultation.colleague_left', actor, alsoTo: [agentId] })
      await releaseAgent(tx, deps, agentId)
    }
  }
}

/** Notice read and agreed to: before this no picture or sound of the citizen is taken. */
export const consentTo = async (tx: Tx, deps: UseDeps, actor: VisitorActor, id: string): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'talk')
  if (row.consentAt !== null) return
  await patchConsultation(tx, id, { consentAt: deps.clock.now() })
  await writeAudit(tx, { at: deps.clock.now(), actor, action: 'consultation.consent', thing: id })
  await announce(tx, deps, id, { type: 'consultation.consented', actor })
}

/** Video or chat, while waiting; the place stays. */
export const changeChannel = async (
  tx: Tx,
  deps: UseDeps,
  actor: VisitorActor,
  id: string,
  channel: ConsultationRow['channel'],
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'talk')
  if (row.channel === channel) return
  if (row.status !== 'waiting')
    throw refuse(
      'consultations.wrong_state',
      'The channel changes while waiting; in a consultation start or end a call.',
    )
  await patchConsultation(tx, id, { channel })
  await announce(tx, deps, id, { type: 'consultation.changed', actor, facts: { channel } })
}

/** An agent opens a consultation for somebody on the telephone; six digits join them. */
export const openTelephone = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  input: OpenTelephone,
): Promise<ConsultationRow> => {
  const now = deps.clock.now()
  const site = await findSite(tx, input.siteId)
  if (!site?.isActive || !isSameLine(actor.departmentPath, await siteLine(tx, site.id)))
    throw refuse('sites.not_found', 'There is no such site.')
  const ticket = await createTicket(tx, deps, {
    actor,
    siteId: site.id,
    departmentId: site.departmentId,
    topic: input.topic,
    serviceItemId: null,
    contactId: null,
    at: now,
    timeZone: site.timeZone,
  })
  let joinCode = newDigits(6)
  while (await isJoinCodeTaken(tx, joinCode)) joinCode = newDigits(6)
  const id = newId('con')
  await insertConsultation(tx, {
    id,
    siteId: site.id,
    visitorId: null,
    ticketId: ticket.id,
    status: 'expected',
    channel: input.channel ?? 'video',
    topic: input.topic,
    visitorName: input.name ?? null,
    visitorPhone: input.phone ?? null,
    isElder: false,
    queueSeq: await nextQueueSeq(tx, site.id),
    queuedAt: now,
    ownerId: actor.id,
    joinCode,
    isTelephone: true,
  })
  await schedule(tx, 'telephone.expire', id, now + telephoneCodeSeconds * 1000)
  await changeTicketState(tx, deps, actor, ticket.id, 'take')
  await assignTicket(tx, deps, actor, ticket.id, actor.id)
  await announce(tx, deps, id, { type: 'consultation.opened_by_telephone', actor })
  await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
  return (await findConsultation(tx, id)) as ConsultationRow
}

/** The caller typed the code: the visitor is theirs and the call begins. */
export const joinByCode = async (
  tx: Tx,
  deps: UseDeps,
  row: Authorized<ConsultationRow>,
  visitorId: string,
): Promise<void> => {
  const actor: VisitorActor = { kind: 'visitor', id: visitorId, siteId: row.siteId }
  const visitor = await findVisitor(tx, visitorId)
  const moved = await changeState(tx, row, 'join', {
    visitorId,
    joinCode: null,
    acceptedAt: deps.clock.now(),
    visitorName: row.visitorName ?? visitor?.name ?? null,
  })
  await unschedule(tx, 'telephone.expire', row.id)
  if (row.channel === 'video') await startCall(tx, deps, moved, actor)
  await announce(tx, deps, row.id, { type: 'consultation.joined', actor })
}

/** Falls due when a telephone code was not used for 30 minutes. */
export const expireTelephone = async (tx: Tx, deps: UseDeps, id: string): Promise<void> => {
  const row = await loadConsultation(tx, system, id, 'see')
  if (row.status === 'expected') await endExpected(tx, deps, row, system, 'expire')
}
