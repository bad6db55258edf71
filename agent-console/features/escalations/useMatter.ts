import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { EscalationDetail } from '../../../contract/escalations.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { useLiveStore } from '../live/live.store'

export type MatterCommand =
  | 'acknowledge'
  | 'act'
  | 'refer'
  | 'hand_over'
  | 'climb'
  | 'accept'
  | 'refuse'
  | 'return'
  | 'close'

const settleMs = 400

/** One matter with its path, live, and what can be done with it. */
export function useMatter(id: () => string) {
  const live = useLiveStore()
  const { t } = useI18n()
  const problemText = useProblemText()
  const { good } = useToasts()
  const detail = shallowRef<EscalationDetail | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const running = ref<MatterCommand | null>(null)
  const problem = ref('')
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    const mine = ++asked
    isLoading.value = true
    try {
      const fresh = await api.get<EscalationDetail>(`/escalations/${id()}`)
      if (mine !== asked) return
      detail.value = fresh
      error.value = null
    } catch (reason) {
      if (mine === asked) error.value = reason
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }
  watch(
    id,
    () => {
      detail.value = null
      problem.value = ''
      void load()
    },
    { immediate: true },
  )
  onScopeDispose(
    live.onEvent((event) => {
      const isOurs = event.subject === id() || event.subject === detail.value?.escalation.ticketId
      if (!isOurs) return
      clearTimeout(timer)
      timer = setTimeout(load, settleMs)
    }),
  )
  onScopeDispose(live.onResync(load))
  onScopeDispose(() => clearTimeout(timer))

  /** True when it was done; otherwise `problem` says why not. */
  async function run(command: MatterCommand, body: Record<string, unknown> = {}): Promise<boolean> {
    if (running.value) return false
    running.value = command
    problem.value = ''
    try {
      const path = command.replace('_', '-')
      detail.value = await api.post<EscalationDetail>(`/escalations/${id()}/${path}`, body)
      asked += 1
      isLoading.value = false
      good(t(`escalations.done.${command}`))
      return true
    } catch (reason) {
      problem.value = problemText(reason)
      return false
    } finally {
      running.value = null
    }
  }

  return { detail, error, isLoading, running, problem, load, run }
}
export type Matter = ReturnType<typeof useMatter>
