import {
  isUndoOf,
  isUnresolved,
  type TicketStatus,
  ticketEventOf,
  ticketStatuses,
} from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { type EventRow, lastOfTicket } from '../events/events.store'
import type { Projection } from '../events/projector'
import { countOther } from './count.events'
import { findTicketDimensions, type TicketStanding } from './rollups.store'
import { dimensionsOf, openTally, type Tally } from './tally'

export const rollupsName = 'rollups'

const ticketOf = (row: EventRow): string | null => {
  if (row.ticketId !== null) return row.ticketId
  return row.type === 'sla.settled' ? row.subject : null
}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const statusOf = (value: unknown): TicketStatus | null =>
  ticketStatuses.find((status) => status === value) ?? null

/** An unresolved ticket is counted on the day of its creation, for whoever it is with now. */
const standNow = async (tally: Tally, standing: TicketStanding): Promise<void> => {
  tally.stand(standing)
  const entry = standing.isUnresolved ? dimensionsOf(tally, standing, standing.createdAt) : null
  await tally.set('unresolved', standing.ticketId, entry)
}

const begin = async (tx: Tx, row: EventRow, ticketId: string): Promise<TicketStanding | null> => {
  const told = row.type === 'ticket.created' ? text(row.facts.siteId) : ''
  const known = told
    ? {
        siteId: told,
        departmentId: text(row.facts.departmentId),
        serviceItemId: text(row.facts.serviceItemId),
        createdAt: row.at,
      }
    : await findTicketDimensions(tx, ticketId)
  if (!known) return null
  return {
    ...known,
    ticketId,
    serviceItemId: known.serviceItemId ?? '',
    agentId: '',
    isUnresolved: true,
    isHelped: false,
  }
}

const statusEvents: ReadonlySet<string> = new Set(Object.values(ticketEventOf))
const ofStatus = ['resolved', 'closed', 'reopened', 'merged'] as const

/** What a change that was undone had counted is taken back. False where the ticket has gone on since. */
const takeBack = async (tx: Tx, tally: Tally, row: EventRow, ticketId: string): Promise<boolean> => {
  if (row.facts.isUndo !== true) return false
  const undone = await lastOfTicket(tx, ticketId, [...statusEvents], row.seq)
  if (!undone || !isUndoOf(row.facts, undone.facts)) return false
  for (const figure of ofStatus) await tally.set(figure, `${ticketId}:${undone.seq}`, null)
  return true
}

const countStatus = async (tx: Tx, tally: Tally, row: EventRow, standing: TicketStanding): Promise<void> => {
  const [from, to] = [statusOf(row.facts.from), statusOf(row.facts.to)]
  if (!from || !to) return
  const isHelped = standing.isHelped || (row.type === ticketEventOf.take && row.actorKind === 'agent')
  const key = `${standing.ticketId}:${row.seq}`
  const agentId = row.actorKind === 'agent' ? row.actorId : null
  const seconds = Math.max(0, Math.round((row.at - standing.createdAt) / 1000))
  const at = dimensionsOf(tally, standing, row.at, { agentId })
  const wasSettled = from === 'resolved' || from === 'closed'
  const isSettled = to === 'resolved' || to === 'closed'
  if (!(await takeBack(tx, tally, row, standing.ticketId))) {
    if (isSettled && isUnresolved(from)) await tally.set('resolved', key, { ...at, value: seconds })
    if (to === 'closed' && from !== 'closed') await tally.set('closed', key, at)
    if (wasSettled && isUnresolved(to)) await tally.set('reopened', key, at)
    if (to === 'merged') await tally.set('merged', key, at)
  }
  await standNow(tally, { ...standing, isHelped, isUnresolved: isUnresolved(to) })
}

const serviceItemChange = (row: EventRow): { after: string } | null => {
  const changes = Array.isArray(row.facts.changes) ? row.facts.changes : []
  const found = changes.find((each) => each?.field === 'serviceItemId')
  return found ? { after: text(found.after) } : null
}

const countOne = async (tx: Tx, tally: Tally, row: EventRow): Promise<void> => {
  const ticketId = ticketOf(row)
  if (ticketId === null) return
  let standing = tally.standingOf(ticketId)
  if (!standing) {
    standing = await begin(tx, row, ticketId)
    if (!standing) return
    await standNow(tally, standing)
  }
  if (row.type === 'ticket.created')
    await tally.set('created', ticketId, dimensionsOf(tally, standing, row.at, { agentId: row.actorId }))
  else if (statusEvents.has(row.type)) await countStatus(tx, tally, row, standing)
  else if (row.type === 'ticket.moved')
    await standNow(tally, { ...standing, departmentId: text(row.facts.toDepartmentId) })
  else if (row.type === 'ticket.assigned')
    await standNow(tally, { ...standing, agentId: text(row.facts.agentId) })
  else if (row.type === 'ticket.unassigned') await standNow(tally, { ...standing, agentId: '' })
  else if (row.type === 'ticket.edited') {
    const item = serviceItemChange(row)
    if (item) await standNow(tally, { ...standing, serviceItemId: item.after })
  } else await countOther(tx, tally, row, standing)
}

/** Figures of dashboard and reports, counted while events pass; facts of events alone decide. */
export const rollupsProjection: Projection = {
  name: rollupsName,
  isAbout: (row) => ticketOf(row) !== null,
  async handle(tx, rows) {
    const ids = [...new Set(rows.flatMap((row) => ticketOf(row) ?? []))]
    if (ids.length === 0) return
    const tally = await openTally(tx, ids)
    for (const row of rows) await countOne(tx, tally, row)
    await tally.save()
  },
}
