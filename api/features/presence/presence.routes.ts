import { presenceView, setPresence as setPresenceBody } from '../../../contract/consultations.schema'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { presenceViewOf } from './presence.store'
import { setPresence } from './presence.usecases'

export const presenceRoutes = (router: Router): void => {
  router.write(
    {
      method: 'put',
      path: '/presence',
      summary: 'Set the own availability by hand',
      auth: 'agent',
      permission: 'consultations.serve',
      body: setPresenceBody,
      response: presenceView,
    },
    async (tx, { actor, body, deps }) => {
      await setPresence(tx, deps, actor, body.availability)
      const view = await presenceViewOf(tx, actor.id)
      if (!view) throw refuse('agents.not_found', 'This account is gone.')
      return view
    },
  )
}
