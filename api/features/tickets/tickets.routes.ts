import { z } from 'zod'
import { publicTicket } from '../../../contract/hotline.schema'
import {
  ticketDetail,
  ticketPage,
  ticketParams,
  ticketQuery,
  timelinePage,
  timelineQuery,
} from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { loadTicketDetail, pageTimeline } from './detail.usecases'
import { loadTicketForKey, presentPublic } from './hand-over.store'
import { ticketViews } from './tickets.presenter'
import { listTickets, loadTicket } from './tickets.queries.store'

/** Tickets for agents, below /api/v1. */
export const ticketRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/tickets',
      summary: 'Tickets, the last changed first',
      auth: 'agent',
      permission: 'tickets.read',
      query: ticketQuery,
      response: ticketPage,
    },
    async (tx, { actor, query }) => {
      const limit = query.limit ?? 50
      const found = await listTickets(tx, actor, {
        status: query.status,
        isMine: query.mine === 'true',
        q: query.q ?? '',
        after: query.cursor ? readCursor(query.cursor) : null,
        limit: limit + 1,
      })
      const shown = found.slice(0, limit)
      const last = shown.at(-1)?.ticket
      return {
        items: await ticketViews(tx, shown),
        nextCursor: found.length > limit && last ? `${last.updatedAt}.${last.id}` : null,
      }
    },
  )

  router.plain(
    {
      method: 'get',
      path: '/tickets/{id}',
      summary: 'A ticket, by id or number: for agents with its history, for keys what other systems may know',
      auth: 'agent_or_key',
      permission: 'tickets.read',
      scope: 'tickets:read',
      params: ticketParams,
      response: z.union([ticketDetail, publicTicket]),
    },
    async ({ actor, params, deps }) => {
      if (actor.kind === 'key')
        return deps.db.read(async (tx) => presentPublic(await loadTicketForKey(tx, actor, params.id)))
      const detail = await deps.db.read((tx) => loadTicketDetail(tx, actor, params.id))
      // A ticket holds somebody's name, telephone and words: who looked is written down.
      await deps.db.write((tx) =>
        writeAudit(tx, {
          at: deps.clock.now(),
          actor,
          action: 'tickets.read',
          thing: detail.ticket.id,
          data: { number: detail.ticket.number },
        }),
      )
      return detail
    },
  )

  router.read(
    {
      method: 'get',
      path: '/tickets/{id}/timeline',
      summary: 'An earlier part of the history, oldest first',
      auth: 'agent',
      permission: 'tickets.read',
      params: ticketParams,
      query: timelineQuery,
      response: timelinePage,
    },
    async (tx, { actor, params, query }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      return pageTimeline(tx, ticket, query.before ?? null, query.limit ?? 200)
    },
  )
}

const readCursor = (cursor: string): { updatedAt: number; id: string } => {
  const [, updatedAt, id] = /^(\d{1,15})\.(tkt_[0-9A-Za-z]{20})$/.exec(cursor) ?? []
  if (updatedAt === undefined || id === undefined) {
    throw refuse('request.invalid', 'The cursor is not one of ours.', {
      errors: [{ path: 'query.cursor', message: 'unknown cursor' }],
    })
  }
  return { updatedAt: Number(updatedAt), id }
}
