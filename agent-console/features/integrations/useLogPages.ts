import { type EntryKey, useInfiniteQuery } from '@pinia/colada'
import { useIntervalFn } from '@vueuse/core'
import { computed, ref } from 'vue'
import { api, type RequestOptions } from '../../lib/api'

interface Page<T> {
  items: T[]
  nextCursor: string | null
}
interface Entry {
  state: string
  dueAt: string | null
}
const freshMs = 3000
/** What is tried again only later than this is not watched. */
const soonMs = 60_000

/** A log newest first, page by page; looked at again while something in it is about to be sent. */
export function useLogPages<T extends Entry>(
  path: string,
  key: () => EntryKey,
  filter: () => NonNullable<RequestOptions['query']>,
) {
  const query = useInfiniteQuery<Page<T>, Error, string | null>({
    key,
    query: ({ pageParam, signal }) =>
      api.get<Page<T>>(path, { query: { limit: 20, cursor: pageParam, ...filter() }, signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
  })
  const isLoadingMore = ref(false)
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items))
  const isMoving = computed(() =>
    items.value?.some(
      (each) => each.state === 'waiting' && (!each.dueAt || Date.parse(each.dueAt) - Date.now() < soonMs),
    ),
  )
  useIntervalFn(() => {
    if (isMoving.value && !isLoadingMore.value) void query.refetch()
  }, freshMs)
  async function loadMore(): Promise<void> {
    isLoadingMore.value = true
    await query.loadNextPage()
    isLoadingMore.value = false
  }
  return { query, items, isLoadingMore, loadMore }
}
