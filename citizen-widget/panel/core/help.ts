import { computed, reactive, readonly, shallowRef } from 'vue'
import type { GrantView, VisitorState } from '../../../contract/consultations.schema'
import { applyToVisitor, type FeedEvent } from '../../../contract/feed.rules'
import type { PublicSite, ResumeCodePeek } from '../../../contract/visitors.schema'
import { ApiError } from './api'
import { keepGrant } from './brought-grants'
import type { Snapshot } from './endpoints'
import type { Failure } from './errors'
import { openFeed } from './feed'
import { mustForget, subjectOf } from './identity'
import { forgetCode, keep, place } from './place'
import { setSiteColor } from './preferences'
import { api, identity, knownSubject, openSession, setToken, visitorToken } from './session'
import { type HostKept, tabId } from './tab'

/** What the panel knows. The consultation's truth is the server's; this is its latest copy. */
const state = reactive({
  phase: 'loading' as 'loading' | 'ready' | 'failed',
  failure: null as ApiError | null,
  isOnline: true,
  /** Consultation continued in another window. */
  isMoved: false,
  /** The consultation whose end the citizen has seen through. */
  dismissed: keep.get(`bangban:${place.siteKey}:done`),
  /** A code in the address was refused. */
  codeError: null as Failure | null,
  /** A code in the address that would replace the request at hand; `peek` is null for a telephone code. */
  offered: null as { code: string; peek: ResumeCodePeek['consultation'] } | null,
})
const site = shallowRef<PublicSite | null>(null)
const visitor = shallowRef<VisitorState | null>(null)

let closeFeed: (() => void) | null = null
const eventListeners = new Set<(event: FeedEvent) => void>()

export { api, visitorToken }
export const help = readonly(state)
export const siteInfo = computed(() => site.value)
export const visitorState = computed(() => visitor.value)

/** What is seen through: a request put off comes back to the screen once it is answered. */
const endOf = (c: { id: string; status: string }) => (c.status === 'deferred' ? `${c.id}:deferred` : c.id)

/** The consultation on the screen: none once its end was seen through or the citizen left. */
export const consultation = computed(() => {
  const c = visitor.value?.consultation ?? null
  return c && endOf(c) !== state.dismissed ? c : null
})
export const isLive = computed(() =>
  ['waiting', 'active', 'expected'].includes(consultation.value?.status ?? ''),
)
/** Something the citizen has not seen through: live, answered later, or a rating that is open. */
const isGoingOn = computed(() => ![undefined, 'abandoned'].includes(consultation.value?.status))
export const myPlace = computed(() => (visitor.value?.ahead.length ?? 0) + 1)

/** Calls back with each event of the feed, after it was applied. */
export function onFeedEvent(listener: (event: FeedEvent) => void): () => void {
  eventListeners.add(listener)
  return () => eventListeners.delete(listener)
}

/** The last position of the feed that `visitor` contains. */
let seen = 0

/**
 * Takes a snapshot, for example the answer to a command. An answer that the feed has overtaken is older than
 * what is on the screen: the events it would bring were all applied already.
 */
export function take({ state: fresh, cursor }: Snapshot) {
  if (visitor.value && Number(cursor) < seen) return
  visitor.value = fresh
  seen = Number(cursor)
}

/** What the server says now, whatever was known before: for a start, and where the feed has a gap. */
async function loadSnapshot(): Promise<string> {
  const snapshot = await api.snapshot()
  visitor.value = snapshot.state
  seen = Number(snapshot.cursor)
  return snapshot.cursor
}

/** Asks for the whole state again: for what a command changes without answering with a snapshot. */
export async function refresh() {
  if (visitorToken()) take(await api.snapshot())
}

function follow(cursor: string) {
  closeFeed?.()
  closeFeed = openFeed({
    token: visitorToken,
    cursor,
    tab: tabId(),
    onEvent(event) {
      if (event.type === 'call.grant') keepGrant((event.data as { grant: GrantView }).grant)
      if (!visitor.value) return
      // A whisper (somebody is typing) is no part of the history and has no number.
      if (event.seq > 0) {
        if (event.seq <= seen) return
        visitor.value = applyToVisitor(visitor.value, event)
        seen = event.seq
      }
      for (const listener of eventListeners) listener(event)
    },
    onResync: loadSnapshot,
    onOnline: (isOnline) => {
      state.isOnline = isOnline
    },
    onDenied: forgetVisitor,
  })
}

function forgetVisitor() {
  closeFeed?.()
  closeFeed = null
  setToken(null)
  visitor.value = null
}

/** Resumes the visitor session whose token we hold; false when the server no longer knows it. */
async function resume(): Promise<boolean> {
  try {
    follow(await loadSnapshot())
    return true
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 404)) {
      forgetVisitor()
      return false
    }
    throw error
  }
}

/** Makes a visitor session, or takes over the one a one-time or telephone code stands for. */
export async function enter(code?: string) {
  await openSession(code)
  await resume()
}

/** Starts the panel. `kept` is what the host page kept for us where our own storage is denied. */
export async function boot(kept: Promise<HostKept>) {
  state.phase = 'loading'
  try {
    const [info] = await Promise.all([api.site(place.siteKey), settle(kept)])
    site.value = info
    setSiteColor(info.theme.color)
    state.phase = 'ready'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    state.failure = error
    state.phase = 'failed'
  }
}

/** Opening hours and staffing change while a panel stays open: they are asked again before a new request. */
export async function refreshSite() {
  try {
    site.value = await api.site(place.siteKey)
  } catch (error) {
    // What was known a moment ago serves; starting a request decides anew on the server anyway.
    if (!(error instanceof ApiError)) throw error
  }
}

/** First the request this browser holds, then the one a code in the address stands for. */
async function settle(kept: Promise<HostKept>) {
  if (!visitorToken() && !keep.isLasting) await enterFromHost(await kept)
  else if (visitorToken()) await resume()
  await enterFromAddress()
  checkPerson()
}

async function enterFromHost({ code, subject, dismissed }: HostKept) {
  if (!code) return
  try {
    await openSession(code, subject)
    state.dismissed = dismissed
    await resume()
  } catch (error) {
    // Too old or used: the citizen starts afresh.
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}

/** A link from elsewhere must not take a request away: with one at hand the citizen is asked first. */
async function enterFromAddress() {
  const { code } = place
  if (!code) return
  const held = visitor.value
  try {
    if (!held?.consultation) await enter(code)
    else {
      const peek = place.isResume ? await api.peek(place.siteKey, code) : null
      if (peek?.visitorId !== held.visitor.id) {
        state.offered = { code, peek: peek?.consultation ?? null }
        return
      }
    }
    forgetCode()
  } catch (error) {
    if (!(error instanceof ApiError) || error.isOffline) throw error
    state.codeError = error
    forgetCode()
  }
}

/** The citizen's answer to what a code in the address offered. */
export async function answerOffer(isWanted: boolean) {
  const { offered } = state
  if (offered && isWanted) await enter(offered.code)
  state.offered = null
  forgetCode()
}

/** The host page says who its user is: it counts from the next visitor session on, never in the middle of one. */
export function identify(jwt: string) {
  identity.give(jwt)
  checkPerson()
}

function checkPerson() {
  const jwt = identity.current()
  if (jwt && visitorToken() && mustForget(knownSubject(), subjectOf(jwt), isGoingOn.value)) forgetVisitor()
}

/** Runs a request that needs a visitor session, making one first or once more when the old one has expired. */
export async function withVisitor<T>(act: () => Promise<T>): Promise<T> {
  if (!visitorToken()) await enter()
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error
    forgetVisitor()
    await enter()
    return act()
  }
}

export function dismiss() {
  const c = visitor.value?.consultation
  state.dismissed = c ? endOf(c) : null
  keep.set(`bangban:${place.siteKey}:done`, state.dismissed)
}

export function markMoved(isMoved: boolean) {
  state.isMoved = isMoved
}

export function clearCodeError() {
  state.codeError = null
}
