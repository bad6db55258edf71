import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useDeskStore } from '../desk/desk.store'
import { useSessionStore } from '../session/session.store'
import { usePresence } from './usePresence'

/** Whether nothing rings at somebody who could serve, why, and the way back. */
export function useRest() {
  const { t } = useI18n()
  const desk = useDeskStore()
  const session = useSessionStore()
  const { availability, reason, isChanging, choose } = usePresence()
  const isResting = computed(
    () =>
      desk.isLoaded &&
      session.can('consultations.serve') &&
      (availability.value === 'offline' || availability.value === 'away'),
  )
  const hint = computed(() => reason.value || t(`presence.resting.${availability.value}`))
  return { isResting, hint, isChanging, serve: () => choose('available') }
}
