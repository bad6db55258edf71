import { reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RiskView } from '../../../contract/dashboard.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'

/** What a supervisor does about a ticket that runs out of time: another owner, or a word to this one. */
export function useRiskActions(done: () => void) {
  const { t } = useI18n()
  const toasts = useToasts()
  const problemText = useProblemText()
  const asked = shallowRef<RiskView | null>(null)
  const reminded = reactive(new Set<string>())
  const isReminding = ref<string | null>(null)

  /** A note on the ticket that names its owner: it stays in the history, and the owner is told. */
  async function remind(risk: RiskView): Promise<void> {
    if (!risk.assignee) return
    isReminding.value = risk.ticketId
    try {
      await api.post(`/tickets/${risk.ticketId}/replies`, {
        kind: 'note',
        body: t('dashboard.risk.note', { name: risk.assignee.name }),
        mentions: [risk.assignee.id],
      })
      reminded.add(risk.ticketId)
      toasts.good(t('dashboard.risk.told', { name: risk.assignee.name }))
      done()
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      isReminding.value = null
    }
  }
  return { asked, reminded, remind, isReminding }
}
