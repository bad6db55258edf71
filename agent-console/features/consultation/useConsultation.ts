import { computed, type MaybeRefOrGetter, toValue, watch } from 'vue'
import { useDeskStore } from '../desk/desk.store'
import { useDetailStore } from './detail.store'

/** The consultation on the screen: everything of it, and what this agent may do there. */
export function useConsultation(id: MaybeRefOrGetter<string | null>) {
  const store = useDetailStore()
  const desk = useDeskStore()

  const entry = computed(() => store.entries[toValue(id) ?? ''])
  const detail = computed(() => entry.value?.detail ?? null)
  const consultation = computed(() => detail.value?.consultation ?? desk.find(toValue(id) ?? '') ?? null)
  const error = computed(() => (detail.value ? null : (entry.value?.error ?? null)))
  const isOwner = computed(() => consultation.value?.owner?.id === desk.agentId)
  const isParticipant = computed(
    () => consultation.value?.participants.some((each) => each.id === desk.agentId) ?? false,
  )
  const isOpen = computed(
    () => consultation.value?.status === 'active' || consultation.value?.status === 'expected',
  )
  /** May write, send and talk; everybody else only watches. */
  const canAct = computed(() => isOpen.value && (isOwner.value || isParticipant.value))

  const reload = () => {
    const wanted = toValue(id)
    return wanted ? store.load(wanted) : Promise.resolve()
  }
  watch(
    () => toValue(id),
    (wanted) => {
      if (wanted && !store.entries[wanted]?.detail) void store.load(wanted)
    },
    { immediate: true },
  )
  return { detail, consultation, error, isOwner, isParticipant, isOpen, canAct, reload }
}
