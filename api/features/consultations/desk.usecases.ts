import { maxMessages } from '../../../contract/consultations.rules'
import type { ConsultationDetail, DeskState } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow, type VisitorActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { callViewOf, listCalls } from '../calls/calls.store'
import { listDocuments } from '../documents/documents.presenter'
import { listPresence } from '../presence/presence.store'
import { listSitesServedBy, type SiteRow } from '../sites/sites.store'
import {
  consultationViews,
  invitationViews,
  listInvitations,
  messageViews,
  offerViewOf,
} from './consultations.presenter'
import { listIdsByStatus, listIdsOnDesk, loadConsultation } from './consultations.store'
import { listMessages } from './messages.store'
import { listPendingFor, listRingingAt } from './offers.store'

/** Who serves sees the queues of the line, who only watches those of the own department and below. */
export const sitesOnDesk = async (tx: Tx, actor: AgentActor): Promise<SiteRow[]> =>
  (await listSitesServedBy(tx, actor)).filter(
    (site) =>
      actor.permissions.has('consultations.serve') ||
      (actor.permissions.has('consultations.watch') && isBelow(actor, site.departmentPath)),
  )

/** Everything live on the agent's main screen, of one moment. */
export const deskState = async (tx: Tx, actor: AgentActor): Promise<DeskState> => {
  const sites = await sitesOnDesk(tx, actor)
  const waiting = await listIdsByStatus(
    tx,
    ['waiting'],
    sites.map((site) => site.id),
  )
  return {
    queue: await consultationViews(tx, waiting),
    mine: await consultationViews(tx, await listIdsOnDesk(tx, actor.id)),
    offers: (await listRingingAt(tx, actor.id)).map(offerViewOf),
    invitations: await invitationViews(tx, await listPendingFor(tx, actor.id)),
    presence: await listPresence(tx),
  }
}

/** A consultation with all that belongs to it. */
export const consultationDetail = async (
  tx: Tx,
  actor: AgentActor | VisitorActor,
  id: string,
): Promise<ConsultationDetail> => {
  const row = await loadConsultation(tx, actor, id, 'see')
  const [consultation] = await consultationViews(tx, [row.id])
  if (!consultation) throw refuse('consultations.not_found', 'There is no such consultation.')
  return {
    consultation,
    calls: (await listCalls(tx, id)).map(callViewOf),
    messages: await messageViews(tx, await listMessages(tx, id, null, maxMessages)),
    documents: await listDocuments(tx, id),
    invitations: await invitationViews(tx, await listInvitations(tx, id)),
  }
}
