import type { CountedFigure } from '../../../contract/figures.rules'
import { clockKinds } from '../../../contract/sla.rules'
import { applicationResults } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import type { EventRow } from '../events/events.store'
import { findConsultationOwner, type TicketStanding } from './rollups.store'
import { dimensionsOf, type Tally } from './tally'

type Count = (tx: Tx, tally: Tally, row: EventRow, standing: TicketStanding) => Promise<void>

const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : null
const stars = [1, 2, 3, 4, 5] as const

const countAnswered: Count = async (_tx, tally, row, standing) => {
  const value = number(row.facts.waitedSeconds)
  const key = `${row.subject}:${row.seq}`
  const at = dimensionsOf(tally, standing, row.at, { agentId: row.actorId })
  // Answered out of hours, or called by telephone: nobody waited in the queue.
  if (value === null) return tally.set('answered_later', key, at)
  await tally.set('answered', key, { ...at, value })
  if (value <= 20) await tally.set('answered_20s', key, { ...at, value })
  if (value <= 60) await tally.set('answered_60s', key, { ...at, value })
}

/** Only who leaves the queue has waited; a telephone code that was never used has not. */
const countAbandoned: Count = async (_tx, tally, row, standing) => {
  const value = number(row.facts.waitedSeconds)
  if (value === null) return
  await tally.set('abandoned', row.subject, dimensionsOf(tally, standing, row.at, { value }))
}

const countCall: Count = (_tx, tally, row, standing) =>
  tally.set(
    'calls',
    row.subject,
    dimensionsOf(tally, standing, row.at, { value: number(row.facts.seconds) ?? 0 }),
  )

/** One rating per consultation and one per ticket; a new one takes the place of the old. */
const countRating: Count = async (tx, tally, row, standing) => {
  const given = number(row.facts.stars)
  if (given === null || given < 1 || given > 5) return
  const agentId = row.consultationId ? await findConsultationOwner(tx, row.consultationId) : null
  for (const star of stars) {
    const entry = star === given ? dimensionsOf(tally, standing, row.at, { value: given, agentId }) : null
    await tally.set(`rated_${star}`, row.subject, entry)
  }
}

/** What became of the application: one result per ticket, taken back with null. */
const countApplication: Count = async (_tx, tally, row, standing) => {
  for (const result of applicationResults)
    for (const help of ['helped', 'alone'] as const) {
      const holds = row.facts.result === result && standing.isHelped === (help === 'helped')
      await tally.set(
        `${result}_${help}`,
        standing.ticketId,
        holds ? dimensionsOf(tally, standing, row.at) : null,
      )
    }
}

/** The target is used up: a clock that nobody stops is a breach too, from this moment on. */
const countBreach: Count = async (tx, tally, row, standing) => {
  const facts = { ...row.facts, outcome: 'breached', settledAt: row.facts.dueAt }
  await countClock(tx, tally, { ...row, facts }, standing)
}

/** A clock came to its end, in time or not; a recomputation may change its mind. */
const countClock: Count = async (_tx, tally, row, standing) => {
  const kind = clockKinds.find((each) => each === row.facts.kind)
  if (!kind) return
  const key = `${standing.ticketId}:${kind}:${String(row.facts.round ?? 0)}`
  const at = number(row.facts.settledAt) ?? row.at
  for (const outcome of ['met', 'breached'] as const)
    await tally.set(
      `sla_${outcome}_${kind}`,
      key,
      row.facts.outcome === outcome ? dimensionsOf(tally, standing, at) : null,
    )
}

const countOnce =
  (figure: CountedFigure): Count =>
  (_tx, tally, row, standing) =>
    tally.set(figure, `${row.subject}:${row.seq}`, dimensionsOf(tally, standing, row.at))

const counts: Readonly<Record<string, Count>> = {
  'consultation.accepted': countAnswered,
  'consultation.left': countAbandoned,
  'consultation.expired': countAbandoned,
  'call.ended': countCall,
  'rating.given': countRating,
  'ticket.rated': countRating,
  'ticket.application_recorded': countApplication,
  'ticket.urged': countOnce('urged'),
  'escalation.raised': countOnce('escalated'),
  'sla.breached': countBreach,
  'sla.settled': countClock,
}

/** Everything but the ticket's own states. */
export const countOther: Count = async (tx, tally, row, standing) => {
  await counts[row.type]?.(tx, tally, row, standing)
}
