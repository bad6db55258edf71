import { computed, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type { BulkChange, BulkResult } from '../../../contract/ticket-list.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'

/** As many tickets as may be chosen. */
const atOnce = 500
/** Sent in parts, so that one sees how far it is. */
const perRequest = 50

export interface BulkDone {
  changed: number
  refused: number
  results: BulkResult['results']
  /** Empty once taken back, or where nothing was changed. */
  operationIds: string[]
}

/** Chosen rows and what is done to all of them, with one undo. */
export function useBulk(reload: () => Promise<void>) {
  const { t } = useI18n()
  const toasts = useToasts()
  const problemText = useProblemText()
  const chosen = reactive(new Set<string>())
  /** 0 to 1 while a change runs. */
  const progress = ref<number | null>(null)
  const done = shallowRef<BulkDone | null>(null)
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

  async function undo(operationIds: readonly string[]): Promise<void> {
    try {
      let count = 0
      const numbers = new Set<string>()
      for (const id of [...operationIds].reverse()) {
        const { restored, skipped } = await api.post<UndoAnswer>(`/operations/${id}/undo`)
        count += restored
        for (const each of skipped) numbers.add(each.number)
      }
      done.value = null
      toasts.show({
        title: t('ticketlist.undone', { count }),
        description: numbers.size
          ? t('ticketlist.notUndone', { numbers: [...numbers].join(t('common.listSeparator')) })
          : undefined,
        tone: numbers.size ? 'warn' : 'good',
      })
      await reload()
    } catch (error) {
      toasts.bad(problemText(error))
    }
  }

  function tell({ changed, refused, operationIds }: BulkDone): void {
    toasts.show({
      title: t('ticketlist.changed', { count: changed }),
      description: refused ? t('ticketlist.refused', { count: refused }) : undefined,
      tone: refused ? 'warn' : 'good',
      ...(operationIds.length
        ? { action: { label: t('ticketlist.undo'), run: () => void undo(operationIds) } }
        : {}),
    })
  }

  async function change(what: BulkChange): Promise<void> {
    if (progress.value !== null || chosen.size === 0) return
    const ids = [...chosen]
    const all: BulkDone = { changed: 0, refused: 0, results: [], operationIds: [] }
    progress.value = 0
    try {
      for (let from = 0; from < ids.length; from += perRequest) {
        const part = ids.slice(from, from + perRequest)
        const answer = await api.post<BulkResult>('/tickets/bulk', { ids: part, change: what })
        all.results.push(...answer.results)
        all.changed += answer.changed
        if (answer.operationId) all.operationIds.push(answer.operationId)
        for (const id of part) chosen.delete(id)
        progress.value = Math.min(1, (from + perRequest) / ids.length)
      }
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      progress.value = null
    }
    if (all.results.length === 0) return
    all.refused = all.results.filter((each) => each.outcome === 'refused').length
    done.value = all
    tell(all)
    await reload()
  }
  return { chosen, count: computed(() => chosen.size), progress, done, toggle, change, undo }
}
