import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { AcceptedView, OfferView } from '../../../contract/consultations.schema'
import { ApiProblem, api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useCallStore } from '../call/call.store'
import { callLibrary } from '../call/call-library'
import { useDeskStore } from './desk.store'
import { claimForTab, tabId } from './tab'

/** Taking a citizen: an offer that rings, or somebody picked from the queue; and letting an offer go. */
export function useTaking() {
  const desk = useDeskStore()
  const call = useCallStore()
  const toasts = useToasts()
  const problemText = useProblemText()
  const router = useRouter()
  const { t } = useI18n()
  const taking = ref<string | null>(null)

  async function take(consultationId: string): Promise<void> {
    if (taking.value) return
    taking.value = consultationId
    void callLibrary()
    try {
      const body = { tab: tabId() }
      const { consultation, grant } = await api.post<AcceptedView>(
        `/consultations/${consultationId}/accept`,
        body,
      )
      claimForTab(consultationId)
      // Joined before anything is drawn: the citizen waits for this.
      if (grant) void call.join({ consultationId, callId: grant.callId, grant })
      desk.show({ consultation })
      for (const offer of desk.state.offers)
        if (offer.consultationId === consultationId) desk.dropOffer(offer.id)
      await router.push({ name: 'desk', params: { consultationId } })
    } catch (error) {
      toasts.bad(t('desk.takeFailed'), problemText(error))
      if (error instanceof ApiProblem && error.status === 409) await desk.load().catch(reportError)
    } finally {
      taking.value = null
    }
  }

  async function decline(offer: OfferView): Promise<void> {
    try {
      await api.post(`/offers/${offer.id}/decline`)
    } catch (error) {
      // Over already is what was wanted.
      const isOver = error instanceof ApiProblem && (error.status === 409 || error.status === 404)
      if (!isOver) return void toasts.bad(t('desk.declineFailed'), problemText(error))
    }
    desk.dropOffer(offer.id)
  }

  return { taking, take, decline }
}
