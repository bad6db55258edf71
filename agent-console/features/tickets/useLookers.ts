import { useEventListener, useIntervalFn } from '@vueuse/core'
import { computed, onScopeDispose, type Ref, ref, watch } from 'vue'
import type { DraftKind } from '../../../contract/tickets.rules'
import type { LookerView } from '../../../contract/tickets.schema'
import { api, clientHeaders } from '../../lib/api'
import { useNow } from '../../ui/useNow'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'

const beatMs = 15_000
const typingEveryMs = 4_000

/** Tells the others that this ticket is open here, and knows who else has it open. */
export function useLookers(ticketId: Ref<string | null>) {
  const live = useLiveStore()
  const session = useSessionStore()
  const now = useNow()
  const known = ref<LookerView[]>([])
  let typedAt = 0

  async function tell(isTyping: boolean, kind: DraftKind | null, id = ticketId.value): Promise<void> {
    if (!id || !session.can('tickets.work') || document.visibilityState === 'hidden') return
    try {
      const body = { isTyping, kind }
      known.value = (await api.post<{ lookers: LookerView[] }>(`/tickets/${id}/presence`, body)).lookers
    } catch {
      // Being seen is a courtesy: without it the ticket can still be worked on, and the next beat tries again.
      known.value = []
    }
  }
  function leave(id: string): void {
    // While the page goes away only a request that outlives it arrives.
    void fetch(`/api/v1/tickets/${id}/presence`, {
      method: 'POST',
      keepalive: true,
      credentials: 'same-origin',
      headers: { ...clientHeaders(), 'Content-Type': 'application/json' },
      body: JSON.stringify({ isTyping: false, kind: null, isLeaving: true }),
    }).catch(() => undefined)
  }

  watch(
    ticketId,
    (id, before) => {
      if (before) leave(before)
      known.value = []
      if (id) void tell(false, null, id)
    },
    { immediate: true },
  )
  useIntervalFn(() => void tell(Date.now() - typedAt < typingEveryMs * 2, null), beatMs)
  useEventListener(document, 'visibilitychange', () => void tell(false, null))
  useEventListener(window, 'pagehide', () => ticketId.value && leave(ticketId.value))
  onScopeDispose(() => ticketId.value && leave(ticketId.value))
  onScopeDispose(
    live.onEvent((event) => {
      if (event.type === 'ticket.presence' && event.data.ofTicket === ticketId.value)
        known.value = event.data.lookers ?? []
    }),
  )

  return {
    others: computed(() =>
      known.value.filter((each) => each.id !== session.agent?.id && Date.parse(each.until) > now.value),
    ),
    /** Called at keystrokes; told at most every few seconds. */
    typing(kind: DraftKind): void {
      if (Date.now() - typedAt < typingEveryMs) return
      typedAt = Date.now()
      void tell(true, kind)
    },
    stopTyping(): void {
      typedAt = 0
      void tell(false, null)
    },
  }
}
