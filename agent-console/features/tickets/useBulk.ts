import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type { BulkChange, BulkResult } from '../../../contract/ticket-list.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'

/** As many tickets as one request takes. */
const atOnce = 500

/** Chosen rows and what is done to all of them, with one undo. */
export function useBulk(reload: () => Promise<void>) {
  const { t } = useI18n()
  const toasts = useToasts()
  const problemText = useProblemText()
  const chosen = reactive(new Set<string>())
  const isBusy = ref(false)
  let anchor: string | null = null

  /** Chooses one, or with Shift everything from the last one chosen. */
  function toggle(id: string, ids: readonly string[], isRange = false): void {
    const from = anchor === null ? -1 : ids.indexOf(anchor)
    const to = ids.indexOf(id)
    if (isRange && from >= 0 && to >= 0)
      for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.add(each)
    else if (!chosen.delete(id) && chosen.size < atOnce) chosen.add(id)
    anchor = id
  }

  async function undo(operationId: string): Promise<void> {
    try {
      const { restored, skipped } = await api.post<UndoAnswer>(`/operations/${operationId}/undo`)
      toasts.show({
        title: t('ticketlist.undone', { count: restored }),
        description: skipped.length
          ? t('ticketlist.notUndone', {
              numbers: [...new Set(skipped.map((each) => each.number))].join('、'),
            })
          : undefined,
        tone: skipped.length ? 'warn' : 'good',
      })
      await reload()
    } catch (error) {
      toasts.bad(problemText(error))
    }
  }

  async function change(what: BulkChange): Promise<void> {
    if (isBusy.value || chosen.size === 0) return
    isBusy.value = true
    try {
      const done = await api.post<BulkResult>('/tickets/bulk', { ids: [...chosen], change: what })
      const refused = done.results.filter((each) => each.outcome === 'refused').length
      const { operationId } = done
      toasts.show({
        title: t('ticketlist.changed', { count: done.changed }),
        description: refused ? t('ticketlist.refused', { count: refused }) : undefined,
        tone: refused ? 'warn' : 'good',
        ...(operationId
          ? { action: { label: t('ticketlist.undo'), run: () => void undo(operationId) } }
          : {}),
      })
      chosen.clear()
      await reload()
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      isBusy.value = false
    }
  }
  return { chosen, count: computed(() => chosen.size), isBusy, toggle, change }
}
