import type { Outcome } from '../../../contract/consultations.rules'
import type { WrapUpBody, WrapUpDraft, WrapUpFields } from '../../../contract/consultations.schema'
import { isUnresolved, type TicketCommand } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { deleteEventsOf } from '../events/events.store'
import { requireOfferedItem } from '../sites/service-items.store'
import { requireSettled } from '../tickets/desk.usecases'
import { editTicket, setFields } from '../tickets/edit.usecases'
import { listFieldsOf } from '../tickets/fields.store'
import { loadTicketRow, type TicketRow } from '../tickets/tickets.store'
import { changeTicketState } from '../tickets/tickets.usecases'
import { announce } from './announce.usecases'
import { changeState } from './consultation-state.usecases'
import {
  type ConsultationRow,
  insertRating,
  loadConsultation,
  patchConsultation,
} from './consultations.store'
import { releaseAgent } from './release.usecases'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

const draftable: readonly ConsultationRow['status'][] = ['active', 'wrap_up']

/** Saves what the agent has typed so far; possible from the first keystroke in the call. */
export const saveWrapUpDraft = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  draft: WrapUpDraft,
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'own')
  if (!draftable.includes(row.status))
    throw refuse('consultations.wrong_state', 'There is nothing to wrap up.')
  await patchConsultation(tx, id, {
    ...(await wrapUpFields(tx, row, draft)),
    wrapUpSavedAt: deps.clock.now(),
  })
  // One event of this kind at a time: what was typed before is of no use to anybody, live or resuming.
  await deleteEventsOf(tx, id, 'consultation.wrap_up_saved')
  await announce(tx, deps, id, { type: 'consultation.wrap_up_saved', actor, isInternal: true })
}

const wrapUpFields = async (
  tx: Tx,
  row: ConsultationRow,
  draft: WrapUpDraft,
): Promise<Partial<ConsultationRow>> => {
  if (draft.serviceItemId && draft.serviceItemId !== row.serviceItemId)
    await requireOfferedItem(tx, draft.serviceItemId, row.wrapUpServiceItemId)
  return {
    ...(draft.outcome === undefined ? {} : { outcome: draft.outcome }),
    ...(draft.topic === undefined ? {} : { wrapUpTopic: draft.topic }),
    ...(draft.serviceItemId === undefined ? {} : { wrapUpServiceItemId: draft.serviceItemId }),
    ...(draft.note === undefined ? {} : { wrapUpNote: draft.note }),
  }
}

/** What an outcome does to the ticket. */
const ticketCommands: Record<Outcome, TicketCommand> = {
  solved: 'resolve',
  follow_up: 'keep_open',
  referred: 'keep_open',
  citizen_left: 'close',
}

/** The item the ticket is about once wrapped up: what a colleague set on the ticket meanwhile stays. */
const itemAfter = (ticket: TicketRow, row: ConsultationRow, chosen: string | null | undefined) =>
  chosen && (ticket.serviceItemId === null || ticket.serviceItemId === row.serviceItemId)
    ? chosen
    : ticket.serviceItemId

/** The fields the ticket has, were the matter wrapped up under this service item. */
export const listWrapUpFields = async (
  tx: Tx,
  actor: AgentActor,
  id: string,
  serviceItemId: string | undefined,
): Promise<WrapUpFields> => {
  const row = await loadConsultation(tx, actor, id, 'own')
  const ticket = await loadTicketRow(tx, row.ticketId)
  if (!isUnresolved(ticket.status)) return { items: [] }
  const item = itemAfter(ticket, row, serviceItemId)
  return { items: await listFieldsOf(tx, { id: ticket.id, serviceItemId: item }) }
}

/** Writes onto the ticket what the wrap-up knows; what is solved must be complete, as on its own page. */
const completeTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  row: ConsultationRow,
  input: WrapUpBody,
): Promise<void> => {
  const ticket = await loadTicketRow(tx, row.ticketId)
  if (!isUnresolved(ticket.status)) return
  const serviceItemId = itemAfter(ticket, row, input.serviceItemId)
  if (serviceItemId !== ticket.serviceItemId) await editTicket(tx, deps, actor, ticket.id, { serviceItemId })
  if (input.fields?.length) await setFields(tx, deps, actor, ticket.id, { values: input.fields })
  if (input.outcome === 'solved') await requireSettled(tx, { id: ticket.id, serviceItemId })
}

/** Completes the wrap-up; the agent is free again. */
export const wrapUp = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  id: string,
  input: WrapUpBody,
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'own')
  if (row.status === 'closed') return
  if (row.status === 'active') throw refuse('consultations.wrong_state', 'End the consultation first.')
  const now = deps.clock.now()
  await changeState(tx, row, 'wrap_up', {
    ...(await wrapUpFields(tx, row, input)),
    wrapUpSavedAt: now,
    closedAt: now,
  })
  await completeTicket(tx, deps, actor, row, input)
  await changeTicketState(tx, deps, actor, row.ticketId, ticketCommands[input.outcome])
  await announce(tx, deps, id, {
    type: 'consultation.closed',
    actor,
    facts: { outcome: input.outcome, note: input.note ?? '', topic: input.topic ?? row.topic },
  })
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'consultation.wrapped_up',
    thing: id,
    data: { outcome: input.outcome },
  })
  await releaseAgent(tx, deps, actor.id)
}

/** One rating per consultation, after it has ended. */
export const rateConsultation = async (
  tx: Tx,
  deps: UseDeps,
  actor: VisitorActor,
  id: string,
  input: { stars: number; comment?: string | undefined },
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'talk')
  if (row.status !== 'wrap_up' && row.status !== 'closed')
    throw refuse('consultations.wrong_state', 'A rating is possible after the consultation.')
  const comment = input.comment ?? ''
  if (
    !(await insertRating(tx, {
      consultationId: id,
      stars: input.stars,
      comment,
      createdAt: deps.clock.now(),
    }))
  ) {
    throw refuse('consultations.already_rated', 'This consultation has been rated.')
  }
  await announce(tx, deps, id, { type: 'rating.given', actor, facts: { stars: input.stars, comment } })
}
