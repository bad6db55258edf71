import { ref } from 'vue'
import { ApiError, createApi } from './api'
import { endpoints } from './endpoints'
import { currentLang } from './i18n'
import { createIdentityDesk, isIdentityProblem, isOver, subjectOf } from './identity'
import { keep, place, tokenKey } from './place'

/** The visitor session: the bearer token, whose it is, and the code that brings it back after a reload. */
const subjectKey = `${tokenKey}:subject`
let token = keep.get(tokenKey)

export const identity = createIdentityDesk()
export const api = endpoints(createApi({ token: () => token }))
export const visitorToken = () => token
/** Whom the host named when the session was made. */
export const knownSubject = () => keep.get(subjectKey)
/** The one-time code the host page keeps for us; only where our own storage is denied. */
export const hostCode = ref<string | null>(null)

export function setToken(next: string | null) {
  token = next
  keep.set(tokenKey, next)
  if (next === null) hostCode.value = null
}

/** Makes a session, or takes over the one that a one-time or a telephone code stands for. */
export async function openSession(code?: string, subject: string | null = null) {
  // A resumed session keeps the identity it has; a token sent along could only be refused.
  const isResumed = code !== undefined && !/^\d{1,10}$/.test(code)
  const make = () => {
    const jwt = isResumed ? undefined : identity.current()
    const wantsHostCode = keep.isLasting ? undefined : true
    // A telephone code makes somebody new of this browser: what was asked before stays in its list.
    const earlier = code !== undefined && !isResumed ? (token ?? undefined) : undefined
    const body = { site: place.siteKey, code, identity: jwt, lang: currentLang(), wantsHostCode, earlier }
    return api.createVisitor(body)
  }
  const jwt = identity.current()
  if (!isResumed && jwt && isOver(jwt, Date.now())) await identity.renew()
  const session = await make().catch(async (error: unknown) => {
    if (!(error instanceof ApiError) || !isIdentityProblem(error.code) || !(await identity.renew()))
      throw error
    return make()
  })
  setToken(session.token)
  hostCode.value = session.hostCode
  const named = identity.current()
  keep.set(subjectKey, isResumed ? subject : named ? subjectOf(named) : null)
}

/** A fresh code for the host page; the one before is over in half a minute. */
export async function renewHostCode() {
  if (!token || keep.isLasting) return
  try {
    const { code } = await api.resumeCode({ forHost: true, replaces: hostCode.value ?? undefined })
    hostCode.value = code
  } catch (error) {
    // The one the host has still works for minutes; the next turn tries again.
    if (!(error instanceof ApiError)) throw error
  }
}
