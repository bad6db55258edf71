import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { TicketClocksView } from '../../../contract/sla.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { useTicketPage } from '../tickets/useTicketPage'

const gatherMs = 500
/** The working time that came with the clocks reaches only so far ahead. */
const refreshMs = 15 * 60_000

/** The clocks of the open ticket; fetched again when the feed says that they changed. */
export function useTicketClocks() {
  const { detail } = useTicketPage()
  const live = useLiveStore()
  const ticketId = computed(() => detail.value?.ticket.id)
  const view = shallowRef<TicketClocksView | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function load(): Promise<void> {
    const id = ticketId.value
    if (!id) return
    const mine = ++asked
    isLoading.value = true
    try {
      const fresh = await api.get<TicketClocksView>(`/tickets/${id}/clocks`)
      if (mine !== asked) return
      view.value = fresh
      error.value = null
    } catch (reason) {
      if (mine === asked) error.value = reason
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }
  function loadSoon(delayMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      void load()
      loadSoon(refreshMs)
    }, delayMs)
  }
  watch(
    ticketId,
    () => {
      view.value = null
      void load()
      loadSoon(refreshMs)
    },
    { immediate: true },
  )
  onScopeDispose(
    live.onEvent((event) => {
      if (event.data.clocks && event.data.clocks.ticketId === ticketId.value) loadSoon(gatherMs)
    }),
  )
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => clearTimeout(timer))
  return { view, error, isLoading, load }
}
