import { type OfferCommand, offerTransitions, ringSeconds } from '../../../contract/consultations.rules'
import { permissionsOf } from '../../../contract/permissions.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import { type Actor, type AgentActor, isSameLine, system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { schedule, unschedule } from '../due/due.store'
import { listOnline } from '../presence/presence.store'
import { announce } from './announce.usecases'
import { offerViewOf } from './consultations.presenter'
import { listDispatchable, type OfferRow } from './consultations.store'
import {
  findOffer,
  insertOffer,
  listRingingAt,
  listRingingOf,
  moveOffer,
  refusersOf,
  ringingAgents,
} from './offers.store'

export type QueueDeps = Pick<Deps, 'clock' | 'hub'>

/** Who refused a consultation is not rung again for it within this time. */
const refusalSeconds = 60

/**
 * Offers every waiting citizen, first come first served, to the longest-idle available agent of the
 * site's line who is not already being rung. Runs after whatever may have freed an agent or a citizen.
 */
export const dispatchAll = async (tx: Tx, deps: QueueDeps): Promise<void> => {
  const available = await listOnline(tx, ['available'])
  if (available.length === 0) return
  const busy = await ringingAgents(tx)
  const free = available.filter(
    (agent) => !busy.has(agent.agentId) && permissionsOf(agent.roles).includes('consultations.serve'),
  )
  if (free.length === 0) return
  let page = await listDispatchable(tx)
  // Page by page: a long queue that nobody free may serve must not hide a shorter one.
  while (page.length > 0 && free.length > 0) {
    for (const consultation of page) await offerToFirst(tx, deps, consultation, free)
    page = await listDispatchable(tx, page.at(-1))
  }
}

type FreeAgent = Awaited<ReturnType<typeof listOnline>>[number]

/** Rings at the first of `free` who may be rung for it, and takes that one out of `free`. */
const offerToFirst = async (
  tx: Tx,
  deps: QueueDeps,
  consultation: { id: string; path: string },
  free: FreeAgent[],
): Promise<void> => {
  const now = deps.clock.now()
  const onLine = free.filter((agent) => isSameLine(agent.path, consultation.path))
  if (onLine.length === 0) return
  const refused = await refusersOf(tx, consultation.id, now - refusalSeconds * 1000)
  const agent = onLine.find((each) => !refused.has(each.agentId))
  if (!agent) {
    // As soon as one of them may be rung again, the citizen is looked at again.
    const earliest = Math.min(...refused.values())
    return schedule(tx, 'queue.dispatch', consultation.id, earliest + refusalSeconds * 1000)
  }
  free.splice(free.indexOf(agent), 1)
  const offer = await insertOffer(tx, {
    id: newId('off'),
    consultationId: consultation.id,
    agentId: agent.agentId,
    status: 'ringing',
    createdAt: now,
    expiresAt: now + ringSeconds * 1000,
  })
  await schedule(tx, 'offer.expire', offer.id, offer.expiresAt)
  await announceOffer(tx, deps, offer, 'offer.ringing', system)
}

const announceOffer = (tx: Tx, deps: QueueDeps, offer: OfferRow, type: string, actor: Actor) =>
  announce(tx, deps, offer.consultationId, {
    type,
    actor,
    facts: { agentId: offer.agentId },
    forAgents: { offer: offerViewOf(offer) },
    alsoTo: [offer.agentId],
  })

/** The one way an offer changes. Null where it no longer rings. */
export const changeOffer = async (
  tx: Tx,
  deps: QueueDeps,
  offer: OfferRow,
  command: OfferCommand,
  actor: Actor,
): Promise<OfferRow | null> => {
  const next = nextState(offerTransitions, offer.status, command)
  const moved = next ? await moveOffer(tx, offer.id, next) : null
  if (!moved) return null
  await unschedule(tx, 'offer.expire', offer.id)
  await announceOffer(tx, deps, moved, `offer.${moved.status}`, actor)
  return moved
}

/** The agent says no: the next one is rung, the citizen keeps the place. Declining twice is harmless. */
export const declineOffer = async (
  tx: Tx,
  deps: QueueDeps,
  actor: AgentActor,
  offerId: string,
): Promise<OfferRow> => {
  const offer = await findOffer(tx, offerId)
  if (!offer || offer.agentId !== actor.id) throw refuse('offers.not_found', 'There is no such offer.')
  if (offer.status === 'declined') return offer
  const moved = await changeOffer(tx, deps, offer, 'decline', actor)
  if (!moved) throw refuse('offers.over', 'This offer is over.')
  await dispatchAll(tx, deps)
  return moved
}

/** Ends what rings at an agent who can no longer answer. */
export const withdrawOffersOf = async (tx: Tx, deps: QueueDeps, agentId: string): Promise<void> => {
  for (const offer of await listRingingAt(tx, agentId)) await changeOffer(tx, deps, offer, 'withdraw', system)
}

/** Ends the ringing of a consultation: accepted by `winnerId`, withdrawn from everybody else. */
export const settleOffers = async (
  tx: Tx,
  deps: QueueDeps,
  consultationId: string,
  winnerId: string | null,
  actor: Actor,
): Promise<void> => {
  for (const offer of await listRingingOf(tx, consultationId))
    await changeOffer(tx, deps, offer, offer.agentId === winnerId ? 'accept' : 'withdraw', actor)
}
