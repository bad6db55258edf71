import { z } from 'zod'
import { ticketDetail, ticketPage, ticketQuery } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { iso } from '../../lib/clock'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { ticketView, ticketViews } from './tickets.presenter'
import { listConsultationsOf, listTickets, loadTicket, tagsOf } from './tickets.queries.store'
import { loadTimeline } from './timeline.store'

/** Id, or the number people say on the telephone. */
const idOrNumber = z
  .string()
  .regex(/^(tkt_[0-9A-Za-z]{20}|[0-9]{8}-[0-9]{5,9})$/)
  .meta({ example: '20261122-00001' })

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
      summary: 'A ticket, by id or number, with the history of everything',
      auth: 'agent',
      permission: 'tickets.read',
      params: z.strictObject({ id: idOrNumber }),
      response: ticketDetail,
    },
    async ({ actor, params, deps }) => {
      const detail = await deps.db.read(async (tx) => {
        const loaded = await loadTicket(tx, actor, params.id)
        const consultations = await listConsultationsOf(tx, [loaded.ticket.id])
        return {
          ticket: ticketView(
            loaded,
            consultations,
            (await tagsOf(tx, [loaded.ticket.id])).get(loaded.ticket.id) ?? [],
          ),
          consultations: consultations.map((each) => ({
            id: each.id,
            status: each.status,
            channel: each.channel,
            at: iso(each.queuedAt),
          })),
          timeline: await loadTimeline(tx, loaded.ticket.id),
        }
      })
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
