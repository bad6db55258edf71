import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InvitationView } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useDetailStore } from '../consultation/detail.store'
import { useDeskStore } from '../desk/desk.store'

interface Invite {
  kind: InvitationView['kind']
  agentId: string
  note: string
}

/** Asking colleagues in, and answering when asked. */
export function useInvitations() {
  const desk = useDeskStore()
  const details = useDetailStore()
  const toasts = useToasts()
  const problemText = useProblemText()
  const { t } = useI18n()
  const isBusy = ref(false)

  const incoming = computed(() => desk.state.invitations.filter((each) => each.to.id === desk.agentId))

  /** Sends a command and shows its answer; true if it worked. */
  async function command(path: string, body: unknown): Promise<boolean> {
    isBusy.value = true
    try {
      const invitation = await api.post<InvitationView>(path, body)
      desk.show({ invitation })
      details.show({ invitation })
      return true
    } catch (error) {
      toasts.bad(t('colleagues.failed'), problemText(error))
      return false
    } finally {
      isBusy.value = false
    }
  }

  return {
    incoming,
    isBusy,
    invite: (consultationId: string, body: Invite) =>
      command(`/consultations/${consultationId}/invitations`, body),
    accept: (id: string) => command(`/invitations/${id}/accept`, {}),
    refuse: (id: string, reason: string) => command(`/invitations/${id}/refuse`, { reason }),
    cancel: (id: string) => command(`/invitations/${id}/cancel`, {}),
  }
}
