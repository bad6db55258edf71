import { publicTicket, relayBody } from '../../../contract/hotline.schema'
import { ticketParams } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { relayMessage } from './relay.usecases'

/** What citizens say to other systems about tickets that are here. */
export const relayRoutes = (router: Router): void => {
  router.write(
    {
      method: 'post',
      path: '/tickets/{id}/messages',
      summary: 'Pass on what the citizen said to another system; a settled ticket opens again within 7 days',
      auth: 'key',
      scope: 'tickets:reply',
      params: ticketParams,
      body: relayBody,
      response: publicTicket,
      status: 201,
    },
    (tx, { actor, params, body, deps }) => relayMessage(tx, deps, actor, params.id, body.message),
  )
}
