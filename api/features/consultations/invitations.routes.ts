import { z } from 'zod'
import { id as idOf } from '../../../contract/common.schema'
import {
  consultationParams,
  empty,
  invitationView,
  inviteBody,
  refuseBody,
} from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { invitationViews } from './consultations.presenter'
import type { InvitationRow } from './consultations.store'
import { acceptInvitation, cancelInvitation, invite, refuseInvitation } from './invitations.usecases'

const params = z.strictObject({ id: idOf('inv') })

const present = async (tx: Tx, row: InvitationRow) => {
  const [view] = await invitationViews(tx, [row])
  if (!view) throw refuse('invitations.not_found', 'There is no such invitation.')
  return view
}

export const invitationRoutes = (router: Router): void => {
  const { deps } = router
  const serve = { auth: 'agent', permission: 'consultations.serve', response: invitationView } as const
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/invitations',
      summary: 'Ask a colleague in, or to take over',
      ...serve,
      params: consultationParams,
      body: inviteBody,
      status: 201,
    },
    async (tx, { actor, params: { id }, body }) => present(tx, await invite(tx, deps, actor, id, body)),
  )
  router.write(
    {
      method: 'post',
      path: '/invitations/{id}/accept',
      summary: 'Come in, or take over',
      ...serve,
      params,
      body: empty,
    },
    async (tx, { actor, params: { id } }) => present(tx, await acceptInvitation(tx, deps, actor, id)),
  )
  router.write(
    {
      method: 'post',
      path: '/invitations/{id}/refuse',
      summary: 'Say no, with the reason',
      ...serve,
      params,
      body: refuseBody,
    },
    async (tx, { actor, params: { id }, body }) =>
      present(tx, await refuseInvitation(tx, deps, actor, id, body.reason)),
  )
  router.write(
    {
      method: 'post',
      path: '/invitations/{id}/cancel',
      summary: 'Take the question back',
      ...serve,
      params,
      body: empty,
    },
    async (tx, { actor, params: { id } }) => present(tx, await cancelInvitation(tx, deps, actor, id)),
  )
}
