import type {
  DashboardAgent,
  DashboardAgents,
  DashboardAgentsQuery,
} from '../../../contract/dashboard.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, isBelow } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { countByAvailability, type InHandRow, listByAvailability, listInHand } from './agents.store'
import { scopeOf } from './dashboard.usecases'

const readCursor = (cursor: string | undefined): { since: number; id: string } | null => {
  if (cursor === undefined) return null
  const [, since, id] = /^(\d{1,15})~(agt_[0-9A-Za-z]{20})$/.exec(cursor) ?? []
  if (since === undefined || id === undefined)
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  return { since: Number(since), id }
}

const present = (row: InHandRow): DashboardAgent['consultations'][number] => {
  const since = row.status === 'wrap_up' ? row.endedAt : row.acceptedAt
  return {
    id: row.id,
    ticketNumber: row.ticketNumber,
    topic: row.topic,
    channel: row.channel,
    isWrapUp: row.status === 'wrap_up',
    isOwner: row.isOwner,
    since: since === null ? null : iso(since),
  }
}

/**
 * Who is available, busy, away …: the people behind the dashboard's numbers, the longest in their state first.
 * An agent helps at other branches' sites too: that they do is told, with whom and about what is not.
 */
export const listAgentsByState = async (
  tx: Tx,
  actor: AgentActor,
  query: DashboardAgentsQuery,
): Promise<DashboardAgents> => {
  const { path } = await scopeOf(tx, actor, { departmentId: query.departmentId })
  const filter = { path, availability: query.availability ?? null }
  const limit = query.limit ?? 50
  const rows = await listByAvailability(tx, filter, readCursor(query.cursor), limit + 1)
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const inHand = await listInHand(
    tx,
    shown.map((row) => row.id),
  )
  return {
    items: shown.map((row) => {
      const own = inHand.filter((each) => each.agentId === row.id)
      const visible = own.filter((each) => isBelow(actor, each.sitePath))
      return {
        ...row,
        since: iso(row.since),
        consultations: visible.map(present),
        elsewhere: own.length - visible.length,
      }
    }),
    nextCursor: rows.length > limit && last ? `${last.since}~${last.id}` : null,
    count: await countByAvailability(tx, filter),
  }
}
