import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type {
  ConsultationView,
  DeskState,
  InvitationView,
  OfferView,
  PresenceView,
} from '../../../contract/consultations.schema'
import { applyToDesk, type FeedEvent } from '../../../contract/feed.rules'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'

interface DeskSnapshot {
  state: DeskState
  cursor: string
}

const empty: DeskState = { queue: [], mine: [], offers: [], invitations: [], presence: [] }

/** The agent's desk: a snapshot and every event since, folded by the contract's own reducer. */
export const useDeskStore = defineStore('desk', () => {
  const live = useLiveStore()
  const session = useSessionStore()
  const state = shallowRef<DeskState>(empty)
  const isLoaded = shallowRef(false)
  const error = shallowRef<unknown>(null)
  let position = 0

  const agentId = computed(() => session.agent?.id ?? '')
  const ownPresence = computed(() => state.value.presence.find((each) => each.agent.id === agentId.value))
  const colleagues = computed(() => state.value.presence.filter((each) => each.agent.id !== agentId.value))

  function apply(event: FeedEvent): void {
    if (event.seq > 0 && event.seq <= position) return
    state.value = applyToDesk(state.value, event, agentId.value)
  }

  /** Fetches the desk as it is now; answers the feed position it belongs to. */
  async function load(): Promise<number> {
    try {
      const snapshot = await api.get<DeskSnapshot>('/desk')
      position = Number(snapshot.cursor)
      state.value = snapshot.state
      live.eventsAfter(position).forEach(apply)
      isLoaded.value = true
      error.value = null
      return position
    } catch (reason) {
      error.value = reason
      throw reason
    }
  }

  /** Loads the desk and follows the feed; the answer is what ends it. */
  function open(): () => void {
    const off = live.onEvent(apply)
    start()
    return () => {
      off()
      live.stop()
      state.value = empty
      isLoaded.value = false
    }
  }

  function start(): void {
    error.value = null
    live.start(load).catch((reason) => {
      error.value = reason
    })
  }

  /** Puts an answer of the API on the desk without waiting for its event; the event brings the same again. */
  const show = (data: {
    consultation?: ConsultationView
    offer?: OfferView
    invitation?: InvitationView
    presence?: PresenceView
  }) => apply({ seq: 0, type: 'answer', at: '', subject: '', data })

  /** Takes an offer off the desk that is not this agent's any more. */
  function dropOffer(offerId: string): void {
    state.value = { ...state.value, offers: state.value.offers.filter((offer) => offer.id !== offerId) }
  }

  const find = (consultationId: string) =>
    state.value.mine.find((each) => each.id === consultationId) ??
    state.value.queue.find((each) => each.id === consultationId)

  return {
    state,
    isLoaded,
    error,
    agentId,
    ownPresence,
    colleagues,
    open,
    start,
    load,
    show,
    dropOffer,
    find,
  }
})
