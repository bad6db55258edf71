import type { Context } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  changePassword as changePasswordBody,
  login as loginBody,
  me,
  sessionList,
  setupBody,
  setupView,
} from '../../../contract/people.schema'
import { addressOf } from '../../http/address'
import { refuseForeignOrigin, sessionCookie } from '../../http/authenticate'
import type { AppEnv } from '../../http/env'
import type { Router } from '../../http/routes'
import type { Deps } from '../../lib/deps'
import { changePassword, describeMe, login, type Origin, readSetupLink, setUpAccount } from './auth.usecases'
import { createLoginThrottle } from './login-throttle'
import { endSession, listSessions, logout, longestMs, slideSession } from './sessions.usecases'

const setupQuery = z.strictObject({ token: z.string().min(10).max(100) })
const sessionParams = z.strictObject({ id: id('ses') })

const originOf = (c: Context<AppEnv>, deps: Deps): Origin => ({
  address: addressOf(c, deps),
  userAgent: c.req.header('user-agent') ?? '',
})

const isSecure = (deps: Deps): boolean =>
  deps.config.tls !== null || deps.config.publicUrl.startsWith('https:')

const keepSignedIn = (c: Context<AppEnv>, deps: Deps, token: string): void =>
  setCookie(c, sessionCookie, token, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(deps),
    path: '/',
    maxAge: longestMs / 1000,
  })

/** Signing in and out, the own password and the own sessions. Register before the other features: it also moves sessions on. */
export const authRoutes = (router: Router): void => {
  const throttle = createLoginThrottle(router.deps)
  slideWithRequests(router)

  router.plain(
    {
      method: 'post',
      path: '/auth/login',
      summary: 'Sign in with a password',
      auth: 'public',
      body: loginBody,
      response: me,
    },
    async ({ c, deps, body }) => {
      refuseForeignOrigin(c, deps)
      const session = await login(deps, throttle, { ...body, ...originOf(c, deps) })
      keepSignedIn(c, deps, session.token)
      return session.me
    },
  )
  router.write(
    { method: 'post', path: '/auth/logout', summary: 'Sign out', auth: 'agent', response: ok },
    async (tx, { actor, deps }) => {
      await logout(tx, deps, actor)
      return { ok: true as const }
    },
    async (result, { c, actor, deps }) => {
      deleteCookie(c, sessionCookie, { path: '/', secure: isSecure(deps) })
      deps.hub.disconnect(actor.id, actor.sessionId)
      return result
    },
  )
  router.read(
    { method: 'get', path: '/auth/me', summary: 'Who is signed in', auth: 'agent', response: me },
    (tx, { actor, deps }) => describeMe(tx, deps, actor),
  )
  router.plain(
    {
      method: 'post',
      path: '/auth/password',
      summary: 'Change the own password',
      auth: 'agent',
      body: changePasswordBody,
      response: ok,
    },
    async ({ c, actor, deps, body }) => {
      await changePassword(deps, throttle, actor, { ...body, address: addressOf(c, deps) })
      deps.hub.disconnect(actor.id)
      return { ok: true as const }
    },
  )
  setupRoutes(router)
  sessionRoutes(router)
}

const setupRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/auth/setup',
      summary: 'Whose set-up link this is',
      auth: 'public',
      query: setupQuery,
      response: setupView,
    },
    (tx, { query, deps }) => readSetupLink(tx, query.token, deps.clock.now()),
  )
  router.plain(
    {
      method: 'post',
      path: '/auth/setup',
      summary: 'Choose a password by a one-time link, and sign in',
      auth: 'public',
      body: setupBody,
      response: me,
    },
    async ({ c, deps, body }) => {
      refuseForeignOrigin(c, deps)
      const session = await setUpAccount(deps, { ...body, ...originOf(c, deps) })
      keepSignedIn(c, deps, session.token)
      deps.hub.disconnect(session.me.agent.id)
      return session.me
    },
  )
}

const sessionRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/auth/sessions',
      summary: 'Where the own account is signed in',
      auth: 'agent',
      response: sessionList,
    },
    async (tx, { actor, deps }) => ({ items: await listSessions(tx, deps, actor) }),
  )
  router.write(
    {
      method: 'delete',
      path: '/auth/sessions/{id}',
      summary: 'End one of the own sessions',
      auth: 'agent',
      params: sessionParams,
      response: ok,
    },
    async (tx, { actor, deps, params }) => {
      await endSession(tx, deps, actor, params.id)
      return { ok: true as const }
    },
    async (result, { actor, deps, params }) => {
      deps.hub.disconnect(actor.id, params.id)
      return result
    },
  )
}

const slideEveryMs = 5 * 60 * 1000
const rememberedSessions = 20_000

/** Requests move their session on, written where it was last seen five minutes ago or more. */
const slideWithRequests = ({ app, deps }: Router): void => {
  const slidAt = new Map<string, number>()
  app.use('*', async (c, next) => {
    await next()
    const actor = c.get('actor')
    if (actor?.kind !== 'agent') return
    const now = deps.clock.now()
    if (now - Math.max(actor.sessionSeenAt ?? 0, slidAt.get(actor.sessionId) ?? 0) < slideEveryMs) return
    if (slidAt.size >= rememberedSessions) slidAt.clear()
    slidAt.set(actor.sessionId, now)
    await deps.db.write((tx) => slideSession(tx, deps, actor.sessionId))
  })
}
