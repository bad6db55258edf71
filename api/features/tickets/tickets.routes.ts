import { z } from 'zod'
import { publicTicket } from '../../../contract/hotline.schema'
import { ticketDetail, ticketParams, timelinePage, timelineQuery } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { writeAudit } from '../audit/audit.store'
import { loadTicketDetail, pageTimeline } from './detail.usecases'
import { loadTicketForKey, presentPublic } from './hand-over.store'
import { loadTicket } from './tickets.queries.store'

/** Tickets for agents, below /api/v1. */
export const ticketRoutes = (router: Router): void => {
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
