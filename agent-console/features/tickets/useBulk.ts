import { useSessionStorage } from '@vueuse/core'
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { isBulkAtWork, maxBulkIds } from '../../../contract/bulk.rules'
import type { UndoAnswer } from '../../../contract/operations.schema'
import type { BulkChange, BulkRun, MatchingCount } from '../../../contract/ticket-list.schema'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useToasts } from '../../ui/toasts'
import { asked, type TicketFilters } from './useTickets'

const lookAgainMs = 400

/** Chosen rows, or all that the filter finds, and what is done to them, with one undo. */
export function useBulk(filters: TicketFilters, reload: () => Promise<void>) {
  const { t, n } = useI18n()
  const toasts = useToasts()
  const problemText = useProblemText()
  const chosen = reactive(new Set<string>())
  /** All that the filter finds are chosen: how many that is. */
  const matching = shallowRef<MatchingCount | null>(null)
  const isCounting = ref(false)
  /** Put to the question before it goes to all of them. */
  const asking = shallowRef<BulkChange | null>(null)
  const run = shallowRef<BulkRun | null>(null)
  const isSending = ref(false)
  /** A change that is still under way is found again when one comes back to the list. */
  const underWay = useSessionStorage('bangban.tickets.bulk', '')
  let anchor: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false
  onScopeDispose(() => {
    isGone = true
    clearTimeout(timer)
  })

  const isAtWork = computed(() => isSending.value || (run.value !== null && isBulkAtWork(run.value.status)))
  /** 0 to 1 while it works; null while that is not known yet, undefined while nothing runs. */
  const progress = computed(() => {
    const it = run.value
    if (!isAtWork.value) return undefined
    if (it === null || it.total === null) return null
    if (it.status === 'undoing') return it.putBack / Math.max(1, it.changed)
    return it.done / Math.max(1, it.total)
  })

  function clear(): void {
    chosen.clear()
    matching.value = null
  }
  /** Chooses one, or with Shift everything from the last one chosen. */
  function toggle(id: string, ids: readonly string[], isRange = false): void {
    if (matching.value) {
      matching.value = null
      for (const each of ids.slice(0, maxBulkIds)) chosen.add(each)
    }
    const from = anchor === null ? -1 : ids.indexOf(anchor)
    const to = ids.indexOf(id)
    if (isRange && from >= 0 && to >= 0)
      for (const each of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) chosen.add(each)
    else if (!chosen.delete(id) && chosen.size < maxBulkIds) chosen.add(id)
    anchor = id
  }
  /** All rows that are shown, or none. */
  function toggleShown(ids: readonly string[]): void {
    const isFull = matching.value !== null || ids.every((id) => chosen.has(id))
    clear()
    if (!isFull) for (const id of ids.slice(0, maxBulkIds)) chosen.add(id)
  }
  async function chooseMatching(): Promise<void> {
    isCounting.value = true
    try {
      matching.value = await api.get<MatchingCount>('/tickets/matching', { query: asked(filters) })
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      isCounting.value = false
    }
  }

  const pause = () =>
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lookAgainMs)
    })
  /** Looks at it until it is over; null where this screen is left first. */
  async function follow(first: BulkRun): Promise<BulkRun | null> {
    run.value = first
    underWay.value = first.operationId
    for (let now = first; isBulkAtWork(now.status); run.value = now) {
      await pause()
      if (isGone) return null
      now = await api.get<BulkRun>(`/operations/${first.operationId}`)
    }
    underWay.value = ''
    return run.value
  }
  async function attempt(work: () => Promise<void>): Promise<void> {
    isSending.value = true
    try {
      await work()
    } catch (error) {
      toasts.bad(problemText(error))
    } finally {
      isSending.value = false
    }
  }

  function tellUndone({ restored, skipped }: Pick<BulkRun, 'restored' | 'skipped'>): void {
    const numbers = new Set(skipped.map((each) => each.number))
    toasts.show({
      title: t('ticketlist.undone', { count: restored }),
      description: numbers.size
        ? t('ticketlist.notUndone', { numbers: [...numbers].join(t('common.listSeparator')) })
        : undefined,
      tone: numbers.size ? 'warn' : 'good',
    })
  }
  const undo = (operationId: string): Promise<void> =>
    attempt(async () => {
      const answer = await api.post<UndoAnswer>(`/operations/${operationId}/undo`)
      const it = await follow(await api.get<BulkRun>(`/operations/${operationId}`))
      if (!it) return
      run.value = null
      tellUndone(answer.left > 0 ? it : answer)
      await reload()
    })

  async function tell({ operationId, status, changed, refused }: BulkRun): Promise<void> {
    const title = status === 'cancelled' ? 'ticketlist.stopped' : 'ticketlist.changed'
    toasts.show({
      title: t(title, { count: n(changed) }),
      description: refused ? t('ticketlist.refused', { count: n(refused) }) : undefined,
      tone: refused ? 'warn' : 'good',
      ...(changed ? { action: { label: t('ticketlist.undo'), run: () => void undo(operationId) } } : {}),
    })
    await reload()
  }
  const send = (target: object, what: BulkChange): Promise<void> =>
    attempt(async () => {
      const it = await follow(await api.post<BulkRun>('/tickets/bulk', { ...target, change: what }))
      if (it) await tell(it)
    })
  /** To the chosen ones at once; to all that match after a question. */
  async function change(what: BulkChange): Promise<void> {
    if (isAtWork.value) return
    if (matching.value) {
      asking.value = what
      return
    }
    if (chosen.size === 0) return
    const ids = [...chosen]
    clear()
    await send({ ids }, what)
  }
  async function changeMatching(): Promise<void> {
    const what = asking.value
    asking.value = null
    if (!what) return
    clear()
    await send({ filter: asked(filters) }, what)
  }
  async function stop(): Promise<void> {
    if (!run.value) return
    try {
      await api.post<BulkRun>(`/operations/${run.value.operationId}/cancel`)
    } catch (error) {
      toasts.bad(problemText(error))
    }
  }
  async function resume(): Promise<void> {
    if (!underWay.value) return
    const operationId = underWay.value
    underWay.value = ''
    await attempt(async () => {
      const it = await follow(await api.get<BulkRun>(`/operations/${operationId}`))
      if (it?.status === 'undone') {
        run.value = null
        tellUndone(it)
        await reload()
      } else if (it) await tell(it)
    })
  }
  void resume()

  return {
    chosen,
    matching,
    isCounting,
    asking,
    run,
    isAtWork,
    progress,
    clear,
    toggle,
    toggleShown,
    chooseMatching,
    change,
    changeMatching,
    stop,
    undo,
  }
}
export type Bulk = ReturnType<typeof useBulk>
