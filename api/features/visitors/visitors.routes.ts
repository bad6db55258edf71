import { RateLimiterMemory } from 'rate-limiter-flexible'
import { empty, visitorSnapshot } from '../../../contract/consultations.schema'
import {
  createVisitor as createVisitorBody,
  resumeCodeView,
  updateVisitor,
  visitorSession,
} from '../../../contract/visitors.schema'
import { addressOf } from '../../http/authenticate'
import type { Router } from '../../http/routes'
import { refuse } from '../../lib/errors'
import { currentCursor } from '../events/events.store'
import { nameVisitor } from './visitors.store'
import { checkHost, createVisitor, makeResumeCode, visitorState } from './visitors.usecases'

export const visitorRoutes = (router: Router): void => {
  const { deps } = router
  // One address may be a whole office behind one router, hence generous; codes are guessed slowly.
  const sessions = new RateLimiterMemory({ points: 300, duration: 60 })
  const codes = new RateLimiterMemory({ points: 10, duration: 600 })
  const consume = async (limiter: RateLimiterMemory, key: string) => {
    try {
      await limiter.consume(key)
    } catch (rejection) {
      const wait =
        rejection && typeof rejection === 'object' && 'msBeforeNext' in rejection
          ? Number(rejection.msBeforeNext) / 1000
          : 60
      throw refuse('request.too_many', 'Too many requests from this address.', {
        retryAfter: Math.max(1, Math.ceil(wait)),
      })
    }
  }

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
      const address = addressOf(c, deps)
      await consume(sessions, address)
      const isTelephoneCode = body.code !== undefined && /^[0-9]{1,10}$/.test(body.code)
      if (isTelephoneCode) await consume(codes, address)
      const { site, identity } = await checkHost(deps, body)
      const session = await deps.db.write((tx) => createVisitor(tx, deps, site, identity, body))
      // Only this attempt is given back: a code of one's own must not buy ten more guesses.
      if (isTelephoneCode) await codes.reward(address)
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
      body: empty,
      response: resumeCodeView,
      status: 201,
    },
    async (tx, { actor }) => makeResumeCode(tx, deps, actor),
  )
}
