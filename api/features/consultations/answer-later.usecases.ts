import { maxMessages, silenceGraceSeconds } from '../../../contract/consultations.rules'
import type { DeferredList } from '../../../contract/consultations.schema'
import type { FeedData } from '../../../contract/feed.rules'
import { isUnresolved } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor, Authorized } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { listDocuments } from '../documents/documents.presenter'
import { schedule } from '../due/due.store'
import { applyPresence } from '../presence/presence.usecases'
import { loadTicketRow } from '../tickets/tickets.store'
import { assignTicket, changeTicketState } from '../tickets/tickets.usecases'
import { announce } from './announce.usecases'
import { changeState } from './consultation-state.usecases'
import { consultationViews, messageViews } from './consultations.presenter'
import { type ConsultationRow, findLatestOf, findOpenOf, nextQueueSeq } from './consultations.store'
import { countDeferred, listDeferredIds } from './deferred.store'
import { sitesOnDesk } from './desk.usecases'
import { listMessages } from './messages.store'
import { dispatchAll } from './queue.usecases'

type UseDeps = Pick<Deps, 'clock' | 'hub'>

/** More than this are answered from the list of tickets. */
const shownDeferred = 100

/** What was asked outside hours, or with nobody there, at the agent's sites; without what a ticket has settled. */
export const listDeferred = async (tx: Tx, actor: AgentActor): Promise<DeferredList> => {
  const siteIds = (await sitesOnDesk(tx, actor)).map((site) => site.id)
  const ids = await listDeferredIds(tx, siteIds, shownDeferred)
  return { items: await consultationViews(tx, ids), total: await countDeferred(tx, siteIds) }
}

/**
 * An agent answers what was asked outside hours: in writing, because the citizen need not be there; a call
 * may follow. It takes a new place, which makes it the one the citizen's panel shows.
 */
export const answerDeferred = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  row: Authorized<ConsultationRow>,
): Promise<ConsultationRow> => {
  if (row.visitorId && (await findOpenOf(tx, row.visitorId)))
    throw refuse('consultations.already_open', 'The citizen has asked again and is being helped there.')
  if (!isUnresolved((await loadTicketRow(tx, row.ticketId)).status))
    throw refuse('consultations.already_taken', 'Its ticket has been settled: reopen that first.')
  const now = deps.clock.now()
  const shown = row.visitorId ? await findLatestOf(tx, row.visitorId) : null
  const moved = await changeState(tx, row, 'accept', {
    ownerId: actor.id,
    acceptedAt: now,
    endedAt: null,
    silentSince: null,
    channel: 'chat',
    queueSeq: await nextQueueSeq(tx, row.siteId),
  })
  await changeTicketState(tx, deps, actor, row.ticketId, 'take')
  await assignTicket(tx, deps, actor, row.ticketId, actor.id)
  await announce(tx, deps, row.id, {
    type: 'consultation.accepted',
    actor,
    facts: { isAnsweredLater: true },
    ...(shown?.id === row.id ? {} : { forVisitor: await everythingSaid(tx, row.id) }),
  })
  await writeAudit(tx, {
    at: now,
    actor,
    action: 'consultation.accepted',
    thing: row.id,
    data: { asked: row.deferredReason },
  })
  // Whoever is not there is shown as away; the next connection takes this back.
  await schedule(tx, 'visitor.silent', row.id, now + silenceGraceSeconds * 1000)
  await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
  await dispatchAll(tx, deps)
  return moved
}

/** The panel shows another consultation by now: it gets what belongs to this one together with it. */
const everythingSaid = async (tx: Tx, id: string): Promise<FeedData> => ({
  messages: await messageViews(tx, await listMessages(tx, id, null, maxMessages)),
  documents: await listDocuments(tx, id),
})
