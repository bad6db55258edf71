import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { FeedEvent } from '../../../contract/feed.rules'
import { api } from '../../lib/api'
import { useLiveStore } from './live.store'

/** News that come together are one request. */
const settleMs = 700
/** Behind the events: what was missed is there after this time. */
const pollMs = 30_000

interface ListPage<T> {
  items: T[]
  nextCursor: string | null
}

/**
 * A list that is asked for anew when the feed tells something of it. `query` is read at each request; whoever
 * uses it calls `load` at the beginning and when the query changes. `page` is the last answer.
 */
export function useLiveList<T, P extends ListPage<T>>(
  path: string,
  query: () => Record<string, string | number | undefined>,
  isNews: (event: FeedEvent) => boolean,
) {
  const live = useLiveStore()
  const rows = shallowRef<T[]>([])
  const page = shallowRef<P>()
  const nextCursor = ref<string | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(true)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(cursor: string | null = null): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      const answer = await api.get<P>(path, { query: { ...query(), cursor }, signal })
      rows.value = cursor ? [...rows.value, ...answer.items] : answer.items
      nextCursor.value = answer.nextCursor
      page.value = answer
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }
  function loadSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      void load()
    }, settleMs)
  }
  /** Before another question: nothing of the last one is shown while it is asked. */
  function clear(): void {
    rows.value = []
    page.value = undefined
  }
  useIntervalFn(() => {
    if (!document.hidden) void load()
  }, pollMs)
  onScopeDispose(
    live.onEvent((event) => {
      if (isNews(event)) loadSoon()
    }),
  )
  onScopeDispose(live.onResync(() => load()))
  onScopeDispose(() => {
    abort.abort()
    clearTimeout(timer)
  })
  return { rows, page, nextCursor, error, isLoading, load, clear }
}
