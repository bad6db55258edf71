import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { CallView, ConsultationView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useCallStore } from '../call/call.store'
import { useDeskStore } from '../desk/desk.store'
import { claimForTab } from '../desk/tab'
import { useDetailStore } from './detail.store'

/** Commands on a consultation; a refusal is told in a toast and changes nothing. */
export function useConsultationActions(consultation: () => ConsultationView) {
  const desk = useDeskStore()
  const details = useDetailStore()
  const call = useCallStore()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const isEnding = ref(false)
  const isRaising = ref(false)

  function show(view: ConsultationView): void {
    desk.show({ consultation: view })
    details.show({ consultation: view })
  }

  /** Ends for both sides; what follows is the wrap-up. */
  async function end(): Promise<void> {
    if (isEnding.value) return
    isEnding.value = true
    const { id } = consultation()
    try {
      const [view] = await Promise.all([
        api.post<ConsultationView>(`/consultations/${id}/end`),
        call.consultationId === id ? call.leave() : undefined,
      ])
      show(view)
    } catch (error) {
      toasts.bad(t('consultation.endFailed'), problemText(error))
    } finally {
      isEnding.value = false
    }
  }

  /** A colleague who was asked in goes again; the owner stays. */
  async function stepOut(): Promise<void> {
    const { id } = consultation()
    try {
      if (call.consultationId === id) await call.leave()
      await api.post(`/consultations/${id}/step-out`)
      await desk.load()
    } catch (error) {
      toasts.bad(t('consultation.endFailed'), problemText(error))
    }
  }

  /** From text to video; the citizen is asked on the own screen. */
  async function raise(): Promise<void> {
    isRaising.value = true
    const { id } = consultation()
    try {
      const opened = await api.post<CallView>(`/consultations/${id}/calls`)
      claimForTab(id)
      details.show({ call: opened })
      await call.join({ consultationId: id, callId: opened.id })
    } catch (error) {
      toasts.bad(t('consultation.raiseFailed'), problemText(error))
    } finally {
      isRaising.value = false
    }
  }

  return { end, stepOut, raise, isEnding, isRaising, show }
}
