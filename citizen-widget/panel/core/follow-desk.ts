import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'
import type { FollowDocument, FollowSession, FollowView } from '../../../contract/follow.schema'
import { ApiError, createApi, randomKey } from './api'
import type { Failure } from './errors'
import type { Followed } from './followed'
import { onFeedEvent, visitorToken } from './help'
import { isShown } from './host-link'
import { place } from './place'
import { createUploads } from './uploads'

/** Without a feed of its own a link asks again so often, while somebody looks. */
const POLL_MS = 30_000

export type FollowCommand = 'replies' | 'confirm' | 'reopen' | 'rating' | 'urge' | 'complaint'

/** Opens and keeps up with one ticket: live where this browser has a feed, otherwise asked every half minute. */
export function useFollowDesk(it: Followed) {
  const view = shallowRef<FollowView | null>(null)
  /** Why it cannot be shown at all. */
  const failure = shallowRef<Failure | null>(null)
  const number = ref(it.by === 'link' ? null : it.number)
  let token = it.by === 'code' ? it.token : null

  async function openLink(): Promise<boolean> {
    if (it.by !== 'link') return false
    const open = createApi({ token: () => null })
    const body = { site: place.siteKey, token: it.link }
    const session = await open.post<FollowSession>('/follow/sessions', body)
    token = session.token
    number.value = session.number
    return true
  }
  // A session of two hours may end while the page stays open: the link opens the next one.
  const bearer = () => (it.by === 'panel' ? visitorToken() : token)
  const api = createApi({ token: bearer, renew: openLink })
  const path = (rest = '') => `/follow/tickets/${number.value}${rest}`

  async function load() {
    try {
      if (it.by === 'link' && token === null) await openLink()
      view.value = await api.get<FollowView>(path())
      failure.value = null
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // What is on the screen stays there while the network is gone.
      if (!view.value || !error.isOffline) failure.value = error
    }
  }

  const keys = new Map<string, string>()
  /** The same wish repeated after a lost answer acts once: its key changes only when it has been done. */
  async function act(command: FollowCommand, body: Record<string, unknown> = {}) {
    const wish = `${command} ${JSON.stringify(body)}`
    const key = keys.get(wish) ?? randomKey()
    keys.set(wish, key)
    view.value = await api.post<FollowView>(path(`/${command}`), body, key)
    keys.delete(wish)
  }

  const isLooking = () => isShown.value && document.visibilityState === 'visible'
  const unseen = computed(() =>
    view.value?.posts.findLast((p) => p.isReply && p.from === 'agent' && !p.seenAt),
  )
  async function tellSeen() {
    const reply = unseen.value
    if (!reply || !isLooking()) return
    try {
      await api.post(path('/seen'), { replyId: reply.id }, `seen-${reply.id}`)
    } catch (error) {
      // The next look tells it again.
      if (!(error instanceof ApiError)) throw error
    }
  }
  watch([() => unseen.value?.id, isShown], () => void tellSeen())

  const onLook = () => {
    if (!isLooking()) return
    files.resume()
    void load().then(tellSeen)
  }
  const poll = setInterval(() => isLooking() && void load(), POLL_MS)
  const offFeed = onFeedEvent(({ data }) => {
    const about = data.ticketReply?.ticketNumber ?? data.ticketNews ?? data.requestNews?.ticketNumber
    // News of an earlier request that does not say of which may be of this one.
    if (about === number.value || (data.requestNews && about === null)) void load()
  })
  onMounted(() => {
    document.addEventListener('visibilitychange', onLook)
    void load()
  })
  onBeforeUnmount(() => {
    clearInterval(poll)
    offFeed()
    document.removeEventListener('visibilitychange', onLook)
  })

  /** Files for the next reply: kept by the server until it is sent, over a reload too. */
  const files = createUploads(() => ({
    url: (name) => `/api/v1${path('/documents')}?name=${encodeURIComponent(name)}`,
    token: bearer,
    renew: openLink,
    onDone: () => void load(),
  }))
  async function dropDraft(paper: FollowDocument) {
    await api.post(`/follow/documents/${paper.id}/recall`)
    const now = view.value
    if (now) view.value = { ...now, drafts: now.drafts.filter((each) => each.id !== paper.id) }
  }

  const documentUrl = async (paper: FollowDocument) =>
    (await api.post<{ url: string }>(`/follow/documents/${paper.id}/links`)).url
  const linkUrl = async () => (await api.get<{ url: string }>(path('/link'))).url
  return { view, failure, load, act, files, dropDraft, documentUrl, linkUrl }
}
export type FollowDesk = ReturnType<typeof useFollowDesk>
