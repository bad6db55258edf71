import { visitorSnapshot } from '../../../contract/consultations.schema'
import {
  createVisitor as createVisitorBody,
  makeResumeCode as makeResumeCodeBody,
  peekResumeCode as peekResumeCodeBody,
  resumeCodePeek,
  resumeCodeView,
  updateVisitor,
  visitorRequestList,
  visitorSession,
} from '../../../contract/visitors.schema'
import { addressOf, limitKeyOf } from '../../http/address'
import { createLimiter } from '../../http/limits'
import type { Router } from '../../http/routes'
import { currentCursor } from '../events/events.store'
import { listRequests } from './requests.usecases'
import { nameVisitor } from './visitors.store'
import { checkHost, createVisitor, makeResumeCode, peekResumeCode, visitorState } from './visitors.usecases'

export const visitorRoutes = (router: Router): void => {
  const { deps } = router
  // One address may be a whole office behind one router, hence generous; codes are guessed slowly.
  const sessions = createLimiter({ points: 300, seconds: 60 })
  const codes = createLimiter({ points: 10, seconds: 600 })

  router.plain(
    {
      method: 'post',
      path: '/visitors',
      summary: 'Make or resume a visitor session',
      auth: 'public',
      body: createVisitorBody,
      response: visitorSession,
      status: 201,
    },
    async ({ body, c }) => {
      const address = limitKeyOf(addressOf(c, deps))
      await sessions.take(address)
      const isTelephoneCode = body.code !== undefined && /^[0-9]{1,10}$/.test(body.code)
      if (isTelephoneCode) await codes.take(address)
      const { site, identity } = await checkHost(deps, body)
      const session = await deps.db.write((tx) => createVisitor(tx, deps, site, identity, body))
      // Only this attempt is given back: a code of one's own must not buy ten more guesses.
      if (isTelephoneCode) await codes.giveBack(address)
      return session
    },
  )

  router.read(
    {
      method: 'get',
      path: '/visitors/me',
      summary: 'The citizen’s panel as it stands',
      auth: 'visitor',
      response: visitorSnapshot,
    },
    async (tx, { actor }) => ({ state: await visitorState(tx, actor), cursor: await currentCursor(tx) }),
  )

  router.write(
    {
      method: 'patch',
      path: '/visitors/me',
      summary: 'Give name and phone',
      auth: 'visitor',
      body: updateVisitor,
      response: visitorSnapshot,
    },
    async (tx, { actor, body }) => {
      await nameVisitor(tx, actor.id, body)
      return { state: await visitorState(tx, actor), cursor: await currentCursor(tx) }
    },
  )

  router.write(
    {
      method: 'post',
      path: '/visitors/me/resume-codes',
      summary: 'A one-time code for another page or browser',
      auth: 'visitor',
      limit: { points: 20, seconds: 600 },
      body: makeResumeCodeBody,
      response: resumeCodeView,
      status: 201,
    },
    async (tx, { actor, body }) => makeResumeCode(tx, deps, actor, body),
  )

  router.plain(
    {
      method: 'post',
      path: '/visitors/resume-codes/peek',
      summary: 'What a resume code would bring, without using it',
      auth: 'public',
      body: peekResumeCodeBody,
      response: resumeCodePeek,
    },
    async ({ body, c }) => {
      await sessions.take(limitKeyOf(addressOf(c, deps)))
      return deps.db.read((tx) => peekResumeCode(tx, deps, body))
    },
  )

  router.read(
    {
      method: 'get',
      path: '/visitors/me/requests',
      summary: 'The citizen’s requests, latest news first',
      auth: 'visitor',
      response: visitorRequestList,
    },
    async (tx, { actor }) => ({ items: await listRequests(tx, actor) }),
  )
}
