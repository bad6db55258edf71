import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { applyToMine } from '../../../contract/escalation-board.rules'
import { type EscalationTimes, standardTimes } from '../../../contract/escalation-times.rules'
import type { EscalationView } from '../../../contract/escalations.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { useSessionStore } from '../session/session.store'

/** What lies on one's own desk: the number beside the section, wherever one is; and the times that hold. */
export const useEscalationsStore = defineStore('escalations', () => {
  const live = useLiveStore()
  const session = useSessionStore()
  const mine = shallowRef<readonly EscalationView[]>([])
  const times = shallowRef<EscalationTimes>(standardTimes)
  const count = computed(() => mine.value.length)

  async function loadTimes(): Promise<void> {
    try {
      times.value = await api.get<EscalationTimes>('/escalations/times')
    } catch {
      // They only word the red light: as known so far.
      times.value = { ...times.value }
    }
  }
  async function load(): Promise<void> {
    void loadTimes()
    try {
      const page = await api.get<{ items: EscalationView[] }>('/escalations', {
        query: { mine: 'true', limit: 100 },
      })
      mine.value = page.items
    } catch {
      // The number stays as it was known; the next event or resync asks again.
      mine.value = [...mine.value]
    }
  }

  function open(): (() => void) | undefined {
    const agentId = session.agent?.id
    if (!agentId || !session.can('tickets.read')) return undefined
    const offs = [
      live.onEvent((event) => {
        if (event.type === 'escalations.times_changed') void loadTimes()
        else mine.value = applyToMine(mine.value, event, agentId)
      }),
      live.onResync(load),
    ]
    void load()
    return () => {
      for (const off of offs) off()
      mine.value = []
    }
  }

  const redText = () => ({ minutes: times.value.redLightMinutes })
  return { mine, times, count, redText, open }
})
