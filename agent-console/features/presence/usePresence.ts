import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PresenceView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useDeskStore } from '../desk/desk.store'
import { useLiveStore } from '../live/live.store'

type Choice = 'available' | 'away' | 'offline'

/** Shared: the menu waits for a change that another place began. */
const isChanging = ref(false)
/** Whether anybody has chosen since the desk was opened: then nothing chooses for them. */
const hasChosen = ref(false)

/** The agent's own availability: what it is, why, and how to change it. */
export function usePresence() {
  const desk = useDeskStore()
  const live = useLiveStore()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()

  const availability = computed(() => desk.ownPresence?.availability ?? 'offline')
  /** Reasons worth a word: what the agent did by hand needs none. */
  const reason = computed(() => {
    const given = desk.ownPresence?.reason
    return given === 'offer_ignored' || given === 'connection_lost' ? t(`presence.reasons.${given}`) : ''
  })
  const isCutOff = computed(() => live.link === 'offline')

  async function choose(choice: Choice): Promise<void> {
    isChanging.value = true
    hasChosen.value = true
    try {
      desk.show({ presence: await api.put<PresenceView>('/presence', { availability: choice }) })
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      isChanging.value = false
    }
  }

  return {
    availability,
    reason,
    since: computed(() => desk.ownPresence?.since),
    isCutOff,
    isChanging,
    hasChosen,
    choose,
  }
}
