import { ref, watch } from 'vue'
import { isAnswer } from '../../../contract/feed.rules'
import { check } from './device-check'
import { help, identify, isLive, onFeedEvent, visitorState } from './help'
import { connectHost } from './host'
import { keep, place } from './place'
import { chosenStars } from './rating-draft'
import { hostCode, identity, knownSubject, renewHostCode } from './session'
import { type HostKept, packTab, unpackTab } from './tab'

const host = place.isEmbedded ? connectHost(place.hostOrigin) : null
/** Whether the citizen can see the panel: on the full page always, embedded when the host has opened it. */
export const isShown = ref(host === null)
const unread = ref(0)
let openedListener: () => void = () => undefined

/** How long the host page may take to hand back what it kept. */
const HOST_ANSWER_MS = 1500
/** A code lives a quarter of an hour: a panel that sleeps for a while still finds the last one good. */
const RENEW_MS = 4 * 60_000

/** Called when the host opens the panel: the screen's heading takes the focus. */
export function onOpened(listener: () => void) {
  openedListener = listener
}

export const announceEvent = (name: string, payload: unknown) => host?.send({ type: 'event', name, payload })
export const closePanel = () => host?.send({ type: 'close' })

/** Talks to the host page; resolves with what it kept where our own storage is denied. */
export function linkHost(): Promise<HostKept> {
  if (!host) return Promise.resolve(unpackTab(null))
  identity.askBy(() => announceEvent('identity-needed', null))
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(unpackTab(null)), HOST_ANSWER_MS)
    host.listen((message) => {
      if (message.type === 'identify') identify(message.jwt)
      else if (message.type === 'resume') {
        clearTimeout(timer)
        resolve(unpackTab(keep.isLasting ? null : message.code))
      } else {
        isShown.value = message.type === 'open'
        if (isShown.value) {
          unread.value = 0
          openedListener()
        }
      }
    })
    host.send({ type: 'ready' })
  })
}

/** Keeps host page, badge and title told about what happens. */
export function reportToHost() {
  const title = document.title
  watch(
    [isLive, () => help.phase, () => check.isDone, hostCode, () => help.dismissed, chosenStars],
    () => {
      if (help.phase !== 'ready') return
      const kept = { code: hostCode.value, subject: knownSubject(), dismissed: help.dismissed }
      const resume = keep.isLasting ? undefined : packTab(kept)
      host?.send({ type: 'live', live: isLive.value, resume })
    },
    { immediate: true },
  )
  if (host && !keep.isLasting) setInterval(() => void renewHostCode(), RENEW_MS)
  watch(unread, (count) => {
    host?.send({ type: 'unread', count })
    document.title = count ? `(${count}) ${title}` : title
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && isShown.value) unread.value = 0
  })
  onFeedEvent((event) => {
    if (!isAnswer(event.data)) return
    // Saying it is the thread's own business: it is a live log.
    if (!isShown.value || document.visibilityState !== 'visible') unread.value++
  })
  watch(
    () => visitorState.value?.consultation?.status,
    (status, before) => {
      if (!status || status === before) return
      host?.send({ type: 'event', name: 'status', payload: { status } })
      // Somebody is there for a citizen who looks elsewhere: the badge calls them back.
      if (status === 'active' && !isShown.value) unread.value++
    },
  )
}
