import { maxMessages } from '../../../contract/consultations.rules'
import type { MessageView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, VisitorActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { loadTicketRow } from '../tickets/tickets.store'
import { changeTicketState } from '../tickets/tickets.usecases'
import { announceInside } from './announce.usecases'
import { messageViews } from './consultations.presenter'
import { type ConsultationRow, loadConsultation } from './consultations.store'
import { countMessages, insertMessage } from './messages.store'

/** Sends a message. Citizens write from the queue on, and after the end too: it stays on the ticket. */
export const sendMessage = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor | VisitorActor,
  consultationId: string,
  body: string,
): Promise<MessageView> => {
  const row = await loadConsultation(tx, actor, consultationId, 'talk')
  if (row.status === 'abandoned' || (actor.kind === 'agent' && row.status === 'closed'))
    throw refuse('consultations.wrong_state', 'This consultation is over.')
  if ((await countMessages(tx, consultationId)) >= maxMessages)
    throw refuse('request.too_many', `A consultation holds at most ${maxMessages} messages.`)
  const message = await insertMessage(tx, {
    id: newId('msg'),
    consultationId,
    from: actor.kind,
    agentId: actor.kind === 'agent' ? actor.id : null,
    body,
    createdAt: deps.clock.now(),
  })
  const [view] = await messageViews(tx, [message])
  if (!view) throw new Error('The message was not written')
  await announceInside(tx, deps, row, {
    type: 'message.sent',
    subject: message.id,
    actor,
    // Nobody looks at the conversation any more: who answers for the ticket is told.
    facts: { from: actor.kind, body, ...(row.status === 'closed' ? { isAfterEnd: true } : {}) },
    views: { message: view },
  })
  if (actor.kind === 'visitor' && isOver(row.status)) await resumeTicket(tx, deps, actor, row.ticketId)
  return view
}

const isOver = (status: ConsultationRow['status']): boolean => status === 'wrap_up' || status === 'closed'

/** Written after the end: a ticket that waited for the citizen goes on, as with a reply. */
const resumeTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: VisitorActor,
  ticketId: string,
): Promise<void> => {
  const { id, status } = await loadTicketRow(tx, ticketId)
  if (status === 'waiting_citizen') await changeTicketState(tx, deps, actor, id, 'resume')
}
