import type { ConsultationView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { readmit } from '../calls/calls.usecases'
import { applyPresence } from '../presence/presence.usecases'
import { listSitesServedBy } from '../sites/sites.store'
import { bringIntoTicket } from '../tickets/tickets.usecases'
import { announce } from './announce.usecases'
import { consultationViews } from './consultations.presenter'
import { addParticipant, insiders, loadConsultation } from './consultations.store'
import { listRunning } from './running.store'

const readCursor = (cursor: string | undefined): { at: number; id: string } | null => {
  if (cursor === undefined) return null
  const [, at, id] = /^(\d{1,15})\.(con_[0-9A-Za-z]{20})$/.exec(cursor) ?? []
  if (at === undefined || id === undefined)
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  return { at: Number(at), id }
}

/** A page of the consultations going on in the actor's branch, the longest first. */
export const pageRunning = async (
  tx: Tx,
  actor: AgentActor,
  query: { siteId?: string | undefined; limit?: number | undefined; cursor?: string | undefined },
): Promise<{ items: ConsultationView[]; nextCursor: string | null }> => {
  const limit = query.limit ?? 50
  const siteIds = (await listSitesServedBy(tx, actor))
    .filter((site) => isBelow(actor, site.departmentPath) && (!query.siteId || site.id === query.siteId))
    .map((site) => site.id)
  const rows = await listRunning(tx, siteIds, readCursor(query.cursor), limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: await consultationViews(
      tx,
      shown.map((row) => row.id),
    ),
    nextCursor: rows.length > limit && last ? `${last.acceptedAt}.${last.id}` : null,
  }
}

/**
 * A supervisor comes into a running consultation to help, without having been asked: both sides are told. The
 * owner stays the owner. Twice is the same. Throws 404, 403 for who does not supervise the site, 409.
 */
export const joinAsSupervisor = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'hub'>,
  actor: AgentActor,
  id: string,
): Promise<void> => {
  const row = await loadConsultation(tx, actor, id, 'oversee')
  if (row.status !== 'active')
    throw refuse('consultations.wrong_state', 'Only a running consultation can be joined.')
  if ((await insiders(tx, row)).includes(actor.id)) return
  const at = deps.clock.now()
  await readmit(tx, id, actor.id)
  await addParticipant(tx, id, actor.id, at)
  await bringIntoTicket(tx, deps, row.ticketId, actor.id)
  await writeAudit(tx, { at, actor, action: 'consultation.joined', thing: id, data: { owner: row.ownerId } })
  await announce(tx, deps, id, {
    type: 'consultation.colleague_joined',
    actor,
    facts: { fromId: null, toId: actor.id },
  })
  await applyPresence(tx, deps, actor.id, 'take', 'in_consultation', actor)
}
