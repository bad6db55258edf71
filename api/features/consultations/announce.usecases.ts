import type { ConsultationView } from '../../../contract/consultations.schema'
import type { FeedData } from '../../../contract/feed.rules'
import type { Tx } from '../../../drizzle/database'
import type { Actor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { audience, writeEvent } from '../events/events.store'
import { loadConsultationViews, visitorViewOf } from './consultations.presenter'
import { type ConsultationRow, insiders } from './consultations.store'

export interface Announcement {
  type: string
  actor: Actor
  /** For the timeline. Citizens never get facts. */
  facts?: Record<string, unknown>
  /** More views for agents or the citizen. */
  forAgents?: FeedData
  forVisitor?: FeedData
  /** Agents who must hear it although they are no longer in it. */
  alsoTo?: readonly string[]
  /** Not told to the citizen, for example a draft of the note. */
  isInternal?: boolean
}

const leavesQueue: ReadonlySet<string> = new Set([
  'consultation.accepted',
  'consultation.left',
  'consultation.expired',
  'consultation.deferred',
])

/**
 * Colleagues of the site see the queue, and that somebody left it; what follows, with note and telephone
 * number, is for those in the consultation. An abandoned one with an owner was never in the queue.
 */
const isQueueNews = (row: ConsultationRow, type: string): boolean =>
  row.status === 'waiting' ||
  row.status === 'deferred' ||
  (leavesQueue.has(type) && (row.status !== 'abandoned' || row.ownerId === null))

/**
 * Writes an event that carries the consultation's new state to everybody concerned: watchers, those in it,
 * the citizen and, about the queue, the agents who serve its site. Returns the view for agents.
 */
export const announce = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  id: string,
  what: Announcement,
): Promise<ConsultationView> => {
  const [found] = await loadConsultationViews(tx, [id])
  if (!found) throw new Error(`No consultation ${id} to announce`)
  const { row, view } = found
  const inside = row.ownerId ? [row.ownerId, ...found.guestIds] : found.guestIds
  const toAgents = [...new Set([...inside, ...(what.alsoTo ?? [])])].map(audience.agent)
  const isForVisitor = row.visitorId !== null && !what.isInternal
  await writeEvent(tx, {
    type: what.type,
    subject: id,
    at: deps.clock.now(),
    actor: what.actor,
    ticketId: row.ticketId,
    consultationId: id,
    audience: [
      ...(isQueueNews(row, what.type) ? [audience.site(row.siteId)] : []),
      audience.watch(row.siteId),
      ...toAgents,
      ...(isForVisitor && row.visitorId ? [audience.visitor(row.visitorId)] : []),
    ],
    ...(what.facts ? { facts: what.facts } : {}),
    forAgents: { ...what.forAgents, consultation: view },
    forVisitor: isForVisitor ? { ...what.forVisitor, consultation: visitorViewOf(view, row) } : null,
  })
  return view
}

/** Writes an event about something inside a consultation (a message, a document) to those in it and the citizen. */
export const announceInside = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  row: Pick<ConsultationRow, 'id' | 'siteId' | 'ticketId' | 'ownerId' | 'visitorId' | 'status'>,
  what: {
    type: string
    subject: string
    actor: Actor
    facts?: Record<string, unknown>
    views: FeedData
    isInternal?: boolean
    alsoTo?: readonly string[]
  },
): Promise<void> => {
  const agents = [...new Set([...(await insiders(tx, row)), ...(what.alsoTo ?? [])])]
  // While it waits nobody owns it: those who may pick it up see what the citizen writes.
  const isUnowned = row.ownerId === null
  await writeEvent(tx, {
    type: what.type,
    subject: what.subject,
    at: deps.clock.now(),
    actor: what.actor,
    ticketId: row.ticketId,
    consultationId: row.id,
    audience: [
      audience.watch(row.siteId),
      ...(isUnowned ? [audience.site(row.siteId)] : []),
      ...agents.map(audience.agent),
      ...(row.visitorId && !what.isInternal ? [audience.visitor(row.visitorId)] : []),
    ],
    ...(what.facts ? { facts: what.facts } : {}),
    forAgents: what.views,
    forVisitor: what.isInternal ? null : what.views,
  })
}

/** Tells those still waiting at the site that a place ahead became free. */
export const announceLeftQueue = (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  row: ConsultationRow,
  actor: Actor,
): Promise<unknown> =>
  writeEvent(tx, {
    type: 'queue.left',
    subject: row.siteId,
    at: deps.clock.now(),
    actor,
    audience: [audience.waiting(row.siteId)],
    forAgents: null,
    forVisitor: { leftQueue: row.queueSeq },
  })
