import { ok } from '../../../contract/common.schema'
import { documentView, uploadQuery } from '../../../contract/consultations.schema'
import {
  askFollowCode as askFollowCodeBody,
  followCodeAsked,
  followComplain,
  followDocumentLink,
  followDocumentParams,
  followLink,
  followParams,
  followRate,
  followReopen,
  followReply,
  followSeen,
  followSession,
  followView,
  openFollow as openFollowBody,
} from '../../../contract/follow.schema'
import { ticketParams } from '../../../contract/tickets.schema'
import { addressOf, limitKeyOf } from '../../http/address'
import { describeRoute } from '../../http/describe'
import { createLimiter } from '../../http/limits'
import { parseQuery } from '../../http/raw-query'
import type { Router } from '../../http/routes'
import { incomingUpload } from '../../http/uploads'
import type { FollowActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { linkKey } from '../../lib/link-key'
import { documentAddress } from '../documents/address.usecases'
import { receiveUpload } from '../documents/receive.usecases'
import {
  complainAsCitizen,
  confirmSolved,
  openPaper,
  rateTicket,
  reopenAsCitizen,
  replyAsCitizen,
  seeReplies,
  urgeTicket,
  viewFollowed,
} from './follow.usecases'
import { dropFollowFile, followUpload } from './follow-files.usecases'
import { followUrlWith, giveOutLink, takeBackLinks } from './follow-link.usecases'
import { askFollowCode, openFollow } from './follow-session.usecases'
import { findKeptTicket, loadFollowed } from './followed.store'

/** How citizens follow their tickets: by link, by code, or from their own panel. */
export const followRoutes = (router: Router): void => {
  openingRoutes(router)
  readingRoutes(router)
  commandRoutes(router)
  fileRoutes(router)
  linkRoutes(router)
}

const openingRoutes = (router: Router): void => {
  const { deps } = router
  // A whole office may sit behind one address; forged links are guessed against 128 bits anyway.
  const sessions = createLimiter({ points: 120, seconds: 60 })
  router.plain(
    {
      method: 'post',
      path: '/follow/codes',
      summary: 'Ask for a code by SMS; the answer never tells whether there is such a ticket',
      auth: 'public',
      body: askFollowCodeBody,
      response: followCodeAsked,
      status: 202,
    },
    ({ body, c }) => askFollowCode(deps, body, addressOf(c, deps)),
  )
  router.plain(
    {
      method: 'post',
      path: '/follow/sessions',
      summary: 'Open a ticket by its signed link, or by number, telephone and code',
      auth: 'public',
      body: openFollowBody,
      response: followSession,
      status: 201,
    },
    async ({ body, c }) => {
      const address = addressOf(c, deps)
      await sessions.take(limitKeyOf(address))
      return openFollow(deps, body, address)
    },
  )
}

const shared = { auth: 'citizen', params: followParams } as const

const readingRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/follow/tickets/{id}',
      summary: 'A ticket as its citizen sees it',
      response: followView,
    },
    (tx, { actor, params }) => viewFollowed(tx, deps, actor, params.id),
  )
  router.plain(
    {
      ...shared,
      method: 'get',
      path: '/follow/tickets/{id}/link',
      summary: 'The signed address of the ticket, to keep',
      response: followLink,
    },
    async ({ actor, params }) => {
      const key = await linkKey(deps.db)
      return deps.db.read(async (tx) => {
        const followed = await loadFollowed(tx, actor, params.id)
        const kept = await findKeptTicket(tx, followed.actor, followed)
        return { url: await followUrlWith(tx, deps, key, kept) }
      })
    },
  )
  router.write(
    {
      method: 'post',
      path: '/follow/documents/{id}/links',
      summary: 'A signed address of a paper of the ticket, good for five minutes',
      auth: 'citizen',
      params: followDocumentParams,
      response: followDocumentLink,
    },
    (tx, { actor, params }) => openPaper(tx, deps, actor, params.id),
    (_done, { params }) => documentAddress(deps, params.id),
  )
}

const commandRoutes = (router: Router): void => {
  const { deps } = router
  const command = {
    ...shared,
    method: 'post',
    response: followView,
    limit: { points: 30, seconds: 600 },
  } as const
  router.write(
    { ...command, path: '/follow/tickets/{id}/replies', summary: 'Write on the ticket', body: followReply },
    (tx, { actor, params, body }) => replyAsCitizen(tx, deps, actor, params.id, body),
  )
  router.write(
    { ...command, path: '/follow/tickets/{id}/confirm', summary: 'It is solved' },
    (tx, { actor, params }) => confirmSolved(tx, deps, actor, params.id),
  )
  router.write(
    { ...command, path: '/follow/tickets/{id}/reopen', summary: 'It is not solved', body: followReopen },
    (tx, { actor, params, body }) => reopenAsCitizen(tx, deps, actor, params.id, body.reason),
  )
  router.write(
    { ...command, path: '/follow/tickets/{id}/rating', summary: 'Rate how it went', body: followRate },
    (tx, { actor, params, body }) => rateTicket(tx, deps, actor, params.id, body),
  )
  router.write(
    { ...command, path: '/follow/tickets/{id}/urge', summary: 'Urge, once in four hours' },
    (tx, { actor, params }) => urgeTicket(tx, deps, actor, params.id),
  )
  router.write(
    { ...command, path: '/follow/tickets/{id}/complaint', summary: 'Complain', body: followComplain },
    (tx, { actor, params, body }) => complainAsCitizen(tx, deps, actor, params.id, body.reason),
  )
  router.write(
    {
      ...shared,
      method: 'post',
      path: '/follow/tickets/{id}/seen',
      summary: 'The replies up to this one are on the screen',
      body: followSeen,
      response: ok,
    },
    async (tx, { actor, params, body }) => {
      await seeReplies(tx, deps, actor, params.id, body.replyId)
      return { ok: true as const }
    },
  )
}

/** Files for the citizen's next reply: one way in, as everywhere. */
const fileRoutes = (router: Router): void => {
  const { app, deps } = router
  // What a link may send counts together, however many sessions it opens.
  const uploads = createLimiter({ points: 60, seconds: 600 })
  describeRoute(router, {
    method: 'put',
    path: '/follow/tickets/{id}/documents',
    auth: 'citizen',
    summary: 'Hand over a file for the next reply',
    params: followParams,
    query: uploadQuery,
    body: 'application/octet-stream',
    status: 201,
    response: documentView,
  })
  app.put('/follow/tickets/:id/documents', router.guard('citizen', undefined, 'put'), async (c) => {
    // The guard lets in nobody else.
    const actor = c.get('actor') as FollowActor
    const params = followParams.safeParse({ id: c.req.param('id') })
    if (!params.success) throw refuse('request.not_found', 'There is nothing at this address.')
    const place = followUpload(deps, actor, params.data.id, parseQuery(c, uploadQuery).name)
    await uploads.take(place.sender)
    return c.json(await receiveUpload(deps, incomingUpload(c, actor.id), place), 201)
  })
  router.write(
    {
      method: 'post',
      path: '/follow/documents/{id}/recall',
      summary: 'Take back a file that was handed over and not sent',
      auth: 'citizen',
      params: followDocumentParams,
      response: ok,
    },
    async (tx, { actor, params }) => {
      await dropFollowFile(tx, deps, actor, params.id)
      return { ok: true as const }
    },
  )
}

/** For agents: the link to hand to the citizen, and taking back what was handed out. */
const linkRoutes = (router: Router): void => {
  const { deps } = router
  const link = {
    auth: 'agent',
    permission: 'tickets.work',
    params: ticketParams,
    response: followLink,
    method: 'post',
  } as const
  router.plain(
    { ...link, path: '/tickets/{id}/follow-links', summary: 'The link by which the citizen follows it' },
    ({ actor, params }) => giveOutLink(deps, actor, params.id),
  )
  router.steps(
    { ...link, path: '/tickets/{id}/follow-links/renew', summary: 'Take back every link and make a new one' },
    ({ actor, params }) => takeBackLinks(deps, actor, params.id),
  )
}
