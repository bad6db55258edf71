import { useIntervalFn, useLocalStorage } from '@vueuse/core'
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { applyToBoard } from '../../../contract/escalation-board.rules'
import type { EscalationBoard, EscalationView } from '../../../contract/escalations.schema'
import { api } from '../../lib/api'
import { serverNow } from '../../lib/server-clock'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'
import {
  boardFilterOf,
  type FilterKey,
  readTracker,
  type TrackerState,
  writeTracker,
} from './tracker-filters'

const settleMs = 500
/** Age, the red light and what is overdue change with time alone. */
const refreshMs = 60_000

/** The tracker as the address says: board or list, filters, live. What was used last comes back next time. */
export function useTracker() {
  const route = useRoute()
  const router = useRouter()
  const live = useLiveStore()
  const session = useSessionStore()
  const viewer = computed(() => ({
    agentId: session.agent?.id ?? '',
    departmentId: session.agent?.departmentId ?? '',
  }))
  const kept = useLocalStorage<Record<string, string>>('bangban.tracker', {})
  const hasOwn = Object.keys(route.query).length > 0
  const state = ref<TrackerState>(readTracker(hasOwn ? route.query : kept.value))
  const board = shallowRef<EscalationBoard | null>(null)
  const rows = shallowRef<EscalationView[]>([])
  const nextCursor = ref<string | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const isLoadingMore = ref(false)
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  const queryOf = (): Record<string, string> => ({ ...state.value.filters })
  const fetchList = (cursor: string | null) =>
    api.get<{ items: EscalationView[]; nextCursor: string | null }>('/escalations', {
      query: { ...queryOf(), sort: state.value.sort, limit: 50, cursor },
      signal: abort.signal,
    })

  async function loadBoard(): Promise<void> {
    const { by, filters } = state.value
    const fresh = await api.get<{ state: EscalationBoard; cursor: string }>('/escalations/board', {
      query: { ...queryOf(), by },
      signal: abort.signal,
    })
    const how = { by, filter: boardFilterOf(filters), viewer: viewer.value, now: serverNow() }
    board.value = live
      .eventsAfter(Number(fresh.cursor))
      .reduce((now, event) => applyToBoard(now, event, how), fresh.state)
  }

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      if (state.value.view === 'board') await loadBoard()
      else {
        const page = await fetchList(null)
        rows.value = page.items
        nextCursor.value = page.nextCursor
      }
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!nextCursor.value || isLoadingMore.value) return
    isLoadingMore.value = true
    const { signal } = abort
    try {
      const page = await fetchList(nextCursor.value)
      const known = new Set(rows.value.map((row) => row.id))
      rows.value = [...rows.value, ...page.items.filter((item) => !known.has(item.id))]
      nextCursor.value = page.nextCursor
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      isLoadingMore.value = false
    }
  }

  const loadSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(load, settleMs)
  }
  onScopeDispose(() => {
    clearTimeout(timer)
    abort.abort()
  })
  onScopeDispose(live.onResync(load))
  onScopeDispose(
    live.onEvent((event) => {
      const view = event.data.escalation
      if (!view) return
      const { by, filters } = state.value
      rows.value = rows.value.map((row) => (row.id === view.id ? view : row))
      const isExact = !board.value?.columns.some((column) => column.hasMore)
      if (state.value.view === 'list' || !isExact || !board.value) return loadSoon()
      const how = { by, filter: boardFilterOf(filters), viewer: viewer.value, now: serverNow() }
      board.value = applyToBoard(board.value, event, how)
    }),
  )
  useIntervalFn(load, refreshMs)

  watch(
    state,
    (now) => {
      const query = writeTracker(now)
      kept.value = query
      const { matter } = route.query
      void router.replace({ query: { ...query, ...(matter ? { matter } : {}) } })
      void load()
    },
    { deep: true, immediate: true },
  )

  function setFilter(key: FilterKey, value: string | undefined): void {
    const { [key]: _, ...others } = state.value.filters
    state.value = { ...state.value, filters: value ? { ...others, [key]: value } : others }
  }
  const items = computed(() =>
    state.value.view === 'board'
      ? (board.value?.columns.flatMap((column) => column.items) ?? [])
      : rows.value,
  )

  return {
    state,
    board,
    rows,
    items,
    hasMore: computed(() => nextCursor.value !== null),
    error,
    isLoading,
    isLoadingMore,
    isFiltered: computed(() => Object.keys(state.value.filters).length > 0),
    load,
    loadMore,
    setFilter,
    clear: () => (state.value = { ...state.value, filters: {} }),
  }
}
