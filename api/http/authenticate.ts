import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { findAgentBySession } from '../features/auth/auth.store'
import { findFollowSession } from '../features/follow/follow.store'
import { useKey } from '../features/keys/keys.usecases'
import { findVisitorByToken } from '../features/visitors/visitors.store'
import type { Caller, FollowActor } from '../lib/actor'
import type { Deps } from '../lib/deps'
import { refuse } from '../lib/errors'
import type { AppEnv } from './env'

export const sessionCookie = 'bangban_session'

/** The caller: a bearer token (a visitor's, a program's key) wins over the agent's cookie; null for nobody. */
export const identify = async (c: Context<AppEnv>, deps: Deps): Promise<Caller | null> => {
  const header = c.req.header('authorization')
  if (header !== undefined) {
    const key = /^Bearer (bbk_[0-9A-Za-z]{43})$/.exec(header)?.[1]
    if (key) return useKey(deps, key)
    const token = /^Bearer ([0-9A-Za-z]{20,100})$/.exec(header)?.[1]
    const visitor = token ? await deps.db.read((tx) => findVisitorByToken(tx, token, deps.clock.now())) : null
    if (!visitor) throw refuse('auth.required', 'The token is unknown or has expired.')
    return visitor
  }
  const token = getCookie(c, sessionCookie)
  if (!token) return null
  return deps.db.read((tx) => findAgentBySession(tx, token, deps.clock.now()))
}

/** A citizen who follows a ticket: by a follow session, or with the bearer of their own panel. */
export const identifyCitizen = async (
  c: Context<AppEnv>,
  deps: Deps,
): Promise<Caller | FollowActor | null> => {
  const token = /^Bearer ([0-9A-Za-z]{20,100})$/.exec(c.req.header('authorization') ?? '')?.[1]
  const follower = token ? await deps.db.read((tx) => findFollowSession(tx, token, deps.clock.now())) : null
  if (follower) return follower
  const actor = await identify(c, deps)
  return actor?.kind === 'visitor' ? { ...actor, ticketId: null, via: 'panel' } : actor
}

/** A cookie travels by itself, so commands made with it must come from our own pages or no page at all. */
export const refuseForeignOrigin = (c: Context<AppEnv>, deps: Deps): void => {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const isOwn =
    origin === undefined ||
    origin === new URL(deps.config.publicUrl).origin ||
    hostOf(origin) === c.req.header('host')
  if (!isOwn || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    throw refuse('request.wrong_origin', 'Commands with a session are accepted from our own pages only.')
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null)

/** The origin under which this request reached us, for addresses handed back to the same browser. */
export const hostOfRequest = (c: Context<AppEnv>, deps: Deps): { isSecure: boolean; host: string } => {
  const forwarded = deps.config.trustedHops > 0 ? c.req.header('x-forwarded-host') : undefined
  const fallback = new URL(deps.config.publicUrl)
  return {
    isSecure: fallback.protocol === 'https:',
    host: forwarded ?? c.req.header('host') ?? fallback.host,
  }
}
