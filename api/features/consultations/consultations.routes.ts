import type { Context } from 'hono'
import { z } from 'zod'
import { id as idOf, ok } from '../../../contract/common.schema'
import { waitRange } from '../../../contract/consultations.rules'
import {
  acceptBody,
  acceptedView,
  channelBody,
  consultationParams,
  consultationSnapshot,
  consultationView,
  deferredList,
  deskSnapshot,
  empty,
  offerView,
  openTelephone,
  rateBody,
  runningPage,
  runningQuery,
  startConsultation as startBody,
  todayView,
  visitorSnapshot,
  waitView,
} from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { hostOfRequest } from '../../http/authenticate'
import type { AppEnv } from '../../http/env'
import type { Router } from '../../http/routes'
import type { AgentActor } from '../../lib/actor'
import { writeAudit } from '../audit/audit.store'
import { bringGrants, fulfilGrant, orderGrant } from '../calls/grants.usecases'
import { currentCursor } from '../events/events.store'
import { visitorState } from '../visitors/visitors.usecases'
import { listDeferred } from './answer-later.usecases'
import { consultationViewOf, offerViewOf } from './consultations.presenter'
import { loadConsultation, seqsAhead } from './consultations.store'
import {
  acceptConsultation,
  changeChannel,
  consentTo,
  endConsultation,
  leaveConsultation,
  openTelephone as openTelephoneCase,
  startConsultation,
} from './consultations.usecases'
import { consultationDetail, deskState } from './desk.usecases'
import { leaveAsColleague } from './invitations.usecases'
import { declineOffer } from './queue.usecases'
import { joinAsSupervisor, pageRunning } from './supervise.usecases'
import { takeOverConsultation } from './take-over.usecases'
import { recentWaits } from './today.store'
import { figuresOfToday } from './today.usecases'
import { wrapUpRoutes } from './wrap-up.routes'
import { rateConsultation } from './wrap-up.usecases'

export const consultationRoutes = (router: Router): void => {
  deskRoutes(router)
  citizenRoutes(router)
  agentRoutes(router)
  wrapUpRoutes(router)
}

const deskRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/desk',
      summary: 'The agent’s desk as it stands',
      auth: 'agent',
      response: deskSnapshot,
    },
    async (tx, { actor }) => ({
      state: await deskState(tx, actor),
      cursor: await currentCursor(tx),
    }),
  )
  router.read(
    {
      method: 'get',
      path: '/desk/deferred',
      summary: 'What was asked outside hours and is still to be answered, the oldest first',
      auth: 'agent',
      response: deferredList,
    },
    (tx, { actor }) => listDeferred(tx, actor),
  )
  router.read(
    {
      method: 'get',
      path: '/desk/today',
      summary: 'The agent’s figures of today',
      auth: 'agent',
      response: todayView,
    },
    (tx, { actor }) => figuresOfToday(tx, router.deps, actor),
  )
  router.read(
    {
      method: 'get',
      path: '/consultations/running',
      summary: 'What goes on now in the own branch, the longest first',
      auth: 'agent',
      permission: 'consultations.watch',
      query: runningQuery,
      response: runningPage,
    },
    (tx, { actor, query }) => pageRunning(tx, actor, query),
  )
  router.plain(
    {
      method: 'get',
      path: '/consultations/{id}',
      summary: 'A consultation with all that belongs to it',
      auth: 'agent',
      params: consultationParams,
      response: consultationSnapshot,
    },
    async ({ actor, params, deps }) => {
      const snapshot = await deps.db.read(async (tx) => ({
        state: await consultationDetail(tx, actor, params.id),
        cursor: await currentCursor(tx),
      }))
      const { owner, participants } = snapshot.state.consultation
      const isIn = [owner, ...participants].some((each) => each?.id === actor.id)
      // Whoever looks at a conversation without being in it is written down.
      if (!isIn)
        await deps.db.write((tx) =>
          writeAudit(tx, { at: deps.clock.now(), actor, action: 'consultations.read', thing: params.id }),
        )
      return snapshot
    },
  )
}

const citizenRoutes = (router: Router): void => {
  const { deps } = router
  const answer = async (tx: Tx, actor: Parameters<typeof visitorState>[1]) => ({
    state: await visitorState(tx, actor),
    cursor: await currentCursor(tx),
  })

  router.write(
    {
      method: 'post',
      path: '/consultations',
      summary: 'Ask for help: take a place in the queue',
      auth: 'visitor',
      limit: { points: 20, seconds: 600 },
      body: startBody,
      response: visitorSnapshot,
      status: 201,
    },
    async (tx, { actor, body }) => {
      await startConsultation(tx, deps, actor, body)
      return answer(tx, actor)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/consent',
      summary: 'Notice read and agreed to',
      auth: 'visitor',
      params: consultationParams,
      body: empty,
      response: visitorSnapshot,
    },
    async (tx, { actor, params }) => {
      await consentTo(tx, deps, actor, params.id)
      return answer(tx, actor)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/channel',
      summary: 'Video or chat, while waiting',
      auth: 'visitor',
      params: consultationParams,
      body: channelBody,
      response: visitorSnapshot,
    },
    async (tx, { actor, params, body }) => {
      await changeChannel(tx, deps, actor, params.id, body.channel)
      return answer(tx, actor)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/leave',
      summary: 'Leave on purpose',
      auth: 'visitor',
      params: consultationParams,
      body: empty,
      response: visitorSnapshot,
    },
    async (tx, { actor, params }) => {
      await leaveConsultation(tx, deps, actor, params.id)
      return answer(tx, actor)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/rating',
      summary: 'Rate the help',
      auth: 'visitor',
      params: consultationParams,
      body: rateBody,
      response: visitorSnapshot,
      status: 201,
    },
    async (tx, { actor, params, body }) => {
      await rateConsultation(tx, deps, actor, params.id, body)
      return answer(tx, actor)
    },
  )
  router.read(
    {
      method: 'get',
      path: '/consultations/{id}/wait',
      summary: 'How long it may take',
      auth: 'visitor',
      params: consultationParams,
      response: waitView,
    },
    async (tx, { actor, params }) => {
      const row = await loadConsultation(tx, actor, params.id, 'see')
      if (row.status !== 'waiting') return { wait: null }
      const waits = await recentWaits(tx, row.siteId, deps.clock.now() - 24 * 3600 * 1000)
      return { wait: waitRange(waits, (await seqsAhead(tx, row.siteId, row.queueSeq)).length + 1) }
    },
  )
}

const agentRoutes = (router: Router): void => {
  const { deps } = router
  const serve = { auth: 'agent', permission: 'consultations.serve' } as const
  /**
   * Asked anew for a repeated command too: whoever handed over meanwhile gets no grant. Accepted is accepted:
   * where the video server is down the call page asks for the grant again.
   */
  const grantFor = async (actor: AgentActor, callId: string, tab: string, c: Context<AppEnv>) => {
    if (!deps.livekit) return null
    try {
      const order = await deps.db.read((tx) => orderGrant(tx, actor, callId, tab))
      return await fulfilGrant(deps, order, hostOfRequest(c, deps))
    } catch (error) {
      deps.logger.info({ err: error, call: callId }, 'accepted without a grant')
      return null
    }
  }

  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/accept',
      summary: 'Accept an offer or pick up from the queue',
      ...serve,
      params: consultationParams,
      body: acceptBody,
      response: acceptedView,
    },
    async (tx, { actor, params }) => acceptConsultation(tx, deps, actor, params.id),
    async (consultation, { actor, body, c }) => {
      const { callId } = consultation
      if (!callId) return { consultation, grant: null }
      // The citizen's way is the longer one: theirs first.
      void bringGrants(deps, callId)
      return { consultation, grant: await grantFor(actor, callId, body.tab, c) }
    },
  )
  router.write(
    {
      method: 'post',
      path: '/offers/{id}/decline',
      summary: 'Decline an offer',
      ...serve,
      params: z.strictObject({ id: idOf('off') }),
      body: empty,
      response: offerView,
    },
    async (tx, { actor, params }) => offerViewOf(await declineOffer(tx, deps, actor, params.id)),
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/telephone',
      summary: 'Open a consultation for somebody on the telephone',
      ...serve,
      body: openTelephone,
      response: consultationView,
      status: 201,
    },
    async (tx, { actor, body }) =>
      consultationViewOf(tx, (await openTelephoneCase(tx, deps, actor, body)).id),
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/end',
      summary: 'End the consultation',
      ...serve,
      params: consultationParams,
      body: empty,
      response: consultationView,
    },
    async (tx, { actor, params }) => {
      await endConsultation(tx, deps, actor, params.id)
      return consultationViewOf(tx, params.id)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/join',
      summary: 'A supervisor comes in to help, unasked',
      ...serve,
      params: consultationParams,
      body: empty,
      response: consultationView,
    },
    async (tx, { actor, params }) => {
      await joinAsSupervisor(tx, deps, actor, params.id)
      return consultationViewOf(tx, params.id)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/take-over',
      summary: 'A supervisor takes over from an agent who is gone',
      ...serve,
      params: consultationParams,
      body: empty,
      response: consultationView,
    },
    async (tx, { actor, params }) => {
      await takeOverConsultation(tx, deps, actor, params.id)
      return consultationViewOf(tx, params.id)
    },
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/step-out',
      summary: 'A colleague leaves the consultation again',
      ...serve,
      params: consultationParams,
      body: empty,
      response: ok,
    },
    async (tx, { actor, params }) => {
      await leaveAsColleague(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
}
