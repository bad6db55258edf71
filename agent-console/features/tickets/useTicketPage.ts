import { computed, type InjectionKey, inject, onScopeDispose, provide, ref, shallowRef, watch } from 'vue'
import type { FeedEvent } from '../../../contract/feed.rules'
import { applyToTicket } from '../../../contract/ticket-feed.rules'
import { agentCommandsOf } from '../../../contract/tickets.rules'
import type { TicketChange, TicketDetail, TimelinePage } from '../../../contract/tickets.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'

const gatherMs = 600

/** True where the event is about a consultation of this ticket; its lines of the history are fetched. */
const isFromConsultation = (event: FeedEvent, detail: TicketDetail): boolean => {
  const { consultation, message, document, call, invitation } = event.data
  const ids = [
    consultation?.id,
    message?.consultationId,
    document?.consultationId,
    call?.consultationId,
    invitation?.consultationId,
  ]
  return ids.some((id) => id !== undefined && detail.consultations.some((each) => each.id === id))
}

/** One open ticket: its state, kept up to date by the feed, for the page and every card on it. */
function openTicketPage(idOrNumber: () => string) {
  const live = useLiveStore()
  const session = useSessionStore()
  const detail = shallowRef<TicketDetail | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const isLoadingEarlier = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function load(): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    try {
      const fresh = await api.get<TicketDetail>(`/tickets/${idOrNumber()}`)
      if (mine !== asked) return
      const since = live.eventsAfter(Number(fresh.cursor))
      detail.value = since.reduce(applyToTicket, fresh)
      error.value = null
    } catch (reason) {
      if (mine === asked) error.value = reason
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }

  function loadSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(load, gatherMs)
  }

  async function loadEarlier(): Promise<void> {
    const before = detail.value?.earlier
    if (!before || isLoadingEarlier.value) return
    isLoadingEarlier.value = true
    try {
      const page = await api.get<TimelinePage>(`/tickets/${idOrNumber()}/timeline`, { query: { before } })
      const now = detail.value
      if (now?.earlier !== before) return
      detail.value = {
        ...now,
        earlier: page.earlier,
        timeline: [...page.entries, ...now.timeline],
        replies: [...page.replies, ...now.replies],
      }
    } finally {
      isLoadingEarlier.value = false
    }
  }

  /** Takes over what a command answered; the feed brings the lines of the history. */
  function apply(change: TicketChange): void {
    const now = detail.value
    if (!now || now.ticket.id !== change.ticket.id) return
    detail.value = {
      ...now,
      ticket: change.ticket,
      more: change.more,
      commands: agentCommandsOf(change.ticket.status),
    }
  }

  function onEvent(event: FeedEvent): void {
    const now = detail.value
    if (!now || event.type === 'ticket.presence') return
    const next = applyToTicket(now, event)
    if (next !== now) detail.value = next
    const isPartial = event.data.ofTicket === now.ticket.id && !event.data.ticketMore
    const isOfMatter = event.data.escalation?.ticketId === now.ticket.id
    if (isPartial || isOfMatter || isFromConsultation(event, now)) loadSoon()
  }

  watch(
    idOrNumber,
    () => {
      detail.value = null
      error.value = null
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(live.onEvent(onEvent))
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => clearTimeout(timer))

  return {
    detail,
    error,
    /** Which picker of the rail is open; keys open them too. */
    picker: ref<string | null>(null),
    /** Required fields that refused the last command. */
    missing: ref<ReadonlySet<string>>(new Set()),
    isLoading,
    isLoadingEarlier,
    load,
    loadEarlier,
    apply,
    /** May change this ticket: the permission, and it was not merged away. */
    canWork: computed(() => session.can('tickets.work') && detail.value?.ticket.status !== 'merged'),
    /** Path of the ticket's commands. */
    path: computed(() => `/tickets/${detail.value?.ticket.id ?? idOrNumber()}`),
  }
}

export type TicketPageState = ReturnType<typeof openTicketPage>
const key: InjectionKey<TicketPageState> = Symbol('ticket page')

/** For the page: makes the state and hands it to everything below. */
export function provideTicketPage(idOrNumber: () => string): TicketPageState {
  const state = openTicketPage(idOrNumber)
  provide(key, state)
  return state
}

/** For cards and parts of the ticket page: the open ticket, `apply` for what a command answered, `load`. */
export function useTicketPage(): TicketPageState {
  const state = inject(key)
  if (!state) throw new Error('useTicketPage() belongs on the ticket page')
  return state
}
